"""``skvoz``: doctor, run, explain, deliver, demo and ui."""

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingestion import registry
from ingestion.errors import ConfigError, SkvozError
from ingestion.settings import ROOT, load_settings

app = typer.Typer(
    help="Skvoz: which advertising pays back, to the kopeck.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
WIDE = 200  # columns of text that no terminal shows
_MARKS = {
    "ok": "[green]✓[/green]",
    "warning": "[yellow]![/yellow]",
    "failed": "[red]✗[/red]",
    "off": "[dim]-[/dim]",
}


@app.command()
def doctor() -> None:
    """Check every source and way of delivery: credentials, rights, folders; say what is missing."""
    from orchestration.delivery.doctor import delivery_lines

    settings = load_settings()
    console = Console(soft_wrap=True)
    console.print(f"{settings.company.name}: {settings.config_path}", style="bold")
    failed = 0
    for spec in registry.discover().values():
        if not spec.enabled(settings):
            console.print(f"{_MARKS['off']} {spec.title}: switched off")
            continue
        for line in spec.doctor(settings):
            failed += line.status == "failed"
            console.print(
                f"{_MARKS[line.status]} {spec.title}, {line.check}: {line.message}", highlight=False
            )
            if line.action:
                console.print(f"    → {line.action}", style="dim", highlight=False)
    for line in delivery_lines(settings):
        failed += line.status == "failed"
        console.print(f"{_MARKS[line.status]} {line.check}: {line.message}", highlight=False)
        if line.action:
            console.print(f"    → {line.action}", style="dim", highlight=False)
    if failed:
        raise typer.Exit(code=1)


@app.command()
def run(
    job: Annotated[str, typer.Argument(help="daily, hourly_crm or rebuild")] = "daily",
    accept_less: Annotated[
        list[str] | None,
        typer.Option(help="a source whose smaller volume is right, this once; may be repeated"),
    ] = None,
) -> None:
    """Run a job now, with progress, and print what came of it."""
    from orchestration.delivery.commands import send_alerts
    from orchestration.running import RunFailedError, run_job
    from orchestration.summary import print_summary

    settings = load_settings()
    accepted = frozenset(accept_less or ())
    if unknown := accepted - registry.discover().keys():
        raise ConfigError(
            f"--accept-less {', '.join(sorted(unknown))}: there is no such source; "
            f"known: {', '.join(registry.discover())}"
        )
    settings = replace(settings, accept_less=settings.accept_less | accepted)
    try:
        outcome = run_job(settings, job)
    except RunFailedError:
        send_alerts(settings)
        raise
    print_summary(settings, Console(), outcome)


@app.command()
def explain(
    report: Annotated[
        str,
        typer.Argument(
            help="revenue_by_channel, leads_by_source, attribution, payback, spend_ledger or "
            "payment_ledger"
        ),
    ],
    channel: Annotated[str | None, typer.Option(help="canonical channel")] = None,
    month: Annotated[str | None, typer.Option(help="YYYY-MM")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="one day of a ledger")
    ] = None,
    basis: Annotated[
        str | None, typer.Option(help="cash_date (the default) or lead_cohort")
    ] = None,
    model: Annotated[str | None, typer.Option(help="attribution model, e.g. linear")] = None,
    bucket: Annotated[str | None, typer.Option(help="one bucket of a ledger")] = None,
    source: Annotated[str | None, typer.Option(help="one feed of a ledger")] = None,
    currency: Annotated[str | None, typer.Option(help="the company's, unless told")] = None,
    limit: Annotated[int, typer.Option(min=0, help="rows per table; 0 for all")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="everything, for a program")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="the demo company's reports")] = False,
) -> None:
    """Show what one cell of a report is made of, from the payment to the click."""
    from orchestration import explain_print
    from orchestration.demo import demo_environment
    from orchestration.explain import explain as look_up
    from orchestration.explain_answer import Question

    if demo:
        os.environ.update(demo_environment(ROOT / "data" / "demo"))
    settings = load_settings()
    company = settings.company
    question = Question(
        report=report,
        channel=channel,
        month=month,
        day=day.date() if day else None,
        basis=basis,
        model=model,
        bucket=bucket,
        source=source,
        currency=currency,
    )
    answer = look_up(settings.published_dir, company.currency, question)
    if as_json:
        typer.echo(explain_print.as_json(answer))
    else:
        console = Console()
        if not console.is_terminal:
            console = Console(width=WIDE)  # a file or a pager is as wide as its tables
        explain_print.print_answer(answer, console, company.language, settings.zone, limit)
    if not answer.ties:
        raise typer.Exit(code=1)


@app.command()
def deliver(
    work: Annotated[
        str, typer.Argument(help="daily, weekly, or waiting: alerts and what is due again")
    ] = "waiting",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="print what would be sent to whom, send nothing")
    ] = False,
    to: Annotated[str | None, typer.Option(help="one recipient, by name")] = None,
    again: Annotated[
        str | None, typer.Option(help="send a failed or unknown delivery once more, by its id")
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="print the latest deliveries")] = False,
) -> None:
    """Send the digest, the alerts and whatever waits to the recipients of the company's file."""
    from orchestration.delivery import commands

    settings, console = load_settings(), Console(soft_wrap=True)
    if log:
        commands.print_log(settings, console)
    elif again is not None:
        commands.send_again(settings, console, again)
    elif dry_run:
        commands.print_preview(settings, console, work, to)
    else:
        commands.send(settings, console, work, to)


@app.command()
def demo(
    deals: Annotated[int, typer.Option(min=50, help="how many deals the company has")] = 3000,
    months: Annotated[int, typer.Option(min=2, max=36, help="how long its history is")] = 12,
    seed: Annotated[int, typer.Option(help="another seed, another company")] = 7,
    folder: Annotated[Path, typer.Option(help="where its data goes; emptied first")] = (
        ROOT / "data" / "demo"
    ),
) -> None:
    """Run everything against a simulated company whose truth is known, and compare."""
    from orchestration.demo import run_demo

    if not run_demo(folder.absolute(), deals=deals, months=months, seed=seed):
        raise typer.Exit(code=1)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="port on 127.0.0.1")] = 3000,
    demo: Annotated[bool, typer.Option("--demo", help="the demo company's runs")] = False,
) -> None:
    """Open Dagster's web UI on the same definitions (stop it with Ctrl+C)."""
    import dagster as dg

    from orchestration.demo import demo_environment
    from orchestration.running import close_dead_runs, prepare_home

    if demo:
        os.environ.update(demo_environment(ROOT / "data" / "demo"))
    settings = load_settings()
    prepare_home(settings)
    close_dead_runs(dg.DagsterInstance.get())
    dagster = Path(sys.executable).with_name("dagster")
    os.chdir(ROOT)
    # in place of this process, so that stopping it stops Dagster and its schedules
    os.execv(  # noqa: S606
        dagster,
        [
            *(str(dagster), "dev", "--module-name", "orchestration.definitions"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
    )


def main() -> None:
    """Entry point: an expected failure is one clear sentence and a non-zero exit."""
    try:
        app()
    except SkvozError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"✗ {error}", style="red", markup=False, highlight=False
        )
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
