"""Which warnings an offer's own words draw. Pure; nothing is decided here.

A warning too many costs a second look, a warning too few may cost a person's passport: what is
neither clearly meant nor clearly excused counts as meant.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orchestrator.triage.language import spoken
from orchestrator.triage.lexicon import lexicon as triage_lexicon
from orchestrator.triage.normal import smooth, spell
from orchestrator.vetting.lexicon import Lexicon, Meaning, lexicon
from orchestrator.vetting.risks import Risk
from orchestrator.vetting.wages import LONGEST_UNPAID_TRIAL

# So many words may stand between a denial and what it denies.
_NEAR = 2
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
_SHORT = re.compile(r"\b(inkl|incl|zzgl|evtl|ggf|bzw|ca)\.")
# Without its sign, "I'd" would be an identity card.
_WOULD = re.compile(r"\b(i|you|he|she|we|they|it)'d\b")
_PIECE = re.compile(
    r"(?P<number>\d{1,9}(?:[.,:]\d{1,3}){0,3}(?![\w-]*[^\W\d_]))"
    r"|(?P<euro>€)|(?P<word>[^\W_]+(?:['/-][^\W_]+)*)"
    r"|(?P<end>[.!?…;؟؛\n|]+)|(?P<clause>[,،():]|\s[–—-]+\s)"
)


@dataclass(frozen=True)
class Heard:
    """What was heard: each risk with the words that gave it away."""

    risks: dict[Risk, str] = field(default_factory=dict)
    training: bool = False
    full_time: bool = False


@dataclass
class _Page:
    """The words as they are looked for and as they were written, each with its place."""

    words: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Hit:
    meaning: Meaning
    start: int
    end: int

    def meets(self, other: "_Hit") -> bool:
        return self.start < other.end and other.start < self.end


def hear(text: str) -> Heard:
    """Listen to one offer."""
    smoothed = evened(text)
    page, words = _laid_out(smoothed), lexicon()
    by_sound = spoken(smoothed, page.words, triage_lexicon()).by_sound
    hits = list(_hits(page, words, by_sound))
    risks = {
        risk: " ".join(page.written[hit.start : hit.end])
        for hit in hits
        if hit.meaning.kind == "says" and (risk := hit.meaning.risk) and _meant(hit, hits, page)
    }
    if said := _long_trial(page, hits, words):
        risks[Risk.UNPAID_TRIAL] = said
    kinds = {hit.meaning.kind for hit in hits}
    return Heard(risks, "words" in kinds, "full_time" in kinds)


def evened(text: str) -> str:
    """Small letters, one kind of digits, nothing unseen, no full stop that ends no sentence."""
    plain = _WOULD.sub(r"\1 would", smooth(text).translate(_DIGITS))
    return _SHORT.sub(r"\1 ", plain)


def _laid_out(text: str) -> _Page:
    page, clause, sentence = _Page(), 0, 0
    for found in _PIECE.finditer(text):
        kind, written = found.lastgroup, found.group()
        if kind in ("end", "clause"):
            clause, sentence = clause + 1, sentence + (kind == "end")
            continue
        named = {"number": "<number>", "euro": "euro"}
        page.words.append(named.get(kind or "") or spell(written))
        page.written.append(written)
        page.clauses.append(clause)
        page.sentences.append(sentence)
    return page


def _hits(page: _Page, words: Lexicon, by_sound: bool) -> Iterator[_Hit]:
    for match in words.matcher.find(page.words, page.sentences, by_sound=by_sound):
        yield _Hit(words.meanings[match.number], match.start, match.end)


def _meant(hit: _Hit, hits: Sequence[_Hit], page: _Page) -> bool:
    """Whether nothing excuses or denies it."""
    for other in hits:
        kind = other.meaning.kind
        if kind == "unless" and other.meaning.risk is hit.meaning.risk and other.meets(hit):
            return False
        if kind == "denials" and _denies(other, hit, hits, page):
            return False
    return True


def _denies(denial: _Hit, hit: _Hit, hits: Sequence[_Hit], page: _Page) -> bool:
    """Whether a "kein" or "not" stands right before it, and is not taken back."""
    apart = hit.start - denial.end
    same_clause = page.clauses[denial.start] == page.clauses[hit.start]
    denies_itself = any(each.meaning.kind == "denials" and each.start == hit.start for each in hits)
    if not (0 <= apart <= (0 if denies_itself else _NEAR) and same_clause):
        return False
    turned = any(
        other.meaning.kind == "contrast" and denial.end <= other.start <= hit.start
        for other in hits
    )
    confirmed = any(other.meaning.kind == "affirmed" and other.meets(denial) for other in hits)
    return not turned and (denies_itself or not confirmed)


def _long_trial(page: _Page, hits: Sequence[_Hit], words: Lexicon) -> str:
    """The words that tell of an unpaid trial longer than is customary; empty: none do."""
    unpaid = [hit for hit in hits if hit.meaning.kind == "unpaid"]
    trial = [hit for hit in hits if hit.meaning.kind == "trial"]
    for at, days in _durations(page, words):
        near = range(page.sentences[at] - 1, page.sentences[at] + 2)
        said = [hit for hit in unpaid if page.sentences[hit.start] in near]
        tried = any(page.sentences[hit.start] in near for hit in trial)
        if days > LONGEST_UNPAID_TRIAL and said and tried:
            first, last = min(at, said[0].start), max(at + 1, said[0].end)
            return " ".join(page.written[max(first - 1, 0) : last])
    return ""


def _durations(page: _Page, words: Lexicon) -> Iterator[tuple[int, float]]:
    """Where a length of time stands, and how many working days it has."""
    for at, word in enumerate(page.words):
        if word not in words.days:
            continue
        before = page.words[at - 1] if at else ""
        number = page.written[at - 1] if before == "<number>" else ""
        count = float(number) if number.isdigit() else words.numbers.get(before, 1)
        yield at, count * words.days[word]
