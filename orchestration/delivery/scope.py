"""Recipients of ``company.toml`` to the deals they may see, by what the published copy knows."""

import duckdb

from ingestion.delivery_config import Recipient
from ingestion.errors import ConfigError
from reporting.scope import Scope

_PIPELINES = """
select distinct pipeline_id from marts.fct_deals
where try_cast($asked as bigint) = pipeline_id or lower(trim(pipeline_name)) = lower(trim($asked))
"""
_USERS = """
select distinct responsible_user_id from marts.fct_deals
where
    try_cast($asked as bigint) = responsible_user_id
    or lower(trim(responsible_name)) = lower(trim($asked))
"""


def scope_of(connection: duckdb.DuckDBPyConnection, recipient: Recipient) -> Scope:
    """Whose deals a recipient may see; a name that is not known never widens it.

    Raises:
        ConfigError: a pipeline or a person is not among the deals, or a name is two people's.
    """
    pipelines: list[int] = []
    for asked in recipient.pipelines:
        found = _ids(connection, _PIPELINES, asked)
        if not found:
            raise ConfigError(
                f'{recipient.name}: no deal stands in pipeline "{asked}"; '
                "look at delivery.recipients, a number works as well as a name"
            )
        pipelines += found
    users: list[int] = []
    if recipient.role == "manager":
        users = _ids(connection, _USERS, recipient.user or "")
        if len(users) != 1:
            known = "nobody" if not users else f"{len(users)} people"
            raise ConfigError(
                f'{recipient.name}: user "{recipient.user}" is {known} among those who answer '
                "for deals; say the person's number in delivery.recipients"
            )
    return Scope(tuple(sorted({*pipelines})), tuple(users))


def _ids(connection: duckdb.DuckDBPyConnection, query: str, asked: int | str) -> list[int]:
    rows = connection.execute(query, {"asked": str(asked)}).fetchall()
    return sorted(int(row[0]) for row in rows if row[0] is not None)
