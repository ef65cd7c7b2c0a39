"""Mail and folders through the same log, and what the doctor says of every way."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestion.settings import Settings, read_company_config
from orchestration.delivery import log as delivery_log
from orchestration.delivery.doctor import delivery_lines
from tests.delivery_servers import PASSWORD, USER, MailService, mail
from tests.orchestration.post import EVERYBODY, OWNER_ONLY, Company, company
from tests.published_copy import BORIS_DEAL

BY_FOLDER = OWNER_ONLY.replace('via = "telegram"\nto = "100"', 'via = "folder"\nto = "boss"')


def by_mail(service: MailService) -> str:
    text = EVERYBODY.split("\n\n")[2]  # the manager
    text = text.replace('via = "telegram"\nto = "300"', 'via = "email"\nto = "boris@c.example"')
    server = f"""
[delivery.email]
host = "127.0.0.1"
port = {service.port}
sender = "report@c.example"
ca_file = "{service.ca_file}"
timeout_seconds = 5
"""
    return text + server


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailService]:
    monkeypatch.setenv("DELIVERY__SMTP_USER", USER)
    monkeypatch.setenv("DELIVERY__SMTP_PASSWORD", PASSWORD)
    with mail(tmp_path) as running:
        yield running


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: MailService
) -> Iterator[Company]:
    with company(tmp_path / "company", monkeypatch, by_mail(service)) as opened:
        yield opened


def test_a_manager_gets_one_mail_with_their_own(place: Company, service: MailService) -> None:
    for _ in range(2):
        place.deliver("weekly")
    (got,) = service.mails
    files = {part.get_filename(): part.get_content() for part in got.iter_attachments()}
    assert set(files) == {"72.html", "findings.xlsx"}
    everything = str(got.get_body(("plain",))) + "".join(map(str, files.values()))
    assert BORIS_DEAL in str(files["72.html"])
    assert "Кухня" not in everything


def test_a_mail_whose_end_is_unknown_repeats_its_number(
    place: Company, service: MailService
) -> None:
    service.drops = 1
    (row,) = place.deliver("daily")
    assert row.status == "unknown"
    place.deliver("waiting")
    assert len(service.mails) == 1
    assert place.again(row.delivery_id).status == "sent"
    first, second = (message["Message-ID"] for message in service.mails)
    assert first == second == f"<{row.delivery_id}@c.example>"


def test_too_much_for_a_mail_stays_at_home_and_says_so(
    place: Company, service: MailService
) -> None:
    delivery = place.settings.company_config.delivery
    small = delivery.email.model_copy(update={"max_megabytes": 0.00001})
    object.__setattr__(delivery, "email", small)
    place.deliver("weekly")
    (got,) = service.mails
    assert list(got.iter_attachments()) == []
    words = got.get_body(("plain",))
    assert isinstance(words, EmailMessage)
    assert "findings.xlsx слишком велик" in words.get_content()


def test_the_password_reaches_neither_tables_nor_files(
    place: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERY__SMTP_PASSWORD", "geheim-0815")
    (row,) = place.deliver("daily")
    assert row.status == "failed"
    assert "delivery.smtp_password" in str(row.error)
    for path in place.folder.rglob("*"):
        assert not path.is_file() or b"geheim-0815" not in path.read_bytes(), path


def test_a_folder_left_half_done_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with company(tmp_path, monkeypatch, BY_FOLDER) as place:
        place.deliver("weekly")
        target = tmp_path / "delivered" / "boss" / "2026-11-03-weekly"
        names = {"digest.txt", "findings.xlsx", "report.html", "report.png"}
        assert {path.name for path in target.iterdir()} == names
        (target / "digest.txt").unlink()
        office = place.office()
        with office.opened(5), office.log() as log:
            log.execute("update ops.deliveries set status = 'sending', retry_at = null")
        place.deliver("waiting")
        assert {path.name for path in target.iterdir()} == names
        assert [row[3] for row in place.log()] == ["sent"]


def test_the_doctor_looks_at_every_way_and_every_name(place: Company, tmp_path: Path) -> None:
    lines = list(delivery_lines(place.settings))
    assert [(line.check, line.status) for line in lines] == [("Delivery, mail server", "ok")]
    path = place.settings.config_path
    text = path.read_text(encoding="utf-8").replace("Борис Лис", "Боря")
    path.write_text(text + EVERYBODY.split("\n\n")[0], encoding="utf-8")
    changed = Settings(place.folder, path, read_company_config(path))
    found = {line.check: line for line in delivery_lines(changed)}
    assert found["Delivery, Telegram bot"].message == "@skvoz_bot"
    assert "Боря" in found["Delivery, recipients"].message
    place.service.faults.fail_next("/bot", 404)
    broken = {line.check: line.status for line in delivery_lines(changed)}
    assert broken["Delivery, Telegram bot"] == "failed"


def test_ids_are_the_same_for_the_same_thing() -> None:
    one = delivery_log.delivery_id("Борис", "daily", "2026-11-03", "text")
    assert one == delivery_log.delivery_id("Борис", "daily", "2026-11-03", "text")
    assert one != delivery_log.delivery_id("Борис", "daily", "2026-11-03", "mail")
