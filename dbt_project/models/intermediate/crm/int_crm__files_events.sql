with steps as (
    select * from {{ ref('int_crm__files_steps') }}
),

places as (
    select * from {{ ref('int_crm__files_places') }}
    where stage_name is not null
),

deals as (
    select * from {{ ref('int_crm__files_deals') }}
),

chain_steps as (
    select
        *,
        lag(pipeline_id) over deal as from_pipeline_id,
        lag(stage_id) over deal as from_stage_id
    from steps
    window deal as (partition by account_id, deal_id order by step)
),

-- the first entry is the stage a deal was created in; each later one left the one before
recorded_events as (
    select
        account_id,
        deal_id || ':' || lpad(cast(step as string), 6, '0') as event_id,
        deal_id,
        case when step = 1 then 'created' else 'stage' end as kind,
        from_pipeline_id as before_pipeline_id,
        from_stage_id as before_stage_id,
        pipeline_id as after_pipeline_id,
        stage_id as after_stage_id,
        changed_by_user_id as created_by_user_id,
        false as is_from_card,
        entered_at as created_at
    from chain_steps
),

-- a status that closes a deal in a working stage: the card has the time of it
closing_events as (
    select
        deals.account_id,
        deals.deal_id || ':closed' as event_id,
        deals.deal_id,
        'stage' as kind,
        places.pipeline_id as before_pipeline_id,
        places.stage_id as before_stage_id,
        deals.pipeline_id as after_pipeline_id,
        deals.stage_id as after_stage_id,
        cast(null as bigint) as created_by_user_id,
        true as is_from_card,
        deals.closed_at as created_at
    from deals
    inner join places using (account_id, deal_id)
    left join steps
        on
            deals.account_id = steps.account_id
            and deals.deal_id = steps.deal_id
            and steps.is_last
    where
        deals.is_closed
        and deals.stage_id <> places.stage_id
        -- a history that ends in the closing stage has told of it already
        and deals.stage_id <> coalesce(steps.stage_id, 0)
        and deals.closed_at >= coalesce(steps.entered_at, deals.created_at)
),

union_events as (
    select * from recorded_events
    union all
    select * from closing_events
)

select * from union_events
