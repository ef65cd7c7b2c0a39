with account as (
    select * from {{ ref('int_company__account') }}
),

channels as (
    select * from {{ ref('channels') }}
),

campaigns as (
    select * from {{ ref('dim_campaigns') }}
),

users as (
    select * from {{ ref('int_crm__users') }}
),

list_titles as (
    select
        account.account_id,
        'channel' as dimension,
        channels.channel as dimension_key,
        {{ 'channels.title_en' if var('company_language') == 'en' else 'channels.title_ru' }}
            as dimension_title
    from channels
    cross join account

    union all

    select
        account_id,
        'campaign' as dimension,
        campaign_key as dimension_key,
        campaign_name as dimension_title
    from campaigns

    {% for dimension in ['manager', 'manager_originator'] %}
        union all

        select
            account_id,
            '{{ dimension }}' as dimension,
            cast(user_id as string) as dimension_key,
            user_name as dimension_title
        from users
    {% endfor %}
)

select * from list_titles
