-- Conversion never touches an amount that needs none, nor leaves one in another currency unsaid.
select
    source,
    cabinet,
    campaign_id,
    spend_on,
    rate_flag
from {{ ref('fct_spend') }}
where
    (rate_flag = 'own') <> (currency_original = '{{ var("company_currency") }}')
    or (rate_flag = 'no_rate') <> (currency <> '{{ var("company_currency") }}')
    or (
        rate_flag in ('own', 'no_rate')
        and (
            cost_gross <> cost_gross_original
            or cost_net <> cost_net_original
            or currency <> currency_original
        )
    )
