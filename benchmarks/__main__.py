"""``make bench``: every question, its ratio, both sides' time and peak memory."""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    amocrm_rate,
    attribution_rules,
    build_models,
    discipline_rules,
    funnel_models,
    incremental,
    ingest_leads,
    metrica_day,
)


def main() -> None:
    """Answer the questions one after another and print a table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual rows")
    scale = parser.parse_args().scale
    console = Console()
    table = Table("question", "ratio", "ours, s", "floor, s", "ours, MB", "floor, MB")
    modules = (
        *(ingest_leads, amocrm_rate, incremental, metrica_day),
        *(build_models, funnel_models, attribution_rules),
        discipline_rules,
    )
    for module in modules:
        console.print(f"{module.__name__} …", style="dim")
        with tempfile.TemporaryDirectory() as folder:
            found = module.answer(Path(folder), deals=int(module.DEALS * scale))
        table.add_row(
            found.question,
            f"{found.ratio:.2f}",
            f"{found.ours.seconds:.1f}",
            f"{found.floor.seconds:.1f}",
            str(found.ours.peak_mb),
            str(found.floor.peak_mb),
        )
    console.print(table)


if __name__ == "__main__":
    main()
