{#
  Methods 1 to 6. A payment whose numbers lead to one deal at most goes 1, 2, 3, then 4 and 6; the
  unpaid rest that 4 compares with is the one after 0 to 3. A payment that names several deals comes
  after them, with the rest after 0 to 4: 5 first, for its sum says more than an INN that one of the
  deals shares; then 3, 4 and 6.
#}
{% set same_deal = "account_id || ':' || deal_id" %}
{% set scores = {
    'deal_id': '1.00', 'deal_number': '0.98', 'invoice_inn': '0.98', 'invoice_sum': '0.95',
    'invoices_split': '0.95', 'invoice': '0.85',
} %}
{% set invoice_word, facture_word, deal_word = (
    in_language('счёт ', 'invoice '),
    in_language('счёт-фактура ', 'tax invoice '),
    in_language('сделка № ', 'deal no. '),
) %}

with payments as (
    select * from {{ ref('int_money__candidate_payments') }}
),

deals as (
    select * from {{ ref('int_money__candidate_deals') }}
),

tokens as (
    select * from {{ ref('int_money__invoice_tokens') }}
),

deal_number_tokens as (
    select * from {{ ref('int_money__deal_number_tokens') }}
),

manual as (
    select * from {{ ref('int_money__candidates_manual') }}
),

list_decided as (
    select distinct payment_id from manual
),

open_payments as (
    select payments.*
    from payments
    left join list_decided on payments.payment_id = list_decided.payment_id
    where list_decided.payment_id is null
),

-- the deal that the feed was given with the payment: an id that two accounts have tells none
name_by_deal_id as (
    select
        open_payments.payment_id,
        'deal_id' as kind,
        -1 as kind_rank,
        open_payments.external_deal_id as token,
        deals.account_id,
        deals.deal_id
    from open_payments
    inner join deals on open_payments.external_deal_id = deals.source_deal_id
),

name_by_deal_number as (
    select
        deal_number_tokens.payment_id,
        'deal_number' as kind,
        0 as kind_rank,
        deal_number_tokens.token,
        deals.account_id,
        deals.deal_id
    from deal_number_tokens
    inner join open_payments on deal_number_tokens.payment_id = open_payments.payment_id
    inner join deals
        on
            deal_number_tokens.token
            = {{ normalise_invoice_number('lower(trim(deals.source_deal_id))') }}
    qualify rank() over (
        partition by deal_number_tokens.payment_id, deal_number_tokens.token
        order by deals.is_deleted
    ) = 1
),

-- a deleted card counts only where no live one carries the number
list_holders as (
    select
        tokens.token,
        deals.account_id,
        deals.deal_id
    from tokens
    inner join deals
        on
            tokens.account_id = deals.account_id
            and tokens.owner_id = cast(deals.deal_id as string)
    where tokens.owner_type = 'deal'
    qualify rank() over (partition by tokens.token order by deals.is_deleted) = 1
),

name_by_invoice as (
    select
        tokens.owner_id as payment_id,
        case tokens.kind_rank when 1 then 'invoice' else 'facture' end as kind,
        tokens.kind_rank,
        tokens.token,
        list_holders.account_id,
        list_holders.deal_id
    from tokens
    inner join open_payments on tokens.owner_id = open_payments.payment_id
    inner join list_holders on tokens.token = list_holders.token
    where tokens.owner_type = 'payment'
),

-- the feed's id goes before the deal's number, that before the invoice's own number, and this one
-- before the numbers of the papers written on it
name_deals as (
    select *
    from (
        select * from name_by_deal_id
        union all
        select * from name_by_deal_number
        union all
        select * from name_by_invoice
    ) as named
    qualify rank() over (partition by payment_id order by kind_rank) = 1
),

-- several deals are named where it takes several numbers; one number on two deals is ambiguous
count_names as (
    select
        payment_id,
        count(distinct token) > 1 and count(distinct {{ same_deal }}) > 1 as is_several
    from name_deals
    group by payment_id
),

describe_names as (
    select
        names.payment_id,
        names.kind,
        names.token,
        names.account_id,
        names.deal_id,
        count_names.is_several,
        open_payments.payer_inn,
        open_payments.amount,
        open_payments.booked_on,
        deals.price,
        deals.inn is not null as is_inn_known,
        coalesce(deals.inn = open_payments.payer_inn, false) as is_same_inn,
        open_payments.currency = deals.currency as is_same_currency,
        open_payments.booked_on
        <= {{ add_months('deals.created_on', var('invoice_age_months')) }} as is_recent,
        abs({{ days_between('deals.created_on', 'open_payments.booked_on') }}) as distance_days
    from name_deals as names
    inner join count_names on names.payment_id = count_names.payment_id
    inner join open_payments on names.payment_id = open_payments.payment_id
    inner join deals
        on
            names.account_id = deals.account_id
            and names.deal_id = deals.deal_id
),

-- two numbers of one payment may lead to the same deal
collect_pairs as (
    select
        payment_id,
        kind,
        account_id,
        deal_id,
        is_several,
        payer_inn,
        amount,
        booked_on,
        price,
        is_inn_known,
        is_same_inn,
        is_same_currency,
        is_recent,
        distance_days,
        {{ joined_text('token', ', ', 'token') }} as matched_token
    from describe_names
    group by all
),

-- what a purpose that names several deals leaves open: those that another number leads to and whose
-- INN is not known may be the payer's as well
weigh_pairs as (
    select
        *,
        sum(case when is_same_inn or is_inn_known then 0 else 1 end) over payment as unknown_inns,
        sum(case when is_same_inn then 1 else 0 end) over payment as same_inns
    from collect_pairs
    window payment as (partition by payment_id)
),

find_proofs as (
    select
        payment_id,
        account_id,
        deal_id,
        case kind when 'deal_id' then 1 when 'deal_number' then 2 else 3 end as step
    from weigh_pairs
    where
        kind = 'deal_id'
        or (kind = 'deal_number' and not is_several)
        or (kind in ('invoice', 'facture') and not is_several and is_same_inn)
),

judge_proofs as (
    select
        payment_id,
        account_id,
        deal_id,
        step,
        count(*) over (partition by payment_id) = 1 as is_chosen
    from find_proofs
),

-- deals that any number names are the only ones whose rest is asked for here
named_deals as (
    select distinct
        account_id,
        deal_id,
        price
    from weigh_pairs
),

allocate_proven as (
    select
        account_id,
        deal_id,
        amount,
        booked_on
    from (
        select
            manual.account_id,
            manual.deal_id,
            manual.amount,
            payments.booked_on
        from manual
        inner join payments on manual.payment_id = payments.payment_id

        union all

        select
            weigh_pairs.account_id,
            weigh_pairs.deal_id,
            weigh_pairs.amount,
            weigh_pairs.booked_on
        from judge_proofs
        inner join weigh_pairs
            on
                judge_proofs.payment_id = weigh_pairs.payment_id
                and judge_proofs.account_id = weigh_pairs.account_id
                and judge_proofs.deal_id = weigh_pairs.deal_id
        where judge_proofs.is_chosen
    ) as proven
    where deal_id is not null
),

balance_proven as (
    select * from {{ deal_balances('allocate_proven', 'named_deals') }}
),

list_proven as (
    select distinct payment_id from judge_proofs
),

compare_single_sums as (
    select
        pairs.*,
        balances.rest,
        pairs.is_same_currency and abs(pairs.amount) = pairs.price as is_price,
        pairs.is_same_currency and pairs.amount > 0 and pairs.amount = balances.rest as is_rest
    from weigh_pairs as pairs
    left join list_proven on pairs.payment_id = list_proven.payment_id
    inner join balance_proven as balances
        on
            pairs.account_id = balances.account_id
            and pairs.deal_id = balances.deal_id
            and pairs.booked_on >= balances.from_on
            and pairs.booked_on < balances.until_on
    where list_proven.payment_id is null and not pairs.is_several
),

-- a sum does not tell the deals of one number apart, as prices repeat; of deals of several years
-- the recent one counts, unless an old one has just that price
weigh_singles as (
    select
        *,
        case
            when
                (is_price or is_rest)
                and (
                    count(*) over payment = 1
                    or (is_recent and sum(case when is_recent then 1 else 0 end) over payment = 1)
                )
                then 4
            when is_recent or is_price or is_rest then 6
        end as step
    from compare_single_sums
    window payment as (partition by payment_id)
),

judge_singles as (
    select
        payment_id,
        account_id,
        deal_id,
        step,
        is_price,
        is_rest,
        amount,
        booked_on,
        count(*) over (partition by payment_id, step) = 1 as is_chosen
    from weigh_singles
    where step is not null
    qualify rank() over (partition by payment_id order by step) = 1
),

allocate_by_sum as (
    select * from allocate_proven

    union all

    select
        account_id,
        deal_id,
        amount,
        booked_on
    from judge_singles
    where is_chosen and step = 4
),

balance_by_sum as (
    select * from {{ deal_balances('allocate_by_sum', 'named_deals') }}
),

compare_several_sums as (
    select
        pairs.*,
        balances.rest,
        pairs.is_same_currency and abs(pairs.amount) = pairs.price as is_price,
        pairs.is_same_currency and pairs.amount > 0 and pairs.amount = balances.rest as is_rest
    from weigh_pairs as pairs
    inner join balance_by_sum as balances
        on
            pairs.account_id = balances.account_id
            and pairs.deal_id = balances.deal_id
            and pairs.booked_on >= balances.from_on
            and pairs.booked_on < balances.until_on
    where pairs.is_several and pairs.kind <> 'deal_id'
),

-- of the deals that one number leads to, an old one counts only where no recent one has it
resolve_numbers as (
    select
        payment_id,
        account_id,
        deal_id,
        count(*) over (partition by payment_id, token) as holders
    from describe_names
    where is_several and kind <> 'deal_id'
    qualify rank() over (partition by payment_id, token order by is_recent desc) = 1
),

list_parts as (
    select
        payment_id,
        account_id,
        deal_id,
        max(holders) as holders
    from resolve_numbers
    group by payment_id, account_id, deal_id
),

sum_parts as (
    select
        parts.payment_id,
        parts.account_id,
        parts.deal_id,
        pairs.amount,
        pairs.price,
        pairs.rest,
        count(*) over payment as deals,
        max(parts.holders) over payment as holders,
        bool_and(pairs.is_same_currency) over payment as is_same_currency,
        min(pairs.price) over payment as least_price,
        min(pairs.rest) over payment as least_rest,
        sum(pairs.price) over payment as sum_of_prices,
        sum(pairs.rest) over payment as sum_of_rests
    from list_parts as parts
    inner join compare_several_sums as pairs
        on
            parts.payment_id = pairs.payment_id
            and parts.account_id = pairs.account_id
            and parts.deal_id = pairs.deal_id
    window payment as (partition by parts.payment_id)
),

split_sums as (
    select
        payment_id,
        account_id,
        deal_id,
        deals,
        sum_of_prices = abs(amount) and least_price > 0 as is_by_price,
        case
            when sum_of_prices = abs(amount) and least_price > 0 then sign(amount) * price
            else rest
        end as part
    from sum_parts
    where
        deals > 1
        and holders = 1
        and is_same_currency
        and (
            (sum_of_prices = abs(amount) and least_price > 0)
            or (amount > 0 and sum_of_rests = amount and least_rest >= 0)
        )
),

list_split as (
    select distinct payment_id from split_sums
),

list_shared as (
    select distinct payment_id from list_parts
    where holders > 1
),

judge_several as (
    select
        pairs.payment_id,
        pairs.account_id,
        pairs.deal_id,
        pairs.is_price,
        pairs.is_rest,
        case
            -- the deals' own numbers, with no sum to tell how they share it
            when pairs.kind = 'deal_number' then 2
            when pairs.is_same_inn and pairs.same_inns = 1 and pairs.unknown_inns = 0 then 3
            when (pairs.is_price or pairs.is_rest) and list_shared.payment_id is null then 4
            else 6
        end as step
    from compare_several_sums as pairs
    left join list_split on pairs.payment_id = list_split.payment_id
    left join list_shared on pairs.payment_id = list_shared.payment_id
    where
        list_split.payment_id is null
        and (
            pairs.kind = 'deal_number'
            or (pairs.is_same_inn and pairs.same_inns = 1 and pairs.unknown_inns = 0)
            or pairs.is_price
            or pairs.is_rest
            or pairs.is_recent
        )
    qualify rank() over (partition by pairs.payment_id order by step) = 1
),

unite_steps as (
    select
        payment_id,
        account_id,
        deal_id,
        step,
        false as is_price,
        false as is_rest,
        cast(null as bigint) as deals,
        cast(null as decimal(18, 2)) as part,
        is_chosen
    from judge_proofs

    union all

    select
        payment_id,
        account_id,
        deal_id,
        step,
        is_price,
        is_rest,
        cast(null as bigint) as deals,
        cast(null as decimal(18, 2)) as part,
        is_chosen
    from judge_singles

    union all

    select
        payment_id,
        account_id,
        deal_id,
        5 as step,
        is_by_price as is_price,
        not is_by_price as is_rest,
        deals,
        part,
        true as is_chosen
    from split_sums
    where part <> 0

    union all

    select
        payment_id,
        account_id,
        deal_id,
        step,
        is_price,
        is_rest,
        cast(null as bigint) as deals,
        cast(null as decimal(18, 2)) as part,
        count(*) over (partition by payment_id) = 1 as is_chosen
    from judge_several
),

describe_candidates as (
    select
        steps.payment_id,
        steps.account_id,
        steps.deal_id,
        case steps.step
            when 1 then 'deal_id'
            when 2 then 'deal_number'
            when 3 then 'invoice_inn'
            when 4 then 'invoice_sum'
            when 5 then 'invoices_split'
            else 'invoice'
        end as method,
        pairs.matched_token,
        case pairs.kind
            when 'deal_id' then {{ in_language('id сделки от источника ', 'deal id of the feed ') }}
            when 'deal_number' then {{ deal_word }}
            when 'invoice' then {{ invoice_word }}
            else {{ facture_word }}
        end || pairs.matched_token
        || case
            when steps.step = 3 then {{ in_language('; ИНН ', '; INN ') }} || pairs.payer_inn
            when steps.step = 5 and steps.is_price
                then
                    {{ in_language('; сумма = цены сделок: ', '; sum = prices of deals: ') }}
                    || cast(steps.deals as string)
            when steps.step = 5
                then
                    {{ in_language('; сумма = остатки сделок: ', '; sum = rests of deals: ') }}
                    || cast(steps.deals as string)
            when steps.is_price
                then
                    {{ in_language('; сумма = цена ', '; sum = price ') }}
                    || {{ amount_text('abs(pairs.amount)') }}
            when steps.is_rest
                then
                    {{ in_language('; сумма = остаток ', '; sum = unpaid rest ') }}
                    || {{ amount_text('pairs.amount') }}
            else ''
        end as evidence,
        pairs.distance_days,
        case when steps.is_chosen then coalesce(steps.part, pairs.amount) end as amount,
        steps.is_chosen
    from unite_steps as steps
    inner join weigh_pairs as pairs
        on
            steps.payment_id = pairs.payment_id
            and steps.account_id = pairs.account_id
            and steps.deal_id = pairs.deal_id
)

select
    payment_id,
    account_id,
    deal_id,
    method,
    cast(
        case method
            {% for name, score in scores.items() %}
                when '{{ name }}' then {{ score }}
            {% endfor %}
        end as decimal(3, 2)
    ) as score,
    matched_token,
    evidence,
    distance_days,
    cast(amount as decimal(18, 2)) as amount,
    is_chosen,
    false as is_review_only
from describe_candidates
