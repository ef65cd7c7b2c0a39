"""Real services that deliveries are sent to: the local Bot API, and a mail server with STARTTLS."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette

from sandbox.faults import Faults
from sandbox.running import listening
from sandbox.servers.telegram import create_app
from sandbox.servers.telegram.app import Bot, Received
from sandbox.servers.telegram.faults import TelegramFaults

USER, PASSWORD = "skvoz@company.example", "pass-4711-word"


@dataclass(frozen=True)
class TelegramService:
    url: str
    app: Starlette
    faults: Faults

    @property
    def bot(self) -> Bot:
        bot: Bot = self.app.state.bot
        return bot

    @property
    def received(self) -> list[Received]:
        return self.bot.received

    @property
    def switches(self) -> TelegramFaults:
        return self.faults.of(TelegramFaults)

    def texts(self, chat: str) -> list[str]:
        return [one.text for one in self.received if one.chat == chat and one.text]

    def files(self, chat: str) -> dict[str, bytes]:
        return dict(file for one in self.received if one.chat == chat for file in one.files)


@contextmanager
def telegram() -> Iterator[TelegramService]:
    faults = Faults()
    app = create_app(faults)
    with listening(app) as (url,):
        yield TelegramService(url, app, faults)


@dataclass
class MailService:
    """Answers of the next mails are taken from ``refusals``; ``drops`` are taken, then cut."""

    ca_file: Path
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    were_encrypted: list[bool] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    drops: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = BytesParser(policy=default).parsebytes(content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.were_encrypted.append(session.ssl is not None)
        if self.drops:
            self.drops -= 1
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == (USER, PASSWORD), handled=False)


@contextmanager
def mail(folder: Path) -> Iterator[MailService]:
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    service = MailService(certificate)
    controller = Controller(
        service,
        hostname="127.0.0.1",
        port=_free_port(),  # its self-test at the start needs to know
        tls_context=context,
        require_starttls=True,
        authenticator=service.authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        service.port = controller.port
        yield service
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own for 127.0.0.1, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "mail.pem", folder / "mail.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
