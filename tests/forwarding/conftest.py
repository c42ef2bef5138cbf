"""A campaign with offers, volunteers who can be reached, and a post office that does as told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from orchestrator import people
from orchestrator.config import Settings
from orchestrator.forwarding.handing import Handed, Wish, hand_over, look
from orchestrator.forwarding.office import Office
from orchestrator.model import Check, Milestone, Partner, Referral, Reply
from orchestrator.replies import Sender
from orchestrator.vetting.standing import edit_mark
from orchestrator.vocabulary import OfferState, Way
from schedules.clock import FixedClock
from tests.campaign_rows import NOON
from tests.fakes import FakeMailbox, FakeMessenger
from tests.inbox.conftest import Manager, Rows, manager, rows  # noqa: F401

MAIL = {"host": "127.0.0.1", "port": 2525, "security": "none", "sender": "angebote@example.org"}
OFFERER = Sender("Frau Krause", "0761 5550100")
VOLUNTEER = {"name": "Jonas Weber", "email": "jonas@example.org", "phone": "+4915205550111"}


@dataclass
class House:
    """The campaign as its post office sees it."""

    rows: Rows
    settings: Settings
    clock: FixedClock
    mails: FakeMessenger = field(default_factory=FakeMessenger)
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    reached: Callable[[str], None] = lambda _point: None

    @property
    def office(self) -> Office:
        return Office(
            store=self.rows.store,
            settings=self.settings,
            key=self.rows.key,
            campaign_id=self.rows.id,
            clock=self.clock,
            actor="heike",
            mails=self.mails,
            reached=self.reached,
        )

    def wait(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def tandem(self, slug: str = "amira-und-jonas", **changes: Any) -> int:
        """A tandem whose volunteer has an address; ``contacts`` replaces what is sealed."""
        contacts = changes.pop("contacts", VOLUNTEER)
        partner = changes.pop("partner", None)
        with self.rows.store.session() as session:
            if partner:
                row = Partner(campaign_id=self.rows.id, name=partner)
                session.add(row)
                session.flush()
                changes["partner_id"] = row.id
            person = people.add(session, self.rows.key, self.rows.id, dict(contacts))
            changes["volunteer_id"] = person.id
        return self.rows.tandem(slug, **changes)

    def offer(self, tandem_id: int | None, *, is_checked: bool = True, **changes: Any) -> int:
        """A job offer that somebody has checked and found in order."""
        status = OfferState.CHECKED if is_checked else OfferState.NEW
        values = {"sender": OFFERER, "status": status.value, "tandem_id": tandem_id} | changes
        text = values.pop("text", "Wir suchen eine Hilfe in der Näherei, 0761 5550100")
        number = self.rows.reply(text, **values)
        if is_checked:
            checked(self, number, [])
        return number

    def hand(self, reply_id: int, by: Way | None = None, **wish: Any) -> Handed:
        asked = Wish(reply_id, by, **wish)
        with self.rows.store.reading() as session:
            seen = look(session, self.office, asked)
        return hand_over(self.office, asked, seen)

    def steps(self, reply_id: int) -> list[Referral]:
        with self.rows.store.reading() as session:
            wanted = select(Referral).where(Referral.reply_id == reply_id)
            return list(session.exec(wanted.order_by(col(Referral.id))).all())

    def states(self, reply_id: int) -> list[str]:
        with self.rows.store.reading() as session:
            wanted = select(Milestone).where(Milestone.reply_id == reply_id)
            return [e.state.value for e in session.exec(wanted.order_by(col(Milestone.id))).all()]

    def change(self, kind: type, number: int, **values: Any) -> None:
        with self.rows.store.session() as session:
            row = session.get_one(kind, number)
            for name, value in values.items():
                setattr(row, name, value)


def checked(house: House, reply_id: int, warnings: list[str], **changes: Any) -> None:
    """Somebody has checked it, and found these warnings."""
    with house.rows.store.session() as session:
        mark = edit_mark(session.get_one(Reply, reply_id))
        found = session.exec(select(Check).where(Check.reply_id == reply_id)).one_or_none()
        check = found or Check(
            campaign_id=house.rows.id, reply_id=reply_id, by="heike", at=NOON, answers=mark
        )
        check.warnings = warnings
        for name, value in changes.items():
            setattr(check, name, value)
        session.add(check)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite; where a database decides, a test says ``on_both``."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
def house(rows: Rows, settings: Callable[..., Settings]) -> House:  # noqa: F811
    """A campaign with a mail server."""
    return House(rows, settings(mail=MAIL), FixedClock(NOON))
