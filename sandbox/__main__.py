"""``python -m sandbox --data-dir D``: a simulated company, its files and its services."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from sandbox import feed
from sandbox.faults import Faults
from sandbox.model import CompanySpec
from sandbox.running import Services, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, write the files, print one JSON line, serve until told to stop.

    Stops on SIGTERM, SIGINT, or when stdin closes: a parent that died leaves nothing running.
    """
    from sandbox.company import simulate
    from sandbox.truth import write_truth

    options = _parser().parse_args(arguments)
    spec = CompanySpec(seed=options.seed, deals=options.deals, months=options.months)
    stop = _stop_signal()
    company = simulate(spec)
    data_dir: Path = options.data_dir
    feeds = feed.everything() if options.feeds == "all" else options.feeds.split(",")
    with serve(company, Faults(minor_units=True), feeds) as services:
        services.write_files(_made(data_dir / "inbox"))
        write_truth(company, _made(data_dir / "truth"), services.feeds)
        config = data_dir / "company.toml"
        config.write_text(services.config(), encoding="utf-8")
        (data_dir / "as_of.txt").write_text(spec.as_of.isoformat() + "\n", encoding="utf-8")
        print(ready_line(services), flush=True)
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    default = CompanySpec()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--deals", type=int, default=default.deals)
    parser.add_argument("--months", type=int, default=default.months)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument(
        "--feeds",
        default=",".join(feed.CORE),
        help="which feeds the company has, separated by commas, or all",
    )
    return parser


def _stop_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    descriptor = sys.stdin.fileno()

    def wait_for_eof() -> None:
        # unbuffered: a thread waiting inside a buffered reader would abort the interpreter's exit
        while os.read(descriptor, 4096):
            pass
        stop.set()

    threading.Thread(target=wait_for_eof, name="stdin", daemon=True).start()
    return stop


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def ready_line(services: Services) -> str:
    """The one line a parent waits for: where the services are, and the secrets to reach them."""
    return json.dumps(
        {
            "urls": services.urls,
            "env": services.environment(),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
