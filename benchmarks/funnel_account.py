"""A large amoCRM account as loaded: raw tables filled by SQL, without a server or a loader.

Ten pipelines of a hundred stages. A deal moves some five times, mostly one stage on; some jump,
some go back, a few are clicked through, one in thirty is moved by a supervisor together with a
hundred others, some records have holes. What lies after the data cut has not happened, so young
deals are open. Tables and columns come from the project's own source files.
"""

from pathlib import Path

import duckdb

from tests.dbt.raw_fixture import create_raw_tables

AS_OF = "2026-10-31T20:00:00+00:00"
PIPELINES = 10
ORDINARY_STAGES = 97  # with what comes in unsorted, won and lost a hundred
USERS = 40
_ROWS_AT_ONCE = 250_000

# the same number from 0 to 1 for the same deal, step and purpose
_CHANCE = "(hash({0}, {1}, '{2}') % 1000003) / 1000003.0"

_DICTIONARIES = f"""
insert into raw_amocrm.accounts (account_id, name, base_url, currency, timezone, last_seen_at)
values (1, 'Большая', 'https://big.amocrm.ru', 'RUB', 'Europe/Moscow', timestamptz '{AS_OF}');
insert into raw_amocrm.users (account_id, user_id, name, is_admin, is_active, last_seen_at, _dlt_id)
select 1, 100 + u, 'Сотрудник ' || u, u = 0, true, timestamptz '{AS_OF}', 'u' || u
from range({USERS}) as _ (u);
insert into raw_amocrm.loss_reasons (account_id, loss_reason_id, name, sort, last_seen_at, _dlt_id)
select 1, 10 + r, (['Дорого', 'Передумали', 'Другое', 'Спам', 'Конкурент'])[r + 1], r,
    timestamptz '{AS_OF}', 'r' || r
from range(5) as _ (r);
insert into raw_amocrm.pipelines (account_id, pipeline_id, name, sort, is_main, is_archive,
    last_seen_at, _dlt_id)
select 1, p, 'Воронка ' || p, p, p = 1, false, timestamptz '{AS_OF}', 'p' || p
from range(1, {PIPELINES} + 1) as _ (p);
insert into raw_amocrm.statuses (account_id, pipeline_id, status_id, name, sort, type, last_seen_at,
    _dlt_id)
select 1, p, s.status_id, s.name, s.sort, s.type, timestamptz '{AS_OF}', p || '-' || s.status_id
from range(1, {PIPELINES} + 1) as _ (p), lateral (
    select p * 1000 as status_id, 'Неразобранное' as name, 10 as sort, 1 as type
    union all
    select p * 1000 + n, 'Этап ' || n || ', позвонить', 10 + 10 * n, 0
    from range(1, {ORDINARY_STAGES} + 1) as _ (n)
    union all
    values (142, 'Успешно', 10000, 0), (143, 'Закрыто', 11000, 0)
) as s;
insert into raw_amocrm.statuses_history (account_id, pipeline_id, status_id, valid_from, name,
    pipeline_name, sort, type, pipeline_sort, pipeline_is_main, pipeline_is_archive, is_listed,
    _dlt_id)
select account_id, pipeline_id, status_id, timestamptz '{AS_OF}', name, 'Воронка ' || pipeline_id,
    sort, type, pipeline_id, pipeline_id = 1, false, true, _dlt_id
from raw_amocrm.statuses;
"""


def _chance(deal: str, step: str, purpose: str) -> str:
    return _CHANCE.format(deal, step, purpose)


