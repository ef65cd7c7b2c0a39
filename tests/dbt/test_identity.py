"""Who is one person and what is one touch, against plain Python over random companies."""

import importlib.util
import sys
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import pairwise
from random import Random
from types import ModuleType
from typing import Any

import duckdb
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from tests.dbt.conftest import PROJECT
from tests.dbt.rendering import render, render_model

START = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
MAXIMUM = 3  # contacts that a key may be on

# ---------------------------------------------------------------------------- telephone numbers


def _python_model(name: str) -> ModuleType:
    path = PROJECT / f"models/intermediate/identity/{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


phones = _python_model("int_identity__parsed_phones")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("8 (900) 000 00 01 доб. 12", "+79000000001"),
        ("79000000001#3", "+79000000001"),
        ("8 900 000-00-01, 8 900 000-00-02", "+79000000001"),
        ("тел.: 8-900-000-00-01 Иван", "+79000000001"),
        ("+380 44 123-45-67", "+380441234567"),
        ("8~10 380 44 123-45-67", "+380441234567"),
        ("00380441234567", "+380441234567"),
        ("380441234567", "+380441234567"),
        # ten digits with a plus are Berlin, without it they are Ivanovo
        ("+4930123456", "+4930123456"),
        ("4930123456", "+74930123456"),
        # a range that nobody was given still tells people apart
        ("8 970 111-22-33 вн. 5", "+79701112233"),
        ("Главный бухгалтер: 8 900 000-00-01", "+79000000001"),
        ("234-56-78", None),
        ("101", None),
        ("Anonymous", None),
        ("", None),
    ],
)
def test_the_library_reads_what_people_write(text: str, phone: str | None) -> None:
    assert phones.parse_phone(text, "RU")[0] == phone


def test_a_number_without_a_country_is_of_the_region() -> None:
    assert phones.parse_phone("030 123456", "DE") == ("+4930123456", True)
    assert phones.parse_phone("8 029 123-45-67", "BY") == ("+375291234567", True)


@pytest.mark.parametrize("region", ["RU", "KZ", "DE", "BY"])
def test_sql_reads_a_number_as_the_library_does(region: str) -> None:
    rng = Random(region)
    prefixes = ("", "8", "+7", "7", "8 ", "+7 (", "(8", "+", "+8", "+49", "00")
    forms = ("{}{}", "{} {}", "{} ({}", "{}-{} ", " {}{}.", "{}\u00a0{}")
    texts = [
        rng.choice(forms).format(rng.choice(prefixes), rng.randrange(10**8, 10**11))
        for _ in range(1000)
    ]
    query = render("{{ plain_phone('text') }}", phone_region=region)
    with duckdb.connect() as connection:
        connection.execute("create table texts as select unnest(?) as text", [texts])
        found = connection.execute(f"select text, {query} from texts").fetchall()
    read = [(text, phone) for text, phone in found if phone is not None]
    assert len(read) >= 5
    for text, phone in read:
        number = phonenumbers.parse(text, region)
        assert phone == phonenumbers.format_number(number, PhoneNumberFormat.E164), text


# ------------------------------------------------------------------------------------- persons

TABLES = {
    "int_crm__custom_values": "account_id bigint, entity_type varchar, entity_id bigint, "
    "code varchar, name varchar, value varchar",
    "int_crm__contacts": "account_id bigint, contact_id bigint, created_at timestamp",
    "int_crm__deals": "account_id bigint, deal_id bigint, main_contact_id bigint, "
    "created_at timestamp",
    "int_crm__deal_contacts": "account_id bigint, deal_id bigint, contact_id bigint",
    "int_touchpoints__inquiries_recorded": "account_id bigint, record_id varchar, source varchar, "
    "contact_id bigint, phone varchar, email varchar, ym_client_id varchar, "
    "occurred_at timestamp",
    "int_identity__parsed_phones": "spelling varchar, phone varchar",
    "identity_exclusions": "key_kind varchar, key_value varchar, note varchar",
}
MODELS = [
    render_model(
        f"intermediate/identity/{name}.sql",
        identity_maximum_contacts=MAXIMUM,
        phone_region="RU",
    ).join((f"create or replace table {name} as (", ")"))
    for name in (
        "int_identity__key_edges",
        "int_identity__key_components",
        "int_identity__person_keys",
        "int_identity__persons",
    )
]
Key = tuple[str, str]
Found = tuple[dict[int, int], dict[Key, int]]


def _phone(number: int) -> Key:
    return "phone", f"+7900{number:07d}"


def _email(number: int) -> Key:
    return "email", f"a{number}@b.example"


def _browser(number: int) -> Key:
    return "ym_uid", f"{10**9 + number}"


