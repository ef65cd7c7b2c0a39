with records as (
    select * from {{ ref('int_touchpoints__records') }}
    where match_source is not null
),

deals as (
    select * from {{ ref('int_crm__deals') }}
    where source_name is not null
),

ad_platforms as (
    select * from {{ ref('ad_platforms') }}
),

spend_rows as (
    select * from {{ ref('stg_spend_files__rows') }}
),

-- an empty cell of a rule matches anything
rules as (
    select
        priority,
        nullif(source_pattern, '') as source_pattern,
        nullif(medium_pattern, '') as medium_pattern,
        nullif(source_name_pattern, '') as source_name_pattern,
        channel
    from {{ ref('channel_rules') }}
),

list_marks as (
    select
        'deal_utm' as source_rule,
        match_source as utm_source,
        match_medium as utm_medium,
        '' as source_name
    from records

    union

    select
        'deal_source' as source_rule,
        '' as utm_source,
        '' as utm_medium,
        lower(source_name) as source_name
    from deals

    union

    select
        'deal_utm' as source_rule,
        utm_source,
        utm_medium,
        '' as source_name
    from ad_platforms

    union

    -- who pays for clicks and names no medium means cpc
    select
        'deal_utm' as source_rule,
        utm_source,
        coalesce(utm_medium, 'cpc') as utm_medium,
        '' as source_name
    from spend_rows
),

match_rules as (
    select
        list_marks.*,
        rules.channel,
        rules.priority
    from list_marks
    left join rules
        on
            (
                rules.source_pattern is null
                or {{ regexp_matches('list_marks.utm_source', 'rules.source_pattern') }}
            )
            and (
                rules.medium_pattern is null
                or {{ regexp_matches('list_marks.utm_medium', 'rules.medium_pattern') }}
            )
            and case
                when list_marks.source_rule = 'deal_source'
                    then {{ regexp_matches('list_marks.source_name', 'rules.source_name_pattern') }}
                else rules.source_name_pattern is null
            end
),

first_hit_wins as (
    select
        source_rule,
        utm_source,
        utm_medium,
        source_name,
        coalesce(channel, 'unassigned') as channel
    from match_rules
    qualify row_number() over (
        partition by source_rule, utm_source, utm_medium, source_name order by priority
    ) = 1
)

select * from first_hit_wins
