"""The replies behind the screen: read by the page, changed by the commands' own use cases.

What the first page does not need is loaded when it is needed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestrator.commands import inbox_hand
from orchestrator.commands.desk import Desk
from orchestrator.inbox import paging, rows
from orchestrator.vocabulary import Label

if TYPE_CHECKING:
    from orchestrator.inbox.entry import Sealed

# So many replies are read at a time: more than a screen shows.
PAGE = 64


@dataclass(frozen=True)
class Opened:
    """One reply with everything around it."""

    entry: dict[str, Any]
    sealed: "Sealed"


class Shelf:
    """One person's look at the inbox; every change is seen after :meth:`look_again`.

    ``counts``: how many wait; None until they were counted.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.unfolded = False
        self.counts: dict[Label, int] | None = None
        # Which words many people said is found out when the first page stands.
        self._wish = paging.Wish()
        self._pages: dict[int, Sequence[dict[str, Any]]] = {}

    def __len__(self) -> int:
        """How many there are; until they are counted, how many were read."""
        return sum((self.counts or {}).values()) or len(self._pages.get(0, ()))

    def row(self, place: int) -> dict[str, Any] | None:
        """The reply at a place of the queue; None where it ends."""
        number, within = divmod(place, PAGE)
        if number not in self._pages:
            self._pages[number] = self._read(number * PAGE)
        page = self._pages[number]
        return page[within] if within < len(page) else None

    def _read(self, first: int) -> Sequence[dict[str, Any]]:
        zone = self.desk.settings.campaign.timezone
        with self.desk.looking() as (session, campaign_id):
            found = paging.replies(session, campaign_id, self._wish, first, PAGE, self.counts or {})
            slugs = rows.slugs_of(session, campaign_id)
            ended = rows.ended_of(session, campaign_id)
            return [
                {
                    **rows.row_of(each, slugs, {}, zone, ended),
                    "others": self._wish.others.get(each.id, 0),
                }
                for each in found
            ]

    def look_again(self) -> None:
        """Count anew, and read anew what was read; what cannot be read now stays as it is."""
        wish = paging.Wish(everything=self.unfolded)
        with self.desk.looking() as (session, campaign_id):
            self._wish = paging.with_waves(session, campaign_id, wish)
            self.counts = paging.count(session, campaign_id, self._wish)
        self._pages.clear()

    def folded(self) -> Counter[str]:
        """What is folded away; reads the whole table once."""
        with self.desk.looking() as (session, campaign_id):
            return paging.folded(session, campaign_id, self._wish)

    def place_of(self, reply_id: int) -> int:
        """Where a reply stands now, or would stand."""
        from orchestrator.inbox.hand import reply_of

        with self.desk.looking() as (session, campaign_id):
            reply = reply_of(session, campaign_id, reply_id)
            return paging.place(session, campaign_id, self._wish, reply, self.counts or {})

    def open(self, reply_id: int) -> Opened:
        """Read one reply with thread, post and history, masked as everywhere."""
        from orchestrator.commands.inbox_show import key_if_here
        from orchestrator.inbox.entry import entry_of, sealed_with
        from orchestrator.inbox.hand import reply_of

        key = key_if_here(self.desk)
        with self.desk.looking() as (session, campaign_id):
            reply = reply_of(session, campaign_id, reply_id)
            entry = entry_of(session, reply, self.desk.settings.campaign.timezone)
            return Opened(entry, sealed_with(session, key, reply))

    def take(self, reply_id: int) -> str:
        """Take it in hand; what came of it in a sentence."""
        return inbox_hand.take(self.desk, reply_id).sentence

    def holder(self, reply_id: int) -> str | None:
        """Who has it now, whatever the screen still shows."""
        return inbox_hand.holder(self.desk, reply_id)

    def release(self, reply_id: int, holder: str | None) -> str:
        """Give it back."""
        return inbox_hand.release(self.desk, reply_id, holder).sentence

    def label(self, reply_id: int, label: Label) -> str:
        """Correct its label."""
        return inbox_hand.put_label(self.desk, reply_id, label).sentence

    def keep(self, reply_id: int) -> str:
        """Keep it for a complaint."""
        from orchestrator.commands.inbox_evidence import kept

        return kept(self.desk, reply_id).sentence
