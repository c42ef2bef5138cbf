"""The code by which a letter is acknowledged: short, said on the phone, found in any answer.

Eight signs in two groups, such as ``K7RM-2FQ3``: no vowels, so that it is never a word, and the
last one checks the others, so that a slip of the tongue names no other offer.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Sequence

# As many as a prime number, which the check needs.
SIGNS = "23456789BCDFGHJKMNPQRST"
_HALF = 4
_DASH = "[-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d_]"
# Programs break lines at a hyphen, and people type blanks around it.
_FOUND = re.compile(
    rf"(?<![A-Za-z0-9])([{SIGNS}]{{4}})\s{{0,2}}{_DASH}{{1,2}}\s{{0,2}}([{SIGNS}]{{4}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# Nothing that anybody sees stands between the signs of a code.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_OURS = re.compile(rf"<tueroeffner\.([{SIGNS}]{{4}}-[{SIGNS}]{{4}})@[^<>@\s]{{1,255}}>", re.I)


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A code that nobody guesses: one of 3400 million."""
    signs = "".join(choose(SIGNS) for _ in range(2 * _HALF - 1))
    return f"{signs[:_HALF]}-{signs[_HALF:]}{_check(signs)}"


def codes_in(text: str) -> tuple[str, ...]:
    """All codes in a text, in its order, each once, as ``new_code`` writes them."""
    pairs = _FOUND.findall(_UNSEEN.sub("", text))
    return _sound("".join(pair).upper() for pair in pairs)


def typed_code(text: str) -> str | None:
    """The code that somebody typed, whatever stands between its signs; None: it is none."""
    signs = re.sub(rf"[\s.,:;#\[\]()]|{_DASH}", "", _UNSEEN.sub("", text)).upper()
    found = _sound([signs])
    return found[0] if found else None


def message_id(code: str, sender: str) -> str:
    """The Message-ID of the letter with this code: the same each time, and telling the code."""
    domain = sender.rpartition("@")[2].encode("idna").decode("ascii") or "localhost"
    return f"<tueroeffner.{code}@{domain}>"


def letters_named(header: str) -> tuple[str, ...]:
    """The Message-IDs of our letters in a header such as References, each once."""
    return tuple(dict.fromkeys(found[0] for found in _OURS.finditer(header)))


def code_of(message_id: str) -> str | None:
    """The code of one of our Message-IDs; None for anybody else's."""
    found = _OURS.fullmatch(message_id)
    return typed_code(found[1]) if found else None


def _sound(written: Iterable[str]) -> tuple[str, ...]:
    sound = (each for each in written if _is_sound(each))
    return tuple(dict.fromkeys(f"{each[:_HALF]}-{each[_HALF:]}" for each in sound))


def _is_sound(signs: str) -> bool:
    right = len(signs) == 2 * _HALF and all(sign in SIGNS for sign in signs)
    return right and _check(signs[:-1]) == signs[-1]


def _check(signs: str) -> str:
    """Finds any one wrong sign, and any two that were swapped."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, 1))
    return SIGNS[total % len(SIGNS)]
