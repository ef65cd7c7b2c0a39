"""Writes 1C exchange files for tests: a frame around documents, with any part left out."""

from pathlib import Path

import duckdb

from ingestion.pipeline import make_pipeline
from ingestion.settings import Settings, check_company_config
from ingestion.sources.bank_1c import SOURCE

FIXTURES = Path(__file__).parents[2] / "fixtures" / "bank"
OWN = "40702810900000000001"
OWN_TOO = "40702810900000000002"
CLIENT = "40702810200000000777"
SUPPLIER = "40702810200000000888"


def incoming(number: str = "1", amount: str = "100.00", **keys: str) -> str:
    """A document from the client to the company's account, on 11.01.2026 unless said otherwise."""
    return document(number, amount, CLIENT, OWN, **{"ДатаПоступило": "11.01.2026", **keys})


def outgoing(number: str = "2", amount: str = "40.00", **keys: str) -> str:
    """A document from the company's account to a supplier."""
    return document(number, amount, OWN, SUPPLIER, **{"ДатаСписано": "11.01.2026", **keys})


def document(number: str, amount: str, payer: str, payee: str, **keys: str) -> str:
    """Lines of one section; a key given as "" is left out."""
    lines = {
        "Номер": number,
        "Дата": "10.01.2026",
        "Сумма": amount,
        "ПлательщикСчет": payer,
        "ПлательщикИНН": "7700000016",
        "Плательщик1": "ООО Плательщик",
        "ПолучательСчет": payee,
        "ПолучательИНН": "7700000009",
        "Получатель1": "ООО Получатель",
        "НазначениеПлатежа": "Оплата по счету 15",
        **keys,
    }
    body = "".join(f"{key}={value}\n" for key, value in lines.items() if value)
    return f"СекцияДокумент=Платежное поручение\n{body}КонецДокумента\n"


def block(account: str = OWN, day: str = "11.01.2026", **keys: str) -> str:
    """Lines of one account section."""
    lines = {"ДатаНачала": day, "ДатаКонца": day, "РасчСчет": account, **keys}
    body = "".join(f"{key}={value}\n" for key, value in lines.items())
    return f"СекцияРасчСчет\n{body}КонецРасчСчет\n"


def statement(*parts: str, account: str = OWN) -> str:
    """A whole file around sections."""
    header = (
        "1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\n"
        "Отправитель=Банк\nПолучатель=1С\nДатаНачала=11.01.2026\nДатаКонца=11.01.2026\n"
        f"РасчСчет={account}\nДокумент=Платежное поручение\nДокумент=Банковский ордер\n"
    )
    return header + "".join(parts) + "КонецФайла\n"


def settings_for(folder: Path, *own_accounts: str, is_enabled: bool = True) -> Settings:
    config = check_company_config(
        {
            "company": {"name": "ООО Получатель"},
            "sources": {"bank_1c": {"enabled": is_enabled, "own_accounts": own_accounts}},
        }
    )
    return Settings(data_dir=folder, config_path=folder / "company.toml", company_config=config)


def drop(settings: Settings, name: str, content: str | bytes) -> Path:
    """Put a file into the inbox."""
    path = settings.inbox_dir / "bank" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("cp1251") if isinstance(content, str) else content)
    return path


def load(settings: Settings) -> None:
    make_pipeline(SOURCE.name, settings).run(SOURCE.build(settings))


def query(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set schema 'raw_bank_1c'")
        return con.execute(sql).fetchall()
