"""Keep the catalogues complete: collect the messages, update the catalogues, compile them.

German holds every message of the program; any other language those of the documents (the
report's). Without an option the catalogues are brought up to date and what still needs words is
named; with ``--check`` nothing is written. Exits with 1 while a message is missing.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "orchestrator" / "locale"
LANGUAGES = {"de": "German", "ar": "Arabic"}
# Spoken by the program itself; the others only by what it writes for readers.
WHOLE = frozenset({"de"})
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# A fixed date: the same messages always make the same bytes.
_DATE = datetime(2026, 11, 23, tzinfo=UTC)


def po(language: str) -> Path:
    """The catalogue that translators edit."""
    return LOCALE / language / "LC_MESSAGES" / "tueroeffner.po"


def mo(language: str) -> Path:
    """The catalogue that the program reads."""
    return po(language).with_suffix(".mo")


def collected(language: str) -> Catalog:
    """Every message of the program, or of its documents, with the files it stands in."""
    program = ROOT / "orchestrator"
    catalogue = Catalog(charset="utf-8")
    for path in sorted((program if language in WHOLE else program / "report").rglob("*.py")):
        for message in _messages(path):
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def _messages(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The messages of one file. Babel's own reader would miss those inside f-strings."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        count = {"_": 1, "ngettext": 2}.get(node.func.id, 0)
        words = [each.value for each in node.args[:count] if isinstance(each, ast.Constant)]
        texts = tuple(word for word in words if isinstance(word, str))
        if len(texts) == count == 1:
            yield texts[0]
        elif len(texts) == count == 2:
            yield texts
        elif count and path.name != "i18n.py":
            sys.exit(f"{path}:{node.lineno}: a message must be written out, not computed")


def stored(language: str) -> Catalog:
    """The catalogue as it stands in the repository."""
    if not po(language).exists():
        return Catalog(locale=language, charset="utf-8")
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with today's messages; what nobody says any more is dropped."""
    catalogue = stored(language)
    catalogue.update(collected(language), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    whole = language in WHOLE
    catalogue.project, catalogue.version = "Türöffner", "" if whole else "documents"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    of = "Türöffner" if whole else "Türöffner's report"
    catalogue.header_comment = f"# {LANGUAGES[language]} messages of {of}."
    catalogue.creation_date = catalogue.revision_date = _DATE
    catalogue.fuzzy = False
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue in the form that gettext reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(catalogue: Catalog) -> Iterator[str]:
    """What keeps a reader from reading every message."""
    for message in catalogue:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        if message.fuzzy:
            yield f"fuzzy: {name}"
        elif not message.string or not all(_forms(message.string)):
            yield f"missing: {name}"
        elif not _same_placeholders(message):
            yield f"placeholders differ: {name}"


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _same_placeholders(message: Message) -> bool:
    wanted, given = _forms(message.id), _forms(message.string)
    if len(wanted) == 1:
        return sorted(_PLACEHOLDER.findall(wanted[0])) == sorted(_PLACEHOLDER.findall(given[0]))
    known = {name for form in wanted for name in _PLACEHOLDER.findall(form)}
    # “a tandem” may leave out the number that “{count} tandems” must say.
    return all(set(_PLACEHOLDER.findall(form)) <= known for form in given) and set(
        _PLACEHOLDER.findall(given[-1])
    ) == set(_PLACEHOLDER.findall(wanted[-1]))


def stale(language: str) -> Iterator[str]:
    """What in the repository is not what the program's messages ask for."""
    if po(language).read_bytes() != text_of(updated(language)):
        yield f"{language}: tueroeffner.po is not up to date: run `make messages`"
    if not mo(language).exists() or mo(language).read_bytes() != compiled(stored(language)):
        yield f"{language}: tueroeffner.mo is not compiled from the .po: run `make messages`"


def text_of(catalogue: Catalog) -> bytes:
    """The catalogue as text, sorted, so that two people's changes rarely meet."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def main() -> int:
    """Update or check; return the exit code."""
    checking = "--check" in sys.argv
    wrong: list[str] = []
    for language, name in LANGUAGES.items():
        if not checking:
            po(language).parent.mkdir(parents=True, exist_ok=True)
            po(language).write_bytes(text_of(updated(language)))
            mo(language).write_bytes(compiled(stored(language)))
        wrong += (f"{name}: {fault}" for fault in faults(updated(language)))
        wrong += stale(language) if checking else ()
    print("\n".join(wrong) or "Every message is there.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
