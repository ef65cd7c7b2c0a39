{#
  Invoice numbers in free text. Bank payment purposes and the CRM's own field go through the same
  three macros (see int_money__invoice_tokens), so that both sides come out in one form.

  A number counts only right after a word for "invoice". Contract numbers, INNs, VAT and sums never
  stand there; dates are taken out first, and so are the "bank account" meanings of the word счёт.
#}

{# The text in one letter case, without dates and account numbers. #}
{% macro strip_invoice_noise(text) -%}
    {%- set state = namespace(text="replace(lower(" ~ text ~ "), 'ё', 'е')") -%}
    {%- set year_word = ' *(г(ода)?([^а-я]|$))?' -%}
    {%- set months = '(янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*' -%}
    {%- for pattern in [
        '(от *)?[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2,4}' ~ year_word,
        '(от *)?[0-9]{4}-[0-9]{2}-[0-9]{2}',
        'от *[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}',
        '(от *)?[0-9]{1,2} *' ~ months ~ ' *[0-9]{4}' ~ year_word,
        '(лицев|расчетн|корр|транзитн|валютн|банковск)[а-я.]*[ /]*сч(ет[а-я]*)?[. №n:]*[0-9]*',
    ] -%}
        {%- set state.text = regexp_replace_all(state.text, pattern, ' ') -%}
    {%- endfor -%}
    {{ return(state.text) }}
{%- endmacro %}

{# What one number looks like, with the sign before it: "№ СЧ-00123", "n 45/2", "7". #}
{% macro invoice_number_pattern() -%}
    {{ return('(?:№|num|no|n|#)*[. :]*(?:сч|cч)?[ -]*[0-9a-zа-я]{0,4}-?[0-9][0-9a-zа-я/_-]*') }}
{%- endmacro %}

{#
  Stretches of text that name invoices, an array: "по счетам 12, №13 и 14" gives ['12, №13 и 14'].
  kind is 'invoice', 'facture' (счёт-фактура, УПД: papers that often repeat the invoice's number) or
  'deal' (сделка, заказ: numbers of deals, which the same pattern finds).
#}
{% macro invoice_stretches(text, kind) -%}
    {%- set words = {
        'invoice':
            'счет(?:ам|ами|ом|ов|а|у|е|ы)?(?:[ -]*(?:договор|оферт)[а-я]*)?|сч|invoice|inv',
        'facture': 'счет(?:ам|ами|ом|ов|а|у|е|ы)?[ -]*фактур[а-я]*|с/ф|сч/ф|сф|упд',
        'deal': 'сделк(?:ами|ам|ой|а|и|е|у)|сделок|заказ(?:ами|ам|ом|ов|а|у|е|ы)?|order|deal',
    }[kind] -%}
    {%- set number = invoice_number_pattern() -%}
    {%- set pattern =
        '(?:^|[^0-9a-zа-я/])(?:' ~ words ~ ')[. :]*(?:на (?:пред)?оплату)?[. :(]*'
        ~ '(' ~ number ~ '(?: *(?:,|;|и|&|[+]) *' ~ number ~ ')*)'
    -%}
    {{ return("regexp_extract_all(" ~ text ~ ", '" ~ pattern ~ "', 1)") }}
{%- endmacro %}

{# One number as it is compared: Latin lookalikes, no "№ СЧ-" before it, no leading zeros. #}
{% macro normalise_invoice_number(text) -%}
    {%- set folded = "translate(" ~ text ~ ", 'авекмнорстух', 'abekmhopctyx')" -%}
    {%- set bare = regexp_replace_all(folded, '^(№|num|no|n|#|[ .:])*(cч|sch)?[ -]*', '') -%}
    {{ return(regexp_replace_all(bare, '^0+([0-9])', '\\1')) }}
{%- endmacro %}
