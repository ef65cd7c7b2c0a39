"""Open findings as a workbook: a summary by rule, all findings, and a sheet for every manager."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from openpyxl import Workbook

from reporting.errors import ReportDataError, ReportError
from reporting.evidence import evidence_text
from reporting.i18n import Wording
from reporting.scope import Scope
from reporting.view import Language
from reporting.xlsx_rows import (
    FindingRow,
    Reader,
    RuleRow,
    read_findings,
    read_readers,
    read_rules,
)
from reporting.xlsx_sheets import MAX_LINKS, MAX_ROWS, Column, Sheets, Value
from reporting.xlsx_words import Words

_DAY_FORMATS = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
_EVERYTHING = Scope()


def write_findings_xlsx(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    language: Language,
    zone: ZoneInfo,
    currency: str,
    scope: Scope = _EVERYTHING,
    max_rows: int = MAX_ROWS,
    max_links: int = MAX_LINKS,
) -> Path:
    """Write the open findings that ``scope`` lets a reader see; returns ``path``.

    Read from the published copy, in ``language``, days in ``zone``; ``currency`` stands beside a
    rule without findings. The file is replaced whole. Rows that a sheet of Excel has no room for go
    on in another, and links beyond its limit are addresses in a column: the summary says both.

    Raises:
        ReportDataError: there are no findings or rules in the copy.
        ReportError: the file cannot be written; the one that was there stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    book = Workbook(write_only=True)
    sheets = Sheets(book, _DAY_FORMATS[language], max_rows=max_rows, max_links=max_links)
    writer = _Writer(sheets, language, zone, currency, is_whole=scope.is_whole)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer.summary(read_rules(con, language, scope))
        writer.findings(None, read_findings(con, language, scope))
        for reader in read_readers(con, scope):
            writer.findings(reader, read_findings(con, language, scope, reader))
        book.save(temporary)
        temporary.replace(path)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0]
        raise ReportDataError(f"findings cannot be read ({reason}); run the daily job") from error
    except OSError as error:
        raise ReportError(
            f"{path}: the findings cannot be written ({error.strerror}); check rights and space"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


class _Writer:
    """Fills the sheets in one language."""

    def __init__(
        self, sheets: Sheets, language: Language, zone: ZoneInfo, currency: str, *, is_whole: bool
    ) -> None:
        self._sheets, self._zone, self._currency = sheets, zone, currency
        self._say, self._wording = Words(language), Wording(language, currency)
        self._is_whole = is_whole

    def summary(self, rules: Sequence[RuleRow]) -> None:
        say = self._say
        columns = [
            Column(say("severity"), 17),
            Column(say("rule"), 48, "long_text"),
            Column(say("role"), 20),
            Column(say("count"), 12, "count"),
            Column(say("deals"), 10, "count"),
            Column(say("money"), 18, "money"),
            Column(say("currency"), 9),
            Column(say("checked"), 12, "count"),
            Column(say("state"), 26),
            Column(say("fix"), 80, "long_text"),
            Column(say("code"), 26),
        ]
        with self._sheets.table(say("summary"), columns, self._above(rules)) as table:
            for rule in rules:
                if rule.findings or self._is_whole:
                    table.append(self._rule(rule))

    def findings(self, reader: Reader | None, rows: Iterable[FindingRow]) -> None:
        """All of them (no reader), or those of one, who is told what to do as well."""
        say = self._say
        columns = [
            Column(say("severity"), 17),
            Column(say("rule"), 46),
            Column(say("kind"), 16),
            Column(say("name"), 38),
            Column(say("deal"), 38),
            Column(say("pipeline"), 22),
            Column(say("stage"), 24),
            Column(say("responsible"), 24),
            Column(say("channel"), 16),
            Column(say("money"), 18, "money"),
            Column(say("currency"), 9),
            Column(say("evidence"), 70),
            Column(say("first_seen"), 12, "date"),
            Column(say("reopened"), 14, "count"),
            Column(say("address"), 44),
            *([Column(say("fix"), 80)] if reader else []),
        ]
        name = self._name(reader) if reader else say("findings")
        with self._sheets.table(name, columns) as table:
            for row in rows:
                table.append([*self._finding(row), *([row.fix] if reader else [])])

    def _above(self, rules: Sequence[RuleRow]) -> list[str]:
        say, findings = self._say, sum(rule.findings for rule in rules)
        ran = [rule.ran_at for rule in rules if rule.ran_at]
        lines = [say("title")]
        if ran:
            lines.append(say("checked_at") % self._wording.moment(max(ran).astimezone(self._zone)))
        if not self._is_whole:
            lines.append(say("only_deals"))
        lines.append(say("one_money"))
        if findings > self._sheets.room:
            counts = (self._wording.count(findings), self._wording.count(self._sheets.room))
            lines.append(say("goes_on") % (*counts, say("findings")))
        if findings > self._sheets.max_links:
            lines.append(say("few_links") % self._wording.count(self._sheets.max_links))
        return lines

    def _rule(self, rule: RuleRow) -> list[Value]:
        say = self._say
        state = "gone" if rule.is_run is None else "ran" if rule.is_run else "did_not_run"
        return [
            say.of("severity", rule.severity),
            rule.title or rule.rule_id,
            say.of("role", rule.owner_role or ""),
            rule.findings,
            rule.deals,
            rule.money,
            rule.currency or self._currency,
            # of the whole company, which a bound reader does not see
            rule.checked if self._is_whole else None,
            say(state),
            rule.fix,
            rule.rule_id,
        ]

    def _finding(self, row: FindingRow) -> list[Value]:
        deal = row.deal_name or (None if row.deal_id is None else f"#{row.deal_id}")
        return [
            self._say.of("severity", row.severity),
            row.rule,
            self._say.of("entity", row.entity),
            # a deal is linked once: Excel counts links
            row.name if row.entity == "deal" else (row.name, row.url),
            (deal, row.deal_url),
            row.pipeline,
            row.stage,
            row.responsible,
            row.channel,
            row.money,
            row.currency,
            evidence_text(row.evidence, self._wording, self._zone),
            row.first_seen_at.astimezone(self._zone).date(),
            row.reopened,
            row.deal_url or row.url,
        ]

    def _name(self, reader: Reader) -> str:
        if reader.user_id is not None:
            return reader.name or self._say("user") % reader.user_id
        name = self._say.of("role", reader.owner_role) if reader.owner_role else ""
        return f"{name[:1].upper()}{name[1:]}" or self._say("nobody")
