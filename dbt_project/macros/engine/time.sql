{#
  Time. Inside the project a moment is a naive TIMESTAMP in UTC and is named *_at; a day is a DATE
  in the company's zone and is named *_on.
#}

{# A zoned moment (or its ISO text) as a naive UTC timestamp. #}
{% macro to_utc(moment) -%}
    {{ return(adapter.dispatch('to_utc', 'skvoz')(moment)) }}
{%- endmacro %}

{% macro default__to_utc(moment) -%}
    {{ return("to_utc_timestamp(cast(" ~ moment ~ " as timestamp), current_timezone())") }}
{%- endmacro %}

{% macro duckdb__to_utc(moment) -%}
    {{ return("(cast(" ~ moment ~ " as timestamp with time zone) at time zone 'UTC')") }}
{%- endmacro %}

{# The day, in the company's zone, of a naive UTC timestamp. #}
{% macro local_date(moment) -%}
    {{ return(adapter.dispatch('local_date', 'skvoz')(moment)) }}
{%- endmacro %}

{% macro default__local_date(moment) -%}
    {{ return("cast(from_utc_timestamp(" ~ moment ~ ", '" ~ var('company_timezone') ~ "') as date)") }}
{%- endmacro %}

{% macro duckdb__local_date(moment) -%}
    {{ return(
        "cast((" ~ moment ~ " at time zone 'UTC') at time zone '" ~ var('company_timezone')
        ~ "' as date)"
    ) }}
{%- endmacro %}

{# The first day of the month, a DATE, of a DATE. #}
{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{# Unix seconds as a naive UTC timestamp. #}
{% macro from_epoch(seconds) -%}
    {{ return(adapter.dispatch('from_epoch', 'skvoz')(seconds)) }}
{%- endmacro %}

{% macro default__from_epoch(seconds) -%}
    {{ return("timestamp_seconds(" ~ seconds ~ ")") }}
{%- endmacro %}

{% macro duckdb__from_epoch(seconds) -%}
    {{ return("(to_timestamp(" ~ seconds ~ ") at time zone 'UTC')") }}
{%- endmacro %}

{# Whole seconds from one naive timestamp to another, BIGINT. #}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'skvoz')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    {{ return("timestampdiff(second, " ~ earlier ~ ", " ~ later ~ ")") }}
{%- endmacro %}

{% macro duckdb__seconds_between(earlier, later) -%}
    {{ return("date_diff('second', " ~ earlier ~ ", " ~ later ~ ")") }}
{%- endmacro %}

{# Whole days from one DATE to a later one, BIGINT. #}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'skvoz')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    {{ return("cast(datediff(" ~ later ~ ", " ~ earlier ~ ") as bigint)") }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    {{ return("date_diff('day', " ~ earlier ~ ", " ~ later ~ ")") }}
{%- endmacro %}

{# A DATE so many days later; a negative number goes back. #}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days', 'skvoz')(day, days)) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    {{ return("date_add(" ~ day ~ ", cast(" ~ days ~ " as int))") }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    {{ return("(" ~ day ~ " + cast(" ~ days ~ " as integer))") }}
{%- endmacro %}

{# Every DATE from the first to the last one, both included, an array; the last is not earlier. #}
{% macro each_day(first, last) -%}
    {{ return(adapter.dispatch('each_day', 'skvoz')(first, last)) }}
{%- endmacro %}

{% macro default__each_day(first, last) -%}
    {{ return("sequence(" ~ first ~ ", " ~ last ~ ", interval 1 day)") }}
{%- endmacro %}

{% macro duckdb__each_day(first, last) -%}
    {{ return("cast(generate_series(" ~ first ~ ", " ~ last ~ ", interval 1 day) as date[])") }}
{%- endmacro %}

{# When the company's clocks show so many seconds past the midnight of a DATE, naive UTC. #}
{% macro local_moment(day, seconds) -%}
    {{ return(adapter.dispatch('local_moment', 'skvoz')(day, seconds)) }}
{%- endmacro %}

{% macro default__local_moment(day, seconds) -%}
    {{ return(
        "to_utc_timestamp(timestampadd(second, " ~ seconds ~ ", cast(" ~ day ~ " as timestamp)), '"
        ~ var('company_timezone') ~ "')"
    ) }}
{%- endmacro %}

{% macro duckdb__local_moment(day, seconds) -%}
    {{ return(
        "(((cast(" ~ day ~ " as timestamp) + to_seconds(" ~ seconds ~ ")) at time zone '"
        ~ var('company_timezone') ~ "') at time zone 'UTC')"
    ) }}
{%- endmacro %}
