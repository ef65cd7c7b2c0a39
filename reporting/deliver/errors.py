"""What can become of a part that was given to a messenger or a mail server; never a secret."""

from reporting.errors import ReportError


class NotDeliveredError(ReportError):
    """It surely was not delivered and may be tried again, ``after_seconds`` from now at soonest."""

    def __init__(self, message: str, after_seconds: float = 0) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class RefusedError(ReportError):
    """It surely was not delivered, and trying again will not help: a person has to act."""


class UnknownOutcomeError(ReportError):
    """The connection broke after it was sent: nobody here knows whether it was delivered."""


def masked(text: str, *secrets: str | None) -> str:
    """The text without these secrets and without line breaks, short enough for a table."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return " ".join(text.split())[:500]
