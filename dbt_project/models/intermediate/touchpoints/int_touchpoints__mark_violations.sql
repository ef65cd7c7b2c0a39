{% set judged_by_letters = "('utm_source', 'utm_medium', 'utm_campaign', 'utm_content')" %}

with mark_values as (
    select * from {{ ref('int_touchpoints__mark_values') }}
),

source_aliases as (
    select * from {{ ref('utm_source_aliases') }}
),

medium_aliases as (
    select * from {{ ref('utm_medium_aliases') }}
),

paid_channels as (
    select * from {{ ref('channels') }}
    where is_paid
),

fed_channels as (
    select distinct channel from {{ ref('dim_campaigns') }}
    where channel in (select paid_channels.channel from paid_channels)
),

campaign_keys as (
    select * from {{ ref('int_touchpoints__campaign_keys') }}
    where platform = '*' and key_kind in ('name', 'id')
),

distinct_values as (
    select
        mark,
        raw_value,
        sum(case when visits > 0 then visits else 1 end) as occurrences
    from mark_values
    group by mark, raw_value
),

clean_values as (
    select
        *,
        {{ decoded_mark('raw_value') }} as decoded_value,
        {{ plain_mark('raw_value') }} as plain_value,
        {{ clean_mark('raw_value') }} as clean_value
    from distinct_values
),

-- what a value is by itself; search phrases are in Russian and with blanks by right
judge_values as (
    select
        mark,
        raw_value,
        'letter_case' as violation,
        clean_value as resembles
    from clean_values
    where mark in {{ judged_by_letters }} and clean_value is not null and plain_value <> clean_value

    union all

    select
        mark,
        raw_value,
        'cyrillic' as violation,
        cast(null as string) as resembles
    from clean_values
    where
        mark in {{ judged_by_letters }}
        and clean_value is not null
        and {{ regexp_matches('clean_value', "'[а-яё]'") }}

    union all

    select
        mark,
        raw_value,
        'blanks' as violation,
        clean_value as resembles
    from clean_values
    where
        mark in {{ judged_by_letters }}
        and {{ regexp_matches(
            'decoded_value', "'[\\s\\x{00A0}\\x{00AD}\\x{200B}-\\x{200D}\\x{2060}\\x{FEFF}+]'"
        ) }}
        -- "(not set)" is no mark that anybody wrote
        and (clean_value is not null or plain_value = '')

    union all

    select
        mark,
        raw_value,
        'unreplaced_macro' as violation,
        cast(null as string) as resembles
    from clean_values
    where {{ has_unreplaced_macro('plain_value') }}
),

known_words as (
    select
        'utm_source' as mark,
        raw as word
    from source_aliases

    union

    select
        'utm_source' as mark,
        utm_source as word
    from source_aliases

    union

    select
        'utm_medium' as mark,
        raw as word
    from medium_aliases

    union

    select
        'utm_medium' as mark,
        utm_medium as word
    from medium_aliases

    union

    select
        'utm_campaign' as mark,
        key_value as word
    from campaign_keys
),

-- the two words stand in each other's place
judge_swaps as (
    select
        mark_values.account_id,
        mark_values.carrier_kind,
        mark_values.carrier_id,
        mark_values.mark,
        mark_values.raw_value,
        'swapped' as violation,
        mark_values.clean_medium as resembles,
        mark_values.visits
    from mark_values
    inner join known_words as mediums
        on mark_values.clean_source = mediums.word and mediums.mark = 'utm_medium'
    inner join known_words as sources
        on mark_values.clean_medium = sources.word and sources.mark = 'utm_source'
    where mark_values.mark = 'utm_source'
),

