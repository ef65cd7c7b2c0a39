"""All tables of ``raw_amocrm`` by name."""

from ingestion.sources.amocrm.settings import TABLES, Table
from ingestion.sources.amocrm.settings_more import MORE_TABLES

ALL_TABLES: dict[str, Table] = TABLES | MORE_TABLES
