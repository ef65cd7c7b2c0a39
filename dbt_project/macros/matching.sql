{# What the models of matching share (int_money__candidates_*): sums, names, evidence. #}

{# The columns of every int_money__candidates_* model, in this order. #}
{% macro candidate_columns() -%}
    payment_id, account_id, deal_id, method, score, matched_token, evidence, distance_days, amount,
    is_chosen, is_review_only
{%- endmacro %}

{#
  What deals had been paid and what they still lacked, a subquery: one row per deal and stretch of
  days [from_on, until_on) with paid and rest. allocations and deals name relations with account_id,
  deal_id and amount, booked_on or price; money booked on a day counts from that day.
#}
{% macro deal_balances(allocations, deals) -%}
    (
        select
            steps.account_id,
            steps.deal_id,
            steps.paid,
            balance_deals.price - steps.paid as rest,
            steps.from_on,
            steps.until_on
        from (
            select
                account_id,
                deal_id,
                sum(sum(amount)) over by_day as paid,
                booked_on as from_on,
                coalesce(lead(booked_on) over by_day, cast('9999-12-31' as date)) as until_on
            from (
                select
                    account_id,
                    deal_id,
                    amount,
                    booked_on
                from {{ allocations }}

                union all

                select
                    account_id,
                    deal_id,
                    cast(0 as decimal(18, 2)) as amount,
                    cast('1900-01-01' as date) as booked_on
                from {{ deals }}
            ) as balance_days
            group by account_id, deal_id, booked_on
            window by_day as (partition by account_id, deal_id order by booked_on)
        ) as steps
        inner join {{ deals }} as balance_deals
            on
                steps.account_id = balance_deals.account_id
                and steps.deal_id = balance_deals.deal_id
    )
{%- endmacro %}

{# An amount inside a sentence: 230000.00. #}
{% macro amount_text(amount) -%}
    {{ return("cast(cast(" ~ amount ~ " as decimal(18, 2)) as string)") }}
{%- endmacro %}

{#
  The name of who paid, without what banks put around it: of "ПАО СБЕРБАНК//ИВАНОВ ИВАН//г. Москва//"
  the person, of "Иванов Иван//г. Москва//" too.
#}
{% macro payer_own_name(name) -%}
    case
        when {{ is_paid_through_bank(name) }}
            then {{ first_match(name, '//+ *([^/]+)') }}
        else {{ first_match(name, '^ */* *([^/]+)') }}
    end
{%- endmacro %}

{# Whether a bank stands before the payer in the name: INN and account of such a row are the bank's. #}
{% macro is_paid_through_bank(name) -%}
    {{ regexp_matches(
        "replace(lower(" ~ name ~ "), 'ё', 'е')",
        "'^[^/]*((^|[^а-я])(пао|ао|оао|зао|нко|рнко|кб)([^а-я]|$)|банк|(^|[^a-z])bank)[^/]*//+ *[^/ ]'"
    ) }}
{%- endmacro %}

{# A name as it is compared: lower case, ё as е, no punctuation, no legal forms, single blanks. #}
{% macro plain_party_name(name) -%}
    {%- set state = namespace(text="replace(lower(" ~ name ~ "), 'ё', 'е')") -%}
    {%- set forms = 'ооо|оао|зао|пао|ао|ип|нко|тоо|осоо|чп|кфх|гк|llc|ltd|inc' -%}
    {%- for pattern, replacement in [
        ('общество с ограниченной ответственностью|индивидуальный предприниматель', ' '),
        ('(акционерное|публичное|закрытое|открытое|непубличное) (акционерное )?общество', ' '),
        ('[^0-9a-zа-я]+', '  '),
        ('(^| )(' ~ forms ~ ')( |$)', ' '),
        (' +', ' '),
    ] -%}
        {%- set state.text = regexp_replace_all(state.text, pattern, replacement) -%}
    {%- endfor -%}
    {{ return("nullif(trim(" ~ state.text ~ "), '')") }}
{%- endmacro %}

{# How alike two words are, DECIMAL(9,6): 1 less the edits between them by the longer one's length. #}
{% macro word_similarity(one, other) -%}
    cast(
        1 - levenshtein({{ one }}, {{ other }}) / cast(
            greatest(length({{ one }}), length({{ other }})) as double
        ) as decimal(9, 6)
    )
{%- endmacro %}
