"""One reply that is to be answered, with all that decides how: read once, then judged."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, func, select

from orchestrator import people
from orchestrator.answering.listing import answers_of
from orchestrator.compose.voice import Voice, voice_of
from orchestrator.inbox.hand import reply_of
from orchestrator.keys import CampaignKey
from orchestrator.model import Answer, Appeal, Person, Reply, Tandem
from orchestrator.ports import Answerable
from orchestrator.replies import opened
from orchestrator.vocabulary import AnswerWay, TandemState

MESSAGE, MENTION = "message", "mention"


@dataclass(frozen=True)
class Case:
    """``name``: of whoever replied; empty where nobody knows it. ``tandem``: how the public calls
    the person concerned; empty where there is none, or none any more. ``heard_at``: when the same
    person wrote to us last, there. ``summons``: whether the reply surely speaks to us. ``slug``: of
    the tandem.
    """

    reply: Reply
    answers: list[Answer]
    name: str
    tandem: str
    slug: str
    heard_at: datetime
    summons: bool
    voice: Voice | None = field(default=None, repr=False)

    @property
    def is_message(self) -> bool:
        """Whether it was written to us alone."""
        return self.reply.channel == MESSAGE

    @property
    def to(self) -> Answerable:
        """The reply as its network knows it."""
        return Answerable(
            remote_id=str(self.reply.remote_id or ""),
            is_message=self.is_message,
            conversation=self.reply.conversation,
            parent=self.reply.parent_remote_id,
            summons=self.summons,
        )

    @property
    def usual_way(self) -> AnswerWay:
        """How it is answered unless somebody says otherwise: as it came."""
        if self.reply.network is None:
            return AnswerWay.NOTED
        return AnswerWay.PRIVATE if self.is_message else AnswerWay.PUBLIC


def case_of(session: Session, key: CampaignKey, campaign_id: int, reply_id: int) -> Case:
    """Read it; an unknown number is refused."""
    reply = reply_of(session, campaign_id, reply_id)
    tandem = session.get(Tandem, reply.tandem_id) if reply.tandem_id else None
    voice = _voice(session, key, tandem) if tandem else None
    active = tandem is not None and tandem.state is TandemState.ACTIVE
    return Case(
        reply=reply,
        answers=answers_of(session, reply_id),
        name=opened(session, key, reply).get("name") or reply.author,
        tandem=voice.name if voice and active else "",
        slug=tandem.slug if tandem else "",
        heard_at=_heard_at(session, reply),
        summons=_summons(session, reply),
        voice=voice,
    )


def _voice(session: Session, key: CampaignKey, tandem: Tandem) -> Voice:
    appeals = session.exec(select(Appeal).where(Appeal.tandem_id == tandem.id)).all()
    person = session.get(Person, tandem.refugee_id)
    return voice_of(tandem, people.fields(session, key, person).get("name", ""), appeals)


def _heard_at(session: Session, reply: Reply) -> datetime:
    if reply.conversation is None:
        return reply.received_at
    newest = session.exec(
        select(func.max(Reply.received_at)).where(
            Reply.campaign_id == reply.campaign_id,
            Reply.network == reply.network,
            Reply.conversation == reply.conversation,
        )
    ).one()
    return newest or reply.received_at


def _summons(session: Session, reply: Reply) -> bool:
    """An answer to our post or to an answer of ours speaks to us, and so does what names us."""
    if reply.channel == MENTION or reply.parent_remote_id is None:
        return True
    ours = select(Answer.id).where(
        Answer.campaign_id == reply.campaign_id, Answer.remote_id == reply.parent_remote_id
    )
    return session.exec(ours).first() is not None
