{#
  What CRMs and people call a deal that nobody named: "Сделка #123", "Автосделка 5", "lead 7". The
  text is in lower case.
#}
{% set auto_name =
    '^(авто)?(сделка|заявка|lead|deal|новая сделка|новая заявка)[ ]*[#№]?[ ]*[0-9]*$'
%}

with deals as (
    select * from {{ ref('int_discipline__deals') }}
),

known_facts as (
    select * from {{ ref('int_discipline__known_facts') }}
),

person_deals as (
    select * from {{ ref('int_identity__person_deals') }}
    where is_main
),

sources as (
    select
        account_id,
        deal_id,
        has_card_source
    from {{ ref('int_touchpoints__deal_sources') }}
),

lost_in_sales as (
    select
        account_id,
        deal_id
    from {{ ref('fct_sale_chain_links') }}
    where is_source_lost
),

routes as (
    select * from {{ ref('int_discipline__routes') }}
),

-- open deals of one person in one pipeline, the earliest first
line_up_persons as (
    select
        deals.account_id,
        deals.deal_id,
        lag(deals.deal_id) over (
            partition by deals.account_id, person_deals.person_id, deals.pipeline_id
            order by deals.created_at, deals.deal_id
        ) as earlier_deal_id
    from deals
    inner join person_deals
        on
            deals.account_id = person_deals.account_id
            and deals.deal_id = person_deals.deal_id
    where deals.is_open
)

select
    -- ids
    deals.account_id,
    deals.deal_id,
    line_up_persons.earlier_deal_id,
    -- strings
    routes.first_pipeline_name,
    routes.right_pipeline_name,
    -- booleans
    -- what inquiries, clicks and visits tell is no merit of the card
    sources.has_card_source as has_source,
    lost_in_sales.deal_id is not null as is_sale_source_lost,
    known_facts.knows_contacts and deals.contact_id is null as is_without_contact,
    deals.is_open
    and known_facts.knows_names
    and coalesce(
        trim(deals.deal_name) = ''
        or {{ regexp_matches('lower(trim(deals.deal_name))', "'" ~ auto_name ~ "'") }},
        true
    ) as is_auto_named,
    line_up_persons.earlier_deal_id is not null and not deals.is_child as is_duplicate,
    deals.created_at > {{ recent_from() }}
    and coalesce(deals.inquiry_class in ('repeat_open', 'repeat_within_window'), false)
    and not deals.is_child as is_repeat_as_new_deal,
    coalesce(routes.is_misrouted, false) as is_misrouted
from deals
inner join known_facts
    on deals.account_id = known_facts.account_id
inner join sources
    on
        deals.account_id = sources.account_id
        and deals.deal_id = sources.deal_id
left join lost_in_sales
    on
        deals.account_id = lost_in_sales.account_id
        and deals.deal_id = lost_in_sales.deal_id
left join line_up_persons
    on
        deals.account_id = line_up_persons.account_id
        and deals.deal_id = line_up_persons.deal_id
left join routes
    on
        deals.account_id = routes.account_id
        and deals.deal_id = routes.deal_id
