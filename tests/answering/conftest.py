"""Replies that wait for an answer, on networks that let us give one."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.answering import sending
from orchestrator.answering.case import Case, case_of
from orchestrator.model import Answer, Charge, Event, Reply
from orchestrator.ports import Answerable, AnswerRules, Said
from orchestrator.replies import put_words
from orchestrator.shift import Shift
from orchestrator.vocabulary import AnswerKind, AnswerWay, Label
from tests.campaign_rows import NOON
from tests.fakes import FakeNetwork
from tests.publishing.conftest import Campaign, campaign, database_url

__all__ = ["campaign", "database_url"]
RULES = {
    "facebook": AnswerRules(8000, 2000, timedelta(days=7), timedelta(hours=24)),
    "x": AnswerRules(280, 10_000),
}
WORDS = "Danke, wir melden uns."


@dataclass
class AnsweringNetwork(FakeNetwork):
    """One on which we answer. ``script`` as for posts: a Trouble to raise, a pair (True, Trouble)
    when it was said nevertheless, or a function that is called first.
    """

    answer_cost: float = 0.0
    told: list[tuple[Answerable, str, bool]] = field(default_factory=list)
    there: list[Said] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)

    @property
    def answers(self) -> AnswerRules:
        return RULES[self.name]

    def answer(self, to: Answerable, text: str, *, private: bool) -> str:
        self.calls += 1
        step = self.steps.pop(0) if self.steps else None
        if callable(step):
            step = step()
        done, trouble = step if isinstance(step, tuple) else (step is None, step)
        if done:
            self.told.append((to, text, private))
            self.there.append(Said(f"{self.name}-a{len(self.told)}", text, NOON))
        if trouble is not None:
            raise trouble
        return self.there[-1].remote_id

    def answered(self, to: Answerable, since: datetime, *, private: bool) -> list[Said]:
        self._asked()
        return [each for each in self.there if each.at is None or each.at >= since]

    def answer_length(self, text: str, *, private: bool) -> int:
        return len(text)

    def answer_price(self, text: str, *, private: bool, on: date | None = None) -> float:
        return self.answer_cost


@dataclass
class Desk:
    """A campaign with replies, and somebody who answers them."""

    campaign: Campaign
    facebook: AnsweringNetwork
    x: AnsweringNetwork
    actor: str = "heike"

    @property
    def shift(self) -> Shift:
        return replace(self.campaign.shift(), actor=self.actor)

    def reply(self, text: str = "Wir suchen eine Hilfe in der Näherei", **changes: Any) -> int:
        """An offer below a post of Facebook, two hours old."""
        with self.campaign.session() as session:
            number = len(session.exec(select(Reply.id)).all()) + 1
            values = {
                "campaign_id": self.campaign.id,
                "network": "facebook",
                "channel": "comment",
                "remote_id": f"r{number}",
                "author": "Näherei Beispiel",
                "received_at": NOON - timedelta(hours=2),
                "collected_at": NOON - timedelta(hours=1),
                "label": Label.JOB_OFFER,
                "text": "",
            } | changes
            reply = Reply(**values)
            session.add(reply)
            put_words(session, self.campaign.key, self.campaign.id, reply, text)
            session.flush()
            return reply.id

    def message(self, **changes: Any) -> int:
        return self.reply(**({"channel": "message", "conversation": "t_7"} | changes))

    def wish(self, **changes: Any) -> sending.Wish:
        values = {
            "kind": AnswerKind.ACKNOWLEDGEMENT,
            "way": AnswerWay.PUBLIC,
            "language": "de",
            "text": WORDS,
        } | changes
        return sending.Wish(**values)

    def send(self, reply_id: int, **changes: Any) -> Answer:
        return sending.send(self.shift, reply_id, self.wish(**changes))

    def case(self, reply_id: int) -> Case:
        with self.campaign.store.reading() as session:
            return case_of(session, self.campaign.key, self.campaign.id, reply_id)

    def answers(self, reply_id: int) -> list[Answer]:
        return self.case(reply_id).answers

    def read(self, reply_id: int) -> Reply:
        return self.case(reply_id).reply

    def events(self, reply_id: int) -> list[str]:
        with self.campaign.store.reading() as session:
            query = select(Event).where(Event.subject == f"reply {reply_id}").order_by(Event.id)  # type: ignore[arg-type]
            return [each.what for each in session.exec(query).all()]

    def charged(self) -> float:
        with self.campaign.store.reading() as session:
            return sum(each.usd for each in session.exec(select(Charge)).all())


@pytest.fixture
def desk(campaign: Campaign) -> Desk:
    facebook, x = AnsweringNetwork("facebook"), AnsweringNetwork("x", answer_cost=0.01)
    campaign.facebook, campaign.x = facebook, x
    return Desk(campaign, facebook, x)
