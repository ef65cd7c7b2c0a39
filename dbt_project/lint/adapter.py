"""Stands in for dbt's ``adapter`` while sqlfluff renders the models: it only has to parse."""

from collections.abc import Callable


def dispatch(macro_name: str, _namespace: str) -> Callable[..., str]:
    """The engine macro, as a plain function of its first argument."""

    def call(expression: str, *_: str) -> str:
        return f"{macro_name}({expression})"

    return call
