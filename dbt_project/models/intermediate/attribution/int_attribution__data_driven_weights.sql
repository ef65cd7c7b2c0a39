with paths as (
    select * from {{ ref('int_attribution__paths') }}
    where has_payments
),

-- where there are too few paths, no channel's figure is shown and none is used
channel_shares as (
    select
        account_id,
        channel,
        {% for model in data_driven_models() %}
            max(case when model = '{{ model }}' then share end) as {{ model }}_share
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_attribution__data_driven') }}
    group by account_id, channel
),

published_models as (
    select
        account_id,
        {% for model in data_driven_models() %}
            bool_or(model = '{{ model }}' and not is_withheld) as has_{{ model }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_attribution__data_driven') }}
    group by account_id
),

count_touches as (
    select
        account_id,
        deal_id,
        channel,
        count(*) as channel_touches
    from paths
    group by account_id, deal_id, channel
),

weigh_channels as (
    select
        count_touches.account_id,
        count_touches.deal_id,
        count_touches.channel,
        count_touches.channel_touches,
        {% for model in data_driven_models() %}
            case
                when published_models.has_{{ model }}
                    then cast(
                        round(coalesce(channel_shares.{{ model }}_share, 0), 15) as decimal(18, 15)
                    )
            end as {{ model }}_share
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from count_touches
    inner join published_models using (account_id)
    left join channel_shares
        on
            count_touches.account_id = channel_shares.account_id
            and count_touches.channel = channel_shares.channel
),

total_paths as (
    select
        account_id,
        deal_id,
        count(*) as channels,
        {% for model in data_driven_models() %}
            sum({{ model }}_share) as {{ model }}_total
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from weigh_channels
    group by account_id, deal_id
),

-- a path of channels that are worth nothing still led to its money: they share it evenly
share_out as (
    select
        weigh_channels.account_id,
        weigh_channels.deal_id,
        weigh_channels.channel,
        {% for model in data_driven_models() %}
            case
                when total_paths.{{ model }}_total = 0
                    then cast(1 as double) / total_paths.channels
                else
                    cast(weigh_channels.{{ model }}_share as double)
                    / cast(total_paths.{{ model }}_total as double)
            end / weigh_channels.channel_touches as {{ model }}_weight
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from weigh_channels
    inner join total_paths using (account_id, deal_id)
)

select
    paths.account_id,
    paths.deal_id,
    paths.touch_id,
    paths.position,
    paths.channel,
    paths.placement,
    paths.campaign_key,
    {% for model in data_driven_models() %}
        {{ exact_weight('share_out.' ~ model ~ '_weight') }} as {{ model }}_weight
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from paths
inner join share_out using (account_id, deal_id, channel)
