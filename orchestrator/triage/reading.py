"""Reading a reply: its words, its languages, and which signals fire. Nothing is decided here."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from orchestrator.triage.language import Languages, spoken
from orchestrator.triage.lexicon import Lexicon
from orchestrator.triage.marks import marks
from orchestrator.triage.normal import Token, smooth, tokens

Signals = Mapping[str, float]

# What "keine", "no" and «ما في» turn round.
_NEGATABLE = frozenset({"need", "open", "place", "trial", "willing", "contact", "trade", "praise"})
# Signals that say more together, when they stand in the same or in neighbouring sentences.
PAIRS = (
    ("own", "need"), ("own", "open"), ("own", "place"), ("own", "trial"), ("own", "trade"),
    ("own", "gap"), ("own", "contact"), ("own", "terms"), ("own", "person"),
    ("need", "trade"), ("need", "place"), ("need", "contact"), ("need", "person"),
    ("place", "contact"), ("place", "terms"), ("place", "person"),
    ("trade", "contact"), ("trade", "terms"), ("trade", "person"), ("trade", "open"),
    ("trial", "contact"), ("trial", "person"), ("third", "need"), ("third", "place"),
    ("third", "person"),    ("pay", "contact"), ("trade", "pay"),
    ("ask", "person"), ("ask", "about"),
)  # fmt: skip


@dataclass(slots=True)
class _Page:
    """The words of a reply, each with its clause and its sentence."""

    words: list[str] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Hit:
    signal: str
    strength: float
    start: int
    end: int
    denies: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply as it was read. ``signals``: the strength, 0 to 1, of each that fires."""

    pieces: list[Token]
    languages: Languages
    signals: Signals


def read(text: str, lexicon: Lexicon) -> Reading:
    """Read ``text`` with the words of ``lexicon``."""
    smoothed = smooth(text)
    pieces = tokens(smoothed)
    page = _laid_out(pieces)
    languages = spoken(smoothed, page.words, lexicon)
    return Reading(pieces, languages, _signals(pieces, page, languages, lexicon))


def _signals(pieces: list[Token], page: _Page, languages: Languages, lexicon: Lexicon) -> Signals:
    found: dict[str, float] = dict(marks(pieces))
    if not languages.known:
        return {**found, "language-unknown": 1.0}
    hits = _heard(_hits(page, languages, lexicon))
    if _strange(page, hits, languages):
        found["language-unknown"] = 0.5
    _weigh(page, hits, found)
    return found


def _laid_out(pieces: list[Token]) -> _Page:
    page, clause, sentence = _Page(), 0, 0
    for piece in pieces:
        ends = piece.kind == "end" or (
            piece.kind == "sign" and unicodedata.category(piece.text) == "So"
        )
        if ends and {"?", "؟"} & set(piece.text):
            page.asked.add(sentence)
        if ends or piece.kind == "comma":
            clause, sentence = clause + 1, sentence + ends
        elif piece.kind != "sign":
            page.words.append(_as_word(piece))
            page.clauses.append(clause)
            page.sentences.append(sentence)
    return page


def _as_word(piece: Token) -> str:
    if piece.kind == "word":
        return piece.text
    if piece.kind == "number":
        if len(piece.text) == 4 and piece.text[:2] in ("19", "20"):
            return piece.text
        return "<sum>" if len(piece.text.split(",")[0].replace(".", "")) > 2 else "<number>"
    return f"<{piece.kind}>"


def _hits(page: _Page, languages: Languages, lexicon: Lexicon) -> Iterator[_Hit]:
    for match in lexicon.matcher.find(page.words, page.sentences, by_sound=languages.by_sound):
        meaning = lexicon.meanings[match.number]
        if meaning.language in languages.known:
            yield _Hit(meaning.signal, meaning.strength, match.start, match.end, meaning.denies)


def _heard(hits: Iterator[_Hit]) -> list[_Hit]:
    """Leave out what is no signal in its place: "kein Problem", or "are hiring" after "we"."""
    every = list(hits)
    idle, own = _covered(every, "idle"), _covered(every, "own")
    return [
        hit
        for hit in every
        if not _within(hit, idle) and not (hit.signal == "third" and _within(hit, own))
    ]


def _covered(hits: list[_Hit], signal: str) -> set[int]:
    """Return the words that strong hits of ``signal`` cover."""
    strong = [hit for hit in hits if hit.signal == signal and hit.strength >= 1]
    return {at for hit in strong for at in range(hit.start, hit.end)}


def _within(hit: _Hit, words: set[int]) -> bool:
    return 2 * sum(at in words for at in range(hit.start, hit.end)) >= hit.end - hit.start


def _strange(page: _Page, hits: list[_Hit], languages: Languages) -> bool:
    """Four words and more, and none of them known: it may be a language that we do not read."""
    return len(page.words) > 3 and not hits and not sum(languages.votes.values())


def _opens(hit: _Hit, page: _Page) -> bool:
    """A question without its mark begins its sentence; further in, the same words tell."""
    return hit.start < 1 or page.sentences[hit.start - 1] != page.sentences[hit.start]


def _weigh(page: _Page, hits: list[_Hit], found: dict[str, float]) -> None:
    place = _places(page, hits)
    denied = {place[hit.start] for hit in hits if hit.signal == "negation"}
    said: defaultdict[int, set[str]] = defaultdict(set)
    for hit in hits:
        sentence = page.sentences[hit.start]
        asked = sentence in page.asked
        if hit.signal == "ask" and not asked and not _opens(hit, page):
            continue
        turned = not asked and not hit.denies and place[hit.start] in denied
        name = f"no-{hit.signal}" if turned and hit.signal in _NEGATABLE else hit.signal
        found[name] = max(found.get(name, 0.0), hit.strength)
        said[sentence].add(name)
    _pair(said, found)


def _places(page: _Page, hits: list[_Hit]) -> list[int]:
    """Number the clauses word by word; "aber" and its like begin a new one."""
    contrasts = {hit.start for hit in hits if hit.signal == "contrast"}
    turns = accumulate(at in contrasts for at in range(len(page.words)))
    return [clause + turn for clause, turn in zip(page.clauses, turns, strict=True)]


def _pair(said: Mapping[int, set[str]], found: dict[str, float]) -> None:
    for sentence, names in said.items():
        near = names | said.get(sentence + 1, set())
        for one, other in PAIRS:
            if one in near and other in near:
                found[f"{one}+{other}"] = min(found[one], found[other])
