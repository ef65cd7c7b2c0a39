"""Deals whose source takes more than a look at the card are there, and the truth knows them."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.company import simulate
from sandbox.model import Company, CompanySpec
from sandbox.simulation import calls, source_truth, visits
from sandbox.simulation.crm_keeping import crm_of
from sandbox.simulation.marks_reading import Campaigns, campaigns, channel_of_page, clean, read
from tests.sandbox import careful_reader as reader

Row = dict[str, Any]
FEEDS = {
    "amocrm", "yandex_direct", "vk_ads", "spend_files", "uis", "calltouch", "yandex_metrica",
}  # fmt: skip
# plant: (deals, rule, channels, ways to the campaign)
EXPECTED = {
    "only_click": (3, "click_id", {"paid_search"}, {"click_id"}),
    "only_visitor": (3, "visit", {"paid_search"}, {"exact_id", "name"}),
    "only_visitor_organic": (3, "visit", {"organic_search"}, {"source_only"}),
    "only_referrer": (
        3, "referrer", {"organic_search", "organic_social", "referral"}, {"source_only"},
    ),
    "only_form": (3, "inquiry_utm", {"paid_search"}, {"exact_id", "name"}),
    "nothing_left": (2, "unknown", {"unknown"}, {None}),
    "id_in_text": (2, "deal_utm", {"paid_search"}, {"id_in_text"}),
    "two_ids_in_text": (1, "deal_utm", {"paid_search"}, {"click_id"}),
    "transliterated_name": (2, "deal_utm", {"paid_search"}, {"transliterated_name"}),
    "ad": (2, "deal_utm", {"paid_search"}, {"ad"}),
    "campaign_of_click": (2, "deal_utm", {"paid_search"}, {"click_id"}),
    "vk_plan": (1, "deal_utm", {"paid_social"}, {"exact_id"}),
    "vk_banner": (1, "deal_utm", {"paid_social"}, {"ad"}),
    "swapped": (2, "deal_utm", {"unassigned"}, {"exact_id", "name"}),
    "near_duplicate": (2, "deal_utm", {"unassigned"}, {"exact_id", "name"}),
    "macro": (2, "deal_utm", {"paid_search"}, {"click_id"}),
    "blanks": (2, "deal_utm", {"paid_search"}, {"exact_id", "name"}),
    "overwritten": (3, "deal_utm", None, None),
    "overwritten_by_robot": (2, "deal_utm", None, None),
    "overwritten_before_sale": (2, "deal_utm", None, None),
    "overwritten_while_open": (2, "deal_utm", None, None),
}  # fmt: skip


@pytest.fixture(scope="module", params=[7, 8])
def company(request: pytest.FixtureRequest) -> Company:
    return simulate(CompanySpec(seed=request.param))


@pytest.fixture(scope="module")
def tables(company: Company) -> dict[str, list[Row]]:
    found = source_truth.truth(company, FEEDS)
    return {name: table.to_pylist() for name, table in found.items()}


@pytest.fixture(scope="module")
def rows(tables: dict[str, list[Row]]) -> list[Row]:
    return tables["deal_sources"]


@pytest.fixture(scope="module")
def known(company: Company) -> Campaigns:
    return campaigns(company, FEEDS)


def test_every_plant_is_there_and_tells_what_it_should(rows: list[Row]) -> None:
    planted: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["plant"]:
            planted[row["plant"]].append(row)
    assert planted.keys() == EXPECTED.keys()
    for plant, (count, rule, channels, methods) in EXPECTED.items():
        found = planted[plant]
        assert len(found) == count, plant
        assert {row["source_rule"] for row in found} == {rule}, plant
        assert channels is None or {row["channel"] for row in found} == channels, plant
        assert methods is None or {row["join_method"] for row in found} <= methods, plant
        assert all(row["is_source_overwritten"] == (plant == "overwritten") for row in found)
        assert all(row["is_certain"] for row in found)


def test_one_row_a_deal_and_the_card_is_told_as_the_card_has_it(
    company: Company, rows: list[Row]
) -> None:
    cards = reader.recorded(company)
    live = {row["deal_id"]: row for row in company.truth["deals"] if not row["is_deleted"]}
    assert [row["deal_id"] for row in rows] == list(live)
    for row in rows:
        rule, channel, tags = cards[row["deal_id"]]
        if row["source_rule"] in source_truth.CARD_RULES:
            told = (row["utm_source"], row["utm_medium"], row["utm_campaign"])
            assert (row["source_rule"], row["channel"], told) == (rule, channel, tags)
        else:
            assert rule != "deal_utm"


def test_every_rule_and_way_occurs_and_lost_sources_are_no_defects(
    company: Company, rows: list[Row]
) -> None:
    assert {row["source_rule"] for row in rows} == {
        "deal_utm", "inquiry_utm", "deal_source", "contact_utm", "first_deal", "click_id",
        "visit", "referrer", "unknown",
    }  # fmt: skip
    assert {row["join_method"] for row in rows} == {
        "exact_id", "id_in_text", "name", "transliterated_name", "ad", "vk_group", "click_id",
        "source_only", None,
    }  # fmt: skip
    bad = {r["deal_id"] for r in company.truth["defects"] if r["rule_id"] == "deal_no_source"}
    seen_elsewhere = [r for r in rows if r["source_rule"] in ("inquiry_utm", "click_id", "visit")]
    # marks on a contact are not lost, whichever record speaks before it
    assert {row["is_source_lost"] for row in seen_elsewhere} == {True, False}
    assert all(row in seen_elsewhere for row in rows if row["is_source_lost"])
    for row in rows:
        assert (row["join_method"] is None) == (row["source_rule"] == "unknown")
        # a planted defect gives its source away nowhere but by the person's other deal
        if row["deal_id"] in bad:
            assert row["source_rule"] in ("unknown", "first_deal")


def test_fewer_feeds_tell_less(company: Company, rows: list[Row]) -> None:
    alone = source_truth.truth(company, {"amocrm"})["deal_sources"].to_pylist()
    rules = Counter(row["source_rule"] for row in alone)
    assert not rules["inquiry_utm"] and not rules["visit"]  # noqa: PT018
    assert rules["unknown"] > sum(row["source_rule"] == "unknown" for row in rows)
    assert {row["join_method"] for row in alone} == {"source_only", None}


def test_marks_that_break_the_standard_are_those_on_cards(
    tables: dict[str, list[Row]],
) -> None:
    found = tables["utm_findings"]
    listed = {(row["violation"], row["mark"], row["raw_value"]) for row in found}
    assert len(listed) == len(found)
    assert listed >= {
        ("swapped", "utm_source", "cpc"),
        ("near_duplicate", "utm_source", "yandx"),
        ("near_duplicate", "utm_source", "yandexx"),
        ("unreplaced_macro", "utm_campaign", "{campaign_id}"),
        ("unreplaced_macro", "utm_source", "{{utm_source}}"),
        ("blanks", "utm_source", "yandex direct"),
        ("letter_case", "utm_medium", "CPC"),
        ("cyrillic", "utm_source", "Яндекс"),
        ("letter_case", "utm_source", "Яндекс"),
    }
    assert not {"(not set)", "yandex", " yandex "} & {raw for _, _, raw in listed}


def test_visits_before_a_deal_are_those_of_its_visitor(
    company: Company, tables: dict[str, list[Row]]
) -> None:
    found, rows = tables["touchpoints"], tables["deal_sources"]
    created = {row["deal_id"]: row["created_at"] for row in company.truth["deals"]}
    told: dict[int, Counter[datetime]] = defaultdict(Counter)
    for row in found:
        assert row["kind"] == "visit"
        assert timedelta(0) <= created[row["deal_id"]] - row["touched_at"] <= timedelta(days=90)
        told[row["deal_id"]][row["touched_at"]] += 1
    of_deal: dict[int, Counter[datetime]] = defaultdict(Counter)
    for visit in visits.browse(company):
        if visit.deal_id is not None:
            of_deal[visit.deal_id][datetime.fromtimestamp(visit.at, UTC)] += 1
    certain = {row["deal_id"] for row in rows if row["is_person_certain"]}
    alone = [deal for deal in certain if told[deal] == of_deal[deal] and told[deal]]
    assert len(alone) > 1000  # most people have one deal, and all their visits lie before it
    for deal in company.unheard:
        assert told[deal]


def test_unheard_people_are_known_to_the_counter_alone(company: Company) -> None:
    journal = calls.listen(company)
    heard = {c.deal_id for c in (*journal.calltouch, *journal.uis) if c.fate == "deal"}
    seen = {visit.deal_id for visit in visits.browse(company)}
    assert len(company.unheard) == 3
    assert not company.unheard & heard
    assert company.unheard <= seen
    assert company.unseen
    assert not company.unseen & seen


def test_vk_is_known_by_groups_and_by_the_marks_of_its_links(known: Campaigns) -> None:
    for campaign, expected in (
        ("99218340", ("vk_ads:main:8811045", "vk_group")),
        ("8811001", ("vk_ads:main:8811001", "exact_id")),
        ("lookalike_msk", ("vk_ads:main:8811001", "name")),
        ("nobody", (None, "source_only")),
    ):
        meaning = read({"utm_source": "vk_ads", "utm_medium": "CPC", "utm_campaign": campaign})
        assert known.join(meaning, []) == expected


def test_marks_typed_over_are_told_by_the_journal(company: Company) -> None:
    told = {(e.entity_id, e.created_at, e.type): e for e in crm_of(company).events}
    leads = {lead.id: lead for lead in company.leads}
    assert len(company.source_edits) == 9
    assert {edit.by == 0 for edit in company.source_edits} == {True, False}
    for edit in company.source_edits:
        event = told[edit.deal_id, edit.at, f"custom_field_{edit.field_id}_value_changed"]
        assert event.created_by == edit.by
        assert event.value_after[0]["custom_field_value"]["text"] == edit.after
        names = {field.id: field.name for field in company.custom_fields}
        assert reader.values(leads[edit.deal_id], company)[names[edit.field_id]] == edit.after
        assert edit.before != edit.after
        assert datetime.fromtimestamp(edit.at, UTC) <= company.spec.as_of


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Yandex ", "yandex"), ("%D0%AF%D0%BD%D0%B4%D0%B5%D0%BA%D1%81", "яндекс"),
        ("{campaign_id}", None), ("(not set)", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_marks_are_cleaned(raw: str | None, expected: str | None) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("page", "channel"),
    [
        ("https://yandex.ru/search/?text=a", "organic_search"),
        ("https://www.google.com/", "organic_search"),
        ("https://vk.com/away.php", "organic_social"),
        ("https://www.inmyroom.ru/posts", "referral"),
    ],
)
def test_a_page_tells_its_channel(page: str, channel: str) -> None:
    assert channel_of_page(page) == channel


@pytest.mark.parametrize(
    ("campaign", "content", "expected"),
    [
        ("71234501", None, ("71234501", "exact_id")),
        ("x_71234501_y", None, ("71234501", "id_in_text")),
        ("71234501-71234502", None, (None, "source_only")),
        ("Бренд | Поиск", None, ("71234507", "name")),
        ("brend-poisk", None, ("71234507", "transliterated_name")),
        ("other", "712345010101", ("71234501", "ad")),
        ("other", "71234501", (None, "source_only")),
    ],
)
def test_campaigns_are_found_by_the_first_way_that_gives_one(
    known: Campaigns, campaign: str, content: str | None, expected: tuple[str | None, str]
) -> None:
    marks = {"utm_source": "yandex", "utm_medium": "cpc", "utm_campaign": campaign}
    meaning = read(marks | ({"utm_content": content} if content else {}))
    key, method = known.join(meaning, [])
    assert (key and key.rsplit(":", 1)[1], method) == expected
