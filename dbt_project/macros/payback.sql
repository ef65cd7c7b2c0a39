{# What payback is broken down by; rows of each dimension sum to total. #}
{% macro payback_dimensions() -%}
    {{ return(['total', 'channel', 'campaign', 'placement', 'manager', 'manager_originator']) }}
{%- endmacro %}

{# Days after a customer's first payment that LTV is observed at. #}
{% macro ltv_horizons() -%}
    {{ return([30, 90, 180, 365]) }}
{%- endmacro %}

{# Channels that tell no source, for an IN list. #}
{% macro sourceless_channels() -%}
    ('unassigned', 'unknown', 'unallocated')
{%- endmacro %}

{#
  A row's key in a dimension, from its columns channel, placement, campaign_key, closer_user_id and
  originator_user_id. Money without a deal is 'unallocated' in all of them.
#}
{% macro payback_key(dimension) -%}
    {%- set columns = {
        'campaign': 'campaign_key',
        'placement': 'placement',
        'manager': 'cast(closer_user_id as string)',
        'manager_originator': 'cast(originator_user_id as string)',
    } -%}
    {%- if dimension == 'total' -%}
        '__all__'
    {%- elif dimension == 'channel' -%}
        coalesce(channel, 'not_by_channel')
    {%- else -%}
        case
            when channel = 'unallocated' then channel
            else coalesce({{ columns[dimension] }}, '__none__')
        end
    {%- endif -%}
{%- endmacro %}

{#
  Whether a row's value of the dimension is known, and whether it had to be: a call has no campaign,
  so that coverage of campaigns and placements rests on paid channels and on what has no source.
  Needs is_paid, whether the channel's traffic is paid for, besides the columns of payback_key.
#}
{% macro is_payback_key_known(dimension) -%}
    {%- if dimension == 'total' -%}
        channel <> 'unallocated'
    {%- elif dimension == 'channel' -%}
        channel not in {{ sourceless_channels() }}
    {%- else -%}
        {{ payback_key(dimension) }} not in ('unallocated', '__none__')
    {%- endif -%}
{%- endmacro %}

{% macro is_payback_key_due(dimension) -%}
    {%- if dimension in ('campaign', 'placement') -%}
        (is_paid or channel in {{ sourceless_channels() }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#
  Measures of payback, all of them sums: column -> the type of its zero. Cabinets tell the first
  ones, which managers and their deals have nothing of.
#}
{% macro spend_measures() -%}
    {{ return(['spend', 'spend_gross', 'spend_net', 'surcharge', 'impressions', 'clicks']) }}
{%- endmacro %}

{% macro deal_measures() -%}
    {{ return([
        'leads', 'new_leads', 'qualified_leads', 'won', 'paid_deals', 'new_customers',
        'repeat_customers',
    ]) }}
{%- endmacro %}

{% macro money_measures() -%}
    {{ return([
        'revenue', 'refunds', 'repeat_revenue', 'revenue_with_cogs', 'cogs', 'money_rows',
        'cogs_rows',
    ]) }}
{%- endmacro %}

{% macro ltv_measures() -%}
    {%- set measures = [] -%}
    {%- for days in ltv_horizons() -%}
        {%- for measure in ['customers', 'revenue', 'revenue_with_cogs', 'cogs'] -%}
            {%- do measures.append('ltv_' ~ measure ~ '_' ~ days) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(measures) }}
{%- endmacro %}

{% macro payback_measures() -%}
    {{ return(
        spend_measures() + ['other_costs'] + deal_measures() + money_measures() + ltv_measures()
    ) }}
{%- endmacro %}

{# A share of sums, DOUBLE; NULL where the whole is nothing. #}
{% macro share_of(part, whole) -%}
    {{ return("cast(" ~ part ~ " as double) / nullif(" ~ whole ~ ", 0)") }}
{%- endmacro %}

{#
  Gross profit of a row of sums: revenue less COGS where COGS is known. Nothing sold cost nothing;
  where too little of the revenue has a cost it is withheld.
#}
{% macro gross_profit() -%}
    case
        when coalesce(money_rows, 0) = 0 then {{ zero_if_money_is_known('null') }}
        when cogs_rows > 0 and {{ is_cogs_known() }} then revenue_with_cogs - cogs
    end
{%- endmacro %}

{% macro cogs_coverage() -%}
    {{ share_of('coalesce(revenue_with_cogs, 0)', 'net_revenue') }}
{%- endmacro %}

{% macro is_cogs_known() -%}
    coalesce({{ cogs_coverage() }}, 1) >= {{ var('minimum_coverage') }}
{%- endmacro %}

{% macro gross_profit_status() -%}
    case
        when coalesce(money_rows, 0) = 0 then 'no_money'
        when coalesce(cogs_rows, 0) = 0 then 'no_cost'
        when not {{ is_cogs_known() }} then 'withheld'
        when cogs_rows < money_rows then 'partial'
        else 'full'
    end
{%- endmacro %}

{# A ratio where coverage suffices; without a whole to cover nothing is withheld. #}
{% macro ratio_if_covered(numerator, denominator, coverage) -%}
    case
        when coalesce({{ coverage }}, 1) >= {{ var('minimum_coverage') }}
            then {{ share_of(numerator, denominator) }}
    end
{%- endmacro %}

{# Whole months from the month of one DATE to that of a later one. #}
{% macro months_between(earlier, later) -%}
    cast(
        (extract(year from {{ later }}) - extract(year from {{ earlier }})) * 12
        + extract(month from {{ later }}) - extract(month from {{ earlier }}) as bigint
    )
{%- endmacro %}

{#
  One measure or several as a row of int_money__payback_parts: every column of payback_measures(),
  NULL where values has no expression for it.
#}
{% macro payback_columns(values) -%}
    {%- set counts = ['impressions', 'clicks', 'money_rows', 'cogs_rows'] + deal_measures() -%}
    {%- for measure in payback_measures() %}
        {%- set type = 'bigint' if measure in counts or measure.startswith('ltv_customers_')
            else 'decimal(38, 2)' %}
        cast({{ values.get(measure, 'null') }} as {{ type }}) as {{ measure }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#
  The two steps from CTE payback_sums, rows of int_money__payback_sums of one basis, to what reports
  of payback select from: add_periods sums up by the period, add_coverage fills zeros where somebody
  was asked and says what each ratio rests on.
#}
{% macro payback_steps(period) -%}
    add_periods as (
        select
            account_id,
            dimension,
            dimension_key,
            {{ period }} as period,
            currency,
            {% for measure in payback_measures() %}
                sum({{ measure }}) as {{ measure }},
            {% endfor %}
            sum(due_revenue) as due_revenue,
            sum(due_refunds) as due_refunds,
            sum(known_revenue) as known_revenue,
            sum(known_refunds) as known_refunds,
            sum(due_leads) as due_leads,
            sum(known_leads) as known_leads
        from payback_sums
        group by account_id, dimension, dimension_key, {{ period }}, currency
    ),

    add_money as (
        select
            *,
            {{ zero_if_money_is_known('revenue') }} + {{ zero_if_money_is_known('refunds') }}
                as net_revenue,
            case
                when count(qualified_leads) over account_rows > 0
                    then coalesce(qualified_leads, 0)
            end as all_qualified_leads,
            -- a month that no other cost is written down for has none that is known
            case
                when dimension in ('total', 'channel')
                    then coalesce(
                        other_costs, case when count(other_costs) over period_rows > 0 then 0 end
                    )
            end as all_other_costs,
            cast(
                sum(coalesce(known_revenue, 0) + coalesce(known_refunds, 0)) over coverage_rows
                as double
            ) / nullif(
                sum(coalesce(due_revenue, 0) + coalesce(due_refunds, 0)) over coverage_rows, 0
            ) as money_coverage,
            cast(sum(known_leads) over coverage_rows as double)
            / nullif(sum(due_leads) over coverage_rows, 0) as lead_coverage
        from add_periods
        window
            account_rows as (partition by account_id),
            period_rows as (partition by account_id, {{ month_of('period') }}),
            coverage_rows as (partition by account_id, dimension, period, currency)
    ),

    add_profit as (
        select
            *,
            {{ gross_profit() }} as gross_profit,
            {{ gross_profit_status() }} as gross_profit_status,
            {{ cogs_coverage() }} as cogs_coverage,
            case
                when all_other_costs > 0 or spend is not null
                    then coalesce(spend, 0) + all_other_costs
            end as total_costs
        from add_money
    )
{%- endmacro %}

{# A key's title for people; needs titles, rows of int_money__dimension_titles, joined. #}
{% macro payback_title(row) -%}
    case
        when {{ row }}.dimension = 'total' then {{ in_language('Всего', 'Total') }}
        when {{ row }}.dimension_key = 'unallocated'
            then {{ in_language('Оплаты без сделки', 'Payments without a deal') }}
        when {{ row }}.dimension_key = 'not_by_channel'
            then {{ in_language('Расходы не по каналам', 'Costs of no channel') }}
        when {{ row }}.dimension_key = '__none__' then {{ in_language('Не известно', 'Not known') }}
        when {{ row }}.dimension in ('manager', 'manager_originator')
            then coalesce(
                titles.dimension_title,
                {{ in_language('Сотрудник ', 'User ') }} || {{ row }}.dimension_key
                || {{ in_language(' (удалён)', ' (deleted)') }}
            )
        else coalesce(titles.dimension_title, {{ row }}.dimension_key)
    end
{%- endmacro %}

{# Money columns of reports of payback, from columns of payback_steps; row is the CTE's name. #}
{% macro payback_money_columns(row) -%}
    {{ money(row ~ '.spend') }} as spend,
    {{ money(row ~ '.spend_gross') }} as spend_gross,
    {{ money(row ~ '.spend_net') }} as spend_net,
    {{ money(row ~ '.surcharge') }} as surcharge,
    {{ money(zero_if_money_is_known(row ~ '.revenue')) }} as revenue,
    {{ money(zero_if_money_is_known(row ~ '.refunds')) }} as refunds,
    {{ money(row ~ '.net_revenue') }} as net_revenue,
    {{ money(zero_if_money_is_known(row ~ '.repeat_revenue')) }} as repeat_revenue,
    {{ money(row ~ '.revenue_with_cogs') }} as revenue_with_cogs,
    {{ money(row ~ '.cogs') }} as cogs,
    {{ money(row ~ '.gross_profit') }} as gross_profit,
    {{ row }}.currency
{%- endmacro %}

{# What was earned for what was spent, each NULL where coverage does not suffice. #}
{% macro payback_ratios(row) -%}
    {{ ratio_if_covered(row ~ '.net_revenue', row ~ '.spend', row ~ '.money_coverage') }} as roas,
    case
        when {{ row }}.net_revenue > 0
            then {{ ratio_if_covered(
                row ~ '.spend', row ~ '.net_revenue', row ~ '.money_coverage'
            ) }}
    end as drr,
    {{ ratio_if_covered(
        row ~ '.gross_profit - ' ~ row ~ '.spend', row ~ '.spend', row ~ '.money_coverage'
    ) }} as romi,
    {{ ratio_if_covered(
        row ~ '.net_revenue - ' ~ row ~ '.spend', row ~ '.spend', row ~ '.money_coverage'
    ) }} as romi_before_cogs
{%- endmacro %}

{# Other costs stand beside what they belong to; those of no channel earn nothing by themselves. #}
{% macro payback_roi(row) -%}
    case
        when {{ row }}.dimension_key <> 'not_by_channel'
            then {{ ratio_if_covered(
                row ~ '.gross_profit - ' ~ row ~ '.total_costs',
                row ~ '.total_costs',
                row ~ '.money_coverage',
            ) }}
    end as roi
{%- endmacro %}
