{% set service_users = var('quality_service_users') %}

with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

users as (
    select
        *,
        {{ name_key('user_name') }} as name_key
    from {{ ref('int_crm__users') }}
),

known_facts as (
    select * from {{ ref('int_discipline__known_facts') }}
),

join_users as (
    select
        deals.account_id,
        deals.deal_id,
        deals.responsible_user_id,
        deals.is_open,
        coalesce(deals.responsible_user_id, 0) <> 0 as has_responsible,
        known_facts.knows_responsibles,
        -- whom the account does not list has left it; of files nobody knows
        case when known_facts.knows_users then coalesce(users.is_active, false) end as is_active,
        {% if service_users -%}
            coalesce(
                users.name_key in (
                    {%- for user in service_users %}
                        {{ name_key(text_literal(user)) }}{{ ',' if not loop.last }}
                    {%- endfor %}
                )
                or cast(deals.responsible_user_id as string) in (
                    {%- for user in service_users %}
                        trim({{ text_literal(user) }}){{ ',' if not loop.last }}
                    {%- endfor %}
                ),
                false
            )
        {%- else -%}
            false
        {%- endif %} as is_service
    from deals
    inner join known_facts
        on deals.account_id = known_facts.account_id
    left join users
        on
            deals.account_id = users.account_id
            and deals.responsible_user_id = users.user_id
)

select
    -- ids
    account_id,
    deal_id,
    -- booleans
    has_responsible or not knows_responsibles as has_responsible,
    coalesce(is_open and has_responsible and not is_active, false) as is_responsible_dismissed,
    is_open and has_responsible and is_service as is_responsible_service,
    -- a closed deal stays with whoever closed it, also after they left
    has_responsible and not is_service and (not is_open or coalesce(is_active, true))
        as is_responsible_fit
from join_users
