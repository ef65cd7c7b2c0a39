"""What do models of attribution that follow from a path cost over a mere join of what they need?

Five touches a deal, 50 channels, three deals in ten paid for, one in ten of them twice. Ours: the
SQL dbt compiled for paths, weights of touches and credits, through one connection. Floor: the same
joins written down as tables of as many rows, with no order, no weights and no kopecks.

``python -m benchmarks.attribution_rules --deals 1000000``: 5 million touches, 300 000 conversions.
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import duckdb
import yaml

from benchmarks.build_models import in_order
from benchmarks.funnel_models import MEMORY, THREADS, dbt
from benchmarks.measure import Answer, measure

DEALS = 100_000
_MODELS = ("int_attribution__paths", "int_attribution__touch_weights", "fct_attribution_credits")
_INPUTS = """
create schema marts;
create schema intermediate;
create table marts.fct_deals as
    select
        1::bigint as account_id, n as deal_id, 'email' as channel, 'mailer' as placement,
        null::varchar as campaign_key,
        timestamp '2026-01-01' + to_seconds(hash(n) % 15000000) as created_at,
        null::timestamp as closed_at, null::date as first_paid_on
    from range($deals) as numbers (n);
create table intermediate.int_identity__person_deals as
    select account_id, deal_id, deal_id + 1000000000 as person_id, true as is_main
    from marts.fct_deals;
create table marts.fct_touchpoints as
    select
        1::bigint as account_id, 'visit:' || n as touch_id, deals.person_id,
        created_at - to_seconds(hash(n) % 7000000) as touched_at, 'visit' as kind,
        'channel_' || hash(n + 1) % 50 as channel, 'placement_' || hash(n + 1) % 50 as placement,
        'platform:cabinet:' || hash(n + 2) % 500 as campaign_key, null::bigint as deal_id,
        case when hash(n + 3) % 3 = 0 then created_at end as inquiry_at
    from range(5 * $deals) as numbers (n)
    inner join (
        select * from marts.fct_deals
        inner join intermediate.int_identity__person_deals using (account_id, deal_id)
    ) as deals on (hash(n + 4) % $deals)::bigint = deals.deal_id;
create table intermediate.int_money__customer_money as
    select
        account_id, 'payment:' || deal_id || ':' || n as payment_id, deal_id,
        'allocated' as bucket, channel, 'customer_payment' as payment_class,
        (hash(deal_id + n) % 30000000)::decimal(18, 0) * 0.01::decimal(3, 2) as amount,
        (hash(deal_id + n) % 25000000)::decimal(18, 0) * 0.01::decimal(3, 2) as amount_net,
        'RUB' as currency, date '2026-06-01' as booked_on, date '2026-06-01' as cash_month,
        date '2026-05-01' as cohort_month
    from marts.fct_deals
    cross join range(2) as numbers (n)
    where hash(deal_id + 5) % 10 < 3 and (n = 0 or hash(deal_id + 6) % 10 = 0);
create table marts.fct_payment_allocations as
    select account_id, payment_id, deal_id, amount from intermediate.int_money__customer_money;
create table intermediate.int_attribution__data_driven_weights as
    select
        1::bigint as account_id, 1::bigint as deal_id, '' as touch_id, 1::bigint as position,
        '' as channel, '' as placement, '' as campaign_key, 1::decimal(13, 12) as markov_1_weight,
        1::decimal(13, 12) as markov_2_weight, 1::decimal(13, 12) as shapley_weight
    limit 0;
"""
# credits as they are written: five models share among all touches, seven give one row a payment
_FLOOR = """
create table floor_paths as
    select
        touches.account_id, deals.deal_id, persons.person_id, touches.touch_id, touches.kind,
        touches.channel, touches.placement, touches.campaign_key, touches.touched_at,
        deals.created_at as end_at, touches.inquiry_at is not null as is_inquiry
    from marts.fct_deals as deals
    inner join intermediate.int_identity__person_deals as persons using (account_id, deal_id)
    inner join marts.fct_touchpoints as touches
        on persons.account_id = touches.account_id and persons.person_id = touches.person_id
            and touches.touched_at <= deals.created_at + interval 1 hour
            and touches.touched_at >= deals.created_at - interval 90 day;
