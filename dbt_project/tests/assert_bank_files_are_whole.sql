-- Staging takes the same movement of two files once by its key; whatever it leaves out beyond that
-- would be money lost, and a key that stands twice in raw would be money doubled or hidden.
with raw_rows as (
    {% for feed in ['bank_1c', 'bank_swift'] %}
        select
            '{{ feed }}' as source,
            direction,
            currency,
            amount
        from ({{ source_or_empty('raw_' ~ feed, 'documents') }}) as documents
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

raw_totals as (
    select
        source,
        direction,
        currency,
        count(*) as movements,
        sum(amount) as amount
    from raw_rows
    group by source, direction, currency
),

staged_totals as (
    {% for feed in ['bank_1c', 'bank_swift'] %}
        select
            '{{ feed }}' as source,
            direction,
            currency,
            count(*) as movements,
            sum(amount) as amount
        from {{ ref('stg_' ~ feed ~ '__documents') }}
        group by direction, currency
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    source,
    direction,
    currency,
    raw_totals.amount as raw_amount,
    staged_totals.amount as staged_amount
from raw_totals
full outer join staged_totals using (source, direction, currency)
where
    raw_totals.amount is distinct from staged_totals.amount
    or raw_totals.movements is distinct from staged_totals.movements
