{#
  Methods 9 and 10, which never allocate: what a person is offered for a payment that nothing else led
  anywhere. Rests are those of today, after methods 0 to 8, because the person decides today.
#}
{% set offered_deals = 3 %}
{# a name and a sum that more deals share tell none of them #}
{% set most_namesakes = 20 %}
{% set minimum_similarity = 0.85 %}

with payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

deals as (
    select * from {{ ref('int_money__candidate_deals') }}
),

earlier_candidates as (
    select * from {{ ref('int_money__candidates_manual') }}
    union all
    select * from {{ ref('int_money__candidates_by_number') }}
    union all
    select * from {{ ref('int_money__candidates_by_inn') }}
    union all
    select * from {{ ref('int_money__candidates_of_refunds') }}
),

list_decided as (
    select distinct payment_id from earlier_candidates
),

open_payments as (
    select payments.*
    from payments
    left join list_decided on payments.payment_id = list_decided.payment_id
    where list_decided.payment_id is null
),

sum_by_deal as (
    select
        account_id,
        deal_id,
        sum(amount) as paid
    from earlier_candidates
    where is_chosen and deal_id is not null
    group by account_id, deal_id
),

find_rests as (
    select
        deals.*,
        coalesce(sum_by_deal.paid, 0) as paid,
        deals.price - coalesce(sum_by_deal.paid, 0) as rest
    from deals
    left join sum_by_deal
        on
            deals.account_id = sum_by_deal.account_id
            and deals.deal_id = sum_by_deal.deal_id
    where not deals.is_deleted
),

-- as many as are shown of each INN, or one large client's payments would meet all of its deals
list_unpaid as (
    select
        *,
        row_number() over (
            partition by inn, currency order by created_on, account_id, deal_id
        ) as queue_place
    from find_rests
    where inn is not null and rest > 0
    qualify queue_place <= {{ offered_deals }}
),

offer_by_inn as (
    select
        payments.payment_id,
        deals.account_id,
        deals.deal_id,
        'inn_fifo' as method,
        0.60 as score,
        payments.payer_inn as matched_token,
        {{ in_language('ИНН ', 'INN ') }} || payments.payer_inn
        || {{ in_language('; не оплачено ', '; unpaid ') }} || {{ amount_text('deals.rest') }}
        || {{ in_language('; в очереди ', '; place in the queue ') }}
        || cast(deals.queue_place as string) as evidence,
        -- the queue is the order here: the oldest goes first
        deals.queue_place as distance_days
    from open_payments as payments
    inner join list_unpaid as deals
        on
            payments.payer_inn = deals.inn
            and payments.currency = deals.currency
    where payments.amount > 0
),

-- a payment may be the price or what is left of it, a refund all that came in
list_sums as (
    select
        account_id,
        deal_id,
        currency,
        contact_name,
        company_name,
        created_on,
        price as amount
    from find_rests
    where rest > 0

    union distinct

    select
        account_id,
        deal_id,
        currency,
        contact_name,
        company_name,
        created_on,
        rest as amount
    from find_rests
    where rest > 0

    union distinct

    select
        account_id,
        deal_id,
        currency,
        contact_name,
        company_name,
        created_on,
        -paid as amount
    from find_rests
    where paid > 0
),

list_asked_sums as (
    select distinct
        amount,
        currency
    from open_payments
    where payer_name is not null
),

list_names as (
    select
        sums.account_id,
        sums.deal_id,
        sums.amount,
        sums.currency,
        sums.contact_name as name,
        sums.created_on
    from list_sums as sums
    inner join list_asked_sums using (amount, currency)
    where sums.contact_name is not null

    union distinct

    select
        sums.account_id,
        sums.deal_id,
        sums.amount,
        sums.currency,
        sums.company_name as name,
        sums.created_on
    from list_sums as sums
    inner join list_asked_sums using (amount, currency)
    where sums.company_name is not null
),

split_deal_names as (
    select distinct
        account_id,
        deal_id,
        amount,
        currency,
        name,
        created_on,
        {{ unnest("regexp_extract_all(name, '[^ ]+', 0)") }} as token
    from list_names
),

split_payer_names as (
    select distinct
        payment_id,
        amount,
        currency,
        payer_name as name,
        booked_on,
        {{ unnest("regexp_extract_all(payer_name, '[^ ]+', 0)") }} as token
    from open_payments
    where payer_name is not null
),

telling_names as (
    select *
    from split_deal_names
    qualify count(*) over (partition by token, amount, currency) <= {{ most_namesakes }}
),

pair_names as (
    select distinct
        payers.payment_id,
        payers.name as payer_name,
        payers.amount,
        payers.booked_on,
        deals.account_id,
        deals.deal_id,
        deals.name as deal_name,
        deals.created_on
    from split_payer_names as payers
    inner join telling_names as deals
        on
            payers.token = deals.token
            and payers.amount = deals.amount
            and payers.currency = deals.currency
),

-- how like the nearest word of the other name every word is, both ways
compare_words as (
    select
        pairs.payment_id,
        pairs.account_id,
        pairs.deal_id,
        pairs.deal_name,
        'payer' as side,
        payers.token,
        max({{ word_similarity('payers.token', 'deals.token') }}) as similarity
    from pair_names as pairs
    inner join split_payer_names as payers on pairs.payment_id = payers.payment_id
    inner join split_deal_names as deals
        on
            pairs.account_id = deals.account_id
            and pairs.deal_id = deals.deal_id
            and pairs.amount = deals.amount
            and pairs.deal_name = deals.name
    group by all

    union all

    select
        pairs.payment_id,
        pairs.account_id,
        pairs.deal_id,
        pairs.deal_name,
        'deal' as side,
        deals.token,
        max({{ word_similarity('payers.token', 'deals.token') }}) as similarity
    from pair_names as pairs
    inner join split_payer_names as payers on pairs.payment_id = payers.payment_id
    inner join split_deal_names as deals
        on
            pairs.account_id = deals.account_id
            and pairs.deal_id = deals.deal_id
            and pairs.amount = deals.amount
            and pairs.deal_name = deals.name
    group by all
),

average_words as (
    select
        payment_id,
        account_id,
        deal_id,
        deal_name,
        side,
        count(*) as words,
        cast(sum(similarity) as double) / count(*) as similarity
    from compare_words
    group by payment_id, account_id, deal_id, deal_name, side
),

-- a card without the father's name is like the payer; a card with nothing but a first name is not
judge_names as (
    select
        payment_id,
        account_id,
        deal_id,
        deal_name,
        case when min(words) > 1 then max(similarity) else min(similarity) end as name_similarity
    from average_words
    group by payment_id, account_id, deal_id, deal_name
    qualify row_number() over (
        partition by payment_id, account_id, deal_id order by name_similarity desc, deal_name asc
    ) = 1
),

offer_by_name as (
    select
        judge_names.payment_id,
        judge_names.account_id,
        judge_names.deal_id,
        'name_sum' as method,
        0.50 as score,
        judge_names.deal_name as matched_token,
        {{ in_language('имя «', 'name «') }} || pair_names.payer_name || '» ~ «'
        || judge_names.deal_name || {{ in_language('»; сумма ', '»; sum ') }}
        || {{ amount_text('abs(pair_names.amount)') }} as evidence,
        abs({{ days_between('pair_names.created_on', 'pair_names.booked_on') }}) as distance_days
    from judge_names
    inner join pair_names
        on
            judge_names.payment_id = pair_names.payment_id
            and judge_names.account_id = pair_names.account_id
            and judge_names.deal_id = pair_names.deal_id
            and judge_names.deal_name = pair_names.deal_name
    where judge_names.name_similarity >= {{ minimum_similarity }}
),

unite_offers as (
    select * from offer_by_inn
    union all
    select * from offer_by_name
)

select
    payment_id,
    account_id,
    deal_id,
    method,
    cast(score as decimal(3, 2)) as score,
    matched_token,
    evidence,
    distance_days,
    cast(null as decimal(18, 2)) as amount,
    false as is_chosen,
    true as is_review_only
from unite_offers
