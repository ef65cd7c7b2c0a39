with deal_marks as (
    select * from {{ ref('int_touchpoints__resolved_marks') }}
),

ad_platforms as (
    select * from {{ ref('ad_platforms') }}
),

spend_rows as (
    select * from {{ ref('stg_spend_files__rows') }}
),

inquiries as (
    select * from {{ ref('int_touchpoints__inquiries') }}
    where utm_source is not null
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
    select distinct
        source_rule,
        match_source as utm_source,
        match_medium as utm_medium,
        match_name as source_name
    from deal_marks

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

    union

    select
        'deal_utm' as source_rule,
        utm_source,
        coalesce(utm_medium, '') as utm_medium,
        '' as source_name
    from inquiries
),

match_rules as (
    select
        list_marks.*,
        rules.channel,
        rules.priority
    from list_marks
    left join rules
        on
            list_marks.source_rule <> 'unknown'
            and (
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
        case
            when source_rule = 'unknown' then 'unknown' else coalesce(channel, 'unassigned')
        end as channel
    from match_rules
    qualify row_number() over (
        partition by source_rule, utm_source, utm_medium, source_name order by priority
    ) = 1
)

select * from first_hit_wins
