"""The Bot API's client against a local service that behaves, and misbehaves, like the real one."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.deliver.errors import NotDeliveredError, RefusedError, UnknownOutcomeError
from reporting.deliver.parcel import Enclosure, Parcel
from reporting.deliver.telegram import Telegram
from reporting.deliver.text import Span
from tests.delivery_servers import TelegramService, telegram

CHAT = "4711"
WORDS = Parcel("Сводка", ((Span("Деньги", is_bold=True),), (Span("<b>не тег</b> & всё"),)))


@pytest.fixture
def service() -> Iterator[TelegramService]:
    with telegram() as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def bot(service: TelegramService, pauses: list[float]) -> Telegram:
    return Telegram(service.bot.token, service.url, timeout_seconds=5, sleep=pauses.append)


def files(folder: Path, *names: str) -> tuple[Enclosure, ...]:
    for name in names:
        (folder / name).write_bytes(f"содержимое {name}".encode() + b"\r\n--\x00\xff")
    kinds = {name: "picture" if name.endswith(".png") else "document" for name in names}
    return tuple(Enclosure(folder / name, kinds[name]) for name in names)  # type: ignore[arg-type]


def test_words_arrive_as_written(bot: Telegram, service: TelegramService) -> None:
    assert bot.parts(WORDS) == ("text",)
    number = bot.send(WORDS, "text", CHAT, "id")
    (got,) = service.received
    assert (got.chat, got.text, str(got.message_id)) == (
        CHAT,
        "Деньги\n<b>не тег</b> & всё",
        number,
    )
    assert got.html.startswith("<b>Деньги</b>")


def test_files_arrive_whole(bot: Telegram, service: TelegramService, tmp_path: Path) -> None:
    enclosed = files(tmp_path, "сводка.png", "report.html", "findings.xlsx")
    parcel = Parcel("Сводка", WORDS.lines, enclosed)
    assert bot.parts(parcel) == ("text", "picture-1", "files-1")
    for part in bot.parts(parcel):
        bot.send(parcel, part, CHAT, "id")
    assert [one.method for one in service.received] == [
        *("sendMessage", "sendPhoto", "sendMediaGroup", "sendMediaGroup"),
    ]
    assert service.files(CHAT) == {one.path.name: one.path.read_bytes() for one in enclosed}


def test_one_document_goes_alone(bot: Telegram, service: TelegramService, tmp_path: Path) -> None:
    parcel = Parcel("Сводка", WORDS.lines, files(tmp_path, "findings.xlsx"))
    bot.send(parcel, "files-1", CHAT, "id")
    assert [one.method for one in service.received] == ["sendDocument"]


def test_a_long_text_goes_in_order(bot: Telegram, service: TelegramService) -> None:
    lines = tuple((Span(f"{number} " + "я" * 80),) for number in range(120))
    parcel = Parcel("Сводка", lines)
    parts = bot.parts(parcel)
    assert parts == ("text-1", "text-2", "text-3")
    for part in parts:
        bot.send(parcel, part, CHAT, "id")
    assert "\n".join(service.texts(CHAT)).split("\n") == [line[0].text for line in lines]


def test_too_many_requests_are_waited_out(
    bot: Telegram, service: TelegramService, pauses: list[float]
) -> None:
    service.switches.too_many.extend([7, 3])
    bot.send(WORDS, "text", CHAT, "id")
    assert len(service.received) == 1
    assert pauses == [7, 4]  # at least as long as was asked


def test_a_long_pause_is_left_for_later(
    bot: Telegram, service: TelegramService, pauses: list[float]
) -> None:
    service.switches.too_many.append(900)
    with pytest.raises(NotDeliveredError) as refused:
        bot.send(WORDS, "text", CHAT, "id")
    assert refused.value.after_seconds == 900
    assert pauses == []
    assert service.received == []


def test_its_own_failures_are_tried_again_a_few_times(
    bot: Telegram, service: TelegramService
) -> None:
    service.switches.server_errors = 2
    bot.send(WORDS, "text", CHAT, "id")
    assert len(service.received) == 1
    service.switches.server_errors = 9
    with pytest.raises(NotDeliveredError, match="500"):
        bot.send(WORDS, "text", CHAT, "id")
    assert service.switches.server_errors == 6
    assert len(service.received) == 1


def test_a_cut_connection_is_never_tried_again(bot: Telegram, service: TelegramService) -> None:
    service.switches.drops = 1
    with pytest.raises(UnknownOutcomeError):
        bot.send(WORDS, "text", CHAT, "id")
    assert len(service.received) == 1  # it had arrived


def test_a_slow_answer_is_an_unknown_one(service: TelegramService) -> None:
    service.switches.answer_after_seconds = 1
    bot = Telegram(service.bot.token, service.url, timeout_seconds=0.2)
    with pytest.raises(UnknownOutcomeError):
        bot.send(WORDS, "text", CHAT, "id")


@pytest.mark.parametrize(
    ("status", "expected"), [(502, UnknownOutcomeError), (503, NotDeliveredError)]
)
def test_a_proxys_page_is_not_telegrams_word(
    bot: Telegram, service: TelegramService, status: int, expected: type[Exception]
) -> None:
    service.faults.fail_next("/bot", *[status] * 3)
    with pytest.raises(expected, match="proxy"):
        bot.send(WORDS, "text", CHAT, "id")


def test_nobody_listening_is_surely_not_delivered(pauses: list[float]) -> None:
    with telegram() as gone:
        url = gone.url
    with pytest.raises(NotDeliveredError, match="no connection"):
        Telegram("1:x", url, sleep=pauses.append).send(WORDS, "text", CHAT, "id")
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("switch", "advice"), [("blocked", "press Start"), ("unknown", "write to the bot first")]
)
def test_a_chat_that_cannot_be_reached_is_told_with_what_to_do(
    bot: Telegram, service: TelegramService, switch: str, advice: str
) -> None:
    getattr(service.switches, switch).add(CHAT)
    with pytest.raises(RefusedError, match=advice):
        bot.send(WORDS, "text", CHAT, "id")


def test_the_token_is_in_no_error_and_no_log(
    service: TelegramService, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Telegram(service.bot.token, service.url, timeout_seconds=5, sleep=lambda _: None)
    service.switches.quote_token = True
    service.switches.blocked.add(CHAT)
    wrong = Telegram(f"{service.bot.token}x", service.url)
    said = [repr(bot)]
    with caplog.at_level(logging.DEBUG):
        bot.check()
        for broken in (bot, wrong, Telegram(service.bot.token, "http://127.0.0.1:1")):
            broken._sleep = lambda _: None
            with pytest.raises((RefusedError, NotDeliveredError)) as error:
                broken.send(WORDS, "text", CHAT, "id")
            assert error.value.__suppress_context__ or error.value.__context__ is None
            said.append(str(error.value))
        service.switches.blocked.clear()
        service.switches.drops = 1
        with pytest.raises(UnknownOutcomeError) as cut:
            bot.send(WORDS, "text", CHAT, "id")
        said.append(str(cut.value))
    assert "wrong: set delivery.telegram_token" in said[2]
    assert service.bot.token not in caplog.text
    assert service.bot.token not in " ".join(said)


def test_without_a_token_it_says_where_to_put_one() -> None:
    with pytest.raises(RefusedError, match="DELIVERY__TELEGRAM_TOKEN"):
        Telegram("").check()


def test_the_doctor_hears_the_bots_name(bot: Telegram) -> None:
    assert bot.check() == "@skvoz_bot"
