with deals as (
    select * from {{ ref('stg_files__deals') }}
),

places as (
    select * from {{ ref('int_crm__files_places') }}
),

stages as (
    select * from {{ ref('int_crm__files_stages') }}
),

-- where a deal goes that its own stage does not hold: the made-up stage of its kind, else the only
-- one there is
pick_refuges as (
    select * from stages
    where is_made_up or is_won or is_lost
    qualify row_number() over (
        partition by account_id, pipeline_id, kind order by is_made_up desc, stage_id asc
    ) = 1
),

place_deals as (
    select
        places.account_id,
        places.deal_id,
        places.pipeline_id,
        case
            when
                own.kind is null
                or (places.status in ('won', 'lost') and places.status <> own.kind)
                then refuges.stage_id
            else places.stage_id
        end as stage_id
    from places
    left join stages as own using (account_id, pipeline_id, stage_id)
    left join pick_refuges as refuges
        on
            places.account_id = refuges.account_id
            and places.pipeline_id = refuges.pipeline_id
            and coalesce(places.status, 'open') = refuges.kind
),

join_cards as (
    select
        -- ids
        deals.account_id,
        deals.deal_id,
        deals.source_deal_id,
        deals.contact_id as main_contact_id,
        deals.company_id,
        place_deals.pipeline_id,
        place_deals.stage_id,
        deals.responsible_user_id,
        cast(null as bigint) as created_by_user_id,
        -- strings
        'files' as source,
        deals.deal_name,
        deals.deal_url,
        deals.source_name,
        deals.loss_reason,
        -- money
        deals.price,
        deals.cogs,
        deals.currency,
        -- booleans
        stages.is_won or stages.is_lost as is_closed,
        deals.is_deleted,
        -- timestamps; a card is known to have stood where it does when its file was loaded
        deals.created_at,
        deals.updated_at,
        deals.closed_at,
        coalesce(deals.updated_at, deals.loaded_at) as seen_at
    from deals
    inner join place_deals using (account_id, deal_id)
    inner join stages
        on
            place_deals.account_id = stages.account_id
            and place_deals.pipeline_id = stages.pipeline_id
            and place_deals.stage_id = stages.stage_id
)

select * from join_cards
