"""A campaign with people in a real database, and the command that writes its papers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from orchestrator import people
from orchestrator.campaign import enrol
from orchestrator.keys import create_key_file
from orchestrator.model import Account, Appeal, Consent, Partner, Person, Post, Reply
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import PostState
from tests.campaign_rows import NOON, add_tandem

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

NOW = "2026-11-20T09:00:00+01:00"
FACEBOOK = {"page_id": "100200300", "page_token": "page-token-canary-1"}
X = {
    "user_id": "400500600",
    "consumer_key": "x-canary-2",
    "consumer_secret": "x-canary-3",
    "access_token": "x-canary-4",
    "access_token_secret": "x-canary-5",
}
BOTH = {"facebook": FACEBOOK, "x": X}
# What is known of the people: none of it may stand in a paper.
CANARIES = {
    "name": "Shirin-Kanarie",
    "phone": "+4915799900011",
    "email": "kanarie@example.org",
    "slug": "kanarie-slug",
    "alias": "Alias-Kanarie",
    "appeal": "Ich nähe Kanarienvögel.",
    "author": "Kommentator Kanarie",
    "partner": "Verein Kanarie",
}


@dataclass
class Office:
    """A campaign's folder; ``run`` is the command line."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> Any:
        from cli import build

        config = ["--config", str(self.folder / "config.toml")]
        return CliRunner().invoke(
            build(), ["privacy", "pack", *arguments, *config], env=self.environment
        )

    def pack(self, *arguments: str) -> dict[str, str]:
        """The papers by file name; the newest pack replaces the one before."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return {path.name: path.read_text("utf-8") for path in Path("privacy").glob("*.html")}

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


MakeOffice = Callable[..., Office]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def office(
    tmp_path: Path,
    settings: "SettingsFactory",
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeOffice]:
    """Make a campaign of two tandems: ``office(campaign={"end": …}, **BOTH)``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUEROEFFNER_NOW", NOW)
    key = create_key_file(tmp_path / "keys" / "campaign.key")
    store = open_store(database_url)
    filled = False

    def make(**sections: dict[str, Any]) -> Office:
        nonlocal filled
        made = settings(database={"url": database_url}, **sections)
        if not filled:
            _fill(store, made, key)
            filled = True
        secrets = {
            f"TUEROEFFNER_{section}__{name}".upper(): value
            for section in ("facebook", "x")
            for name, value in sections.get(section, {}).items()
            if name not in ("page_id", "user_id", "targeting", "ahead")
        }
        return Office(tmp_path, secrets)

    yield make
    store.close()


def _fill(store: Store, settings: Any, key: Any) -> None:
    with store.session() as session:
        campaign = enrol(session, settings.campaign, key, NOON)
        partner = Partner(campaign_id=campaign.id, name=CANARIES["partner"])
        account = Account(campaign_id=campaign.id, network="facebook", remote_id="100200300")
        session.add_all([partner, account])
        session.flush()
        _gone(session, campaign.id)
        for slug, languages in ((CANARIES["slug"], ("ar", "de")), ("zweites", ("de",))):
            tandem = add_tandem(
                session, campaign.id, slug, public_name=CANARIES["alias"], partner_id=partner.id
            )
            for number in (tandem.refugee_id, tandem.volunteer_id):
                _seal(session, key, campaign.id, number)
            session.add_all(
                Appeal(tandem_id=tandem.id, language=each, text=CANARIES["appeal"])
                for each in languages
            )
            session.add(
                Consent(
                    tandem_id=tandem.id,
                    person_id=tandem.refugee_id,
                    purpose="facebook",
                    given_on=date(2026, 11, 1),
                )
            )
            session.add(_post(campaign.id, tandem.id, account.id))
            session.add(
                Reply(
                    campaign_id=campaign.id,
                    channel="comment",
                    author=CANARIES["author"],
                    text=CANARIES["appeal"],
                    received_at=NOON,
                    collected_at=NOON,
                )
            )


def _gone(session: Any, campaign_id: int) -> None:
    """What is held no longer: an erased tandem, its consent, a reply that was deleted."""
    tandem = add_tandem(session, campaign_id, "erased-3", public_name="", erased_at=NOON)
    rows = {"campaign_id": campaign_id, "channel": "comment", "text": "", "received_at": NOON}
    session.add_all(
        [
            Consent(
                tandem_id=tandem.id,
                person_id=tandem.refugee_id,
                purpose="x",
                given_on=date(2026, 11, 1),
                withdrawn_at=NOON,
            ),
            Reply(**rows, collected_at=NOON, deleted_at=NOON),
            Reply(**rows, collected_at=NOON, forgotten_at=NOON),
        ]
    )


def _seal(session: Any, key: Any, campaign_id: int, number: int) -> None:
    from orchestrator.model import PersonKey

    person = session.get_one(Person, number)
    if session.get(PersonKey, number) is None:
        session.add(PersonKey(person_id=number, wrapped=key.new_person_key()))
        session.flush()
    sealed = {name: CANARIES[name] for name in ("name", "phone", "email")}
    people.put(session, key, person, sealed)


def _post(campaign_id: int, tandem_id: int, account_id: int) -> Post:
    return Post(
        campaign_id=campaign_id,
        tandem_id=tandem_id,
        account_id=account_id,
        network="facebook",
        number=1,
        language="de",
        text=CANARIES["appeal"],
        digest="d",
        due_at=NOON,
        due_wall="",
        zone="Europe/Berlin",
        state=PostState.PUBLISHED,
        published_at=NOON,
    )
