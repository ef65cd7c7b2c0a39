"""What do rules judged by Great Expectations cost over one query that knows them all by heart?

A million deals and the rules that the project has for deals; while it has fewer than 45, made ones
stand in for the rest. Ours: every rule judged, its findings written with their evidence and lives,
the register of rules and the scores. Floor: a hand-written query over the same flags that writes
the failing rows with the same columns, but no evidence, no life and no word on what was checked.

``python -m benchmarks.discipline_rules --deals 1000000`` also tells what a second run takes, which
finds everything again.
"""

import argparse
import itertools
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks.measure import Answer, measure
from expectations.findings import write_findings
from expectations.rule import Rule, discover
from expectations.rules_table import write_rules
from expectations.runner import run_rules
from expectations.scores import write_scores

DEALS = 1_000_000
_FRAME = "quality.fct_deal_discipline"
_RULES = 45
_PARTS_PER_MILLE = (1, 2, 5, 10, 20, 30, 50, 80)  # of the deals that a rule applies to
_COMMON = """
    1::bigint as account_id, n as deal_id, 'Сделка ' || n as deal_name,
    'https://demo.amocrm.ru/leads/detail/' || n as deal_url, deal_name as entity_name,
    deal_url as entity_url, hash(n) % 4 as pipeline_id, 'Воронка ' || pipeline_id as pipeline_name,
    hash(n + 1) % 40 as stage_id, 'Этап ' || stage_id as stage_name,
    hash(n + 2) % 60 as responsible_user_id, 'Менеджер ' || responsible_user_id as responsible_name,
    hash(n + 3) % 60 as responsible_then_user_id, 'channel_' || hash(n + 4) % 12 as channel,
    (hash(n + 5) % 30000000 / 100)::decimal(18, 2) as money_at_stake, 'RUB' as currency
"""
_KINDS = {  # a column that only explains, by the end of its name
    ("_on", "_day"): "date '2026-01-01' + (hash(n + {seed}) % 300)::integer",
    ("_at",): "timestamptz '2026-01-01' + to_seconds((hash(n + {seed}) % 9000000)::bigint)",
    ("_id", "_days", "_count", "_seconds", "_shifts"): "(hash(n + {seed}) % 1000)::bigint",
    ("_amount", "price"): "(hash(n + {seed}) % 9000000 / 100)::decimal(18, 2)",
}


def deal_rules() -> list[Rule]:
    """Rules over deals, topped up with made ones."""
    rules = [rule for rule in discover() if rule.frame == _FRAME and rule.entity == "deal"]
    template = replace(rules[0], applies_when=(), explains=("closed_on", "price"), expects=False)
    for number in range(len(rules), _RULES):
        rules.append(replace(template, id=f"made_{number}", column=f"is_made_{number}"))
    return rules


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Judge so many deals both ways."""
    prepare(folder, deals)
    ours = measure(run_ours, folder, folder / "seconds.json")
    floor = measure(run_floor, folder)
    return Answer(f"{len(deal_rules())} rules of {deals:,} deals / one query", ours, floor, deals)


def prepare(folder: Path, deals: int) -> None:
    """A warehouse with the frame that the rules ask for, and a copy of it for the floor."""
    with _connect(folder / "warehouse.duckdb") as connection:
        connection.execute("create schema quality")
        columns = ", ".join((_COMMON.strip(), *_columns(deal_rules())))
        connection.execute(
            f"create table {_FRAME} as select {columns} from range({deals}) as numbers (n)"
        )
    (folder / "floor").mkdir()
    shutil.copy(folder / "warehouse.duckdb", folder / "floor" / "warehouse.duckdb")


def _columns(rules: list[Rule]) -> Iterator[str]:
    taken = set(_COMMON.replace(",", " ").split())
    for seed, rule in enumerate(rules, start=100):
        bad = f"hash(n + {seed}) % 1000 < {_PARTS_PER_MILLE[seed % len(_PARTS_PER_MILLE)]}"
        wanted = {rule.column: f"not ({bad})" if rule.expects else bad}
        wanted |= {name: f"hash(n + {len(name)}) % 3 = 0" for name in rule.applies_when}
        wanted |= {name: _made(name, seed) for name in (rule.money_column, *rule.explains)}
        yield from (f"{sql} as {name}" for name, sql in wanted.items() if name not in taken)
        taken |= set(wanted)


def _made(name: str, seed: int) -> str:
    if name.startswith(("is_", "has_")):
        return f"hash(n + {len(name)}) % 3 = 0"
    for ends, sql in _KINDS.items():
        if name.endswith(ends):
            return sql.format(seed=seed)
    return f"'word ' || hash(n + {seed}) % 50"


def run_ours(folder: Path, timings: Path) -> None:
    """Judge and write; seconds of each step into a file."""
    rules = deal_rules()
    at, day = datetime(2026, 11, 1, tzinfo=UTC), date(2026, 11, 1)
    with _connect(folder / "warehouse.duckdb") as connection:
        marks = [("", time.perf_counter())]
        outcomes = run_rules(connection, rules)
        marks.append(("rules judged", time.perf_counter()))
        summary = write_findings(connection, outcomes, at, {rule.id for rule in rules})
        marks.append((f"{summary.open_now:,} findings written", time.perf_counter()))
        write_rules(connection, rules, outcomes, at)
        write_scores(connection, day)
        marks.append(("rules and scores written", time.perf_counter()))
    seconds = {name: at - before for (_, before), (name, at) in itertools.pairwise(marks)}
    timings.write_text(json.dumps(seconds), encoding="utf-8")


def run_floor(folder: Path) -> None:
    """The same failing rows, by one query."""
    failing = ", ".join(
        f"case when {_applies(rule)} and {_is_bad(rule)} then '{rule.id}' end"
        for rule in deal_rules()
    )
    with _connect(folder / "floor" / "warehouse.duckdb") as connection:
        connection.execute(
            f"""
            create table floor as
            select
                unnest(list_filter([{failing}], lambda rule: rule is not null)) as rule_id,
                account_id, deal_id, deal_name, deal_url, entity_name, entity_url, pipeline_id,
                pipeline_name, stage_id, stage_name, channel, responsible_user_id,
                responsible_name, responsible_then_user_id, money_at_stake, currency
            from {_FRAME}
            """
        )


def _applies(rule: Rule) -> str:
    return f"({' or '.join(rule.applies_when)})" if rule.applies_when else "true"


def _is_bad(rule: Rule) -> str:
    return f"{rule.column} is not true" if rule.expects else rule.column


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path))
    connection.execute("set enable_progress_bar = false")
    connection.execute("set timezone = 'UTC'")
    return connection


def main() -> None:
    """Both sides, where our seconds go, and the same rules once more."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.discipline_rules")
    parser.add_argument("--deals", type=int, default=DEALS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = answer(folder, parser.parse_args().deals)
        print(f"{found.question}: {found.ratio:.2f}")
        processors = found.ours.processor_seconds / found.floor.processor_seconds
        print(f"  in seconds of processors: {processors:.2f}")
        again = measure(run_ours, folder, folder / "again.json")
        sides = {"rules": found.ours, "query": found.floor, "rules again": again}
        for side, measured in sides.items():
            print(
                f"  {side}: {measured.seconds:.1f} s, {measured.processor_seconds:.1f} s of"
                f" processors, {measured.peak_mb} MB"
            )
        for timings in ("seconds.json", "again.json"):
            for step, seconds in json.loads((folder / timings).read_text()).items():
                print(f"{seconds:8.2f}  {step}")


if __name__ == "__main__":
    main()
