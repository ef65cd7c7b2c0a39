"""The few lines that matter, for one reader: weekly the whole, daily what is new or got worse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb

from reporting.deliver.text import Line, Span, name
from reporting.digest_facts import ChannelPayback, Facts
from reporting.digest_news import RuleNews, read_news
from reporting.digest_words import Word, cases, deals, say
from reporting.i18n import Wording
from reporting.inputs import FeedStatus, RuleText
from reporting.scope import Scope
from reporting.view import Language

Kind = Literal["daily", "weekly"]
RULES_SHOWN = 5
# Changes below these are the daily noise of new spend and new deals.
EXPLAINED_STEP = Decimal("0.001")
SCORE_STEP = Decimal("0.001")
RETURN_STEP = Decimal("0.05")


@dataclass(frozen=True)
class Digest:
    """``is_news`` is False where a daily digest has nothing to say: it is not sent then."""

    subject: str
    lines: tuple[Line, ...]
    facts: Facts
    is_news: bool


@dataclass(frozen=True)
class Reader:
    """Whose digest it is and what they know: ``then`` is what the digest before told them."""

    scope: Scope
    language: Language
    then: Facts | None = None


def build_digest(
    con: duckdb.DuckDBPyConnection,
    kind: Kind,
    reader: Reader,
    facts: Facts,
    feeds: Sequence[FeedStatus],
    *,
    company: str,
    currency: str,
    zone: ZoneInfo,
    titles: Mapping[str, RuleText],
) -> Digest:
    """Compose the lines; the published copy is asked only for the names of what is new."""
    writer = _Writer(reader.language, Wording(reader.language, currency), zone)
    then = reader.then
    since = then.cut_at if then else None
    if kind == "weekly" and since is None:
        since = facts.cut_at - timedelta(days=7)
    rules = then.rules if then else None
    news = read_news(con, reader.scope, facts.rules, rules, since)
    body = [
        writer.explained(facts, then, reader.scope),
        writer.payback(facts, reader.scope),
        writer.score(facts, then),
        *writer.news(news, titles, since),
        writer.feeds(feeds),
    ]
    if kind == "daily" and then is not None:
        body = [
            *([body[0]] if _fell(facts.explained, then.explained, EXPLAINED_STEP) else []),
            *([body[1]] if _pays_worse(facts, then) else []),
            *([body[2]] if _fell(facts.score, then.score, SCORE_STEP) else []),
            *(body[3:-1] if news else []),
            *([body[-1]] if set(facts.stale) - set(then.stale) else []),
        ]
    title: Word = "title_daily" if kind == "daily" else "title_weekly"
    subject = say(reader.language, title, company=name(company))
    moment = writer.moment(facts.cut_at)
    head: list[Line] = [
        (Span(subject, is_bold=True),),
        (Span(say(reader.language, "as_of", moment=moment)),),
    ]
    if kind == "daily" and then is None:
        head.append((Span(say(reader.language, "first_page")),))
    return Digest(subject, (*head, (), *body), facts, is_news=bool(body))


def _fell(now: Decimal | None, then: Decimal | None, step: Decimal) -> bool:
    return now is not None and then is not None and now <= then - step


def _pays_worse(facts: Facts, then: Facts) -> bool:
    """The worst channel is another one, or pays back less than it did."""
    now, before = facts.worst, then.worst
    if now is None or before is None or now.basis != before.basis:
        return False
    return (now.title != before.title and now.value < before.value) or (
        now.title == before.title and now.value <= before.value - RETURN_STEP
    )


@dataclass(frozen=True)
class _Writer:
    """Lines in one language."""

    language: Language
    wording: Wording
    zone: ZoneInfo

    def moment(self, at: datetime) -> str:
        return self.wording.moment(at.astimezone(self.zone))

    def explained(self, facts: Facts, then: Facts | None, scope: Scope) -> Line:
        if facts.explained is None or facts.money is None:
            return self._line("explained_unknown")
        word: Word = "explained" if scope.is_whole else "explained_own"
        said = {
            "share": self.wording.percent(facts.explained),
            "money": self.wording.money(facts.money),
        }
        before = None if then is None else then.explained
        return (*self._line(word, **said), *self._was(facts.explained, before))

    def payback(self, facts: Facts, scope: Scope) -> Line:
        if not scope.is_whole:
            count, money = facts.won or 0, facts.won_money or Decimal(0)
            said = deals(self.language, count, self.wording.count(count))
            return self._line("sales_own", deals=said, money=self.wording.money(money))
        if facts.best is None:
            return self._line("payback_unknown")

        best = self._channel(facts.best)
        if facts.worst is None:
            return self._line("payback_one", best=best)
        return self._line("payback", best=best, worst=self._channel(facts.worst))

    def score(self, facts: Facts, then: Facts | None) -> Line:
        if facts.score is None:
            return self._line("score_unknown")
        line = self._line("score", score=self.wording.percent(facts.score))
        return (*line, *self._was(facts.score, None if then is None else then.score))

    def news(
        self, news: Sequence[RuleNews], titles: Mapping[str, RuleText], since: datetime | None
    ) -> list[Line]:
        if not news:
            return [self._line("no_news")]
        money = sum((rule.money for rule in news), Decimal(0))
        head = self._line("news", money=self.wording.money(money))
        if since is not None:
            head = (*head, Span(", " + say(self.language, "since", moment=self.moment(since))))
        lines = [tuple(Span(span.text, is_bold=True) for span in head)]
        for rule in news[:RULES_SHOWN]:
            lines.extend(self._rule(rule, titles))
        if len(news) > RULES_SHOWN:
            rest = self.wording.count(len(news) - RULES_SHOWN)
            lines.append(self._line("more_rules", count=rest))
        return lines

    def feeds(self, feeds: Sequence[FeedStatus]) -> Line:
        stale = [feed for feed in feeds if feed.status == "stale"]
        if not stale:
            return self._line("fresh")
        said = [
            f"{name(feed.title)} ("
            + (
                self.moment(feed.last_loaded_at)
                if feed.last_loaded_at
                else say(self.language, "stale_never")
            )
            + ")"
            for feed in stale
        ]
        return self._line("stale", feeds=", ".join(said))

    def _rule(self, rule: RuleNews, titles: Mapping[str, RuleText]) -> list[Line]:
        text = titles.get(rule.rule_id)
        written = self.wording.count(rule.count)
        said = (
            deals(self.language, rule.count, written)
            if rule.is_of_deals
            else cases(self.language, rule.count, written)
        )
        title = name(text.title if text else rule.rule_id)
        fields = {"title": title, "deals": said, "money": self.wording.money(rule.money)}
        line = self._line("rule", **fields)
        if rule.came_back:
            back = say(self.language, "rule_back", count=self.wording.count(rule.came_back))
            line = (*line, Span(f"; {back}"))
        lines = [(Span("• "), *line)]
        names: list[Span] = []
        for entity in rule.entities:
            names += [Span(", " if names else "   "), Span(name(entity.name, 60), url=entity.url)]
        if names and rule.new > len(rule.entities):
            rest = self.wording.count(rule.new - len(rule.entities))
            names.append(Span(" " + say(self.language, "more_deals", count=rest)))
        return [*lines, *([tuple(names)] if names else [])]

    def _channel(self, channel: ChannelPayback) -> str:
        value = (
            self.wording.percent(channel.value)
            if channel.basis == "romi"
            else self.wording.money(round(channel.value, 2))
        )
        return say(self.language, channel.basis, title=name(channel.title), value=value)

    def _was(self, now: Decimal, then: Decimal | None) -> Line:
        if then is None or self.wording.percent(now) == self.wording.percent(then):
            return ()
        said = say(self.language, "was", then=self.wording.percent(then))
        return (Span(f", {said}"),)

    def _line(self, word: Word, **fields: str) -> Line:
        return (Span(say(self.language, word, **fields)),)