create table floor_credits as
    select
        account_id, payment_id, deal_id, touch_id, campaign_key, 'model_' || number as model,
        paths.channel, placement, bucket, payment_class, 1::bigint as position,
        0.2::double as weight, amount, amount_net, currency, true as is_first_payment,
        true as is_first_in_month, booked_on, cash_month, cohort_month
    from intermediate.int_money__customer_money
    inner join floor_paths as paths using (account_id, deal_id)
    cross join range(5) as numbers (number)
    union all
    select
        account_id, payment_id, deal_id, '' as touch_id, '' as campaign_key,
        'model_' || number as model, channel, '' as placement, bucket, payment_class,
        1::bigint as position, 1::double as weight, amount, amount_net, currency,
        true as is_first_payment, true as is_first_in_month, booked_on, cash_month, cohort_month
    from intermediate.int_money__customer_money
    cross join range(7) as numbers (number);
"""


def answer(folder: Path, deals: int = DEALS) -> Answer:
    """Credit the payments of so many deals both ways."""
    prepare(folder, deals)
    ours = measure(run_models, folder, folder / "seconds.json")
    floor = measure(run_floor, folder)
    return Answer(f"rules of attribution, {5 * deals:,} touches / joins", ours, floor, 5 * deals)


def prepare(folder: Path, deals: int) -> None:
    """A warehouse with what the models read, a copy of it for the floor, and the models' SQL."""
    with _connect(folder / "warehouse.duckdb") as connection:
        connection.execute(_INPUTS.replace("$deals", str(deals)))
    (folder / "floor").mkdir()
    shutil.copy(folder / "warehouse.duckdb", folder / "floor" / "warehouse.duckdb")
    output = {"type": "duckdb", "path": str(folder / "warehouse.duckdb"), "schema": "main"}
    profile = {"skvoz": {"target": "duckdb", "outputs": {"duckdb": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    dbt(folder, "compile", "--select", *_MODELS)


def run_models(folder: Path, timings: Path) -> None:
    """Paths, weights and credits one after another; seconds of each into a file."""
    nodes = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    seconds = {}
    with _connect(folder / "warehouse.duckdb") as connection:
        for node in (nodes[name] for name in in_order(nodes)):
            if node["resource_type"] == "model" and node["name"] in _MODELS:
                started = time.perf_counter()
                relation = f'"{node["schema"]}"."{node["alias"]}"'
                connection.execute(f"create table {relation} as {node['compiled_code']}")
                seconds[node["name"]] = time.perf_counter() - started
    timings.write_text(json.dumps(seconds), encoding="utf-8")


def run_floor(folder: Path) -> None:
    """The joins alone."""
    with _connect(folder / "floor" / "warehouse.duckdb") as connection:
        connection.execute(_FLOOR)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path))
    connection.execute(f"set memory_limit = '{MEMORY}'")
    connection.execute(f"set threads = {THREADS}")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set timezone = 'UTC'")
    return connection


def main() -> None:
    """Both sides, and where our seconds go."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attribution_rules")
    parser.add_argument("--deals", type=int, default=DEALS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = answer(folder, parser.parse_args().deals)
        print(f"{found.question}: {found.ratio:.2f}")
        processors = found.ours.processor_seconds / found.floor.processor_seconds
        print(f"  in seconds of processors: {processors:.2f}")
        for side, measured in (("models", found.ours), ("joins", found.floor)):
            print(
                f"  {side}: {measured.seconds:.1f} s, {measured.processor_seconds:.1f} s of"
                f" processors, {measured.peak_mb} MB"
            )
        for model, seconds in json.loads((folder / "seconds.json").read_text()).items():
            print(f"{seconds:8.2f}  {model}")


if __name__ == "__main__":
    main()
