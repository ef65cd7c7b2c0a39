"""The spend file's columns and the tables of ``raw_spend_files``."""

from typing import Any

from ingestion.columns import columns
from ingestion.tabular import Layout

NAME = "spend_files"
FOLDER = "spend"
# Raised when the same bytes would give other rows: every file is then read anew.
READER_VERSION = 1

# A year of prepaid outdoor advertising fits; a mistyped year does not.
LONGEST_SPAN_DAYS = 366

LAYOUT = Layout(
    columns={
        "date": ("Дата", "День", "Day", "Период", "Period"),
        "date_from": ("Начало", "Дата начала", "С", "Start", "Start date", "From"),
        "date_to": ("Конец", "Дата конца", "Дата окончания", "По", "End", "End date", "To"),
        "utm_source": ("Источник", "UTMSource", "Source"),
        "utm_medium": ("Канал", "Тип", "Канал/Тип", "UTMMedium", "Medium"),
        "utm_campaign": ("Кампания", "UTMCampaign", "Campaign", "Название кампании"),
        "utm_content": ("Объявление", "UTMContent", "Content"),
        "utm_term": ("Ключ", "Ключевая фраза", "UTMTerm", "Term", "Keyword"),
        "campaign_id": ("ID кампании", "Номер кампании", "utm_id"),
        "cost": ("Расход", "Расходы", "Сумма", "Затраты", "Expenses", "Spend"),
        "clicks": ("Клики", "Переходы"),
        "impressions": ("Показы", "Shows"),
        "currency": ("Валюта",),
        "vat_mode": ("НДС", "VAT", "Режим НДС"),
        "vat_rate": ("Ставка НДС",),
        "comment": ("Комментарий", "Примечание"),
    },
    required=(("date", "date_from"), ("utm_source",), ("cost",)),
)

_RATE: dict[str, Any] = {"data_type": "decimal", "precision": 5, "scale": 4}

ROW_COLUMNS = columns(
    file_sha256="key text",
    sheet="key text",
    row_number="key bigint",
    file_name="text",
    cabinet="text",
    date_from="date",
    date_to="date",
    utm_source="text",
    utm_medium="text",
    utm_campaign="text",
    utm_content="text",
    utm_term="text",
    campaign_id="text",
    cost="money",
    clicks="bigint",
    impressions="bigint",
    currency="text",
    vat_mode="text",
    comment="text",
    raw_json="json",
) | {"vat_rate": _RATE}
DAY_COLUMNS = columns(
    file_sha256="key text",
    sheet="key text",
    row_number="key bigint",
    day_index="key bigint",
    spend_on="date",
    cost="money",
    clicks="bigint",
    impressions="bigint",
)
FILE_COLUMNS = columns(
    file_sha256="key text",
    file_name="text",
    bytes="bigint",
    encoding="text",
    cabinet="text",
    tables="bigint",
    rows="bigint",
    cost="money",
    rows_quarantined="bigint",
    cost_quarantined="money",
    cost_stated="money",
    currencies="text",
    unknown_columns="text",
    load_number="bigint",
    modified_at="timestamp",
    loaded_at="timestamp",
)
QUARANTINE_COLUMNS = columns(
    file_sha256="key text",
    sheet="key text",
    row_number="key bigint",
    file_name="text",
    reason="text",
    cost="money",
    raw_text="text",
)