class Company:
    """Contacts, deals and records of inquiries with the keys that each of them holds."""

    def __init__(
        self,
        cards: dict[int, set[Key]],
        deals: list[tuple[int, Key]] = [],  # noqa: B006 never changed
        records: list[set[Key]] = [],  # noqa: B006
        excluded: Iterable[Key] = (),
    ) -> None:
        self.cards, self.deals, self.records = cards, deals, records
        self.excluded = set(excluded)

    def persons(self, connection: duckdb.DuckDBPyConnection, rng: Random) -> Found:
        """What the models say: persons of contacts and of keys. Rows come in any order."""
        values: list[list[Any]] = [
            [1, "contacts", contact, {"phone": "PHONE", "email": "EMAIL"}[kind], None, value]
            for contact, keys in self.cards.items()
            for kind, value in keys
        ]
        values += [
            [1, "leads", number, "_YM_UID", "_ym_uid", value]
            for number, (_, (_, value)) in enumerate(self.deals)
        ]
        rows: dict[str, list[list[Any]]] = {
            "int_crm__custom_values": values,
            "int_crm__contacts": [[1, contact, START] for contact in self.cards],
            "int_crm__deals": [
                [1, number, contact, START] for number, (contact, _) in enumerate(self.deals)
            ],
            "int_touchpoints__inquiries_recorded": [
                [1, f"r{number}", "uis", None]
                + [dict(keys).get(kind) for kind in ("phone", "email", "ym_uid")]
                + [START]
                for number, keys in enumerate(self.records)
            ],
            "identity_exclusions": [[kind, value, None] for kind, value in self.excluded],
        }
        for table, columns in TABLES.items():
            connection.execute(f"create or replace table {table} ({columns})")
            if found := rows.get(table):
                rng.shuffle(found)
                places = ", ".join("?" * len(found[0]))
                connection.executemany(f"insert into {table} values ({places})", found)
        for model in MODELS:
            connection.execute(model)
        contacts = connection.execute(
            "select contact_id, person_id from int_identity__persons"
        ).fetchall()
        keys = connection.execute(
            "select key_kind, key_value, person_id from int_identity__person_keys"
        ).fetchall()
        return dict(contacts), {(kind, value): person for kind, value, person in keys}

    def oracle(self) -> Found:
        """The definition, word by word."""
        hubs: dict[Hashable, set[Key]] = {
            contact: set(keys) for contact, keys in self.cards.items()
        }
        for contact, key in self.deals:
            hubs.setdefault(contact, set()).add(key)
        hubs |= {f"r{number}": keys for number, keys in enumerate(self.records)}
        every = {key for keys in hubs.values() for key in keys}
        barred = {key for key in every if self._is_barred(key, hubs)} | self.excluded
        leader: dict[Hashable, Hashable] = {node: node for node in (*hubs, *every)}

        def find(node: Hashable) -> Hashable:
            while leader[node] != node:
                node = leader[node]
            return node

        for hub, keys in hubs.items():
            for key in keys - barred:
                leader[find(key)] = find(hub)
        groups: dict[Hashable, list[Hashable]] = {}
        for node in leader:
            groups.setdefault(find(node), []).append(node)
        contacts: dict[int, int] = {}
        persons: dict[Key, int] = {}
        for nodes in groups.values():
            mine = [node for node in nodes if isinstance(node, int)]
            known = [node for node in nodes if isinstance(node, tuple)]
            if not mine and not known:
                continue  # a record of barred keys only
            person = min(mine) if mine else _hash(min(" ".join(key) for key in known))
            contacts |= dict.fromkeys(mine, person)
            persons |= dict.fromkeys(known, person)
        return contacts, persons

    def _is_barred(self, key: Key, hubs: dict[Hashable, set[Key]]) -> bool:
        contacts = [hub for hub, keys in hubs.items() if key in keys and isinstance(hub, int)]
        beside = {other for keys in self.records if key in keys for other in keys}
        return len(contacts) > MAXIMUM or any(
            kind != key[0] and sum(other[0] == kind for other in beside) > MAXIMUM
            for kind in ("phone", "email")
        )


def _hash(text: str) -> int:
    return int(md5(text.encode()).hexdigest()[:16], 16) % 2**63


@pytest.fixture(scope="module")
def connection() -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set threads = 1")
        yield opened


_NUMBER = st.integers(0, 7)
_CARD_KEY = st.one_of(_NUMBER.map(_phone), _NUMBER.map(_email))
_RECORD = st.tuples(
    st.none() | _NUMBER.map(_phone),
    st.none() | _NUMBER.map(_email),
    st.none() | _NUMBER.map(_browser),
).map(lambda keys: {key for key in keys if key is not None})


