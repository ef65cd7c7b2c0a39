{# What the first group of a pattern finds first in a text; NULL where it finds nothing. #}
{% macro first_match(text, pattern) -%}
    {{ return(adapter.dispatch('first_match', 'skvoz')(text, pattern)) }}
{%- endmacro %}

{# The engines we run on agree here, but for how they quote a literal. #}
{% macro default__first_match(text, pattern) -%}
    {{ return("nullif(regexp_extract(" ~ text ~ ", " ~ text_literal(pattern) ~ ", 1), '')") }}
{%- endmacro %}

{# The value of a parameter of an address as it stands there: url_parameter('url', 'yclid'). #}
{% macro url_parameter(address, name) -%}
    {{ first_match(address, '[?&]' ~ name ~ '=([^&#]+)') }}
{%- endmacro %}

{# What call tracking writes where there was nothing: blanks and "<не указано>" are NULL. #}
{% macro tracked_text(text) -%}
    case
        when trim({{ text }}) not in ('', '<не указано>', '<не заполнено>') then trim({{ text }})
    end
{%- endmacro %}

{# The same list of columns for every branch of the union of contacts; NULL where a service lacks one. #}
{% macro entry_point(source, kind, row_id, occurred_at, own) -%}
    {%- set text, whole = 'cast(null as string)', 'cast(null as bigint)' -%}
    '{{ source }}' as source,
    '{{ kind }}' as kind,
    cast({{ row_id }} as string) as source_row_id,
    ym_client_id,
    ua_client_id,
    yclid,
    gclid,
    {{ url_parameter('entrance_page', 'rb_clickid') }} as rb_clickid,
    referrer,
    {{ own.get('external_deal_id', text) }} as external_deal_id,
    {{ own.get('direction', "'in'") }} as direction,
    {{ own.get('phone', text) }} as phone,
    {{ own.get('virtual_phone', text) }} as virtual_phone,
    {{ own.get('email', text) }} as email,
    {{ own.get('subject', text) }} as subject,
    {%- for mark in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
    {{ clean_mark(mark) }} as {{ mark }},
    {%- endfor %}
    {{ own.get('wait_seconds', whole) }} as wait_seconds,
    {{ own.get('duration_seconds', whole) }} as duration_seconds,
    {{ own.get('is_lost', 'false') }} as is_lost,
    {{ occurred_at }} as occurred_at
{%- endmacro %}
