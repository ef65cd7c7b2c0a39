import duckdb
import pytest

from reporting.scope import Scope

ROWS = "(values (1, 10), (1, 11), (2, 10), (2, null)) as f(pipeline_id, responsible_user_id)"


@pytest.mark.parametrize(
    ("scope", "rows"),
    [
        (Scope(), 4),
        (Scope(pipelines=(1,)), 2),
        (Scope(users=(10, 12)), 2),
        (Scope(pipelines=(2,), users=(10,)), 1),
    ],
)
def test_a_scope_bounds_rows(scope: Scope, rows: int) -> None:
    for alias in ("", "f"):
        found = duckdb.sql(f"select count(*) from {ROWS} where {scope.condition(alias)}").fetchone()
        assert found == (rows,)
    assert scope.is_whole == (rows == 4)


def test_only_numbers_reach_the_statement() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Scope(users=("1) or true --",)).condition()  # type: ignore[arg-type]
