{#
  Hubs and keys are contracted round by round: every group of keys joins the smallest one that it
  shares a hub with, and that one's own smallest. Groups are named by hashes, so that two of three
  vanish in a round however the keys are chained, and each round has so much less to read.
#}
{% set rounds = 8 %}

with uniting_edges as (
    select distinct
        account_id,
        {{ hash_text('hub') }} as hub_id,
        {{ hash_text('identity_key') }} as group_id
    from {{ ref('int_identity__key_edges') }}
    where is_uniting
),

-- a hub of one key holds nothing together
edges_0 as (
    select * from uniting_edges
    qualify count(*) over (partition by account_id, hub_id) > 1
),

{% for round in range(1, rounds + 1) %}
    compare_groups_{{ round }} as (
        select
            *,
            min(group_id) over (partition by account_id, hub_id) as hub_group_id
        from edges_{{ round - 1 }}
    ),

    choose_group_{{ round }} as (
        select
            account_id,
            group_id,
            min(hub_group_id) as next_group_id
        from compare_groups_{{ round }}
        group by account_id, group_id
    ),

    step_{{ round }} as (
        select
            chosen.account_id,
            chosen.group_id,
            further.next_group_id
        from choose_group_{{ round }} as chosen
        inner join choose_group_{{ round }} as further
            on
                chosen.account_id = further.account_id
                and chosen.next_group_id = further.group_id
    ),

    edges_{{ round }} as (
        select
            edges.account_id,
            edges.hub_id,
            step.next_group_id as group_id
        from edges_{{ round - 1 }} as edges
        inner join step_{{ round }} as step using (account_id, group_id)
        group by edges.account_id, edges.hub_id, step.next_group_id
        qualify count(*) over (partition by edges.account_id, edges.hub_id) > 1
    ),

    component_{{ round }} as (
        {% if round == 1 %}
            select
                account_id,
                group_id as key_id,
                next_group_id as component_id
            from step_1
        {% else %}
            select
                names.account_id,
                names.key_id,
                coalesce(step.next_group_id, names.component_id) as component_id
            from component_{{ round - 1 }} as names
            left join step_{{ round }} as step
                on
                    names.account_id = step.account_id
                    and names.component_id = step.group_id
        {% endif %}
    ){{ ',' if not loop.last }}
{% endfor %}

select * from component_{{ rounds }}
