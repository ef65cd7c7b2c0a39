"""Names of the format's keys, and of its dialects', to the names this package uses.

Standard keys: https://v8.1c.ru/edi/edi_stnd/100/101.htm (versions 1.01 to 1.03). Banks of
Kazakhstan, Uzbekistan and Belarus write other words for the same things; a dialect is only more
rows here.
"""

from functools import lru_cache

_PARTY_KEYS = {
    "Счет": "account",
    "РасчСчет": "settlement_account",
    "ИНН": "inn",
    "КПП": "kpp",
    "БИК": "bic",
    "": "full_name",
    "1": "name",
    # Kazakhstan
    "Наименование": "name",
    "БИН_ИИН": "inn",
    "БИН": "inn",
    "ИИН": "inn",
    "ИИК": "account",
    "БанкБИК": "bic",
    # Uzbekistan
    "МФО": "bic",
    # Belarus
    "УНП": "inn",
}

_DOCUMENT_KEYS = {
    "Номер": "number",
    "Дата": "date",
    "Сумма": "amount",
    "ДатаСписано": "debited_on",
    "ДатаПоступило": "credited_on",
    "НазначениеПлатежа": "purpose",
    **{f"НазначениеПлатежа{n}": f"purpose_{n}" for n in range(1, 7)},
    "ПоказательКБК": "kbk",
    "Валюта": "currency",
    **{
        f"{word}{suffix}": f"{role}_{name}"
        for word, role in (("Плательщик", "payer"), ("Получатель", "payee"))
        for suffix, name in _PARTY_KEYS.items()
    },
    # Kazakhstan
    "НомерДокумента": "number",
    "ДатаДокумента": "date",
    "ВидДокумента": "kind",
    "СуммаРасход": "amount_out",
    "СуммаПриход": "amount_in",
    "ДатаОперации": "operation_date",
    "ВалютаДокумента": "currency",
}

_STATEMENT_KEYS = {
    "ВерсияФормата": "format_version",
    "ДатаНачала": "date_from",
    "ДатаКонца": "date_to",
    "РасчСчет": "account",
    "НачальныйОстаток": "opening_balance",
    "ВсегоПоступило": "total_in",
    "ВсегоСписано": "total_out",
    "КонечныйОстаток": "closing_balance",
}


@lru_cache(maxsize=1024)
def fold(key: str) -> str:
    """A key as it is compared: banks differ in case, in ё and in underscores."""
    return key.strip().casefold().replace("ё", "е").replace("_", "").replace(" ", "")


DOCUMENT_FIELDS = {fold(key): name for key, name in _DOCUMENT_KEYS.items()}
STATEMENT_FIELDS = {fold(key): name for key, name in _STATEMENT_KEYS.items()}
# Met outside a document, these mean that its first line is lost, not that the header has them.
DOCUMENT_ONLY = frozenset(
    name
    for name in DOCUMENT_FIELDS.values()
    if name.startswith(("number", "amount", "purpose")) or name.endswith("_account")
)
BALANCES = frozenset({"opening_balance", "total_in", "total_out", "closing_balance"})
PURPOSES = frozenset({"purpose", *(f"purpose_{n}" for n in range(1, 7))})
# Twice in one document with different values, these mean two documents run into one.
UNREPEATABLE = frozenset({"number", "date", "amount", "amount_in", "amount_out"})
