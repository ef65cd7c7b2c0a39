"""The truth about the funnel says of every plant what its definition says, and hangs together."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.company import simulate
from sandbox.feed import CORE, chosen, everything
from sandbox.model import Company, CompanySpec
from sandbox.simulation.clock import Clock
from sandbox.simulation.funnel_clocks import WorkingTime, is_working
from sandbox.simulation.funnel_tables import TABLES
from sandbox.simulation.funnel_truth import truth
from sandbox.simulation.world import Story
from sandbox.truth import write_truth

DAY = 86_400
MONTH = 30 * DAY
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec())


@pytest.fixture(scope="module")
def told(company: Company) -> dict[str, Rows]:
    return {name: table.to_pylist() for name, table in truth(company, everything()).items()}


@pytest.fixture(scope="module")
def planted(company: Company) -> dict[str, list[Story]]:
    found: dict[str, list[Story]] = defaultdict(list)
    for story in company.stories:
        for plant in story.plants:
            found[plant].append(story)
    return found


def by_deal(rows: Rows) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row["deal_id"]].append(row)
    return found


@pytest.mark.parametrize(
    ("plant", "deals"),
    [
        ("five_at_once", 5),
        ("five_seconds_apart", 5),
        ("of_two_stages", 6),
        ("robot_hands_out_five", 5),
        ("admin_hands_out_slowly", 5),
    ],
)
def test_bursts_that_are_large_enough_are_mass_changes(told, planted, plant, deals):
    ids = {story.lead_id for story in planted[f"burst:{plant}"]}
    kind = "responsible" if "hand" in plant else "stage"
    starts = Counter(
        row["started_at"]
        for row in told["funnel_mass_change_deals"]
        if row["deal_id"] in ids and row["kind"] == kind
    )
    start, found = starts.most_common(1)[0]
    assert found == deals == len(ids)
    burst = next(row for row in told["funnel_mass_changes"] if row["started_at"] == start)
    assert burst["is_mixed"] == (plant == "of_two_stages")


@pytest.mark.parametrize(
    "plant",
    ["four_at_once", "six_seconds_apart", "one_deal_twice", "robot_hands_out_four",
     "hands_out_in_two_goes"],
)  # fmt: skip
def test_bursts_that_just_miss_are_none(told, planted, plant):
    ids = {story.lead_id for story in planted[f"burst:{plant}"]}
    starts = Counter(
        row["started_at"] for row in told["funnel_mass_change_deals"] if row["deal_id"] in ids
    )
    assert max(starts.values(), default=0) <= 1


def test_jumps_of_a_mass_change_are_sloppy(told, planted):
    skips = by_deal(told["funnel_skips"])
    for story in planted["burst:five_at_once"]:
        evidence = {row["evidence"] for row in skips[story.lead_id] if row["class"] == "sloppy"}
        assert "mass_change" in evidence


@pytest.mark.parametrize(
    ("plant", "moves"),
    [("at_the_bounds", 3), ("four_moves", 4), ("pause_too_long", 0), ("run_too_long", 0),
     ("two_moves", 0), ("two_people", 0)],
)  # fmt: skip
def test_clicks_are_found_up_to_the_bounds(told, planted, plant, moves):
    runs = by_deal(told["funnel_click_through"])
    for story in planted[f"clicks:{plant}"]:
        assert [run["moves"] for run in runs[story.lead_id]] == ([moves] if moves else [])


def test_moves_that_nobody_told_are_repaired(told, planted):
    stays = by_deal(told["funnel_stays"])
    for plant in ("gap", "unseen_move"):
        for story in planted[plant]:
            repairs = [row["repair"] for row in stays[story.lead_id] if row["repair"]]
            assert repairs == [plant]
    lost = {story.lead_id for story in (*planted["gap"], *planted["unseen_move"])}
    broken = {row["deal_id"] for row in told["funnel_stays"] if row["repair"] not in
              (None, "no_events")}  # fmt: skip
    assert broken == lost


def test_stays_that_the_journal_tells_are_the_world_s(company, told):
    known = by_deal(told["funnel_stays"])
    world = by_deal([row for row in company.truth["stage_visits"] if row["is_observable"]])
    columns = ("visit_number", "pipeline_id", "stage_id", "entered_at", "left_at")
    for deal_id, rows in known.items():
        for row, after in pairwise(rows):
            assert row["left_at"] == after["entered_at"] >= row["entered_at"]
        if deal_id in world:
            assert [[row[c] for c in columns] for row in rows] == [
                [row[c] for c in columns] for row in world[deal_id]
            ]


def test_sloppy_and_legit_skips_are_all_skips(told):
    stays = {(row["deal_id"], row["visit_number"]): row for row in told["funnel_stays"]}
    kinds = Counter((row["class"], row["evidence"]) for row in told["funnel_skips"])
    assert set(kinds) == {
        ("legit", "plausible"), ("legit", "work_done"), ("sloppy", "click_through"),
        ("sloppy", "late_jump"), ("sloppy", "mass_change"),
    }  # fmt: skip
    for row in told["funnel_skips"]:
        stay = stays[row["deal_id"], row["visit_number"]]
        assert stay["direction"] == "forward"
        assert stay["skipped_stages"] == row["skipped_stages"] > 0
        assert row["class"] != "sloppy" or stay["is_sloppy"]


def test_shares_of_a_sale_add_up_and_somebody_closed_it(told):
    for rows in by_deal(told["funnel_credits"]).values():
        assert sum(row["is_closer"] for row in rows) == 1
        assert sum(row["is_originator"] for row in rows) == 1
        assert sum(row["share_of_time"] for row in rows) == pytest.approx(1, abs=1e-12)
        assert sum(row["share_of_stages"] for row in rows) == pytest.approx(1, abs=1e-12)


def test_the_foreman_takes_no_sale_in_the_second_he_gets_it(company, told):
    """A win in the very second of a hand-over is the seller's."""
    holders = by_deal(told["funnel_holders"])
    closers = {row["deal_id"]: row["user_id"] for row in told["funnel_credits"] if row["is_closer"]}
    closed = {row["deal_id"]: row["closed_at"] for row in company.truth["deals"]}
    for deal_id, user in closers.items():
        held = [
            row
            for row in holders[deal_id]
            if row["starts_at"] < closed[deal_id]
            and (row["ends_at"] is None or row["ends_at"] >= closed[deal_id])
        ]
        assert [row["user_id"] for row in held[:1] or holders[deal_id][:1]] == [user]


