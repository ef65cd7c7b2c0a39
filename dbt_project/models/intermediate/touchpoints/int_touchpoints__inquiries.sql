{#
  What makes two records of different systems one inquiry: (kinds, key, seconds apart at most, order
  of trust). A call id is proof at any distance, since one system dates a call by its start and
  another by its end. Call tracking knows nobody in a chat: the moment is all there is to go by.
#}
{% set proofs = [
    ("'call'", "'call id ' || call_id", none, 1),
    ("'call'", "'call ' || direction || ' ' || phone_key", 120, 2),
    ("'form'", "'form ' || phone_key", 600, 2),
    ("'form', 'mail'", "kind || ' ' || email_key", 600, 3),
    ("'form', 'mail', 'chat'", "kind || ' person ' || person_id", 600, 4),
    ("'chat'", "case when person_id is null or source_rank > 1 then 'chat ' || direction end", 60, 5),
] %}
{# records of a system join those of the systems before it; the last one has nobody to lead #}
{% set leading_ranks = [1, 2, 3] %}

with records as (
    select * from {{ ref('int_touchpoints__inquiries_of_persons') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

list_keys as (
    {% for kinds, key, seconds, trust in proofs %}
        select
            account_id,
            record_id,
            source_rank,
            source,
            {{ key }} as match_key,
            {{ 'cast(null as bigint)' if seconds is none else seconds }} as seconds_apart,
            {{ trust }} as trust,
            occurred_at
        from records
        where kind in ({{ kinds }}) and {{ key }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

-- a key that only one system has joins nothing
standing_0 as (
    select * from list_keys
    qualify
        min(source_rank) over (partition by account_id, match_key)
        < max(source_rank) over (partition by account_id, match_key)
),

steps as (
    select 0 as step
    union all
    select 1 as step
),

{% for rank in leading_ranks %}
    number_leaders_{{ rank }} as (
        select
            *,
            count(case when source_rank = {{ rank }} then 1 end) over (
                partition by account_id, match_key
                order by occurred_at, source_rank, record_id
                rows between unbounded preceding and current row
            ) as leader_number
        from standing_{{ loop.index0 }}
        where source_rank >= {{ rank }}
    ),

    -- the nearest leader before and the nearest one after
    offer_leaders_{{ rank }} as (
        select
            followers.account_id,
            followers.record_id,
            followers.source,
            leaders.record_id as leader_id,
            followers.trust,
            abs({{ seconds_between('leaders.occurred_at', 'followers.occurred_at') }})
                as seconds_away
        from number_leaders_{{ rank }} as followers
        cross join steps
        inner join number_leaders_{{ rank }} as leaders
            on
                followers.account_id = leaders.account_id
                and followers.match_key = leaders.match_key
                and followers.leader_number + steps.step = leaders.leader_number
                and leaders.source_rank = {{ rank }}
        where
            followers.source_rank > {{ rank }}
            and (
                followers.seconds_apart is null
                or abs({{ seconds_between('leaders.occurred_at', 'followers.occurred_at') }})
                <= followers.seconds_apart
            )
    ),

    choose_leader_{{ rank }} as (
        select * from offer_leaders_{{ rank }}
        qualify row_number() over (
            partition by account_id, record_id order by trust, seconds_away, leader_id
        ) = 1
    ),

    -- two records of one system are two inquiries: a leader takes one of each
    take_followers_{{ rank }} as (
        select * from choose_leader_{{ rank }}
        qualify row_number() over (
            partition by account_id, leader_id, source order by trust, seconds_away, record_id
        ) = 1
    ),

    standing_{{ rank }} as (
        select standing.*
        from standing_{{ loop.index0 }} as standing
        left join take_followers_{{ rank }} as taken using (account_id, record_id)
        where taken.record_id is null
    ),
{% endfor %}

followers as (
    {% for rank in leading_ranks %}
        select
            account_id,
            record_id,
            leader_id
        from take_followers_{{ rank }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

name_leaders as (
    select
        records.*,
        coalesce(followers.leader_id, records.record_id) as inquiry_id
    from records
    left join followers using (account_id, record_id)
),

-- the leader tells what it knows, the others what it does not; marks of one record stay together
unite_records as (
    select
        account_id,
        inquiry_id,
        {% for column in ['person_id', 'deal_id', 'pipeline_id', 'phone', 'email', 'subject'] %}
            min_by({{ column }}, source_rank) filter (where {{ column }} is not null)
                as {{ column }},
        {% endfor %}
        min_by(stitch_rule, source_rank) filter (where person_id is not null) as stitch_rule,
        {% for column in ['ym_client_id', 'yclid', 'gclid', 'rb_clickid', 'referrer'] %}
            min_by({{ column }}, source_rank) filter (where {{ column }} is not null)
                as {{ column }},
        {% endfor %}
        min_by(source, source_rank) as source,
        min_by(kind, source_rank) as kind,
        min_by(direction, source_rank) as direction,
        {% for mark in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] %}
            min_by({{ mark }}, source_rank) filter (where utm_source is not null) as {{ mark }},
        {% endfor %}
        min_by(record_id, source_rank) filter (where record_id <> inquiry_id) as second_record_id,
        max_by(record_id, source_rank) filter (where record_id <> inquiry_id) as last_record_id,
        count(*) as records,
        min_by(is_missed, source_rank) as is_missed,
        min_by(occurred_at, source_rank) as occurred_at
    from name_leaders
    group by account_id, inquiry_id
),

resolve_aliases as (
    select
        united.account_id,
        united.inquiry_id,
        united.person_id,
        united.deal_id,
        united.pipeline_id,
        united.source,
        united.second_record_id,
        united.last_record_id,
        united.kind,
        united.direction,
        united.stitch_rule,
        united.phone,
        united.email,
        united.subject,
        united.ym_client_id,
        united.yclid,
        united.gclid,
        united.rb_clickid,
        united.referrer,
        coalesce(source_aliases.utm_source, united.utm_source) as utm_source,
        coalesce(medium_aliases.utm_medium, united.utm_medium) as utm_medium,
        united.utm_campaign,
        united.utm_content,
        united.utm_term,
        united.records,
        united.is_missed,
        united.occurred_at
    from unite_records as united
    left join source_aliases on united.utm_source = source_aliases.raw
    left join medium_aliases on united.utm_medium = medium_aliases.raw
)

select * from resolve_aliases
