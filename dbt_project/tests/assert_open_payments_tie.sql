-- What findings say of payments without a deal is what the ledger does not explain, to the kopeck:
-- a payment that is missing among them would be money that nobody is asked about.
{% set buckets = [
    'unallocated_no_candidate', 'unallocated_ambiguous', 'unallocated_review',
    'unallocated_manual', 'unallocated_remainder',
] %}

with found as (
    {% for bucket in buckets %}
        select
            source,
            currency,
            '{{ bucket }}' as bucket,
            sum({{ bucket }}_amount) as found_amount
        from {{ ref('fct_payment_discipline') }}
        group by source, currency
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

ledger as (
    select
        source,
        currency,
        bucket,
        sum(amount) as ledger_amount
    from {{ ref('rpt_payment_ledger') }}
    where left(bucket, 11) = 'unallocated'
    group by source, currency, bucket
)

select
    source,
    currency,
    bucket,
    found.found_amount,
    ledger.ledger_amount
from found
full outer join ledger using (source, currency, bucket)
where coalesce(found.found_amount, 0) <> coalesce(ledger.ledger_amount, 0)