def test_chains_join_children_up_to_the_edges(company, told, planted):
    links = {row["deal_id"]: row for row in told["funnel_chains"]}
    missed = {-61, 3 * DAY + 1, 5 * DAY}
    for child in planted["child"]:
        if child.lead_id not in links:
            continue
        assert child.parent is not None
        delay = child.created_at - child.parent.steps[-1].at
        row = links[child.lead_id]
        if delay in missed:
            assert row["parent_deal_id"] != child.parent.lead_id
        elif not child.parent.is_deleted:
            assert row["parent_deal_id"] == child.parent.lead_id
            assert row["mechanism"] == "new_deal"
    assert {row["mechanism"] for row in links.values()} == {"none", "same_deal", "new_deal"}
    for row in links.values():
        assert links[row["root_deal_id"]]["parent_deal_id"] is None


def test_a_sale_that_goes_on_elsewhere_was_handed_over(told, planted):
    rows = {(row["deal_id"], row["pipeline_id"]): row for row in told["funnel_departments"]}
    outcomes = Counter(row["outcome"] for row in rows.values())
    assert min(outcomes[name] for name in ("handed_over", "won", "lost", "open")) > 20
    links = {row["deal_id"]: row["parent_deal_id"] for row in told["funnel_chains"]}
    for child in planted["child"]:
        if child.parent is not None and links.get(child.lead_id) == child.parent.lead_id:
            win = child.parent.steps[-1]
            row = rows[child.parent.lead_id, win.pipeline_id]
            assert row["outcome"] == "handed_over"
            assert int(row["outcome_at"].timestamp()) == win.at


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (MONTH, "repeat_within_window"),
        (MONTH - 1, "repeat_within_window"),
        (MONTH + 1, "new_after_window"),
        (20 * DAY, "repeat_within_window"),
        (50 * DAY, "new_after_window"),
    ],
)
def test_deals_of_people_who_came_back(told, planted, wait, expected):
    classes = {
        row["deal_id"]: row["inquiry_class"]
        for row in told["funnel_inquiry_classes"]
        if row["system"] == "deals"
    }
    found = {classes[story.lead_id] for story in planted[f"returns:{wait}"]}
    assert found == {expected}


