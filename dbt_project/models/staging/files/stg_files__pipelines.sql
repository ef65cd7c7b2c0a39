with raw_rows as (
    {{ source_or_empty('raw_files', 'pipelines') }}
),

renamed as (
    select
        -- ids
        cast('{{ var("files_account_id") }}' as bigint) as account_id,
        {{ id_of_name('pipeline') }} as pipeline_id,
        {{ id_of_stage('pipeline', 'stage') }} as stage_id,
        -- strings
        pipeline as pipeline_name,
        stage as stage_name,
        case when kind in ('open', 'won', 'lost', 'unsorted') then kind end as kind,
        -- numbers
        sort,
        row_order
    from raw_rows
),

-- two spellings of a name are one stage
pick_spelling as (
    select * from renamed
    qualify row_number() over (partition by pipeline_id, stage_id order by row_order desc) = 1
)

select * from pick_spelling
