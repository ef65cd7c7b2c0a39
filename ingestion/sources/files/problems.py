"""What of the files could not be loaded whole, as queries over ``raw_files``."""

from ingestion.sources.files.contract import FEEDS

# Of several contents a file has had only the latest counts: one put right and dropped again under
# its old name mends the earlier one.
_LATEST = """
with latest as (
    select * from raw_files.files
    qualify row_number() over (
        partition by feed, file_name order by loaded_at desc, file_place desc
    ) = 1
),

bad as (
    select quarantine.*, latest.file_sha256 is null as has_no_row
    from raw_files.quarantine as quarantine
    left join latest using (feed, file_sha256)
    where
        latest.file_sha256 is not null
        -- bytes that could not be read have no row in files
        or (feed, file_sha256) not in (select (feed, file_sha256) from raw_files.files)
),

named as (
    select *, feed || '/' || file_name as subject from latest
)
"""

_PARTS = [
    """select
        case when row_number = 0 then 'unreadable_file' else 'unreadable_row' end as kind,
        feed || '/' || file_name as subject, null::decimal(18, 2) as amount,
        count(distinct row_number) as rows,
        arg_min(
            case
                when row_number = 0 then reason
                else 'row ' || row_number || ', column "' || column_name || '": ' || reason
                    || '; expected ' || expected
            end,
            (row_number, column_name)
        ) as detail
    from bad group by all""",
    """select 'duplicate_rows', subject, null, duplicate_rows, duplicate_example
    from named where duplicate_rows > 0""",
    """select 'unknown_column', subject, null, json_array_length(unknown_columns),
        'kept in the column extra: ' || unknown_columns
    from named where unknown_columns is not null""",
    """select 'missing_column', subject, null, json_array_length(missing_columns),
        'named by the mapping, not in the file: ' || missing_columns
    from named where missing_columns is not null""",
    """select 'unknown_deal', 'stage_events', null, count(distinct deal_id),
        'deals that no file of deals has, e.g. ' || min(deal_id)
    from raw_files.stage_events anti join raw_files.deals using (deal_id)
    having count(*) > 0 and (select count(*) from raw_files.deals) > 0""",
    """select 'unknown_value', 'pipelines', null, count(distinct stage),
        'stages that the list of its pipeline lacks, e.g. "' || min(stage) || '"'
    from (
        select pipeline, stage from raw_files.deals
        union all
        select pipeline, stage from raw_files.stage_events
    )
    where
        lower(pipeline) in (select lower(pipeline) from raw_files.pipelines)
        and (lower(pipeline), lower(stage)) not in (
            select (lower(pipeline), lower(stage)) from raw_files.pipelines
        )
    having count(*) > 0""",
]


def _unknown_words() -> list[str]:
    """A query for each column of few words."""
    return [
        f"""select 'unknown_value', '{feed.name}.{name}', null, count(*),
            'counts as empty; expected {", ".join(column.words)}; map it under [values.{name}]: "'
            || string_agg(distinct {name}, '", "' order by {name}) || '"'
        from raw_files.{feed.name}
        where {name} not in ({", ".join(f"'{word}'" for word in column.words)})
        having count(*) > 0"""  # noqa: S608 - only names of the contract
        for feed in FEEDS.values()
        for name, column in feed.columns.items()
        if column.words
    ]


PROBLEMS = _LATEST + "\nunion all\n".join([*_PARTS, *_unknown_words()])
