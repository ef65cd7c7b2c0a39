"""Mail handed over to a real server with STARTTLS and a certificate that only the test trusts."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from reporting.deliver.email import Email, Server
from reporting.deliver.errors import NotDeliveredError, RefusedError, UnknownOutcomeError
from reporting.deliver.parcel import Enclosure, Parcel
from reporting.deliver.text import Span
from tests.delivery_servers import PASSWORD, USER, MailService, mail

TO = "owner@company.example"
WORDS = Parcel(
    "Окна & Двери: итоги\r\nBcc: thief@example.com",
    ((Span("Деньги", is_bold=True),), (Span(".точка"),), (Span("<b>не тег</b> & =cmd"),)),
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[MailService]:
    with mail(tmp_path) as running:
        yield running


@pytest.fixture
def server(service: MailService) -> Server:
    return Server(
        *("127.0.0.1", service.port, "starttls", "report@company.example", USER, PASSWORD),
        ca_file=str(service.ca_file),
        timeout_seconds=5,
    )


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def test_a_mail_arrives_whole_and_encrypted(
    server: Server, service: MailService, tmp_path: Path
) -> None:
    table = tmp_path / "находки.xlsx"
    table.write_bytes(b"PK\x03\x04.\r\n.\r\n\xff" * 50)
    parcel = replace(WORDS, enclosures=(Enclosure(table),))
    assert Email(server).parts(parcel) == ("mail",)
    number = Email(server).send(parcel, "mail", TO, "abc123")
    (got,) = service.mails
    assert got["Message-ID"] == number == "<abc123@company.example>"
    assert got["To"] == TO
    assert got["Bcc"] is None
    assert "thief@example.com" in got["Subject"]  # a name is text, not a header
    assert body(got, "plain").splitlines() == ["Деньги", ".точка", "<b>не тег</b> & =cmd"]
    assert "&lt;b&gt;не тег&lt;/b&gt; &amp; =cmd" in body(got, "html")
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == table.name
    assert attached.get_content() == table.read_bytes()
    assert service.were_encrypted == [True]
    assert service.logins == [(USER, PASSWORD)]


def test_the_same_delivery_has_the_same_number(server: Server, service: MailService) -> None:
    for _ in range(2):
        Email(server).send(WORDS, "mail", TO, "abc123")
    assert len({message["Message-ID"] for message in service.mails}) == 1


def test_a_certificate_of_a_stranger_is_refused(server: Server, service: MailService) -> None:
    with pytest.raises(NotDeliveredError, match="CERTIFICATE_VERIFY_FAILED"):
        Email(replace(server, ca_file=None)).check()
    assert service.logins == []


def test_a_wrong_password_is_told_without_it(server: Server) -> None:
    with pytest.raises(RefusedError, match=r"535.*delivery.smtp_password") as error:
        Email(replace(server, password="geheim-0815")).send(WORDS, "mail", TO, "id")
    assert "geheim-0815" not in str(error.value)
    assert USER not in str(error.value)
    assert "geheim-0815" not in repr(replace(server, password="geheim-0815"))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("451 try later", NotDeliveredError),
        ("552 too large", RefusedError),
    ],
)
def test_a_refusal_is_for_now_or_for_good(
    server: Server, service: MailService, answer: str, expected: type[Exception]
) -> None:
    service.refusals.append(answer)
    with pytest.raises(expected, match=answer[:3]):
        Email(server).send(WORDS, "mail", TO, "id")
    assert service.mails == []


def test_a_connection_cut_at_the_end_leaves_it_unknown(
    server: Server, service: MailService
) -> None:
    service.drops = 1
    with pytest.raises(UnknownOutcomeError):
        Email(server).send(WORDS, "mail", TO, "id")
    assert len(service.mails) == 1


def test_nobody_listening_is_surely_not_delivered(server: Server) -> None:
    with pytest.raises(NotDeliveredError, match="no connection"):
        Email(replace(server, port=1)).send(WORDS, "mail", TO, "id")


def test_the_doctor_logs_in_and_sends_nothing(server: Server, service: MailService) -> None:
    assert Email(server).check() == f"127.0.0.1:{service.port}"
    assert len(service.logins) == 1
    assert service.mails == []
