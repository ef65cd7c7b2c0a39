"""Whose deals a reader may see: everyone's, of some pipelines, of some managers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Whose deals a reader may see; empty tuples mean no bound.

    ``users`` are those who answer for a deal now (``responsible_user_id``). A bound scope sees only
    what has a deal: a payment or a campaign belongs to nobody's deals.
    """

    pipelines: tuple[int, ...] = ()
    users: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.pipelines and not self.users

    def condition(self, alias: str = "") -> str:
        """SQL over ``pipeline_id`` and ``responsible_user_id``; ``alias`` names their table."""
        prefix = f"{alias}." if alias else ""
        parts = [
            _among(f"{prefix}{column}", ids)
            for column, ids in (
                ("pipeline_id", self.pipelines),
                ("responsible_user_id", self.users),
            )
            if ids
        ]
        return " and ".join(parts) or "true"


def _among(column: str, ids: tuple[int, ...]) -> str:
    # int() keeps text of a caller's configuration out of the statement
    return f"{column} in ({', '.join(str(int(one)) for one in ids)})"
