{#
  The host of an address in lower case, without port and "www."; NULL where there is none.

  Example: host_of_address("'https://www.Ya.ru:443/search?text=x'") gives 'ya.ru'
#}
{% macro host_of_address(address) -%}
    {{ first_match(
        'lower(' ~ address ~ ')',
        '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@?#]*@)?(?:www[.])?([^/:?#\\s]+[.][^/:?#\\s]+)'
    ) }}
{%- endmacro %}
