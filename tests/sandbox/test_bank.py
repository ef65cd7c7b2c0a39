"""Statement files of the simulated company hold its bank movements, and the planted garbage."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.bank import write_statements
from sandbox.company import simulate
from sandbox.model import Company, CompanySpec
from tests.sandbox import careful_reader as reader


@dataclass
class File:
    name: str
    body: bytes
    account: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def sums(self) -> tuple[Decimal, Decimal]:
        came = [Decimal(r["Сумма"]) for r in self.rows if direction(self, r) == "in"]
        went = [Decimal(r["Сумма"]) for r in self.rows if direction(self, r) == "out"]
        return sum(came, Decimal()), sum(went, Decimal())


def direction(file: File, row: dict[str, str]) -> str | None:
    """By the account first, by the filled date else; None for a row that nobody can book."""
    try:
        Decimal(row["Сумма"])
    except InvalidOperation:
        return None
    own = file.account["РасчСчет"]
    sides = [row.get("ПлательщикСчет") == own, row.get("ПолучательСчет") == own]
    if sides[0] != sides[1]:
        return "out" if sides[0] else "in"
    dated = ["ДатаСписано" in row, "ДатаПоступило" in row]
    return None if dated[0] == dated[1] else "out" if dated[0] else "in"


def read(path: Path) -> File:
    file = File(path.name, path.read_bytes())
    text = file.body.decode("utf-8-sig" if file.body.startswith(b"\xef\xbb\xbf") else "cp1251")
    target: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key, has_value, value = line.partition("=")
        if key == "СекцияДокумент":
            target = {}
            file.rows.append(target)
            file.starts.append(number)
        elif key == "СекцияРасчСчет":
            target = file.account
        elif has_value:
            target[key] = value
    return file


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CompanySpec())


@pytest.fixture(scope="module")
def files(company: Company, tmp_path_factory) -> list[File]:
    return [read(p) for p in write_statements(company, tmp_path_factory.mktemp("bank"))]


def test_files_are_the_same_every_time(company: Company, files, tmp_path):
    again = write_statements(simulate(company.spec), tmp_path)
    assert [path.read_bytes() for path in again] == [file.body for file in files]


def test_totals_tie_in_every_file_but_the_planted_one(company: Company, files):
    planted = [d for d in company.truth["bank_defects"] if d["kind"] == "totals_do_not_tie"]
    loose = []
    for file in files:
        total = {k: Decimal(v) for k, v in file.account.items() if k[0] in "ВНК" and "." in v}
        opening, came, went, closing = (
            total[k]
            for k in ("НачальныйОстаток", "ВсегоПоступило", "ВсегоСписано", "КонечныйОстаток")
        )
        assert opening + came - went == closing >= 0
        if file.sums() != (came, went):
            loose.append(file.name)
    assert [d["file_name"] for d in planted] == loose
    assert len(loose) == 1


def test_balances_follow_from_month_to_month(company: Company, files):
    monthly = [file for file in files if file.name.count("_") == 1]
    for account in company.own_accounts:
        own = [f.account for f in monthly if f.account["РасчСчет"] == account]
        for before, after in pairwise(own):
            assert before["КонечныйОстаток"] == after["НачальныйОстаток"]


def test_unreadable_rows_are_exactly_the_planted_ones(company: Company, files):
    planted = [d for d in company.truth["bank_defects"] if d["kind"] == "unreadable_row"]
    found = [
        (file.name, start)
        for file in files
        for row, start in zip(file.rows, file.starts, strict=True)
        if direction(file, row) is None
    ]
    assert sorted((d["file_name"], d["line_number"]) for d in planted) == sorted(found)
    assert len(planted) >= 2


def test_overlapping_files_together_hold_every_movement_once(company: Company, files):
    seen: Counter = Counter()
    sightings = 0
    for file in files:
        in_file: Counter = Counter()
        for row in file.rows:
            if side := direction(file, row):
                dated = row.get("ДатаСписано") or row.get("ДатаПоступило") or row["Дата"]
                day = datetime.strptime(dated, "%d.%m.%Y").date()  # noqa: DTZ007
                amount = Decimal(row["Сумма"]) * (1 if side == "in" else -1)
                in_file[file.account["РасчСчет"], day, row["Номер"], amount] += 1
        sightings += in_file.total()
        seen |= in_file
    truth = Counter(
        (row["own_account"], row["booked_on"], row["document_number"], row["amount"])
        for row in company.truth["payments"]
    )
    assert seen == truth
    assert sightings > truth.total()
    assert max(truth.values()) == 2


def test_encodings_and_line_ends_vary(files):
    assert sum(file.body.startswith(b"\xef\xbb\xbf") for file in files) == 1
    assert sum(b"\r\n" not in file.body for file in files) == 1
    assert all("Кодировка=Windows".encode("cp1251") in file.body
               or "Кодировка=Windows".encode() in file.body for file in files)  # fmt: skip


def test_either_bank_hides_one_sign_of_the_direction(files):
    rows = [(file, row) for file in files for row in file.rows if direction(file, row)]
    assert any("ДатаСписано" not in r and "ДатаПоступило" not in r for _, r in rows)
    assert any("" in (r["ПлательщикСчет"], r["ПолучательСчет"]) for _, r in rows)
    assert any("НазначениеПлатежа" not in r for _, r in rows)


def test_purposes_name_the_invoice_and_decoys_name_nobodys(company: Company):
    planted = {
        (row["own_account"], row["booked_on"], row["document_number"])
        for row in company.truth["payment_matches"]
        if row["plant"] is not None
    }
    for truth, found in zip(company.truth["payments"], reader.named(company), strict=True):
        if (truth["own_account"], truth["booked_on"], truth["document_number"]) not in planted:
            assert found == ({truth["deal_id"]} if truth["deal_id"] else set())


def test_classes_by_their_makings(company: Company):
    classes = defaultdict(list)
    for row, truth in zip(company.bank, company.truth["payments"], strict=True):
        assert truth["amount"] == (row.amount if row.incoming else -row.amount)
        classes[truth["payment_class"]].append((row, truth))
    assert set(classes) == {
        "customer_payment", "customer_refund", "own_transfer", "bank_fee", "tax", "salary",
        "loan_deposit_interest", "other_in", "other_out",
    }  # fmt: skip
    assert all("ПоказательКБК" in row.extra for row, _ in classes["tax"])
    assert all(row.kind == "Банковский ордер" for row, _ in classes["bank_fee"])
    assert sum(truth["amount"] for _, truth in classes["own_transfer"]) == 0
    assert {row.own_account for row, _ in classes["own_transfer"]} == set(company.own_accounts)
    assert any(truth["deal_id"] is None for _, truth in classes["customer_payment"])
    assert all(truth["amount"] < 0 for _, truth in classes["customer_refund"])
