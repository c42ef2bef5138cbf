"""Pages for the browser: self-contained, without scripts, nothing asked from anywhere else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from orchestrator import i18n
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _, ngettext
from orchestrator.phrases import phrases
from orchestrator.preview import wording
from orchestrator.preview.cards import Card
from orchestrator.preview.stills import Still
from orchestrator.redact import tame
from orchestrator.templates import templates

if TYPE_CHECKING:
    from jinja2 import Environment

# By this we know our own files again; anybody else's are left alone.
MARK = '<meta name="generator" content="tueroeffner preview">'
_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_ISOLATES = re.compile("([\u2066-\u2069\u200e\u200f])")


@dataclass(frozen=True)
class Page:
    """A file to be written."""

    name: str
    html: str


def public_text(text: str) -> Markup:
    """A post's text, safe for a page; hashtags are marked, direction marks stay."""
    parts = (part if _ISOLATES.fullmatch(part) else tame(part) for part in _ISOLATES.split(text))
    safe = str(escape("".join(parts)))
    return Markup(_HASHTAG.sub(lambda tag: f'<bdi class="tag">{tag.group()}</bdi>', safe))


@lru_cache
def environment() -> "Environment":
    """The templates of this package, with escaping on."""
    made = templates("orchestrator.preview")
    made.filters["public_text"] = public_text
    made.globals["mark"] = Markup(MARK)
    return made


def overview(
    shown: Sequence[Card], stills: Mapping[str, Still], campaign: str, made_at: str
) -> Page:
    """The page with all posts, by tandem; each still stands in it once."""
    groups = [(slug, list(each)) for slug, each in groupby(shown, key=lambda card: card.tandem)]
    language = i18n.language()
    html = (
        environment()
        .get_template("overview.html")
        .render(
            language=language,
            direction=words.direction if (words := phrases(language)) else "ltr",
            campaign=campaign,
            groups=groups,
            stills=stills,
            say=wording,
            words=_words(shown, made_at),
        )
    )
    return Page("index.html", html)


def _words(shown: Sequence[Card], made_at: str) -> Mapping[str, str]:
    open_count = sum(1 for card in shown if not card.approved and not card.is_out)
    return {
        "title": _("Preview"),
        "count": ngettext("{count} post", "{count} posts", len(shown)).format(count=len(shown)),
        "open": ngettext(
            "{count} waits for approval", "{count} wait for approval", open_count
        ).format(count=open_count),
        "made": _("As of {time}").format(time=made_at),
        "honest": _(
            "The texts are exactly what will be sent. The networks draw them in their own way."
        ),
        "tandems": _("Tandems"),
        "when": _("When"),
        "who": _("Who sees it"),
        "length": _("Length"),
        "price": _("Price"),
        "total": _("Sending costs {price} in all").format(price=wording.total(shown)),
        "labels": _("Label"),
        "trouble": _("Trouble"),
        "unseen": _("It cannot be shown here."),
        "post": _("Post"),
        "link_beside": _("Link beside the text"),
        "at_network": _("See it at the network"),
        "towns": _("Towns"),
        "radius": _("{km} km around"),
    }


def write(pages: Iterable[Page], folder: Path, *, stale: str = "") -> list[Path]:
    """Write the pages into ``folder``; only files that an earlier preview made are replaced.

    ``stale`` is a pattern of earlier pages that are removed when they are not made again: they
    may show a tandem that has withdrawn.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [_write(page, folder) for page in pages]
        for old in folder.glob(stale) if stale else ():
            if old not in paths and _ours(old):
                old.unlink()
    except OSError as error:
        raise UsageProblem(
            _("The preview cannot be written to {folder}: {reason}").format(
                folder=folder, reason=error.strerror or error
            ),
            remedy=_("Name another folder with --out DIR, or check your rights and the disk."),
        ) from error
    return paths


def _write(page: Page, folder: Path) -> Path:
    path = folder / page.name
    if path.exists() and not _ours(path):
        raise UsageProblem(
            _("{path} was not made by a preview and stays as it is.").format(path=path),
            remedy=_("Name another folder with --out DIR."),
        )
    # Pictures of people are in it.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(page.html, "utf-8")
    return path


def _ours(path: Path) -> bool:
    return MARK in path.read_text("utf-8", errors="replace")[:600]
