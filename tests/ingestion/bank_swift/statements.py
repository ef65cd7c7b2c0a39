"""Writes camt.053 and MT940 files for tests, with any part replaced."""

from pathlib import Path
from typing import Any

import duckdb

from ingestion.pipeline import load_source
from ingestion.settings import Settings, check_company_config
from ingestion.sources import bank_1c, bank_swift

FIXTURES = Path(__file__).parents[2] / "fixtures" / "bank_swift"
OWN = "KZ861250000000012345"
OTHER = "KZ441250000000077777"
V2 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def balance(kind: str, amount: str, sign: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        "<Dt><Dt>2026-02-01</Dt></Dt></Bal>"
    )


def entry(
    amount: str = "100.00",
    sign: str = "CRDT",
    *details: str,
    status: str = "BOOK",
    more: str = "",
    day: str = "<BookgDt><Dt>2026-02-01</Dt></BookgDt>",
) -> str:
    """One ``Ntry``; ``details`` are the bodies of its ``TxDtls``."""
    body = "".join(f"<TxDtls>{detail}</TxDtls>" for detail in details)
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}'
        f"<Sts>{status}</Sts>{day}<ValDt><Dt>2026-02-02</Dt></ValDt>"
        f"<AcctSvcrRef>REF{amount}</AcctSvcrRef>"
        + (f"<NtryDtls>{body}</NtryDtls>" if details else "")
        + "</Ntry>"
    )


def paid(*purposes: str, amount: str = "", name: str = "ТОО Клиент БИН 123456789012") -> str:
    """The body of a ``TxDtls``: a payer with an account, and a purpose in parts."""
    texts = "".join(f"<Ustrd>{purpose}</Ustrd>" for purpose in purposes)
    return (
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}"
        f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>{OTHER}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf>{texts}</RmtInf>"
    )


def camt(*entries: str, opening: str = "10.00", closing: str = "110.00", **more: str) -> bytes:
    """A whole camt.053 file with one statement."""
    account = more.get("account", f"<IBAN>{OWN}</IBAN>")
    namespace, prefix = more.get("namespace", V2), more.get("prefix", "")
    balances = balance("OPBD", opening) + balance("CLBD", closing)
    body = (
        "<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>"
        "<FrToDt><FrDtTm>2026-02-01T00:00:00+05:00</FrDtTm>"
        "<ToDtTm>2026-02-01T23:59:59+05:00</ToDtTm></FrToDt>"
        f"<Acct><Id>{account}</Id><Ccy>EUR</Ccy></Acct>{balances}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt>"
    )
    if prefix:
        body = body.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:")
        body = body.replace(f"<{prefix}:/{prefix}:", f"</{prefix}:")
        head = f'<{prefix}:Document xmlns:{prefix}="{namespace}">'
        return f'<?xml version="1.0"?>{head}{body}</{prefix}:Document>'.encode()
    return f'<?xml version="1.0"?><Document xmlns="{namespace}">{body}</Document>'.encode()


def mt940(*entries: str, opening: str = "10,", closing: str = "110,") -> str:
    """A whole MT940 file with one statement."""
    return (
        f":20:START\n:25:CASPKZKA/{OWN}\n:28C:1/1\n:60F:C260131EUR{opening}\n"
        + "".join(entries)
        + f":62F:C260201EUR{closing}\n-\n"
    )


def settings_for(folder: Path, *, swift: bool = True, exchange: bool = False) -> Settings:
    config = check_company_config(
        {
            "company": {"name": "ТОО Получатель", "currency": "KZT"},
            "sources": {"bank_swift": {"enabled": swift}, "bank_1c": {"enabled": exchange}},
        }
    )
    return Settings(data_dir=folder, config_path=folder / "company.toml", company_config=config)


def drop(settings: Settings, name: str, content: str | bytes) -> Path:
    """Put a file into the inbox."""
    path = settings.inbox_dir / "bank" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load(settings: Settings) -> None:
    load_source(bank_swift.SOURCE, settings)


def load_1c(settings: Settings) -> None:
    load_source(bank_1c.SOURCE, settings)


def query(settings: Settings, sql: str, schema: str = "raw_bank_swift") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute(f"set schema '{schema}'")
        return connection.execute(sql).fetchall()
