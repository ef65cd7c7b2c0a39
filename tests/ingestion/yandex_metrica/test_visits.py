"""Parts of logs as Arrow tables: escapes, ids, moments, and never more than a block at once."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingestion.errors import SourceFormatError
from ingestion.sources.yandex_metrica import visits
from ingestion.sources.yandex_metrica.settings import FIELDS, SCHEMA
from ingestion.sources.yandex_metrica.visits import Asked, VisitReader

HEADER = "\t".join(FIELDS) + "\n"
SPAN = (date(2026, 10, 24), date(2026, 10, 26))


def reader(zone: str = "Europe/Moscow") -> VisitReader:
    now = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
    return VisitReader(Asked("7", SPAN, ZoneInfo(zone), date(2026, 10, 28), now))


def line(moment: str, visit_id: str, url: str = "", **cells: str) -> str:
    row = {"ym:s:dateTime": moment, "ym:s:visitID": visit_id, "ym:s:clientID": "1"}
    row |= {"ym:s:startURL": url, "ym:s:goalsID": "[]", **cells}
    return "\t".join(row.get(name, "") for name in FIELDS) + "\n"


def rows(found: VisitReader, path: Path) -> list[dict[str, object]]:
    return [row for table in found.tables(path) for row in table.to_pylist()]


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "part.tsv"


def test_escapes_are_undone_and_quotes_are_letters(part: Path) -> None:
    part.write_text(
        HEADER
        + line("2026-10-25 10:00:00", "1", r"https://a/?q=\'a\'\tb\\c\n")
        + line("2026-10-25 10:00:00", "2", 'https://a/?q="')
        + line("2026-10-25 10:00:00", "3", r"без хитростей \x"),
        encoding="utf-8",
    )
    assert [row["start_url"] for row in rows(reader(), part)] == [
        "https://a/?q='a'\tb\\c\n",
        'https://a/?q="',
        "без хитростей x",
    ]


def test_bytes_that_are_no_text_do_not_stop_the_day(part: Path) -> None:
    part.write_bytes(
        (HEADER + line("2026-10-25 10:00:00", "1", "кухни")).encode()
        + line("2026-10-25 11:00:00", "2", "%").encode().replace(b"%", b"\xea\xf3\xf5\xed\xe8")
    )
    assert [row["start_url"] for row in rows(reader(), part)] == ["кухни", "�" * 5]


def test_ids_of_64_bits_stay_whole(part: Path) -> None:
    ids = ["0", "9223372036854775808", "18446744073709551615"]
    part.write_text(HEADER + "".join(line("2026-10-25 10:00:00", one) for one in ids))
    assert [row["visit_id"] for row in rows(reader(), part)] == ids


@pytest.mark.parametrize("visit_id", ["18446744073709551616", "-1", "", "1.5", "x"])
def test_what_is_no_id_is_set_aside(part: Path, visit_id: str) -> None:
    good = line("2026-10-25 10:00:00", "1") + line("2026-10-25 10:00:00", "2")
    part.write_text(HEADER + good + line("2026-10-26 10:00:00", visit_id))
    found = reader()
    assert len(rows(found, part)) == 2
    broken = [row for row in found.rest().to_pylist() if row["raw_record"]]
    assert [(row["visited_on"], row["visit_id"]) for row in broken] == [(date(2026, 10, 26), None)]
    assert f'visitID "{visit_id}"' in broken[0]["malformed_reason"]
    assert found.counts[date(2026, 10, 26)] == 1


def test_moments_are_the_zones_and_the_hour_that_comes_twice_is_the_first(part: Path) -> None:
    moments = ["2026-10-25 01:59:59", "2026-10-25 02:30:00", "2026-10-25 03:00:00"]
    text = "".join(line(moment, str(n)) for n, moment in enumerate(moments))
    part.write_text(HEADER + text)
    utc = [row["visited_at"] for row in rows(reader("Europe/Berlin"), part)]
    assert utc == [
        datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
    ]


def test_days_that_nobody_asked_for_are_set_aside(part: Path) -> None:
    good = line("2026-10-25 10:00:00", "1") + line("2026-10-25 10:00:00", "2")
    part.write_text(HEADER + good + line("2026-10-27 10:00:00", "3"))
    found = reader()
    assert len(rows(found, part)) == 2
    assert sum(found.counts.values()) == 3


def test_empty_parts_and_empty_days(part: Path, tmp_path: Path) -> None:
    part.write_text(HEADER)
    (tmp_path / "nothing.tsv").touch()
    found = reader()
    assert rows(found, part) == rows(found, tmp_path / "nothing.tsv") == []
    assert [(row["visited_on"].day, row["is_empty_day"]) for row in found.rest().to_pylist()] == [
        (24, True),
        (25, True),
        (26, True),
    ]


def test_what_is_no_table_stops(part: Path) -> None:
    part.write_text("<html>\n")
    with pytest.raises(SourceFormatError, match="other columns"):
        rows(reader(), part)


def test_a_day_is_never_in_memory_whole(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "BLOCK", 64 * 1024)
    with part.open("w") as file:
        file.write(HEADER)
        for number in range(20_000):
            file.write(line("2026-10-25 10:00:00", str(number), f"https://a/{'x' * 80}{number}"))
    assert part.stat().st_size > 30 * visits.BLOCK
    found, sizes = reader(), []
    for table in found.tables(part):
        assert table.schema == SCHEMA
        sizes.append(table.num_rows)
    assert sum(sizes) == 20_000
    assert max(sizes) < 1_000
    assert found.counts[date(2026, 10, 25)] == 20_000
    assert found._seen.nbytes == 8 * 20_000  # all that is kept of a visit is its number


def test_repeats_count_once_across_files(part: Path, tmp_path: Path) -> None:
    part.write_text(HEADER + "".join(line("2026-10-25 10:00:00", one) for one in "5335"))
    second = tmp_path / "second.tsv"
    second.write_text(HEADER + "".join(line("2026-10-25 10:00:00", one) for one in "4513"))
    found = reader()
    ids = [row["visit_id"] for path in (part, second) for row in rows(found, path)]
    assert (ids, found.repeated) == (["5", "3", "4", "1"], 4)
