{# in the order of trust: (step, join_method, kind of key, platform asked, column of the text) #}
{% set steps = [
    (1, 'vk_group', 'vk_group', 'vk', 'utm_campaign'),
    (2, 'exact_id', 'id', 'own', 'utm_campaign'),
    (3, 'exact_id', 'id', '*', 'utm_campaign'),
    (4, 'id_in_text', 'id', 'own', 'campaign_digits'),
    (5, 'id_in_text', 'id', '*', 'campaign_digits'),
    (6, 'name', 'marks', '*', 'marks'),
    (7, 'name', 'name', 'own', 'name'),
    (8, 'name', 'name', '*', 'name'),
    (9, 'transliterated_name', 'latin_name', 'own', 'latin_name'),
    (10, 'transliterated_name', 'latin_name', '*', 'latin_name'),
    (11, 'ad', 'ad', 'own', 'content_digits'),
    (12, 'ad', 'ad', '*', 'content_digits'),
    (13, 'vk_group', 'vk_group', '*', 'utm_campaign'),
] %}
{% set lists = ['campaign_digits', 'content_digits'] %}

with records as (
    select distinct
        match_source,
        match_medium,
        utm_campaign,
        utm_content
    from {{ ref('int_touchpoints__records') }}
    where utm_campaign is not null or utm_content is not null or told_by = 'utm'
),

campaign_keys as (
    select * from {{ ref('int_touchpoints__campaign_keys') }}
),

number_combinations as (
    select
        *,
        row_number() over (
            order by match_source, match_medium, utm_campaign, utm_content
        ) as combination,
        {{ all_matches('utm_campaign', '[0-9]{6,}') }} as campaign_digits,
        {{ all_matches('utm_content', '[0-9]{5,}') }} as content_digits,
        concat_ws(
            chr(31), match_source, coalesce(match_medium, ''), coalesce(utm_campaign, '')
        ) as marks,
        {{ letters_and_digits('utm_campaign') }} as name,
        {{ latin_letters_and_digits('utm_campaign') }} as latin_name
    from records
),

ask_keys as (
    {% for step, method, kind, platform, column in steps %}
        select
            combination,
            {{ step }} as step,
            '{{ method }}' as join_method,
            '{{ kind }}' as key_kind,
            {{ 'match_source' if platform == 'own' else "'" ~ platform ~ "'" }} as platform,
            {{ unnest(column) if column in lists else column }} as key_value
        from number_combinations
        {% if platform == 'vk' %}
            where match_source = 'vk'
        {% endif %}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

find_campaigns as (
    select
        ask_keys.combination,
        ask_keys.step,
        ask_keys.join_method,
        campaign_keys.campaign_key
    from ask_keys
    inner join campaign_keys
        on
            ask_keys.key_kind = campaign_keys.key_kind
            and ask_keys.platform = campaign_keys.platform
            and ask_keys.key_value = campaign_keys.key_value
),

-- a text with the numbers of two campaigns tells none
one_campaign_a_step as (
    select
        combination,
        step,
        min(join_method) as join_method,
        min(campaign_key) as campaign_key
    from find_campaigns
    group by combination, step
    having min(campaign_key) = max(campaign_key)
),

first_step as (
    select * from one_campaign_a_step
    qualify row_number() over (partition by combination order by step) = 1
)

select
    coalesce(number_combinations.match_source, '') as match_source,
    coalesce(number_combinations.match_medium, '') as match_medium,
    coalesce(number_combinations.utm_campaign, '') as utm_campaign,
    coalesce(number_combinations.utm_content, '') as utm_content,
    first_step.campaign_key,
    first_step.join_method
from first_step
inner join number_combinations using (combination)
