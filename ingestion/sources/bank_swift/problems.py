"""What of the files could not be loaded whole, as a query over the loaded tables."""

# Of several contents a file has had only the latest counts: a statement downloaded again under the
# same name mends the earlier one.
PROBLEMS = """
with latest as (
    select file_sha256 from raw_bank_swift.files
    qualify row_number() over (partition by file_name order by loaded_at desc, file_sha256) = 1
),

unreadable as (
    select * from raw_bank_swift.quarantine
    where
        file_sha256 in (from latest)
        -- bytes that could not be read have no row in files
        or file_sha256 not in (select file_sha256 from raw_bank_swift.files)
)

select
    'totals_do_not_tie' as kind, file_name as subject,
    nullif(sum(abs(closing_balance - opening_balance - sum_in + sum_out)), 0)::decimal(18, 2)
        as amount,
    count(*) as rows,
    arg_min(tie_message, statement_index) as detail
from raw_bank_swift.statements semi join latest using (file_sha256)
where totals_tie = false
group by file_name
union all
select
    case when entry_number = 0 then 'unreadable_file' else 'unreadable_row' end as kind,
    file_name, null, count(*), arg_min(reason, entry_number)
from unreadable
group by all
order by subject, kind
"""