@pytest.mark.parametrize(
    ("wait", "expected"),
    [(MONTH, "repeat_within_window"), (MONTH + 1, "new_after_window"), (None, "repeat_open")],
)
def test_calls_without_a_deal_have_a_class_to_the_second(company, told, planted, wait, expected):
    ids = {story.lead_id for story in planted[f"calls:{wait}"]}
    moments = {(t.deal_id, t.at) for t in company.planned_talks if t.deal_id in ids}
    found = {
        row["inquiry_class"]
        for row in told["funnel_inquiry_classes"]
        if row["system"] in ("uis", "calltouch")
        and (row["deal_id"], int(row["occurred_at"].timestamp())) in moments
    }
    assert found == {expected}


def test_limits_are_kept_to_the_second(company, told, planted):
    timed = by_deal(told["funnel_sla"])
    for plant, length, expected in (
        ("exactly_at_limit", 168 * 3600, False), ("one_second_late", 168 * 3600 + 1, True),
    ):  # fmt: skip
        for story in planted[plant]:
            rows = [row for row in timed[story.lead_id] if row["running_seconds"] == length]
            assert all(row["is_breach"] is expected for row in rows)
    assert any(row["is_warning"] for row in told["funnel_sla"])
    assert {row["waiting_on"] for row in told["funnel_sla"]} == {"client", "manager", "unknown"}
    for row in told["funnel_sla"]:
        assert row["is_breach"] == (row["running_seconds"] > row["limit_seconds"])


def test_working_time_knows_weekends_holidays_and_zones():
    clock = Clock(CompanySpec())
    time, midnight = WorkingTime(clock), clock.midnight
    friday = date(2026, 3, 6)  # before a weekend and the Monday off
    assert time.between(midnight(friday), midnight(friday + timedelta(days=4))) == 9 * 3600
    assert time.between(midnight(friday) + 17 * 3600, midnight(friday) + 20 * 3600) == 3600
    assert time.between(midnight(friday) + 8 * 3600, midnight(friday) + 9 * 3600) == 0
    eve = date(2026, 4, 30)
    assert time.between(midnight(eve), midnight(eve + timedelta(days=1))) == 8 * 3600
    assert is_working(date(2025, 11, 1))  # a Saturday worked instead of the third
    assert not is_working(date(2025, 11, 3))
    year = sum(is_working(date(2026, 1, 1) + timedelta(days=n)) for n in range(365))
    assert year == 247  # as the production calendar of 2026 says


def test_only_later_deadlines_are_postponements(told):
    assert all(row["delay_seconds"] >= row["postponements"] for row in told["funnel_postponements"])
    assert {row["postponements"] for row in told["funnel_postponements"]} >= {1, 2}


def test_stages_are_criticised_by_name_and_by_use(company, told):
    names = {(p.id, s.id): s.name for p in company.pipelines for s in p.statuses}
    found = defaultdict(set)
    for row in told["funnel_lint"]:
        found[row["rule_id"]].add(names[row["pipeline_id"], row["stage_id"]])
    assert found["reminder_stage"] == {"Клиент думает"}
    assert found["dead_stage"] == {"Рекламация, разобрать"}
    assert "Подготовить проект и согласовать" in found["compound_name"]


def test_every_lost_deal_has_a_row_and_a_stage_if_it_ever_worked(company, told):
    lost = {
        row["deal_id"]
        for row in company.truth["deals"]
        if row["status"] == "lost" and not row["is_deleted"]
    }
    assert {row["deal_id"] for row in told["funnel_losses"]} == lost
    assert any(row["is_other"] for row in told["funnel_losses"])
    assert any(row["loss_reason_id"] is None for row in told["funnel_losses"])


def test_it_is_written_where_the_crm_is_read(tmp_path):
    company = simulate(CompanySpec(deals=60, months=2))
    paths = write_truth(company, tmp_path / "with", chosen(CORE))
    assert {path.stem for path in paths} >= set(TABLES)
    paths = write_truth(company, tmp_path / "without", chosen(("bank_1c",)))
    assert not {path.stem for path in paths} & set(TABLES)


@pytest.mark.parametrize("deals", [0, 1, 40])
def test_every_size_has_every_table(deals):
    company = simulate(CompanySpec(deals=deals, months=2))
    assert set(truth(company, CORE)) == set(TABLES)


def test_the_same_company_has_the_same_truth():
    one, other = (simulate(CompanySpec(deals=200, months=3)) for _ in range(2))
    assert truth(one, CORE) == truth(other, CORE)


def test_work_that_no_feed_recorded_is_no_evidence(company):
    without = truth(company, CORE)["funnel_skips"].to_pylist()
    online = truth(company, everything())["funnel_skips"].to_pylist()
    assert len(without) == len(online)
    done = [sum(row["evidence"] != "plausible" for row in rows) for rows in (without, online)]
    assert done[0] <= done[1]
