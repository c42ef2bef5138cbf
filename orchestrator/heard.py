"""Writing down what was heard: each reply once, with its edits and its end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.echoes import Echoes, part
from orchestrator.keys import CampaignKey
from orchestrator.learning import Learnt, recall
from orchestrator.model import Post, Reply
from orchestrator.ports import Heard
from orchestrator.redact import redact
from orchestrator.replies import (
    Fresh,
    forget_words,
    insert_all,
    link_all,
    own_contacts,
    put_new_words,
    put_words,
    repeats,
    sort,
    storable,
    weigh,
    words,
)
from orchestrator.vetting import take_back
from orchestrator.vocabulary import WAITING
from orchestrator.whose import Place, Whose, shared

# A private message; where replies stand in public, networks have words of their own for them.
MESSAGE = "message"
_FOLLOWED_FOR = timedelta(days=30)


def held(session: Session, campaign_id: int, network: str) -> dict[int | None, set[str]]:
    """The public replies whose words we keep, by our post; None: none of ours leads to them."""
    rows = session.exec(
        _kept(campaign_id, network, Reply.post_id).where(Reply.channel != MESSAGE)
    ).all()
    found: dict[int | None, set[str]] = {}
    for post_id, remote_id in rows:
        found.setdefault(post_id, set()).add(str(remote_id))
    return found


def held_messages(
    session: Session, campaign_id: int, network: str, now: datetime
) -> dict[str, frozenset[str]]:
    """The private messages whose words we keep, by their conversation; of the last month.

    Asking for a conversation is a call of its own; who takes words back does so soon.
    """
    rows = session.exec(
        _kept(campaign_id, network, Reply.conversation).where(
            Reply.channel == MESSAGE,
            col(Reply.conversation).is_not(None),
            Reply.received_at >= now - _FOLLOWED_FOR,
        )
    ).all()
    found: dict[str, set[str]] = {}
    for conversation, remote_id in rows:
        found.setdefault(str(conversation), set()).add(str(remote_id))
    return {conversation: frozenset(ids) for conversation, ids in found.items()}


def _kept(campaign_id: int, network: str, by: Any) -> Any:
    return select(by, Reply.remote_id).where(
        Reply.campaign_id == campaign_id,
        Reply.network == network,
        col(Reply.deleted_at).is_(None),
        col(Reply.forgotten_at).is_(None),
    )


class Ledger:
    """The replies of one network in one transaction, under the account's lock.

    ``contact`` is the campaign's own, which strangers quote.
    """

    def __init__(
        self,
        session: Session,
        key: CampaignKey,
        campaign_id: int,
        network: str,
        now: datetime,
        contact: str = "",
    ) -> None:
        self._session, self._key, self._now, self._contact = session, key, now, contact
        self._campaign_id, self._network = campaign_id, network

    def keep(self, heard: Sequence[Heard]) -> int:
        """Add what is new, follow what was edited; return how many are new."""
        known = self._known({each.remote_id for each in heard})
        new = {each.remote_id: each for each in heard if each.remote_id not in known}
        for each in heard:
            if each.remote_id in known:
                self._follow(known[each.remote_id], each)
        self._add([*new.values()])
        return len(new)

    def end(self, remote_ids: frozenset[str]) -> None:
        """Note that these were deleted at the network; their words are let go of here too."""
        for reply in self._known(remote_ids).values():
            if reply.deleted_at is None:
                reply.deleted_at = self._now
                if reply.evidence_since is None:
                    forget_words(self._session, reply)
                weigh(self._session, reply)

    def _known(self, remote_ids: Collection[str]) -> dict[str, Reply]:
        rows = self._session.exec(
            select(Reply).where(
                Reply.campaign_id == self._campaign_id,
                Reply.network == self._network,
                col(Reply.remote_id).in_(remote_ids),
            )
        ).all()
        return {str(row.remote_id): row for row in rows}

    def _posts(self, remote_ids: Collection[str]) -> dict[str, Place]:
        rows = self._session.exec(
            select(Post.remote_id, Post.id, Post.tandem_id).where(
                Post.campaign_id == self._campaign_id,
                Post.network == self._network,
                col(Post.remote_id).in_(remote_ids),
            )
        ).all()
        return {str(remote_id): Place(number, tandem) for remote_id, number, tandem in rows}

    def _add(self, new: Sequence[Heard]) -> None:
        """Write down what is new: all at once, since a campaign can draw a hundred thousand."""
        places = self._places(new)
        said = [(self._made(each, places[each.remote_id]), each.text) for each in new]
        put_new_words(self._session, self._key, self._campaign_id, said)
        for reply, text in said:
            sort(reply, text, self._learnt)
        replies = [reply for reply, _text in said]
        insert_all(self._session, replies)
        echoes = Echoes(self._session, self._campaign_id, replies)
        again = {
            reply.id: first
            for reply in replies
            if (first := self._noted_before(reply) or echoes.first_of(reply))
        }
        link_all(self._session, again)

    def _places(self, new: Sequence[Heard]) -> dict[str, Place]:
        """Where each belongs: under its post, or where its words or its conversation lead."""
        posts = self._posts({each.post for each in new if each.post})
        earlier, places = self._whose.earlier(new), {}
        for each in sorted(new, key=lambda heard: heard.at):
            place = posts.get(each.post or "") or self._whose.of(each)
            if each.conversation and place.tandem_id is not None:
                earlier[each.conversation].add(place)
            elif each.conversation:
                place = shared(earlier[each.conversation])
            places[each.remote_id] = place
        return places

    def _made(self, heard: Heard, place: Place) -> Fresh:
        return Fresh(
            campaign_id=self._campaign_id,
            post_id=place.post_id,
            tandem_id=place.tandem_id,
            network=self._network,
            channel=heard.channel,
            remote_id=heard.remote_id,
            parent_remote_id=heard.parent,
            permalink=heard.permalink,
            received_at=heard.at,
            collected_at=self._now,
            **self._sender(heard),
        )

    def _follow(self, reply: Reply, heard: Heard) -> None:
        if reply.forgotten_at is not None or reply.evidence_since is not None:
            return  # never to come back; or to stay as it was
        if words(self._session, self._key, reply) == storable(heard.text) and not reply.deleted_at:
            return
        reply.edited_at = heard.edited_at or self._now
        if reply.deleted_at is not None:
            reply.deleted_at = reply.person_id = None  # what was sealed then stays forgotten
        self._say(reply, heard)
        take_back(self._session, reply, self._now)
        part(self._session, reply)
        weigh(self._session, reply)

    def _say(self, reply: Reply, heard: Heard) -> None:
        known = reply.author_digest
        for name, value in self._sender(heard).items():
            setattr(reply, name, value)
        reply.author_digest = reply.author_digest or known
        put_words(self._session, self._key, self._campaign_id, reply, heard.text)
        sort(reply, heard.text, self._learnt)

    def _sender(self, heard: Heard) -> dict[str, Any]:
        """What is kept of whoever said it, beside the words."""
        who = f"author:{self._network}:{heard.author_id}"
        return {
            "author": redact(storable(heard.author)),  # some put their number into their name
            "author_digest": self._key.digest(who) if heard.author_id else None,
            "picture": heard.picture,
            "conversation": heard.conversation,
        }

    def _noted_before(self, reply: Fresh) -> int | None:
        """The note of a call or mail by the same person, if somebody typed one in before."""
        if not reply.contact_digests:
            return None
        notes = self._notes
        return next((each.id for each in notes if repeats(reply, each, self._own)), None)

    @cached_property
    def _notes(self) -> list[Reply]:
        """What somebody typed in and nobody has finished, with a contact; read once."""
        notes = self._session.exec(
            select(Reply).where(
                Reply.campaign_id == self._campaign_id,
                col(Reply.network).is_(None),
                col(Reply.duplicate_of).is_(None),
                col(Reply.status).in_(WAITING),
            )
        ).all()  # in no order: for one, SQLite would walk through all replies
        return sorted((each for each in notes if each.contact_digests), key=lambda each: each.id)

    @cached_property
    def _whose(self) -> Whose:
        return Whose(self._session, self._key, self._campaign_id, self._network)

    @cached_property
    def _learnt(self) -> Learnt:
        return recall(self._session, self._key, self._campaign_id)

    @cached_property
    def _own(self) -> frozenset[str]:
        return own_contacts(self._session, self._key, self._campaign_id, self._contact)
