{#
  A UTM value as it can be compared: percent-decoded until nothing changes, at most three times, each
  time as UTF-8, else as Windows-1251; NFC; `+` a blank, zero-width characters dropped, blanks
  collapsed and trimmed, lower case. NULL for what only looks like a value: (not set), null, "--", and
  any macro the ad platform left unreplaced such as {campaign_id} or {{source}} (see
  has_unreplaced_macro).

  Example: clean_mark("' Yandex%2520Direct '") gives 'yandex direct'
#}
{% macro clean_mark(expression) -%}
    {%- set clean = "lower(" ~ plain_mark(expression) ~ ")" -%}
    case
        when {{ has_unreplaced_macro(clean) }} then null
        when {{ clean }} in ({{ words_for_nothing() }}) then null
        else {{ clean }}
    end
{%- endmacro %}

{# What a click id or an address says: as clean_mark, but letters keep their case and + stays +. #}
{% macro clean_click_id(expression) -%}
    {%- set plain = "trim(" ~ expression ~ ")" -%}
    case
        when {{ has_unreplaced_macro(plain) }} or lower({{ plain }}) like '\%7b%' escape '\' then null
        when lower({{ plain }}) in ({{ words_for_nothing() }}) then null
        else {{ plain }}
    end
{%- endmacro %}

{# The text of a mark, decoded and with blanks in order; what it says is not looked at. #}
{% macro plain_mark(expression) -%}
    {%- set decoded = "replace(" ~ decoded_mark(expression) ~ ", '+', ' ')" -%}
    {%- set visible = regexp_replace_all(
        decoded, '[\\x{00AD}\\x{200B}-\\x{200D}\\x{2060}\\x{FEFF}]+', ''
    ) -%}
    trim({{ regexp_replace_all(composed_text(visible), '[\\s\\x{00A0}]+', ' ') }})
{%- endmacro %}

{# Whether a decoded text still holds a macro that the ad platform should have replaced. #}
{% macro has_unreplaced_macro(text) -%}
    {{ return(regexp_matches(text, "'[{][^}]*[}]'")) }}
{%- endmacro %}

{# What people and programs write where there is nothing, as quoted literals for an IN list. #}
{% macro words_for_nothing() -%}
    '', '(not set)', '(none)', 'not set', 'none', 'null', 'undefined', 'nan', '-', '--'
{%- endmacro %}

{# Percent-decoding, three times at most; what is malformed stays as it stands. #}
{% macro decoded_mark(expression) -%}
    {%- set step -%}
        case
            when not {{ regexp_matches('told', "'%[0-9A-Fa-f]{2}'") }} then told
            when {{ is_windows_1251('upper(told)') }} then {{ url_decode(utf_8_of_windows_1251('told')) }}
            else {{ url_decode('told') }}
        end
    {%- endset -%}
    {#- most marks have nothing to decode, and there are many -#}
    {{ return(
        "case when contains(" ~ expression ~ ", '%') then " ~ repeated_text(expression, step, 3)
        ~ " else " ~ expression ~ " end"
    ) }}
{%- endmacro %}

{#
  Whether a percent-encoded text in capitals is of Windows-1251: it has bytes of Russian letters and
  no byte that only the second half of a UTF-8 letter can be. Half a letter of UTF-8, cut off by a
  length limit, is none of the two.
#}
{% macro is_windows_1251(text) -%}
    ({{ regexp_matches(text, "'%(A8|B8|[C-F][0-9A-F])'") }}
    and not {{ regexp_matches(text, "'%([89][0-9A-F]|A[0-79A-F]|B[0-7A-F]|D[01]%[89AB]|D[01]$)'") }})
{%- endmacro %}

{#
  Percent-encoded Windows-1251 as percent-encoded UTF-8. The letters of both stand in one order, 16 a
  row: the row of C0 is D0 90, of D0 is D0 A0, of E0 is D0 B0, of F0 is D1 80.
#}
{% macro utf_8_of_windows_1251(text) -%}
    {%- set converted = namespace(text=text) -%}
    {#- ‰ is the percent sign of what is converted already -#}
    {%- for pattern, replacement in [
        ('%[Aa]8', 'D0‰81'), ('%[Bb]8', 'D1‰91'), ('%[Bb]9', 'E2‰84‰96'),
        ('%[Cc]([0-9A-Fa-f])', 'D0‰9\\1'), ('%[Dd]([0-9A-Fa-f])', 'D0‰A\\1'),
        ('%[Ee]([0-9A-Fa-f])', 'D0‰B\\1'), ('%[Ff]([0-9A-Fa-f])', 'D1‰8\\1'),
    ] -%}
        {%- set converted.text = regexp_replace_all(
            converted.text, pattern, '‰' ~ replacement
        ) -%}
    {%- endfor -%}
    {{ return("replace(" ~ converted.text ~ ", '‰', '%')") }}
{%- endmacro %}

{# A name by its letters and digits only, for comparison: "Бренд | Поиск" is "брендпоиск". #}
{% macro letters_and_digits(text) -%}
    nullif({{ regexp_replace_all(text, '[^\\p{L}\\p{N}]+', '') }}, '')
{%- endmacro %}

{#
  The same in Latin letters, for names that an ad platform transliterated. There are many ways to
  write Russian so; the usual ones are folded into one on both sides: "yuzhnye", "juzhnye" and
  "iuzhnye" are equal.
#}
{% macro latin_letters_and_digits(text) -%}
    {%- set latin = namespace(text="lower(" ~ text ~ ")") -%}
    {%- for cyrillic, letters in [('щ', 'sh'), ('ш', 'sh'), ('ч', 'ch'), ('ж', 'zh')] -%}
        {%- set latin.text = "replace(" ~ latin.text ~ ", '" ~ cyrillic ~ "', '" ~ letters
            ~ "')" -%}
    {%- endfor -%}
    {#- the last two have no letter to become and go -#}
    {%- set latin.text = "translate(" ~ latin.text
        ~ ", 'абвгдеёзийклмнопрстуфхцыэюяъь', 'abvgdeeziiklmnoprstufhcieua')" -%}
    {%- for pattern, replacement in [
        ("[`'ʹʺ’]+", ''), ('[^\\p{L}\\p{N}]+', ''), ('shh|shch|sch', 'sh'), ('kh|x', 'h'),
        ('ts|tc', 'c'), ('[yj]', 'i'), ('i+u', 'u'), ('i+a', 'a'), ('i+o', 'e'), ('i+e', 'e'),
        ('i+', 'i'),
    ] -%}
        {%- set latin.text = regexp_replace_all(latin.text, pattern, replacement) -%}
    {%- endfor -%}
    nullif({{ latin.text }}, '')
{%- endmacro %}

{#
  What a campaign is known by everywhere: feed, cabinet and the platform's id; where the feed has no id,
  the marks it goes by, those that are absent left out.

  Example: 'spend_files:offline:billboard/outdoor/щит на мкад'
#}
{% macro campaign_key(relation) -%}
    {{ relation }}.source || ':' || {{ relation }}.cabinet || ':' || coalesce(
        {{ relation }}.campaign_id,
        concat_ws(
            '/', {{ relation }}.utm_source, {{ relation }}.utm_medium, {{ relation }}.utm_campaign
        )
    )
{%- endmacro %}
