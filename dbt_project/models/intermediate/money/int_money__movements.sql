{% set columns = movement_columns() %}
{% set kept_of_fee = ['source', 'own_account', 'document_number', 'currency', 'booked_on'] %}
{% set same_movement =
    'own_account, direction, booked_on, amount, number_key, counterparty_key' %}

with unite_feeds as (
    {% for feed in money_feeds() %}
        select
            {{ columns | join(', ') }},
            {{ loop.index }} as feed_rank
        from {{ ref('int_money__' ~ feed ~ '_movements') }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- what an acquirer keeps leaves the account it collects on
split_fees as (
    select * from unite_feeds

    union all

    select
        {% for column in columns %}
            {% if column == 'payment_id' %}
                payment_id || ':fee' as payment_id,
            {% elif column == 'direction' %}
                'out' as direction,
            {% elif column == 'source_class' %}
                'acquiring_fee' as source_class,
            {% elif column == 'amount' %}
                fee as amount,
            {% elif column in kept_of_fee %}
                {{ column }},
            {% elif column == 'fee' %}
                cast(null as decimal(18, 2)) as fee,
            {% else %}
                cast(null as string) as {{ column }},
            {% endif %}
        {% endfor %}
        feed_rank
    from unite_feeds
    where direction = 'in' and fee > 0
),

name_counterparties as (
    select
        *,
        nullif({{ regexp_replace_all("coalesce(document_number, '')", '^0+', '') }}, '') as number,
        nullif(trim(case when direction = 'in' then payer_account else payee_account end), '')
            as counterparty_account,
        nullif(trim(case when direction = 'in' then payer_inn else payee_inn end), '')
            as counterparty_inn,
        min(feed_rank) over (partition by payment_id) as first_rank
    from split_fees
),

-- feeds are compared by what all of them tell: a part that one leaves out cannot tell two apart
choose_number as (
    select
        *,
        case
            when count(number) over alike = count(*) over alike then number else ''
        end as number_key
    from name_counterparties
    window alike as (partition by own_account, direction, booked_on, amount)
),

choose_counterparty as (
    select
        *,
        case
            when count(counterparty_account) over alike = count(*) over alike
                then counterparty_account
            when count(counterparty_inn) over alike = count(*) over alike then counterparty_inn
            else ''
        end as counterparty_key
    from choose_number
    window alike as (partition by own_account, direction, booked_on, amount, number_key)
),

-- rows with a twin word for word in a feed believed first go first, so that the others are kept
number_occurrences as (
    select
        *,
        row_number() over (
            partition by feed_rank, {{ same_movement }}
            order by first_rank, payment_id
        ) as occurrence,
        count(*) over (partition by feed_rank, {{ same_movement }}) as feed_count
    from choose_counterparty
),

count_before as (
    select
        *,
        coalesce(
            max(feed_count) over (
                partition by {{ same_movement }}
                order by feed_rank range between unbounded preceding and 1 preceding
            ),
            0
        ) as told_before,
        min(feed_rank) over (partition by own_account, booked_on) as day_rank
    from number_occurrences
)

-- of a movement that feeds tell of 1 and 2 times, 2 count: nothing is lost where one tells of fewer
select
    {{ columns | join(', ') }},
    occurrence <= told_before as is_duplicate,
    occurrence > told_before and feed_rank > day_rank as is_only_here
from count_before