@settings(max_examples=40, deadline=None)
@given(
    cards=st.dictionaries(st.integers(1, 12), st.sets(_CARD_KEY, max_size=3), max_size=9),
    deals=st.lists(st.tuples(st.integers(1, 12), _NUMBER.map(_browser)), max_size=5),
    records=st.lists(_RECORD, max_size=8),
    excluded=st.sets(st.one_of(_CARD_KEY, _NUMBER.map(_browser)), max_size=2),
    seed=st.integers(0, 99),
)
def test_persons_are_what_hangs_together(
    connection: duckdb.DuckDBPyConnection,
    cards: dict[int, set[Key]],
    deals: list[tuple[int, Key]],
    records: list[set[Key]],
    excluded: set[Key],
    seed: int,
) -> None:
    company = Company(cards, deals, records, excluded)
    assert company.persons(connection, Random(seed)) == company.oracle()


@pytest.mark.parametrize("seed", range(3))
def test_a_long_chain_is_followed_to_its_end(
    connection: duckdb.DuckDBPyConnection, seed: int
) -> None:
    rng = Random(seed)
    contacts = rng.sample(range(1000), 300)
    numbers = rng.sample(range(1000), 301)
    cards = {
        contact: {_phone(one), _phone(other)}
        for contact, (one, other) in zip(contacts, pairwise(numbers), strict=True)
    }
    found, _ = Company(cards).persons(connection, rng)
    assert set(found.values()) == {min(contacts)}


def test_a_row_of_the_exclusions_splits_a_person_again(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    cards = {5: {_phone(1)}, 8: {_phone(1), _email(1)}, 6: {_email(2)}}
    deals = [(6, _browser(1))]
    records = [{_email(1), _browser(1)}]
    rng = Random(1)
    together, _ = Company(cards, deals, records).persons(connection, rng)
    assert together == {5: 5, 8: 5, 6: 5}
    apart, keys = Company(cards, deals, records, {_phone(1)}).persons(connection, rng)
    assert apart == {5: 5, 8: 6, 6: 6}
    assert keys[_phone(1)] == _hash(" ".join(_phone(1)))
    apart, keys = Company(cards, deals, records, {_browser(1)}).persons(connection, rng)
    assert apart == {5: 5, 8: 5, 6: 6}
    assert keys[_email(1)] == 5


# ------------------------------------------------------------------------------------- touches

SESSION, ARRIVAL = timedelta(minutes=30), timedelta(hours=24)
_MINUTES = st.one_of(st.integers(0, 200), st.sampled_from((1440, 1441, 1470, 1471, 2880)))
_TOUCH = st.tuples(
    st.integers(1, 2),
    st.sampled_from(("direct", "email")),
    st.sampled_from(("visit", "call", "crm_source")),
    _MINUTES,
)
RAW_TOUCHES = render_model(
    "intermediate/touchpoints/int_touchpoints__raw_touches.sql", attribution_session_minutes=30
)


@settings(max_examples=40, deadline=None)
@given(touches=st.lists(_TOUCH, max_size=20), seed=st.integers(0, 99))
def test_touches_are_collapsed_as_they_are_told(
    connection: duckdb.DuckDBPyConnection,
    touches: list[tuple[int, str, str, int]],
    seed: int,
) -> None:
    columns = "deal_id source stitch_rule placement campaign_key utm_source utm_medium utm_campaign"
    connection.execute(
        "create or replace table int_touchpoints__touch_records ("
        "account_id bigint, raw_touch_id varchar, person_id bigint, channel varchar, kind varchar, "
        "touched_at timestamp, utm_content varchar, utm_term varchar, "
        + ", ".join(f"{column} varchar" for column in columns.split())
        + ")"
    )
    rows = [
        (1, f"t{number:02d}", person, channel, kind, START + timedelta(minutes=minutes))
        for number, (person, channel, kind, minutes) in enumerate(touches)
    ]
    shuffled = Random(seed).sample(rows, len(rows))
    if shuffled:
        connection.executemany(
            "insert into int_touchpoints__touch_records "
            "(account_id, raw_touch_id, person_id, channel, kind, touched_at) "
            "values (?, ?, ?, ?, ?, ?)",
            shuffled,
        )
    found = dict(
        connection.execute(f"select raw_touch_id, touch_id from ({RAW_TOUCHES})").fetchall()
    )
    expected: dict[str, str] = {}
    last: dict[tuple[int, str], tuple[datetime, str]] = {}
    ranks = ("visit", "call", "crm_source")
    for _, touch, person, channel, kind, at in sorted(
        rows, key=lambda row: (row[5], ranks.index(row[4]), row[1])
    ):
        before, group = last.get((person, channel), (None, touch))
        gap = ARRIVAL if kind == "crm_source" else SESSION
        if before is None or at - before > gap:
            group = touch
        expected[touch] = group
        last[person, channel] = at, group
    assert found == expected
