{#
  What people are recognised by, as one text each; NULL where the value is no such thing. A number of
  fewer than seven digits is an extension: phone_key takes what phone_digits gives.

  Example: email_key("' Ivan@Mail.ru '") gives 'email ivan@mail.ru'
#}
{% macro phone_key(digits) -%}
    case when length({{ digits }}) >= 7 then 'phone ' || {{ digits }} end
{%- endmacro %}

{% macro email_key(text) -%}
    case
        when {{ regexp_matches(text, "'[^@ ]@[^@ ]'") }} then 'email ' || lower(trim({{ text }}))
    end
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