-- no alias and no rule know the source; or advertising whose campaign is in no cabinet
judge_meanings as (
    select
        mark_values.account_id,
        mark_values.carrier_kind,
        mark_values.carrier_id,
        mark_values.mark,
        mark_values.raw_value,
        'unknown_value' as violation,
        cast(null as string) as resembles,
        mark_values.visits
    from mark_values
    left join fed_channels on mark_values.channel = fed_channels.channel
    where
        mark_values.told_by = 'utm'
        and (
            (mark_values.mark = 'utm_source' and mark_values.channel = 'unassigned')
            or (
                mark_values.mark = 'utm_campaign'
                and fed_channels.channel is not null
                and mark_values.campaign_key is null
            )
        )
),

sum_words as (
    select
        mark,
        clean_value as word,
        sum(occurrences) as occurrences
    from clean_values
    where clean_value is not null and mark in ('utm_source', 'utm_medium', 'utm_campaign')
    group by mark, clean_value
),

-- names of campaigns are compared by letters and digits, other words as they are
compare_words as (
    select
        sum_words.mark,
        sum_words.word,
        case
            when sum_words.mark = 'utm_campaign' then {{ letters_and_digits('sum_words.word') }}
            else sum_words.word
        end as compared,
        sum_words.occurrences
    from sum_words
),

mark_known_words as (
    select
        compare_words.*,
        known_words.word is not null as is_known
    from compare_words
    left join known_words
        on
            compare_words.mark = known_words.mark
            and compare_words.compared = known_words.word
    where compare_words.compared is not null
),

models_to_resemble as (
    select
        mark,
        word,
        compared,
        occurrences,
        is_known
    from mark_known_words

    union all

    select
        mark,
        word,
        word as compared,
        cast(0 as bigint) as occurrences,
        true as is_known
    from known_words
),

-- words that differ by two letters at most share their first two letters or their last two, but for
-- a slip at both ends; all pairs of all words would be too many
pair_words as (
    {% for end in ['left', 'right'] %}
        select
            words.mark,
            words.word,
            words.compared,
            models.word as resembles,
            models.compared as model_compared,
            models.is_known,
            models.occurrences
        from mark_known_words as words
        inner join models_to_resemble as models
            on
                words.mark = models.mark
                and {{ end }}(words.compared, 2) = {{ end }}(models.compared, 2)
        where
            not words.is_known
            and (models.is_known or models.occurrences > words.occurrences)
            and length(words.compared) >= 4
            and abs(length(words.compared) - length(models.compared)) <= 2
        {% if not loop.last %}
            union
        {% endif %}
    {% endfor %}
),

measure_pairs as (
    select
        *,
        levenshtein(compared, model_compared) as distance
    from pair_words
),

-- words that differ in their numbers only are numbered on purpose; a short word is near to anything
judge_words as (
    select
        mark,
        word,
        resembles
    from measure_pairs
    where
        distance between 1 and case when length(compared) = 4 then 1 else 2 end
        and {{ regexp_replace_all('compared', '[0-9]+', '') }}
        <> {{ regexp_replace_all('model_compared', '[0-9]+', '') }}
    qualify row_number() over (
        partition by mark, word
        order by distance asc, is_known desc, occurrences desc, resembles asc
    ) = 1
),

list_value_violations as (
    select * from judge_values

    union all

    select
        clean_values.mark,
        clean_values.raw_value,
        'near_duplicate' as violation,
        judge_words.resembles
    from clean_values
    inner join judge_words
        on
            clean_values.mark = judge_words.mark
            and clean_values.clean_value = judge_words.word
)

select
    mark_values.account_id,
    mark_values.carrier_kind,
    mark_values.carrier_id,
    mark_values.mark,
    mark_values.raw_value,
    list_value_violations.violation,
    list_value_violations.resembles,
    mark_values.visits
from mark_values
inner join list_value_violations using (mark, raw_value)
-- a link holds macros by right: they are replaced when it is clicked
where
    mark_values.carrier_kind <> 'campaign'
    or list_value_violations.violation <> 'unreplaced_macro'

union all

select * from judge_swaps

union all

select * from judge_meanings
