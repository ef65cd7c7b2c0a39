"""Mail by SMTP: one message with words in two forms and every file."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from mimetypes import guess_type
from typing import Literal

from reporting.deliver.errors import (
    NotDeliveredError,
    RefusedError,
    UnknownOutcomeError,
    masked,
)
from reporting.deliver.parcel import Parcel
from reporting.deliver.text import html, name, plain

_STYLE = "font-family:sans-serif;font-size:15px;line-height:1.5;white-space:pre-wrap"


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: Literal["starttls", "tls", "plain"]
    sender: str
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None
    timeout_seconds: float = 30

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


class Email:
    """One mail server."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def check(self) -> str:
        """Connects, logs in and goes."""
        with self._session() as smtp:
            smtp.noop()
        return f"{self._server.host}:{self._server.port}"

    def parts(self, parcel: Parcel) -> tuple[str, ...]:  # noqa: ARG002
        return ("mail",)

    def send(self, parcel: Parcel, part: str, to: str, delivery_id: str) -> str:  # noqa: ARG002
        message = compose(parcel, self._server.sender, to, delivery_id)
        body = message.as_bytes()
        with self._session() as smtp:
            try:
                self._ask(*smtp.mail(self._server.sender))
                self._ask(*smtp.rcpt(to))
                opened, said = smtp.docmd("DATA")
                if opened != 354:
                    self._ask(opened, said, expected=354)
            except (smtplib.SMTPException, OSError) as error:
                raise NotDeliveredError(self._text(f"the mail server left: {error}")) from None
            # from here on the server may have taken it, whatever we hear
            try:
                smtp.send(_dotted(body))
                code, said = smtp.getreply()
            except (smtplib.SMTPException, OSError) as error:
                raise UnknownOutcomeError(
                    f"mail: the connection broke while it was handed over ({type(error).__name__})"
                ) from None
            self._ask(code, said)
        return str(message["Message-ID"])

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server = self._server
        try:
            context = ssl.create_default_context(cafile=server.ca_file or None)
            smtp = (
                smtplib.SMTP_SSL(
                    server.host, server.port, timeout=server.timeout_seconds, context=context
                )
                if server.security == "tls"
                else smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
            )
        except (smtplib.SMTPException, OSError) as error:
            raise NotDeliveredError(
                self._text(f"mail server {server.host}:{server.port}: no connection ({error})")
            ) from None
        try:
            self._open(smtp, context)
            yield smtp
        finally:
            smtp.close()

    def _open(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server = self._server
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password or "")
        except smtplib.SMTPAuthenticationError as error:
            said = self._text(f"mail server {server.host} does not let us in ({error.smtp_code})")
            raise RefusedError(
                f"{said}; look at delivery.smtp_user and delivery.smtp_password"
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedError(self._text(f"mail server {server.host}: {error}")) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDeliveredError(self._text(f"mail server {server.host}: {error}")) from None

    def _ask(self, code: int, said: bytes, expected: int = 250) -> None:
        """Go on if the server agreed; 4xx is for now, 5xx for good."""
        if code == expected or (expected == 250 and code == 251):
            return
        text = self._text(
            f"mail server {self._server.host}: {code} {said.decode(errors='replace')}"
        )
        if code >= 500:
            raise RefusedError(f"{text}; look at the recipient's address and the sender")
        raise NotDeliveredError(text)

    def _text(self, text: str) -> str:
        return masked(text, self._server.password, self._server.user)


def compose(parcel: Parcel, sender: str, to: str, delivery_id: str) -> EmailMessage:
    """The mail; its Message-ID is made of the delivery, so a repetition is known for one."""
    message = EmailMessage()
    message["Subject"] = name(parcel.subject, limit=200)
    message["From"], message["To"] = sender, to
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{delivery_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain(parcel.lines))
    message.add_alternative(
        f'<html><body><div style="{_STYLE}">{html(parcel.lines)}</div></body></html>',
        subtype="html",
    )
    for enclosure in parcel.enclosures:
        kind = guess_type(enclosure.path.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        data = enclosure.path.read_bytes()
        charset = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(
            data, maintype=main, subtype=sub, filename=enclosure.path.name, params=charset
        )
    return message


def _dotted(body: bytes) -> bytes:
    """The message as it travels: CRLF, leading dots doubled, a dot at the end (RFC 5321, 4.5.2)."""
    lines = body.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + (
        b"\r\n.\r\n"
    )
