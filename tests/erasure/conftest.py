"""A tandem of whom everything is held, withdrawn everywhere, and somebody who types commands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from orchestrator import journal, people
from orchestrator.backup.places import Place
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import (
    Answer,
    Appeal,
    Attempt,
    Audience,
    Check,
    Consent,
    Evidence,
    Medium,
    Milestone,
    Pause,
    Person,
    PersonKey,
    Referral,
    Snapshot,
    Tandem,
)
from orchestrator.replies import Sender
from orchestrator.store import Store
from orchestrator.vocabulary import Label, MediaKind, Outcome, PostState, Scope, Show, TandemState
from tests.campaign_rows import NOON
from tests.conftest import CAMPAIGN, toml
from tests.inbox.conftest import Manager, Rows, manager  # noqa: F401 (a fixture)
from tests.publishing.conftest import NETWORK_SETTINGS

# Nothing of this may be found anywhere when Samira and Ole were erased.
TELLING = (
    "Samira", "Kranich", "Goldschmiedin", "Ole Hinrichs", "ole.hinrichs@example.org", "0431555",
    "samira-und-ole", "Husumer Bucht", "Werkstatt Petersen", "petersen@example.org", "formular.pdf",
    "fb_4711", "samira.jpg", "Sie schmiedet",
)  # fmt: skip


@dataclass
class World:
    """The rows of a campaign with two tandems, and the places that keep its backups."""

    rows: Rows
    manager: Manager
    tandem: int = 0
    other: int = 0
    refugee: int = 0
    volunteer: int = 0
    wrapped: list[bytes] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def session(self) -> Session:
        return self.rows.store.session()  # type: ignore[return-value]

    def files(self) -> set[str]:
        """What is kept of pictures."""
        return {each.name for each in (self.rows.settings.folder / "media").iterdir()}

    def withdraw(self) -> None:
        """As ``tandem withdraw`` leaves the rows when every network has confirmed it."""
        from sqlmodel import select

        from orchestrator.model import Post

        with self.session() as session:
            tandem = session.get_one(Tandem, self.tandem)
            tandem.state, tandem.ended_at = TandemState.WITHDRAWN, NOON
            for post in session.exec(select(Post).where(Post.tandem_id == self.tandem)):
                post.state = PostState.WITHDRAWN if post.published_at else PostState.CANCELLED


@pytest.fixture
def rows(store: Store, key: CampaignKey, settings: Callable[..., Settings]) -> Rows:
    """An empty campaign in its first days."""
    return Rows(store, key, settings())


@pytest.fixture
def world(rows: Rows, manager: Manager, tmp_path: Path) -> World:  # noqa: F811
    """Samira and Ole with all that is held of them; Amira and Jonas, who stay."""
    made = World(rows, manager, places=[Place(tmp_path / "backups"), Place(tmp_path / "stick")])
    for place in made.places:
        place.path.mkdir(mode=0o700)
    url = rows.store.engine.url.render_as_string(hide_password=False)
    url = url.replace("postgresql+psycopg:", "postgresql:")
    (tmp_path / "config.toml").write_text(
        toml(
            {
                "campaign": CAMPAIGN,
                "database": {"url": url},
                "backup": {"places": [place.url for place in made.places]},
                "x": {"api_base": "http://127.0.0.1:9"},
            }
        ),
        "utf-8",
    )
    for name, value in NETWORK_SETTINGS["x"].items():
        manager.monkeypatch.setenv(f"TUEROEFFNER_X__{name.upper()}", value)
    made.other = rows.tandem("amira-und-jonas")
    _fill(made)
    return made


# Both tandems stand in the last picture.
PICTURES = {"samira.jpg": "1", "werkstatt.jpg": "2"}


def _pictures(world: World, session: Session) -> None:
    """Two of Samira's, one of them the other tandem's as well; only her own is made ready."""
    folder = world.rows.settings.folder / "media"
    folder.mkdir(exist_ok=True)
    for name in ("1", "2", "a"):
        (folder / (name * 64)).write_bytes(b"a picture")
    for tandem, names in ((world.tandem, PICTURES), (world.other, ["werkstatt.jpg"])):
        for position, name in enumerate(names):
            own = PICTURES[name] * 64
            session.add(
                Medium(
                    tandem_id=tandem, position=position, name=name, alt="Sie schmiedet",
                    kind=MediaKind.PHOTO, digest=own, facts={"size": 9},
                    ready="a" * 64 if name == "samira.jpg" else None,
                )
            )  # fmt: skip
    if other := session.exec(select(Medium).where(Medium.tandem_id == world.other)).first():
        other.alt = ""


def _fill(world: World) -> None:
    rows, key = world.rows, world.rows.key
    world.tandem = rows.tandem(
        "samira-und-ole", public_name="Kranich", trade="Goldschmiedin", show=Show.ALIAS,
        town="Husumer Bucht", media="samira.jpg", link="https://example.org/samira-und-ole",
        place_digest=key.digest("25813"),
    )  # fmt: skip
    live = rows.post(
        world.tandem, text="Kranich, Goldschmiedin, sucht bei Husumer Bucht",
        link="https://example.org/samira-und-ole", state=PostState.PUBLISHED,
        published_at=NOON - timedelta(hours=3), remote_id="fb_4711",
        permalink="https://facebook.example/Kranich", targeting={"cities": ["Husumer Bucht"]},
        error="Samira", media=[{"digest": "a" * 64, "kind": "photo", "alt": "Sie schmiedet"}],
    )  # fmt: skip
    rows.post(world.tandem, "x", text="Kranich sucht", state=PostState.PLANNED)
    rows.post(world.other, text="Amira sucht")
    offer = rows.reply(
        "Werkstatt Petersen sucht Samira, petersen@example.org",
        sender=Sender("Petersen", "0431555"),
        author="Werkstatt Petersen", post_id=live, tandem_id=world.tandem, status="forwarded",
    )  # fmt: skip
    rows.reply(
        "Nur Mut!", Label.ENCOURAGEMENT, post_id=live, tandem_id=world.tandem, author="Samira Fan"
    )
    rows.reply("Wir suchen in Freiburg", tandem_id=world.other)
    with world.session() as session:
        tandem = session.get_one(Tandem, world.tandem)
        world.refugee, world.volunteer = tandem.refugee_id, tandem.volunteer_id
        for number, sealed in (
            (world.refugee, {"name": "Samira"}),
            (world.volunteer, {
                "name": "Ole Hinrichs", "email": "ole.hinrichs@example.org", "phone": "0431555 01",
            }),
        ):  # fmt: skip
            person = session.get_one(Person, number)
            wrapped = key.new_person_key()
            session.add(PersonKey(person_id=number, wrapped=wrapped))
            session.flush()
            people.put(session, key, person, sealed)
            world.wrapped.append(wrapped)
        proof = Evidence(
            person_id=world.refugee, added_at=NOON, size=9,
            sealed=key.seal_file(world.wrapped[0], "formular.pdf", b"%PDF-1.7x"),
        )  # fmt: skip
        session.add(proof)
        session.flush()
        session.add_all(
            [
                Consent(
                    tandem_id=tandem.id, person_id=world.refugee, purpose="facebook",
                    given_on=date(2026, 10, 1), evidence_id=proof.id,
                ),
                Appeal(tandem_id=tandem.id, language="de", text="Ich, Samira, bin Goldschmiedin."),
                Audience(
                    tandem_id=tandem.id, network="facebook", radius_km=20, people=9000, mode="soft",
                    cities=[{"name": "Husumer Bucht", "key": "1"}], built_at=NOON,
                ),
                Attempt(
                    post_id=live, number=1, digest="d", sent_at=NOON, outcome=Outcome.DONE,
                    detail="Samira", price_usd=0.0,
                ),
                Snapshot(post_id=live, metric="post_media_view", taken_at=NOON, value=512),
                Answer(
                    campaign_id=rows.id, reply_id=offer, kind="acknowledgement", way="public",
                    language="de", text="Petersen, danke! Samira meldet sich.", state="sent",
                    remote_id="fb_4711_9", by="heike", at=NOON, sent_at=NOON, error="Samira",
                ),
                Check(
                    campaign_id=rows.id, reply_id=offer, by="heike", at=NOON, answers={},
                    warnings=["cash"], wanted=True, wanted_at=NOON,
                ),
                Referral(
                    campaign_id=rows.id, reply_id=offer, tandem_id=tandem.id, step="forward",
                    way="mail", state="sent", code="ABCD-EFGH", by="heike", made_at=NOON,
                    sent_at=NOON, error="Samira",
                ),
                Milestone(
                    campaign_id=rows.id, reply_id=offer, tandem_id=tandem.id, state="trial",
                    day=date(2026, 11, 24), at=NOON, by="heike",
                ),
                Pause(
                    campaign_id=rows.id, scope=Scope.TANDEM, name="samira-und-ole", since=NOON,
                    actor="heike",
                ),
            ]
        )  # fmt: skip
        _pictures(world, session)
        journal.record(session, rows.id, NOON, "heike", "imported", journal.tandem_subject(tandem))
