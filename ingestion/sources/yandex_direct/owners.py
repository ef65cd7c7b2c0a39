"""Whose cabinets: an advertiser's login, and the secret that opens it."""

import re
from dataclasses import dataclass

from ingestion.settings import secret
from ingestion.sources.yandex_direct.settings import NAME


@dataclass(frozen=True)
class Cabinet:
    """An advertiser, or an agency itself, whose clients are advertisers.

    Args:
        agency: the login of the agency whose token opens the cabinet; "" for its own.
    """

    login: str
    name: str = ""
    agency: str = ""
    is_agency: bool = False

    def token(self) -> str:
        """The cabinet's own token, else the common one.

        Raises:
            MissingSecretError: neither is set.
        """
        return secret(NAME, "token", owner_key(self.agency or self.login))


def owner_key(login: str) -> str:
    """A login as names of secrets have it: letters, digits and underscores, lower case."""
    return re.sub(r"[^a-z0-9]+", "_", login.lower()).strip("_")
