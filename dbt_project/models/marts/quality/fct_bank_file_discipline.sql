{# feed -> how much of a statement is amiss: the banks' control totals, or their balances #}
{% set banks = {
    'bank_1c': 'abs(coalesce(total_in - sum_in, 0)) + abs(coalesce(total_out - sum_out, 0))',
    'bank_swift': 'abs(coalesce(closing_balance - opening_balance - sum_in + sum_out, 0))',
} %}
{% set numbers = {'bank_1c': 'block_index', 'bank_swift': 'statement_index'} %}

with account as (
    select * from {{ ref('int_company__account') }}
),

files as (
    {% for bank in banks %}
        select
            '{{ bank }}' as source,
            file_sha256,
            file_name,
            quarantined,
            loaded_at
        from {{ ref('stg_' ~ bank ~ '__files') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- a statement downloaded again under the same name mends the earlier one
latest_files as (
    select * from files
    qualify row_number() over (
        partition by source, file_name order by loaded_at desc, file_sha256 asc
    ) = 1
),

-- whether a statement ties is told by its source, by the rules of its format
statements as (
    {% for bank, amount in banks.items() %}
        select
            '{{ bank }}' as source,
            file_sha256,
            {{ numbers[bank] }} as statement_number,
            tie_message,
            totals_tie,
            {{ amount }} as amount,
            starts_on,
            ends_on
        from {{ ref('stg_' ~ bank ~ '__statements') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

sum_files as (
    select
        source,
        files.file_name,
        max(files.quarantined) as quarantined,
        max(files.loaded_at) as loaded_at,
        count(*) as statements,
        count(*) filter (where not statements.totals_tie) as untied_statements,
        sum(case when not statements.totals_tie then statements.amount else 0 end) as amount,
        min_by(
            statements.tie_message, statements.statement_number
        ) filter (where not statements.totals_tie) as tie_message,
        min(statements.starts_on) as starts_on,
        max(statements.ends_on) as ends_on
    from latest_files as files
    inner join statements using (source, file_sha256)
    group by source, files.file_name
)

select
    -- ids
    account.account_id,
    sum_files.source,
    sum_files.file_name,
    {{ frame_columns({
        'entity_name': 'sum_files.file_name',
        'money_at_stake': 'sum_files.amount',
    }) }},
    sum_files.tie_message,
    -- numbers
    sum_files.statements,
    sum_files.untied_statements,
    sum_files.quarantined,
    -- booleans
    sum_files.untied_statements > 0 as is_untied,
    -- days
    sum_files.starts_on,
    sum_files.ends_on,
    -- timestamps
    sum_files.loaded_at
from sum_files
cross join account
