"""The embedded tables: lines sorted by key as bytes, so that a lookup is a bisection.

Plain sorted text instead of SQLite: the same bytes whatever the SQLite version, half the weight in
the wheel, and open to a reader's eye.
"""

import math
import re
from collections import defaultdict

from audiences.building.places import Draft
from audiences.building.postcodes import Postcode
from audiences.fold import fold, fold_plain, without_suffix
from audiences.near_miss import slips_between

# How a key came about, best first; the reader ranks by it.
EXACT, SHORT, OTHER, PLAIN = range(4)
_NEAR_COUNTRIES = ("DE", "AT", "CH", "LI")
_CODE = re.compile(r"[A-Z]{2,4}")
_CYRILLIC = (
    "kh",
    "zh",
    "'",
    "’",
    "ja",
    "jo",
    "ju",
    "ij",
    "yu",
    "ts",
    "aj",
    "ej",
    "oj",
    "rg-",
    "gof",
)
_CITY = 50_000
_LATIN_NAME = re.compile(r"[A-ZÀ-Ý][A-Za-zÀ-ÿŒœ'’ ()/.,-]+")


def places_table(drafts: list[Draft]) -> tuple[bytes, dict[int, int]]:
    """Return the table of places, cell by cell, and each place's byte offset in it."""
    content, offsets = bytearray(), {}
    for draft in sorted(drafts, key=lambda d: (_cell_key(d), d.id)):
        offsets[draft.id] = len(content)
        cells = (
            draft.id,
            draft.name,
            draft.country,
            draft.state,
            _degrees(draft, draft.lat),
            _degrees(draft, draft.lon),
            draft.population,
            "" if draft.people == draft.population else draft.people,
            draft.part_of.id if draft.part_of else "",
            f"{max(0.1, draft.disk_km):.1f}" if draft.disk_km else "",
        )
        content += ("\t".join(map(str, cells)) + "\n").encode()
    return bytes(content), offsets


def _degrees(draft: Draft, value: float) -> str:
    """Return a coordinate; abroad, and where nobody is counted, to 50 m."""
    exact = draft.country in _NEAR_COUNTRIES and draft.population > 0
    return f"{value:.4f}" if exact else f"{value:.3f}"


def names_table(drafts: list[Draft], offsets: dict[int, int]) -> bytes:
    """Return key → rank and offset of every place that answers to it, the likeliest first."""
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for draft in drafts:
        for key, rank in _keys(draft).items():
            found[key].append((rank, -draft.population, draft.id))
    rows = {
        key: " ".join(f"{rank}{offsets[number]}" for rank, _, number in sorted(places))
        for key, places in found.items()
    }
    return _lines(rows)


def cells_table(drafts: list[Draft], offsets: dict[int, int], length: int) -> bytes:
    """Return the quarter-degree grid: cell → where its places begin in their table, and end."""
    begins: dict[str, int] = {}
    for draft in drafts:
        key, offset = _cell_key(draft), offsets[draft.id]
        begins[key] = min(begins.get(key, offset), offset)
    ordered = sorted(begins, key=begins.__getitem__)
    ends = [*(begins[key] for key in ordered[1:]), length]
    return _lines({k: f"{begins[k]} {end}" for k, end in zip(ordered, ends, strict=True)})


def _cell_key(draft: Draft) -> str:
    lat, lon = float(_degrees(draft, draft.lat)), float(_degrees(draft, draft.lon))
    return f"{math.floor(lat * 4)},{math.floor(lon * 4)}"


def postcodes_table(postcodes: list[Postcode]) -> bytes:
    """Return country and code → its place before its other towns, and the centre of its area.

    A question mark stands before the towns of a code that may mean any of them.
    """
    rows = {}
    for p in postcodes:
        centre = f"\t{p.centre.lat:.3f}\t{p.centre.lon:.3f}" if p.centre else ""
        others = (t.id for t in p.towns[:12] if t is not p.place)
        towns = " ".join(map(str, (p.place.id, *others)))
        rows[f"{p.country}{p.code}"] = f"{'' if p.sure else '?'}{towns}{centre}"
    return _lines(rows)


def _keys(draft: Draft) -> dict[str, int]:
    """Return every key a place answers to, with the best rank it earns."""
    keys: dict[str, int] = {}
    others = {a for a in draft.alternates if _worth_keeping(a, draft)}
    others = {a for a in others if not _is_slip(a, draft)}
    stem = fold(without_suffix(draft.name))
    longer = {a for a in others if f" {stem} " in f" {fold(a)} "}
    short = {without_suffix(draft.name), *longer}
    if not draft.city_only:
        short.add(_own_name(draft))
    if draft.part_of is not None and (draft.population or draft.part_of.population >= _CITY):
        both = f"{draft.part_of.name} {_own_name(draft)}"
        # "Rapperswil-Jona" is the whole, not its quarter Jona.
        if fold(both) not in {fold(name) for name in draft.part_of.former}:
            short.add(both)
    for rank, names in ((EXACT, {draft.name, *draft.former}), (SHORT, short), (OTHER, others)):
        for name in names:
            keys.setdefault(fold(name), rank)
    for name in {draft.name, *short, *others}:
        keys.setdefault(fold_plain(name), PLAIN)
    if draft.part_of is not None:
        # The old village Rümlang is a part of Rümlang, and nobody is asked which of the two.
        keys.pop(fold(draft.part_of.name), None)
        keys.pop(fold_plain(draft.part_of.name), None)
    keys.pop("", None)
    return keys


def _own_name(draft: Draft) -> str:
    """Return "Neukölln" for the district "Berlin-Neukölln"."""
    if draft.part_of is None:
        return draft.name
    town = without_suffix(draft.part_of.name)
    if f"{town}-{draft.name}" in draft.former:
        return draft.name  # "Halle-Neustadt" is all of its own name.
    return draft.name.removeprefix(town).lstrip("- ") or draft.name


def _worth_keeping(alternate: str, draft: Draft) -> bool:
    if draft.country not in _NEAR_COUNTRIES and draft.population < 20_000:
        return False
    if draft.population < _CITY and _is_from_cyrillic(alternate, draft):
        return False
    return bool(_LATIN_NAME.fullmatch(alternate)) and not _CODE.fullmatch(alternate)


def _is_from_cyrillic(alternate: str, draft: Draft) -> bool:
    """Tell "Pfaffengofen-an-der-Rot'": Russian and Serbian spellings, written in our letters."""
    if draft.country not in ("DE", "AT"):
        return False
    name, other = draft.name.lower(), alternate.lower()
    return any(letters in other and letters not in name for letters in _CYRILLIC)


def _is_slip(alternate: str, draft: Draft) -> bool:
    """Tell transliterations that came back ("Villingen" for Willingen): as names they mislead."""
    name, other = fold(draft.name), fold(alternate)
    return other != name and slips_between(name, other, 2) <= 2 and draft.population < 100_000


def _lines(rows: dict[str, str]) -> bytes:
    encoded = sorted((key.encode(), value.encode()) for key, value in rows.items())
    return b"".join(key + b"\t" + value + b"\n" for key, value in encoded)
