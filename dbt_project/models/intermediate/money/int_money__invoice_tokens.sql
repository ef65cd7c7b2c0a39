with payments as (
    select * from {{ ref('int_money__classified_payments') }}
    where payment_class in ('customer_payment', 'customer_refund')
),

field_values as (
    select * from {{ ref('int_crm__custom_values') }}
    where entity_type = 'leads' and {{ is_custom_field('invoice_number_field') }}
),

-- the field holds bare numbers, so the word that a purpose has before them is put there
collect_texts as (
    select
        'payment' as owner_type,
        cast(null as bigint) as account_id,
        payment_id as owner_id,
        {{ strip_invoice_noise('purpose') }} as clean_text
    from payments
    where purpose is not null

    union all

    select
        'deal' as owner_type,
        account_id,
        cast(entity_id as string) as owner_id,
        {{ strip_invoice_noise("'счет ' || value") }} as clean_text
    from field_values
    where value is not null
),

find_stretches as (
    {% for kind in ['invoice', 'facture'] %}
        select
            owner_type,
            account_id,
            owner_id,
            {{ loop.index }} as kind_rank,
            {{ unnest(invoice_stretches('clean_text', kind)) }} as stretch
        from collect_texts
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

find_numbers as (
    select
        owner_type,
        account_id,
        owner_id,
        kind_rank,
        {{ unnest("regexp_extract_all(stretch, '" ~ invoice_number_pattern() ~ "', 0)") }} as number
    from find_stretches
),

normalise_numbers as (
    select
        owner_type,
        account_id,
        owner_id,
        {{ normalise_invoice_number('number') }} as token,
        min(kind_rank) as kind_rank
    from find_numbers
    group by all
)

-- ten digits and more are accounts, INNs and the like, never an invoice
select * from normalise_numbers
where not {{ regexp_matches('token', "'^[0-9]{10,}$'") }}
