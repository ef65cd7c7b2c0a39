"""What the names of stages and pipelines say, through the morphology of Russian (pymorphy3).

A name is cut into clauses; each clause tells an action of the manager ("созвониться", "нужно
отправить КП", "согласование договора") or a situation ("КП отправлено", "есть интерес", "клиент
думает"). Words that the rules cannot know stand in the seed ``lint_lexicon``. English names go by
that lexicon and by endings alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa
from pymorphy3 import MorphAnalyzer
from pymorphy3.analyzer import Parse

_CLAUSE = re.compile(r"[,;:.!?()|→>]+|\s[-–—+]+\s")
_WORD = re.compile(r"[а-яa-z0-9]+(?:-[а-яa-z0-9]+)*|[/&]")
_MODALS = {"нужно", "надо", "необходимо", "пора", "требуется", "следует"}
_AND = {"и", "and", "&", "then", "затем", "потом"}
_OR = {"или", "либо", "or", "/"}
_PURPOSE = {"чтобы", "чтоб"}
_ENGLISH_PAST = {"sent", "made", "done", "won", "lost", "paid", "met"}
# a guess that the dictionary itself thinks unlikely is not taken for a verb
_LIKELY = 0.2
# how a noun of action is made of its verb: endings of the noun, endings of the verb to try
_NOUN_OF_VERB = (
    ("вление", ("вить",)),
    ("мление", ("мить",)),
    ("пление", ("пить",)),
    ("ждение", ("дить",)),
    ("щение", ("тить", "стить")),
    ("ение", ("ить", "еть")),
    ("ние", ("ть",)),
    ("тие", ("ть",)),
    ("ка", ("ить", "ать", "ять", "еть")),
    ("кация", ("цировать",)),
    ("ация", ("ировать", "овать")),
)
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("lemmas", pa.string()),
        ("action_words", pa.string()),
        ("reminder_words", pa.string()),
        ("actions", pa.int32()),
        ("has_action", pa.bool_()),
        ("has_situation", pa.bool_()),
        ("is_reminder", pa.bool_()),
        ("is_default_stage", pa.bool_()),
        ("is_automation", pa.bool_()),
    ]
)


def model(dbt: Any, session: Any) -> pa.Table:  # noqa: ARG001 dbt's own signature
    """dbt's entry point: one row per distinct name of a stage or a pipeline."""
    stages = dbt.ref("int_funnel__stages")
    lexicon = Lexicon(dbt.ref("lint_lexicon").select("phrase, kind, strength").fetchall())
    names = stages.select("stage_name").distinct().fetchall()
    names += stages.select("pipeline_name").distinct().fetchall()
    texts = sorted({name for (name,) in names})
    return pa.Table.from_pylist([parse_name(text, lexicon) for text in texts], schema=_SCHEMA)


class Lexicon:
    """Phrases of the seed by kind, each as the possible lemmas of its words."""

    def __init__(self, rows: Iterable[tuple[str, str, str | None]]) -> None:
        self._phrases: dict[str, list[tuple[str, list[frozenset[str]], bool]]] = {}
        for phrase, kind, strength in rows:
            lemmas = [_lemmas(word) for word in _words(_normal(phrase))]
            found = (phrase, lemmas, strength != "weak")
            self._phrases.setdefault(kind, []).append(found)

    def find(self, kind: str, words: list[str]) -> Mapping[str, tuple[int, int, bool]]:
        """Phrases of a kind that occur: first word, words, whether it is strong."""
        lemmas = [_lemmas(word) for word in words]
        found = {}
        for phrase, wanted, is_strong in self._phrases.get(kind, []):
            for start in range(len(lemmas) - len(wanted) + 1):
                window = lemmas[start : start + len(wanted)]
                if all(one & other for one, other in zip(window, wanted, strict=True)):
                    found[phrase] = (start, len(wanted), is_strong)
                    break
        return found

    def marks(self, kind: str, words: list[str]) -> set[int]:
        """Places of the words that phrases of a kind cover."""
        places: set[int] = set()
        for start, length, _ in self.find(kind, words).values():
            places |= set(range(start, start + length))
        return places

    def is_exactly(self, kind: str, words: list[str]) -> bool:
        """Whether the words are one phrase of the kind and nothing else."""
        return any(length == len(words) for _, length, _ in self.find(kind, words).values())