_DEALS = f"""
create or replace temp table deals as
select
    deal,
    1 + hash(deal, 'pipeline') % {PIPELINES} as pipeline_id,
    timestamptz '{AS_OF}' - to_seconds((1 + {_chance("deal", "0", "age")} * 730 * 86400)::bigint)
        as created_at,
    100 + hash(deal, 'user') % {USERS} as user_id,
    1 + hash(deal, 'contact') % greatest(contacts, 1) as contact_id,
    deal % 30 = 0 as is_mass,
    deal % 50 = 1 as is_clicked,
    (1 + least(40, floor(-4.6 * ln({_chance("deal", "0", "moves")} + 1e-6))))::int as moves
from (select unnest(range(?, ?)) as deal, ? as contacts);

create or replace temp table steps as
with jumped as (
    select
        deals.*,
        step,
        case
            when is_mass and step <= 3 then (case when step = 3 then 47 else 1 end)
            when chance < 0.85 then 1
            when chance < 0.93 then 2
            when chance < 0.95 then 4
            else -1
        end as jump,
        case
            when is_clicked and step > 1 then 20
            else 60 - 3 * 86400 * ln({_chance("deal", "step", "stay")} + 1e-6)
        end as stay
    from (
        select *, {_chance("deal", "step", "jump")} as chance
        from (select *, unnest(range(1, moves + 1)) as step from deals)
    ) as deals
),
placed as (
    select
        *,
        created_at + to_seconds(
            (sum(stay) over (partition by deal order by step))::bigint
        ) as drawn_at,
        greatest(1, least({ORDINARY_STAGES}, 1 + sum(jump) over (
            partition by deal order by step
        ))) as place
    from jumped
),
timed as (
    select
        *,
        -- a supervisor clears the board on Friday evenings
        case
            when is_mass then time_bucket(interval '7 days', drawn_at) + interval '7 days 15 hours'
            else drawn_at
        end as moved_at,
        case
            when step = moves and {_chance("deal", "0", "end")} < 0.2 then 142
            when step = moves and {_chance("deal", "0", "end")} < 0.85 then 143
            else pipeline_id * 1000 + place
        end as status_id
    from placed
)
select
    deal,
    step,
    pipeline_id as before_pipeline_id,
    pipeline_id,
    coalesce(
        lag(status_id) over (partition by deal order by step), pipeline_id * 1000 + 1
    ) as before_status_id,
    status_id,
    moved_at,
    case
        when is_mass then 100
        when {_chance("deal", "step", "robot")} < 0.1 then 0
        else user_id
    end as moved_by
from timed
where moved_at <= timestamptz '{AS_OF}';

-- some sales are handed over to the next pipeline
insert into steps
select deal, step + 1, pipeline_id, pipeline_id % {PIPELINES} + 1, 142,
    (pipeline_id % {PIPELINES} + 1) * 1000 + 1, moved_at + interval '1 minute', 0
from steps where status_id = 142 and deal % 7 = 0;

create or replace temp table ends as
select deal, max_by(status_id, step) as status_id, max_by(pipeline_id, step) as pipeline_id,
    max(moved_at) as moved_at, max(step) as steps
from steps group by deal;
"""

_LEADS = f"""
insert into raw_amocrm.leads (account_id, lead_id, responsible_user_id, status_id, pipeline_id,
    loss_reason_id, main_contact_id, created_by, name, loss_reason_name, source_name, price,
    is_deleted, created_at, updated_at, closed_at, last_seen_at, custom_fields_values, tags,
    contacts)
select
    1,
    deal,
    case when deal % 10 < 6 and steps >= 2 then 100 + (user_id - 99) % {USERS} else user_id end,
    coalesce(ends.status_id, deals.pipeline_id * 1000 + 1),
    coalesce(ends.pipeline_id, deals.pipeline_id),
    case when ends.status_id = 143 then 10 + deal % 5 end,
    contact_id,
    0,
    'Сделка ' || deal,
    case when ends.status_id = 143
        then (['Дорого', 'Передумали', 'Другое', 'Спам', 'Конкурент'])[1 + deal % 5] end,
    case when deal % 4 = 0 then 'Телефония' end,
    case when deal % 5 = 0 then 0
        else round(exp(9 + 2 * {_chance("deal", "0", "price")}), 2) end,
    false,
    created_at,
    coalesce(ends.moved_at, created_at),
    case when ends.status_id in (142, 143) then ends.moved_at end,
    timestamptz '{AS_OF}',
    case when deal % 2 = 0 then '[{{"field_id":1,"field_name":"utm_source","field_code":'
        || '"UTM_SOURCE","field_type":"tracking_data","values":[{{"value":"yandex"}}]}},'
        || '{{"field_id":2,"field_name":"utm_medium","field_code":"UTM_MEDIUM","field_type":'
        || '"tracking_data","values":[{{"value":"cpc"}}]}}]' end,
    case when deal % 20 = 0 then '[{{"id":1,"name":"VIP"}}]' end,
    '[{{"id":' || contact_id || ',"is_main":true}}]'
from deals left join ends using (deal);
"""

