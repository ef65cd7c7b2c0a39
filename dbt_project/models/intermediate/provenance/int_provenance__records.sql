{# One list for records and for loads: every raw table whose rows a figure of money rests on. #}
{% set latest = 'requested_at desc, _dlt_id asc' %}
{% set marks = ['utm_source', 'utm_medium', 'utm_campaign'] %}

{{ config(materialized='view') }}

with unite_records as (
    {{ raw_records('payment', 'tbank', 'raw_tbank', 'operations', 'operation_key', latest,
        'requested_at', "not is_empty_day and operation_status = 'Transaction'") }}
    union all
    {{ raw_records('payment', 'tochka', 'raw_tochka', 'transactions', 'transaction_key', latest,
        'requested_at', "not is_empty_day and status = 'Booked'") }}
    union all
    {{ raw_records('payment', 'bank_1c', 'raw_bank_1c', 'documents', 'document_key',
        'file_name, line_number, _dlt_id') }}
    union all
    {{ raw_records('payment', 'bank_swift', 'raw_bank_swift', 'documents', 'document_key',
        'file_name, entry_number, _dlt_id') }}
    union all
    {{ raw_records('payment', 'yookassa', 'raw_yookassa', 'payments',
        "'yookassa:' || payment_id", latest, 'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('payment', 'yookassa', 'raw_yookassa', 'refunds',
        "'yookassa:' || refund_id", latest, 'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('payment', 'files', 'raw_files', 'payments', "'files:' || payment_id",
        'row_order desc') }}
    union all
    {{ raw_records('deal', 'amocrm', 'raw_amocrm', 'leads', 'cast(lead_id as string)', none,
        'last_seen_at', none, 'account_id') }}
    union all
    {{ raw_records('deal', 'files', 'raw_files', 'deals', 'deal_id', 'row_order desc', none, none,
        var('files_account_id')) }}
    union all
    {{ raw_records('contact', 'amocrm', 'raw_amocrm', 'contacts', 'cast(contact_id as string)',
        none, 'last_seen_at', none, 'account_id') }}
    union all
    {{ raw_records('visit', 'yandex_metrica', 'raw_yandex_metrica', 'visits',
        "counter_id || ':' || visit_id", none, 'requested_at',
        'not is_empty_day and malformed_reason is null') }}
    union all
    {{ raw_records('inquiry', 'uis', 'raw_uis', 'calls', "'uis:call:' || call_id", latest,
        'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('inquiry', 'uis', 'raw_uis', 'offline_messages', "'uis:form:' || message_id",
        latest, 'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('inquiry', 'uis', 'raw_uis', 'chats', "'uis:chat:' || chat_id", latest,
        'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('inquiry', 'calltouch', 'raw_calltouch', 'calls',
        "'calltouch:call:' || site_id || '-' || call_id", latest, 'requested_at',
        'not is_empty_day') }}
    union all
    {{ raw_records('inquiry', 'calltouch', 'raw_calltouch', 'requests',
        "'calltouch:form:' || request_id", latest, 'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('inquiry', 'amocrm_calls', 'raw_amocrm', 'notes',
        "'amocrm:call:' || note_id", none, 'updated_at',
        "note_type in ('call_in', 'call_out')", 'account_id') }}
    union all
    {{ raw_records('inquiry', 'amocrm_talks', 'raw_amocrm', 'events',
        "'amocrm:message:' || event_id", none, 'created_at',
        "type = 'incoming_chat_message'", 'account_id') }}
    union all
    {{ raw_records('inquiry', 'amocrm_unsorted', 'raw_amocrm', 'unsorted',
        "'amocrm:unsorted:' || uid", none, 'last_seen_at', none, 'account_id') }}
    union all
    {{ raw_records('inquiry', 'files', 'raw_files', 'inquiries', "'files:' || inquiry_id",
        'row_order desc') }}
    union all
    {{ raw_records('file_touch', 'files', 'raw_files', 'touches', 'row_key', 'row_order desc') }}
    union all
    {{ raw_records('spend', 'yandex_direct', 'raw_yandex_direct', 'campaign_daily',
        spend_record_id('login', "coalesce(cast(campaign_id as string), '--')", 'spend_on'), latest,
        'requested_at', 'not is_empty_day') }}
    union all
    {{ raw_records('spend', 'vk_ads', 'raw_vk_ads', 'ad_plan_daily',
        spend_record_id('cabinet', 'ad_plan_id', 'spend_on'), latest, 'requested_at',
        'ad_plan_id <> 0') }}
    union all
    -- a row of a file covers days and names its campaign by marks: the day's id is the fact's
    {{ raw_records('spend_file_day', 'spend_files', 'raw_spend_files', 'spend_days',
        "file_sha256 || '|' || sheet || '|' || row_number || '|' || day_index") }}
),

file_days as (
    select
        file_sha256 || '|' || sheet || '|' || row_number || '|' || day_index as raw_id,
        {{ spend_record_id('cabinet', 'campaign_id', 'spend_on', marks) }} as record_id
    from {{ ref('stg_spend_files__days') }}
    where not is_superseded
),

-- several rows of files may tell of one campaign and day: the last load of them is the day's
name_file_days as (
    select
        unite_records.account_id,
        'spend' as record_kind,
        unite_records.source,
        file_days.record_id,
        unite_records.raw_schema,
        unite_records.raw_table,
        max(unite_records.own_load_id) as own_load_id,
        max(unite_records.seen_at) as seen_at
    from unite_records
    inner join file_days on unite_records.record_id = file_days.raw_id
    where unite_records.record_kind = 'spend_file_day'
    group by
        unite_records.account_id, unite_records.source, file_days.record_id,
        unite_records.raw_schema, unite_records.raw_table
),

all_records as (
    select * from unite_records
    where record_kind <> 'spend_file_day'

    union all

    select * from name_file_days
),

loads as (
    {{ raw_loads([
        ('raw_tbank', 'operations'), ('raw_tochka', 'transactions'), ('raw_bank_1c', 'documents'),
        ('raw_bank_swift', 'documents'), ('raw_yookassa', 'payments'), ('raw_files', 'payments'),
        ('raw_amocrm', 'leads'), ('raw_yandex_metrica', 'visits'), ('raw_uis', 'calls'),
        ('raw_calltouch', 'calls'), ('raw_yandex_direct', 'campaign_daily'),
        ('raw_vk_ads', 'ad_plan_daily'), ('raw_spend_files', 'spend_days'),
    ]) }}
),

-- loads of a source follow one another, so a moment lies before the end of exactly one: its own
load_spans as (
    select
        raw_schema,
        load_id,
        loaded_at,
        lag(loaded_at) over (partition by raw_schema order by loaded_at, load_id) as earlier_at
    from loads
),

seen_moments as (
    select distinct
        raw_schema,
        seen_at
    from all_records
    where seen_at is not null
),

find_loads as (
    select
        seen_moments.raw_schema,
        seen_moments.seen_at,
        min(load_spans.load_id) as load_id
    from seen_moments
    inner join load_spans
        on
            seen_moments.raw_schema = load_spans.raw_schema
            and seen_moments.seen_at <= load_spans.loaded_at
            and seen_moments.seen_at
            > coalesce(load_spans.earlier_at, cast('1970-01-01' as timestamp))
    group by seen_moments.raw_schema, seen_moments.seen_at
),

name_loads as (
    select
        all_records.account_id,
        all_records.record_kind,
        all_records.source,
        all_records.record_id,
        all_records.raw_schema,
        all_records.raw_table,
        coalesce(all_records.own_load_id, find_loads.load_id) as load_id,
        case
            when all_records.own_load_id is not null then 'row'
            when find_loads.load_id is not null then 'time'
        end as load_rule
    from all_records
    left join find_loads
        on
            all_records.raw_schema = find_loads.raw_schema
            and all_records.seen_at = find_loads.seen_at
)

select
    -- ids
    name_loads.account_id,
    name_loads.record_id,
    name_loads.load_id,
    -- strings
    name_loads.record_kind,
    name_loads.source,
    name_loads.raw_table,
    name_loads.load_rule,
    -- timestamps
    loads.loaded_at
from name_loads
left join loads
    on
        name_loads.raw_schema = loads.raw_schema
        and name_loads.load_id = loads.load_id
