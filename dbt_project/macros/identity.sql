{#
  A telephone number in E.164 where its spelling leaves no doubt, NULL for any other text: a Russian
  number written with +7 or, in Russia, with 7, 8 or neither, with blanks, brackets, dots and hyphens
  only. The rest goes through the library (int_identity__parsed_phones), which agrees on all that is
  told here.

  Example: plain_phone("'8 (900) 000-00-01'") gives '+79000000001'
#}
{% macro plain_phone(text) -%}
    {%- set bare = regexp_replace_all(
        text, '[\\s().\\x{00A0}\\x{2010}-\\x{2015}-]+', ''
    ) -%}
    {%- set prefix = '([+]?7|8)?' if var('phone_region') == 'RU' else '[+]7' -%}
    case
        when {{ regexp_matches(bare, "'^" ~ prefix ~ "[3489][0-9]{9}$'") }}
            then '+7' || right({{ bare }}, 10)
    end
{%- endmacro %}

{#
  The one form in which telephone numbers are stored and compared, E.164; NULL for what is no number
  of a subscriber. parsed is the phone of int_identity__parsed_phones, joined by the same text.

  Example: e164('calls.phone', 'parsed_phones.phone')
#}
{% macro e164(text, parsed) -%}
    coalesce({{ plain_phone(text) }}, {{ parsed }})
{%- endmacro %}

{# An e-mail address as addresses are compared; NULL for what is none. #}
{% macro plain_email(text) -%}
    case when {{ regexp_matches(text, "'[^@ ]@[^@ ]'") }} then lower(trim({{ text }})) end
{%- endmacro %}

{# A Metrica client id; NULL for what only looks like one. #}
{% macro plain_ym_uid(text) -%}
    nullif(nullif(trim({{ text }}), ''), '0')
{%- endmacro %}

{#
  The class of an inquiry made at a moment, by the person's prior deal that ends last: where that one
  is closed all of them are, and none was closed later. A closing exactly the window ago is within it.
#}
{% macro inquiry_class(moment, prior_deal_id, prior_closed_at, window_seconds) -%}
    case
        when {{ prior_deal_id }} is null then 'new'
        when {{ prior_closed_at }} is null or {{ prior_closed_at }} > {{ moment }}
            then 'repeat_open'
        when {{ seconds_between(prior_closed_at, moment) }} <= {{ window_seconds }}
            then 'repeat_within_window'
        else 'new_after_window'
    end
{%- endmacro %}
