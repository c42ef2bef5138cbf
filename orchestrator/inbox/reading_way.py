"""In which of the two ways Arabic is shown here: as configured, as chosen once, or as it comes.

The choice is written into the configuration. Where that cannot be written, this machine remembers
it: how a terminal draws is a matter of the machine anyway.
"""

import re
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path

from orchestrator import witness
from orchestrator.config import Settings
from orchestrator.inbox.arabic import Way
from orchestrator.newfile import persist

_SECTION = re.compile(r"^\s*\[\s*inbox\s*\]\s*(?:#.*)?$")
_TABLE = re.compile(r"^\s*\[")
_KEY = re.compile(r"^\s*#?\s*arabic\s*=")
_MEMORY = "arabic"


def chosen(settings: Settings) -> Way | None:
    """What somebody chose; None: nobody was asked yet."""
    if settings.inbox.arabic:
        return settings.inbox.arabic
    kept = witness.noted(_MEMORY).get(str(settings.folder))
    return "visual" if kept == {"way": "visual"} else "logical" if kept else None


def way(settings: Settings) -> Way:
    """How to show it: until somebody chooses, the terminal is trusted."""
    return chosen(settings) or "logical"


def choose(settings: Settings, config: Path, wanted: Way) -> bool:
    """Keep a choice; False where the configuration could not be written and only we know it."""
    with suppress(OSError, ValueError):
        _put(config.resolve(), wanted)
        return True
    witness.note(_MEMORY, str(settings.folder), {"way": wanted})
    return False


def _put(config: Path, wanted: Way) -> None:
    """Change one line of the file; all else of it stays as it is, comments and ends of lines."""
    before = config.read_bytes().decode()
    after = with_choice(before, wanted)
    draft = config.with_name(f".{config.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(after.encode())
        draft.chmod(config.stat().st_mode & 0o7777)
        persist(draft)
        draft.replace(config)
    finally:
        draft.unlink(missing_ok=True)


def with_choice(text: str, wanted: Way) -> str:
    """A configuration with this choice in it; ``ValueError`` where anything else would change."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    line = f'arabic = "{wanted}"'
    begin = next((n for n, each in enumerate(lines) if _SECTION.match(each)), None)
    if begin is None:
        lines = [*lines[:-1], *filter(None, lines[-1:]), "", "[inbox]", line, ""]
    else:
        rest = range(begin + 1, len(lines))
        stop = next((n for n in rest if _TABLE.match(lines[n])), len(lines))
        at = next((n for n in rest if n < stop and _KEY.match(lines[n])), None)
        lines[begin + 1 if at is None else at : begin + 1 if at is None else at + 1] = [line]
    made = end.join(lines)
    _refuse_more(text, made, wanted)
    return made


def _refuse_more(before: str, after: str, wanted: Way) -> None:
    was, now = (tomllib.loads(each.removeprefix("\ufeff")) for each in (before, after))
    if now != was | {"inbox": was.get("inbox", {}) | {"arabic": wanted}}:
        raise ValueError("the configuration is written in a way that we do not know")
