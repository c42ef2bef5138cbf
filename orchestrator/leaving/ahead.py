"""The dates on which published posts come down by themselves, as things stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from orchestrator.ending import Until, consents_of, published, stays_until, why_down
from orchestrator.formats import day
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Ahead:
    """So many published posts may be seen until the end of a day.

    ``tandems`` are slugs; ``by_consent``: a consent ends then, else the campaign's time for posts.
    """

    on: date
    posts: int
    tandems: tuple[str, ...]
    networks: tuple[str, ...]
    by_consent: bool

    def sentence(self) -> str:
        """The date in words, and what helps."""
        if not self.by_consent:
            return self._down(_("posts_until is {day}")).format(day=day(self.on))
        names = ", ".join(source_word(name, "") for name in self.networks)
        if len(self.tandems) == 1:
            first = _("Consent of {tandem} for {networks} ends on {day}")
        else:
            first = _("Consent of {count} tandems for {networks} ends on {day}")
        said = self._down(first).format(
            tandem=self.tandems[0], count=len(self.tandems), networks=names, day=day(self.on)
        )
        return said + "; " + _("extending needs a new consent")

    @property
    def remedy(self) -> str:
        """The command that looks after it."""
        if len(self.tandems) == 1 and self.by_consent:
            return f"tueroeffner tandem consent {self.tandems[0]}"
        return "tueroeffner tandem list" if self.by_consent else "tueroeffner config show"

    def _down(self, first: str) -> str:
        down = ngettext(
            "{posts} published post comes down", "{posts} published posts come down", self.posts
        ).format(posts=self.posts)
        return f"{first}: {down}"


def is_soon(each: Ahead, until: Until) -> bool:
    """Whether it is time to speak of it."""
    return each.on <= until.today + SOON


def dates_ahead(session: Session, campaign_id: int, until: Until) -> list[Ahead]:
    """Every day on which published posts come down, the next first; not those that must now."""
    consents = consents_of(session, campaign_id)
    found: dict[tuple[date, bool], list[tuple[str, str]]] = {}
    for post, tandem in published(session, campaign_id):
        given = consents.get(tandem.refugee_id, ())
        if why_down(post, tandem, given, until.today, until.last_day) is None:
            on = stays_until(post, given, until.last_day)
            by_consent = on < until.last_day
            found.setdefault((on, by_consent), []).append((tandem.slug, post.network))
    return [_ahead(on, by_consent, those) for (on, by_consent), those in sorted(found.items())]


def _ahead(on: date, by_consent: bool, those: Collection[tuple[str, str]]) -> Ahead:
    tandems = tuple(sorted({slug for slug, _network in those}))
    networks = tuple(sorted({network for _slug, network in those}))
    return Ahead(on, len(those), tandems, networks, by_consent)
