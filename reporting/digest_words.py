"""What a digest says, in the two languages of those who read it."""

from typing import Literal

from reporting.view import Language

Word = Literal[
    "title_daily",
    "title_weekly",
    "title_alert",
    "as_of",
    "explained",
    "explained_own",
    "explained_unknown",
    "was",
    "payback",
    "payback_one",
    "payback_unknown",
    "romi",
    "return",
    "sales_own",
    "score",
    "score_unknown",
    "news",
    "no_news",
    "since",
    "rule",
    "rule_back",
    "more_rules",
    "more_deals",
    "stale",
    "stale_never",
    "fresh",
    "files",
    "too_big",
    "run_failed",
    "run_failed_step",
    "feed_stale",
    "feed_back",
    "undelivered",
    "undelivered_failed",
    "undelivered_unknown",
    "first_page",
]

_WORDS: dict[Word, tuple[str, str]] = {
    "title_daily": ("{company}: новое и худшее", "{company}: what is new or worse"),
    "title_weekly": ("{company}: итоги недели", "{company}: the week"),
    "title_alert": ("{company}: нужен технический специалист", "{company}: needs a technician"),
    "as_of": ("Данные на {moment}", "Data as of {moment}"),
    "explained": (
        "Источник известен у {share} денег клиентов ({money})",
        "The source is known of {share} of the customers' money ({money})",
    ),
    "explained_own": (
        "Источник известен у {share} оплат по сделкам ({money})",
        "The source is known of {share} of what the deals paid ({money})",
    ),
    "explained_unknown": (
        "Источник денег: сказать нечего, нет оплат",
        "Source of the money: nothing to tell, there are no payments",
    ),
    "was": ("было {then}", "was {then}"),
    "payback": (
        "Окупаемость рекламы: лучше всех {best}, хуже всех {worst}",
        "Payback of advertising: best {best}, worst {worst}",
    ),
    "payback_one": (
        "Окупаемость рекламы: {best}",
        "Payback of advertising: {best}",
    ),
    "romi": ("{title} (ROMI {value})", "{title} (ROMI {value})"),
    "return": (
        "{title} ({value} выручки на рубль расхода)",
        "{title} ({value} of revenue per unit of spend)",
    ),
    "payback_unknown": (
        "Окупаемость рекламы: данных не хватает, причины на странице отчёта",
        "Payback of advertising: too little is known, the report says why",
    ),
    "sales_own": (
        "Выиграно за 30 дней: {deals} на {money}",
        "Won in 30 days: {deals}, {money}",
    ),
    "score": ("Дисциплина: {score} денег в порядке", "Discipline: {score} of the money in order"),
    "score_unknown": ("Дисциплина: ещё не измерена", "Discipline: not measured yet"),
    "news": ("Новое и худшее: {money}", "New or worse: {money}"),
    "no_news": ("Ничего нового и худшего", "Nothing is new or worse"),
    "since": ("с {moment}", "since {moment}"),
    "rule": ("{title}: {deals}, {money}", "{title}: {deals}, {money}"),
    "rule_back": ("вернулось: {count}", "came back: {count}"),
    "more_rules": ("и ещё правил: {count}", "and {count} more rules"),
    "more_deals": ("и ещё {count}", "and {count} more"),
    "stale": ("Не обновляются: {feeds}", "Not fresh: {feeds}"),
    "stale_never": ("ни разу не загружен", "never loaded"),
    "fresh": ("Все источники свежие", "All sources are fresh"),
    "files": ("Файлы: {names}", "Files: {names}"),
    "too_big": (
        "{name} слишком велик для пересылки ({size} МБ), он лежит в папке данных",
        "{name} is too large to be sent ({size} MB), it is in the data folder",
    ),
    "run_failed": ("Запуск {job} не завершён", "The run {job} did not finish"),
    "run_failed_step": ("{step}: {reason}", "{step}: {reason}"),
    "feed_stale": (
        "Источник не обновляется: {feed}, последняя загрузка {moment}",
        "A source is not fresh: {feed}, last load {moment}",
    ),
    "feed_back": ("Источник снова свежий: {feed}", "The source is fresh again: {feed}"),
    "undelivered": ("Не дошло до получателей", "Not delivered"),
    "undelivered_failed": (
        "{name}, {kind} {period}, {part}: не отправлено: {error}",
        "{name}, {kind} {period}, {part}: not sent: {error}",
    ),
    "undelivered_unknown": (
        "{name}, {kind} {period}, {part}: неизвестно, дошло ли; отправить ещё раз: "
        "skvoz deliver --again {id}",
        "{name}, {kind} {period}, {part}: nobody knows whether it arrived; to send it again: "
        "skvoz deliver --again {id}",
    ),
    "first_page": ("Первая сводка: всё, что есть сейчас", "The first digest: all there is now"),
}
_DEALS = {"ru": ("сделка", "сделки", "сделок"), "en": ("deal", "deals", "deals")}
_CASES = {"ru": ("случай", "случая", "случаев"), "en": ("case", "cases", "cases")}


def say(language: Language, word: Word, **fields: str) -> str:
    """A sentence with its fields."""
    return _WORDS[word][0 if language == "ru" else 1].format(**fields)


def deals(language: Language, count: int, said: str) -> str:
    """The written number with the word in its form."""
    return f"{said} {_DEALS[language][_form(language, count)]}"


def cases(language: Language, count: int, said: str) -> str:
    """The same for breaches that are no deals."""
    return f"{said} {_CASES[language][_form(language, count)]}"


def _form(language: Language, count: int) -> int:
    if language == "en":
        return 0 if count == 1 else 1
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2