_EVENTS = f"""
insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    before_pipeline_id, before_status_id, after_pipeline_id, after_status_id, created_at)
select 1, 'm' || deal || '-' || step, deal, 'lead', 'lead_status_changed', moved_by,
    before_pipeline_id, before_status_id, pipeline_id, status_id, moved_at
from steps
-- what the feed has lost
where not (deal % 200 = 7 and step = 2);

insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    created_at)
select 1, 'a' || deal, deal, 'lead', 'lead_added', 0, created_at from deals;

insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    before_responsible_user_id, after_responsible_user_id, created_at)
select 1, 'r' || deal, deal, 'lead', 'entity_responsible_changed', user_id, user_id,
    100 + (user_id - 99) % {USERS}, moved_at
from deals inner join steps using (deal) where deal % 10 < 6 and step = 2;

insert into raw_amocrm.notes (account_id, entity_type, note_id, entity_id, created_by,
    responsible_user_id, note_type, phone, call_seconds, call_status, mail_is_incoming, created_at,
    updated_at)
select 1, 'leads', deal * 50 + step, deal, moved_by, moved_by,
    (['call_out', 'call_in', 'amomail_message'])[(1 + hash(deal, step, 'note') % 3)::int],
    '+7' || (9000000000 + deal),
    hash(deal, step, 'call') % 300, 4 + deal % 3, step % 2 = 0, moved_at - interval '1 minute',
    moved_at - interval '1 minute'
from steps where (deal + step) % 5 = 0;

insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    note_id, created_at)
select 1, 'n' || note_id, entity_id, 'lead',
    case note_type when 'call_in' then 'incoming_call' else 'outgoing_call' end, created_by,
    note_id, created_at
from raw_amocrm.notes where note_type like 'call%' and entity_id between ? and ? - 1;

insert into raw_amocrm.tasks (account_id, task_id, entity_type, entity_id, responsible_user_id,
    is_completed, created_by, created_at, updated_at, complete_till, _dlt_id)
select 1, deal, 'leads', deal, user_id, deal % 4 > 0, user_id, created_at,
    created_at + interval '2 days', created_at + interval '3 days', 't' || deal
from deals where deal % 5 < 2;

insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    before_task_deadline, after_task_deadline, created_at)
select 1, kind[1] || task_id, task_id, 'task', 'task_' || kind, created_by,
    case when kind = 'deadline_changed' then created_at + interval '1 day' end,
    case when kind = 'deadline_changed' then complete_till end,
    case when kind = 'completed' then updated_at else created_at end
from raw_amocrm.tasks, unnest(['added', 'completed', 'deadline_changed']) as _ (kind)
where
    entity_id between ? and ? - 1
    and (kind = 'added' or (kind = 'completed' and is_completed) or task_id % 7 = 0);
"""

_CONTACTS = f"""
insert into raw_amocrm.contacts (account_id, contact_id, name, responsible_user_id, is_deleted,
    created_at, updated_at, last_seen_at, custom_fields_values)
select 1, contact, 'Клиент ' || contact, 100 + contact % {USERS}, false,
    timestamptz '{AS_OF}' - interval '800 days', timestamptz '{AS_OF}' - interval '800 days',
    timestamptz '{AS_OF}',
    '[{{"field_id":316201,"field_name":"Телефон","field_code":"PHONE","field_type":"multitext",'
    || '"values":[{{"value":"+79' || lpad((contact % 100000000)::varchar, 9, '0')
    || '","enum_code":"WORK"}}]}}]'
from range(1, ? + 1) as _ (contact);
"""

# a day later one deal in a hundred, all of them open, has been closed
_NEXT_DAY = f"""
create or replace temp table touched as
select *, timestamptz '{AS_OF}' + to_seconds(3600 + lead_id % 40000) as moved_at
from raw_amocrm.leads where status_id not in (142, 143)
order by hash(lead_id) limit (select count(*) // 100 from raw_amocrm.leads);
insert into raw_amocrm.events (account_id, event_id, entity_id, entity_type, type, created_by,
    before_pipeline_id, before_status_id, after_pipeline_id, after_status_id, created_at)
select 1, 'd' || lead_id, lead_id, 'lead', 'lead_status_changed', responsible_user_id, pipeline_id,
    status_id, pipeline_id, 143, moved_at
from touched;
update raw_amocrm.leads set status_id = 143, updated_at = touched.moved_at,
    closed_at = touched.moved_at
from touched where leads.lead_id = touched.lead_id;
"""


def fill(path: Path, deals: int) -> None:
    """Every raw table, those of amoCRM with so many deals and some eight events of each."""
    create_raw_tables(path)
    contacts = deals * 7 // 10
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(_DICTIONARIES)
        connection.execute(_CONTACTS, [contacts])
        for first in range(1, deals + 1, _ROWS_AT_ONCE):
            bounds = [first, min(first + _ROWS_AT_ONCE, deals + 1)]
            _execute(connection, _DEALS, [*bounds, contacts])
            _execute(connection, _LEADS, [])
            _execute(connection, _EVENTS, bounds)


def next_day(path: Path) -> int:
    """One deal in a hundred changes; how many did."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(_NEXT_DAY)
        found = connection.execute("select count(*) from touched").fetchone()
    return int(found[0]) if found else 0


def _execute(connection: duckdb.DuckDBPyConnection, script: str, bounds: list[int]) -> None:
    for statement in duckdb.extract_statements(script):
        marks = len(statement.named_parameters)
        connection.execute(statement, bounds[:marks] if marks else None)
