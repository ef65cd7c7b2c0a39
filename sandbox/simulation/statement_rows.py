"""Document sections of a 1C exchange file, in the manners of two banks.

How a document looks depends on the document alone, so that overlapping files repeat it word for
word.
"""

from collections.abc import Iterator
from datetime import date
from zlib import crc32

from sandbox.model import BankDocument, Company

BANKS = (
    ('АО "ТЕСТБАНК"', "044525001", "30101810100000000001"),
    ('ПАО "ПРОМБАНК"', "044525002", "30101810200000000002"),
    ('ПАО "ВОЛГАБАНК"', "042202003", "30101810300000000003"),
    ('АО "СИБИРСКИЙ БАНК"', "045004004", "30101810400000000004"),
)
ORDER_CODE = {"Платежное поручение": "01", "Банковский ордер": "17"}
SPOILT_SUM, NO_DIRECTION = 0, 1

Lines = Iterator[str]


def document_lines(company: Company, document: BankDocument, *, is_first_bank: bool) -> Lines:
    """One section. The first bank is plain; the second writes names and purposes its own way."""
    mark = crc32(f"{document.number}{document.day}{document.purpose}".encode())
    is_internal = document.counterparty_account in company.own_accounts
    # Each bank now and then leaves out one of the two things that tell the direction.
    hides_own = not is_first_bank and not is_internal and mark % 7 == 0
    hides_date = is_first_bank and not is_internal and mark % 11 == 0
    ours = (company.name, company.inn, "" if hides_own else document.own_account)
    theirs = (
        document.counterparty_name, document.counterparty_inn, document.counterparty_account,
    )  # fmt: skip
    payer, payee = (theirs, ours) if document.incoming else (ours, theirs)
    day = f"{document.day:%d.%m.%Y}"
    yield f"СекцияДокумент={document.kind}"
    yield f"Номер={document.number}"
    yield f"Дата={day}"
    yield f"Сумма={document.amount}"
    if not hides_date and not document.incoming:
        yield f"ДатаСписано={day}"
    yield from _side("Плательщик", payer, is_first_bank=is_first_bank)
    if not hides_date and document.incoming:
        yield f"ДатаПоступило={day}"
    yield from _side("Получатель", payee, is_first_bank=is_first_bank)
    yield "ВидПлатежа=электронно" if is_first_bank else "ВидПлатежа="
    yield f"ВидОплаты={ORDER_CODE.get(document.kind, '01')}"
    yield from (f"{key}={value}" for key, value in document.extra.items())
    yield "Очередность=5"
    yield from _purpose(document.purpose, 2 if is_first_bank else mark % 5)
    if is_first_bank:
        yield "КодНазПлатежа="
    yield "КонецДокумента"


def _side(side: str, party: tuple[str, str, str], *, is_first_bank: bool) -> Lines:
    name, inn, account = party
    bank, bic, correspondent = BANKS[crc32(account.encode()) % len(BANKS)]
    yield f"{side}Счет={account}"
    yield f"{side}ИНН={inn}"
    if not is_first_bank:
        yield f"{side}=ИНН {inn} {name}" if inn else f"{side}={name}"
    yield f"{side}1={name}"
    if is_first_bank:
        yield f"{side}РасчСчет={account}"
    yield f"{side}Банк1={bank}"
    yield f"{side}БИК={bic}"
    yield f"{side}Корсчет={correspondent}"
    yield f"{side}КПП={inn[:4]}01001" if len(inn) == 10 else f"{side}КПП="


def _purpose(text: str, form: int) -> Lines:
    """The purpose in one line, broken over two lines, or in numbered keys only."""
    cut = max(text.find(". "), text.find(", ")) + 1
    if form == 0 and cut and "=" not in text[cut:]:
        yield f"НазначениеПлатежа={text[:cut]}"
        yield text[cut + 1 :]
    elif form == 1 and cut:
        yield f"НазначениеПлатежа1={text[:cut]}"
        yield f"НазначениеПлатежа2={text[cut + 1 :]}"
    else:
        yield f"НазначениеПлатежа={text}"


def spoilt_lines(company: Company, account: str, day: date, kind: int) -> Lines:
    """A row that no reader can book: its sum is not a number, or nothing tells its direction."""
    ours = (company.name, company.inn, account)
    strangers = ("ООО Ромашка", "7700000002", "40702810000000000999")
    others = ("ООО Василёк", "7700000003", "40702810000000000888")
    yield "СекцияДокумент=Платежное поручение"
    yield f"Номер={777 + kind}"
    yield f"Дата={day:%d.%m.%Y}"
    yield "Сумма=12к" if kind == SPOILT_SUM else "Сумма=5400.00"
    if kind == SPOILT_SUM:
        yield f"ДатаПоступило={day:%d.%m.%Y}"
    yield from _side("Плательщик", strangers, is_first_bank=True)
    yield from _side("Получатель", ours if kind == SPOILT_SUM else others, is_first_bank=True)
    yield "НазначениеПлатежа=Оплата за кухню"
    yield "КонецДокумента"
