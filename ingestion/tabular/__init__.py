"""Reader of tables that companies bring as CSV files and workbooks."""

from ingestion.tabular.cells import Cell, CellError, names_roubles, read_text
from ingestion.tabular.grids import Grid, GridRow
from ingestion.tabular.tables import (
    Layout,
    Table,
    TableFile,
    TableRow,
    plain,
    read_tables,
    tables_of,
)

__all__ = [
    "Cell",
    "CellError",
    "Grid",
    "GridRow",
    "Layout",
    "Table",
    "TableFile",
    "TableRow",
    "names_roubles",
    "plain",
    "read_tables",
    "read_text",
    "tables_of",
]