@dataclass(frozen=True)
class _Clause:
    """The words of a clause and the places of those that the lexicon knows."""

    words: list[str]
    waiting: set[int]
    told: set[int]
    not_told: set[int]

    @classmethod
    def read(cls, words: list[str], lexicon: Lexicon) -> "_Clause":
        waiting = lexicon.marks("waiting", words)
        told = lexicon.marks("action", words) - waiting
        return cls(words, waiting, told, lexicon.marks("not_action", words) - told)

    def states(self, place: int) -> bool:
        """Whether the word says what has happened or what the client does."""
        word = self.words[place]
        if place in self.told or word in _MODALS or _is_ours(word):
            return False
        tag = _best(word).tag
        return word == "есть" or any(mark in tag for mark in ("PRTS", "ADJS", "VERB"))

    @property
    def is_statement(self) -> bool:
        if self.waiting:
            return True
        if _is_russian(self.words):
            return any(self.states(place) for place in range(len(self.words)))
        return any(word.endswith("ed") or word in _ENGLISH_PAST for word in self.words)


@dataclass
class _Said:
    """What has been read of a name so far; the words of actions by their lemma."""

    actions: dict[str, str] = field(default_factory=dict)
    has_action: bool = False
    has_situation: bool = False

    def act(self, word: str, *, is_alternative: bool) -> None:
        self.has_action = True
        if not is_alternative:
            self.actions.setdefault(_lemma(word), word)

    def add(self, other: "_Said") -> None:
        self.actions |= other.actions
        self.has_action = self.has_action or other.has_action


def parse_name(name: str, lexicon: Lexicon) -> dict[str, Any]:
    """One row of the model for one name."""
    text = _normal(name)
    parts = [_words(part) for part in _CLAUSE.split(text)]
    clauses = [
        _Clause.read(words, lexicon)
        for words in parts
        if words and words[0] not in _PURPOSE and set(words) - _AND - _OR
    ]
    said = _read_clauses(clauses)
    words = [word for word in _words(text) if word not in "/&"]
    reminders = lexicon.find("reminder", words)
    # "клиент думает, созвониться" is a situation with its task, what a name should be
    is_complete = said.has_situation and said.has_action
    return {
        "name": name,
        "lemmas": " ".join(_lemma(word) for word in words),
        "action_words": ", ".join(said.actions.values()) or None,
        "reminder_words": ", ".join(sorted(reminders)) or None,
        "actions": len(said.actions),
        "has_action": said.has_action,
        "has_situation": said.has_situation,
        "is_reminder": any(strong or not is_complete for _, _, strong in reminders.values()),
        "is_default_stage": lexicon.is_exactly("default_stage", words),
        "is_automation": bool(lexicon.find("automation", words)),
    }


def _read_clauses(clauses: list[_Clause]) -> _Said:
    said = _Said()
    heads = []
    for clause in clauses:
        here = _Said()
        if _is_russian(clause.words):
            _read_verbs(clause, here)
        elif not clause.is_statement:
            _read_english(clause, here)
        said.add(here)
        said.has_situation = said.has_situation or clause.is_statement
        if not here.has_action and not clause.is_statement:
            heads.append(clause)
    # "рекламация, разобрать": beside a verb a noun of action is what has come about
    tells_verbs = said.has_action
    for clause in heads:
        here = _Said()
        if _is_russian(clause.words) and not tells_verbs:
            _read_nouns(clause, here)
        said.add(here)
        said.has_situation = said.has_situation or not here.has_action
    return said


def _read_verbs(clause: _Clause, said: _Said) -> None:
    """Infinitives and verbs of "we": what the manager does."""
    is_governed = is_alternative = False
    for place, word in enumerate(clause.words):
        if word in _PURPOSE:
            return
        if word in _AND | _OR:
            is_alternative, is_governed = word in _OR, False
        elif place in clause.waiting:
            # the infinitive after "хочет" or "обещал" is the client's
            is_governed = True
        elif place not in clause.told and _likely(word, "INFN") and word != "есть":
            if not is_governed:
                said.act(word, is_alternative=is_alternative)
                is_alternative = False
        elif place not in clause.told and _is_ours(word):
            said.act(word, is_alternative=is_alternative)
            is_alternative = False
        elif clause.states(place):
            is_governed = is_governed or "PRTS" not in _best(word).tag


