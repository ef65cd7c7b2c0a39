"""What differs between engines has a default that Spark understands."""

from collections.abc import Callable

import jinja2
import pytest
import sqlglot

from tests.dbt.conftest import PROJECT, Warehouse


class _Adapter:
    """Stands in for dbt's adapter: every macro is dispatched to its default."""

    def __init__(self, module: Callable[[], object]) -> None:
        self._module = module

    def dispatch(self, name: str, _package: str) -> Callable[..., str]:
        return lambda *arguments: str(getattr(self._module(), f"default__{name}")(*arguments))


def _on_spark(call: str) -> str:
    macros = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((PROJECT / "macros").glob("engine/*.sql"))
    )
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])
    environment.globals |= {
        "adapter": _Adapter(lambda: environment.from_string(macros).module),
        "return": lambda value: value,
        "var": lambda _name: "Europe/Moscow",
    }
    return environment.from_string(f"{macros}{{{{ {call} }}}}").render().strip()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("unnest('a')", "explode(a)"),
        ("add_months('a', 12)", "add_months(a, cast(12 as int))"),
        (
            "part_of_money('a', 'b', 'c')",
            "cast(sign(a) * cast((2 * cast(abs(a) * 100 as decimal(38, 0))"
            " * cast((b) * 100 as decimal(38, 0)) + cast((c) * 100 as decimal(38, 0)))"
            " div (2 * cast((c) * 100 as decimal(38, 0))) as decimal(16, 0))"
            " * cast(0.01 as decimal(3, 2)) as decimal(18, 2))",
        ),
        ("array_of('a')", "array(a)"),
        ("array_positions('a')", "transform(a, (element, place) -> cast(place as bigint))"),
        ("array_element('a', 'b')", "element_at(a, cast(b as int) + 1)"),
        ("numbers_below('a')", "sequence(0, cast(a as bigint) - 1)"),
        (
            "json_has_key('a', 'b')",
            "coalesce(array_contains(json_object_keys(a), 'b'), false)",
        ),
        ("json_scalar('a')", "get_json_object(a, '$')"),
        ("json_text('a', 'b')", r"get_json_object(a, '$[\'b\']')"),
        ("integer_divide('a', 'b')", "((a) div (b))"),
        ("regexp_matches('a', 'b')", "regexp_like(a, b)"),
        # Spark reads backslashes in literals, and Java names groups by a dollar sign
        (r"regexp_replace_all('a', '(\\s+)', '\\1')", r"regexp_replace(a, '(\\s+)', '$1')"),
        ('text_literal("it\'s")', r"'it\'s'"),
        ("joined_text('a', ', ', 'b desc')", "listagg(a, ', ') within group (order by b desc)"),
        ("url_decode('a')", "coalesce(try_url_decode(a), a)"),
        (
            "hash_text('a')",
            "cast(cast(conv(left(md5(a), 16), 16, 10) as decimal(20, 0))"
            " % 9223372036854775808 as bigint)",
        ),
        ("local_date('a')", "cast(from_utc_timestamp(a, 'Europe/Moscow') as date)"),
        ("to_utc('a')", "to_utc_timestamp(cast(a as timestamp), current_timezone())"),
        ("from_epoch('a')", "timestamp_seconds(a)"),
        ("seconds_between('a', 'b')", "timestampdiff(second, a, b)"),
        ("days_between('a', 'b')", "cast(datediff(b, a) as bigint)"),
        ("add_days('a', -1)", "date_add(a, cast(-1 as int))"),
        (
            "local_moment('a', 32400)",
            "to_utc_timestamp(timestampadd(second, 32400, cast(a as timestamp)), 'Europe/Moscow')",
        ),
        ("each_day('a', 'b')", "sequence(a, b, interval 1 day)"),
        ("json_items('a')", "from_json(a, 'array<string>')"),
        ("month_of('a')", "cast(date_trunc('month', a) as date)"),
    ],
)
def test_engine_macros_have_a_spark_form(call: str, expected: str) -> None:
    sql = _on_spark(call)
    assert sql == expected
    sqlglot.parse_one(f"select {sql}", dialect="spark")


def test_no_window_is_filtered(company: Warehouse) -> None:
    # Spark takes FILTER in plain aggregates only
    models = list((company.path.parent / "compiled/skvoz/models").rglob("*.sql"))
    found = [
        path.name
        for path in models
        for window in sqlglot.parse_one(
            path.read_text(encoding="utf-8"), dialect="duckdb"
        ).find_all(sqlglot.exp.Window)
        if isinstance(window.this, sqlglot.exp.Filter)
    ]
    assert len(models) > 40
    assert found == []
