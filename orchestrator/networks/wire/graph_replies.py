"""The comments under a page's posts: every page of every list, and what is no longer there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestrator.i18n import _, ngettext
from orchestrator.networks.wire.answer import as_object, mark, moment
from orchestrator.networks.wire.graph import MOST_PAGES, PAGE_SIZE, Read, entries, next_cursor
from orchestrator.networks.wire.graph_asking import Asking, Outcome, Refused, first_trouble
from orchestrator.ports import Heard, Hearing, Listening, NotAuthorised, Trouble
from orchestrator.vocabulary import Condition

CHANNEL = "comment"
FIELDS = "id,message,created_time,from,parent{id},attachment,permalink_url"
PERMISSION_TO_READ = "pages_read_user_content"
EMPTY_PAGES = 3
SMALLEST_PAGE = 5
_LOT = 500


@dataclass
class Listing:
    """The list of comments under one post, as far as it was read.

    ``sound``: every page held what the one before it promised, so that what is missing may be
    gone. A total that counts more than the list has is no sign: it counts what only some may see.
    """

    post: str
    held: frozenset[str]
    heard: dict[str, Heard] = field(default_factory=dict)
    refused: Refused | None = None
    sound: bool = True
    open: bool = True
    _limit: int = PAGE_SIZE
    _after: str = ""
    _empty: int = 0

    def question(self) -> Read:
        """The call for the next page."""
        params = {"fields": FIELDS, "filter": "stream", "limit": self._limit}
        return f"{self.post}/comments", params | ({"after": self._after} if self._after else {})

    def take(self, outcome: Outcome) -> None:
        """Keep a page, and know whether there is another."""
        if isinstance(outcome, Refused):
            if outcome.large and self._limit > SMALLEST_PAGE:
                self._limit //= 2
            else:
                self._break(outcome)
            return
        try:
            self._turn(entries(outcome), next_cursor(outcome))
        except Trouble as trouble:
            self._break(Refused(trouble))

    def _turn(self, page: Sequence[Mapping[str, Any]], following: str) -> None:
        for entry in page:
            self.keep(entry)
        promised = bool(following or self._after)
        self._empty = 0 if page else self._empty + 1
        self.sound &= bool(page) or not promised
        # Some empty pages hide behind them what somebody may read; a list that only repeats ends.
        stuck = bool(following) and (following == self._after or self._empty >= EMPTY_PAGES)
        self.sound &= not stuck
        self.open, self._after = bool(following) and not stuck, following

    def keep(self, entry: Mapping[str, Any]) -> None:
        """Keep one comment; a page may repeat it."""
        heard = heard_in(entry, self.post)
        if heard:
            self.heard[heard.remote_id] = heard
        self.sound &= heard is not None

    def _break(self, refused: Refused) -> None:
        self.refused, self.sound, self.open = refused, False, False

    def missing(self) -> list[str]:
        """The held comments that a sound list does not have, to be looked for one by one."""
        here = sorted(self.held - self.heard.keys()) if self.sound else []
        return [each for each in here if each.replace("_", "").isdecimal() and each.isascii()]


def heard_in(entry: Mapping[str, Any], post: str) -> Heard | None:
    """A comment; None for one without an id or a time."""
    remote_id, at = mark(entry.get("id")), moment(entry.get("created_time"))
    if not remote_id or at is None:
        return None
    author, text = as_object(entry.get("from")), _text(entry.get("message"))
    return Heard(
        remote_id=remote_id,
        post=post,
        channel=CHANNEL,
        author_id=_text(author.get("id")),
        author=_text(author.get("name")),
        text=text,
        at=at,
        permalink=mark(entry.get("permalink_url")),
        parent=mark(as_object(entry.get("parent")).get("id")) or None,
        picture=bool(entry.get("attachment")) and not text,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def hear(asking: Asking, posts: Sequence[Listening], page_id: str) -> Hearing:
    """All comments under these posts; a Trouble when no list could be read at all.

    The platform does not tell when a comment was edited: it merely reads differently. What the
    page itself writes there is no answer of anybody's.
    """
    listings = [Listing(post.remote_id, post.held) for post in posts]
    for at in range(0, len(listings), _LOT):  # what is told of many posts at once is large
        _read(asking, listings[at : at + _LOT])
    _raise_if_deaf(listings)
    gone = _look_for(asking, listings)
    heard = [each for listing in listings for each in listing.heard.values()]
    kept = sorted((h for h in heard if h.author_id != page_id), key=lambda h: (h.at, h.remote_id))
    return Hearing(kept, gone, findings=_findings(listings), ended=asking.ended)


def _read(asking: Asking, listings: Sequence[Listing]) -> None:
    """Read page by page, all lists side by side, each to its end."""
    for _round in range(MOST_PAGES):
        going = [listing for listing in listings if listing.open]
        if not going:
            return
        for listing, outcome in zip(going, asking.all([g.question() for g in going]), strict=True):
            listing.take(outcome)
    for listing in listings:
        listing.sound &= not listing.open


def _look_for(asking: Asking, listings: Sequence[Listing]) -> frozenset[str]:
    """Ask for each missing comment by itself: only what the platform denies is gone."""
    heard = {each for listing in listings for each in listing.heard}
    missing = [(here, m) for here in listings for m in here.missing() if m not in heard]
    outcomes = asking.all([(each, {"fields": FIELDS}) for _listing, each in missing])
    gone = set()
    for (listing, each), outcome in zip(missing, outcomes, strict=True):
        if isinstance(outcome, Refused):
            gone |= {each} if outcome.gone else set()
        elif outcome.get("id") == each:
            listing.keep(outcome)
    return frozenset(gone)


def _raise_if_deaf(listings: Sequence[Listing]) -> None:
    refused = [listing.refused for listing in listings if listing.refused]
    if len(refused) < len(listings) or any(listing.heard for listing in listings):
        return
    if any(each.unpermitted and PERMISSION_TO_READ in each.message for each in refused):
        raise NotAuthorised(
            _(
                "The page token lacks {permission}, so the comments cannot be read. Make a page"
                " token that has it, then run doctor; posts go out meanwhile."
            ).format(permission=PERMISSION_TO_READ),
            condition=Condition.PERMISSION,
        )
    # Posts that are gone say nothing about the others, nor about the next hearing.
    if trouble := first_trouble([each for each in refused if not each.gone]):
        raise trouble


def _findings(listings: Sequence[Listing]) -> list[str]:
    refused = [listing.refused for listing in listings if listing.refused]
    broken = sum(not listing.sound and not listing.refused for listing in listings)
    findings = []
    if trouble := first_trouble(refused):
        unread = ngettext(
            "Facebook: the comments under {count} post could not all be read.",
            "Facebook: the comments under {count} posts could not all be read.",
            len(refused),
        ).format(count=len(refused))
        findings.append(f"{unread} {trouble.why}")
    if broken:
        findings.append(
            ngettext(
                "Facebook: the list of comments under {count} post was not complete; the next"
                " collecting reads it again.",
                "Facebook: the lists of comments under {count} posts were not complete; the next"
                " collecting reads them again.",
                broken,
            ).format(count=broken)
        )
    return findings