def _read_nouns(clause: _Clause, said: _Said) -> None:
    """Nouns of action that head the clause: "согласование договора", "замер и дизайн-проект"."""
    is_alternative = is_prepositional = heads_are_actions = False
    is_joined = True  # the first word, or one after a conjunction
    for place, word in enumerate(clause.words):
        if word in _AND | _OR:
            is_alternative, is_joined, is_prepositional = word in _OR, True, False
        elif "PREP" in _best(word).tag:
            is_prepositional = True
        elif _is_noun(word) or place in clause.told:
            if is_joined and not is_prepositional and _is_nominative(word):
                # what an action is joined with is done as well
                is_action = heads_are_actions or place in clause.told
                if place not in clause.not_told:
                    is_action = is_action or _verb_of(_lemma(word)) is not None
                if is_action:
                    said.act(word, is_alternative=is_alternative)
                is_alternative, heads_are_actions = False, is_action
            is_joined = is_prepositional = False


def _read_english(clause: _Clause, said: _Said) -> None:
    """A verb opens its part of the clause, a noun of action closes it."""
    is_opening, is_alternative, is_done = True, False, False
    for place, word in enumerate(clause.words):
        if word in _AND | _OR | {"to"}:
            is_opening, is_alternative, is_done = True, word in _OR, False
            continue
        following = clause.words[place + 1 : place + 2]
        is_closing = not following or following[0] in _AND | _OR
        if place in clause.told and (is_opening or (is_closing and not is_done)):
            said.act(word, is_alternative=is_alternative)
            is_done, is_alternative = True, False
        is_opening = False


def _normal(text: str) -> str:
    return text.lower().replace("ё", "е")


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_russian(words: list[str]) -> bool:
    return any("а" <= letter <= "я" for word in words for letter in word)


@cache
def _analyzer() -> MorphAnalyzer:
    return MorphAnalyzer()


@cache
def _parses(word: str) -> tuple[Parse, ...]:
    return tuple(_analyzer().parse(word))


@cache
def _best(word: str) -> Parse:
    """The likeliest parse; "замер" is rather a noun than somebody who froze."""
    parses = _parses(word)
    nouns = [parse for parse in parses if "NOUN" in parse.tag]
    if "past" in parses[0].tag and sum(noun.score for noun in nouns) >= parses[0].score:
        return nouns[0]
    return parses[0]


def _lemma(word: str) -> str:
    return "быть" if word == "есть" else _normal(_best(word).normal_form)


@cache
def _lemmas(word: str) -> frozenset[str]:
    """Every lemma the word may have; of a Latin one also what its English endings leave."""
    if "a" <= word[0] <= "z":
        stems = {word, word.removesuffix("s"), word.removesuffix("ing"), word.removesuffix("ed")}
        return frozenset(stems | {f"{stem}e" for stem in stems if stem != word})
    return frozenset(_normal(parse.normal_form) for parse in _parses(word))


def _likely(word: str, *marks: str) -> bool:
    return any(
        parse.score >= _LIKELY and all(mark in parse.tag for mark in marks)
        for parse in _parses(word)
    )


def _is_ours(word: str) -> bool:
    """A verb of the manager: "согласуем", "звоним", "позвоните"."""
    if "NOUN" in _best(word).tag:
        return False
    return _likely(word, "VERB", "1per") or _likely(word, "VERB", "impr")


def _is_noun(word: str) -> bool:
    tag = _best(word).tag
    return "NOUN" in tag or "UNKN" in tag or "LATN" in tag


def _is_nominative(word: str) -> bool:
    return any("nomn" in parse.tag or "UNKN" in parse.tag for parse in _parses(word))


@cache
def _verb_of(noun: str) -> str | None:
    """The verb that a noun of action is made of, where the dictionary knows one."""
    for ending, verbs in _NOUN_OF_VERB:
        if noun.endswith(ending):
            for verb in verbs:
                made = noun.removesuffix(ending) + verb
                if _analyzer().word_is_known(made) and _likely(made, "INFN"):
                    return made
    return None
