"""A small campaign with posts in three languages, in a database that the real command reads."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from orchestrator import networks, people
from orchestrator.campaign import enrol
from orchestrator.compose import Rules, compose, voice_of
from orchestrator.keys import create_key_file
from orchestrator.media import path_of
from orchestrator.model import Account, Appeal, Audience, Consent, Medium, Person, Post, Tandem
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import MayWork, MediaKind, Show

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TARGETING = {"geo_locations": {"cities": [{"key": "1"}]}}
NETWORKS = ("facebook", "x")


@dataclass
class Board:
    """Puts tandems and their posts into the database, and runs ``preview`` on it."""

    store: Store
    folder: Path
    settings: Any
    key: Any
    campaign_id: int = 0
    accounts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.store.session() as session:
            self.campaign_id = enrol(session, self.settings.campaign, self.key, NOW).id
            for name in NETWORKS:
                account = Account(campaign_id=self.campaign_id, network=name, remote_id="1")
                session.add(account)
                session.flush()
                self.accounts[name] = account.id

    def tandem(self, slug: str, appeals: dict[str, str], **changes: Any) -> None:
        posts = changes.pop("posts", {})
        media = changes.pop("media", [])
        ends_on = changes.pop("ends_on", None)
        mode = changes.pop("mode", "soft")
        name = changes.pop("name", slug.title())
        with self.store.session() as session:
            sealed = {"name": name, "phone": "+49 151 0000000"}
            refugee = people.add(session, self.key, self.campaign_id, sealed)
            volunteer = Person(campaign_id=self.campaign_id)
            session.add(volunteer)
            session.flush()
            values = {
                "campaign_id": self.campaign_id,
                "slug": slug,
                "refugee_id": refugee.id,
                "volunteer_id": volunteer.id,
                "public_name": "Kim",
                "show": Show.FULL,
                "adult": True,
                "may_work": MayWork.YES,
                "trade": "Schneiderin",
                "place_id": 1,
                "town": "Freiburg",
                "region": "Baden-Württemberg",
                "country": "DE",
                "lat": 48.0,
                "lon": 7.8,
                "town_people": 230_000,
                "place_digest": "0",
                "imported_at": NOW,
                "changed_at": NOW,
            } | changes
            known = Tandem.model_fields
            tandem = Tandem(**{key: value for key, value in values.items() if key in known})
            session.add(tandem)
            session.flush()
            rows = [
                Appeal(tandem_id=tandem.id, language=each, text=text)
                for each, text in appeals.items()
            ]
            session.add_all(rows)
            for network in NETWORKS:
                session.add(
                    Consent(
                        tandem_id=tandem.id,
                        person_id=refugee.id,
                        purpose=network,
                        given_on=date(2026, 10, 1),
                        ends_on=ends_on,
                    )
                )
            files = [self._medium(session, tandem, place, each) for place, each in enumerate(media)]
            self._posts(session, tandem, name, rows, mode, posts, files)

    def _medium(
        self, session: Any, tandem: Tandem, position: int, each: dict[str, Any]
    ) -> dict[str, str]:
        """Keep a picture (or a film with its poster) in the campaign's folder; as posts name it."""
        film, alt, content = each.get("film"), each.get("alt", ""), each["content"]
        digests = [self.keep(part) for part in ([film, content] if film else [content])]
        kind = MediaKind.VIDEO if film else MediaKind.PHOTO
        row = Medium(
            tandem_id=tandem.id,
            position=position,
            name="bild",
            alt=alt,
            kind=kind,
            digest=digests[0],
            facts={},
            ready=digests[0],
            ready_facts={"seconds": 21.4} if film else {},
            poster=digests[1] if film else None,
        )
        session.add(row)
        mime = "video/mp4" if film else "image/jpeg"
        return {"digest": digests[0], "kind": kind.value, "mime": mime, "alt": alt}

    def keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = path_of(self.folder, digest)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return digest

    def _posts(
        self,
        session: Any,
        tandem: Tandem,
        name: str,
        rows: list[Appeal],
        mode: str,
        extra: Any,
        files: list[dict[str, str]],
    ) -> None:
        voice = voice_of(tandem, name, rows)
        for network in NETWORKS:
            rules = rules_of(network, self.settings)
            targeted = network == "facebook"
            session.add(
                Audience(
                    tandem_id=tandem.id,
                    network=network,
                    radius_km=18,
                    people=310_000,
                    mode=mode,
                    cities=[
                        {"name": "Freiburg", "key": "1"},
                        {"name": "Emmendingen", "key": "2"},
                        {"name": "Horben", "key": None},
                    ],
                    built_at=NOW,
                )
            )
            for number in (1, 2):
                wording = compose(voice, number, rules)
                due = NOW + timedelta(days=3 + number * 2, minutes=17 * number)
                session.add(
                    Post(
                        **{
                            "campaign_id": self.campaign_id,
                            "tandem_id": tandem.id,
                            "account_id": self.accounts[network],
                            "network": network,
                            "number": number,
                            "language": wording.language,
                            "text": wording.text,
                            "link": wording.link,
                            "media": files,
                            "made_with_ai": tandem.made_with_ai,
                            "targeting": TARGETING if targeted else None,
                            "mode": mode if targeted else "",
                            "digest": f"d{number}",
                            "price_usd": 0.0 if targeted else 0.015,
                            "due_at": due,
                            "due_wall": "",
                            "zone": "Europe/Berlin",
                            **extra.get((network, number), {}),
                        }
                    )
                )

    def run(self, *arguments: str, command: str = "preview") -> Any:
        from cli import build

        config = ["--config", str(self.folder / "config.toml")]
        return CliRunner().invoke(build(), [*command.split(), *arguments, *config])

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def rules_of(network: str, settings: Any) -> Rules:
    adapter = networks.adapter(network)
    connected = adapter.connect(settings.networks[network])
    plain = connected.price("a")
    return Rules(
        network=network,
        limit=adapter.LIMITS.text,
        length=connected.length,
        languages=settings.campaign.languages,
        hashtag=settings.campaign.hashtag,
        contact=settings.campaign.contact,
        links=settings.networks[network].link_policy,
        link_in_text=adapter.LIMITS.link_in_text,
        has_url=lambda text: connected.price(text) > plain,
    )


@pytest.fixture
def board(
    tmp_path: Path,
    settings: "SettingsFactory",
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Board]:
    """Make the campaign: ``board(campaign={"contact": …})``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUEROEFFNER_NOW", NOW.isoformat())

    def make(**sections: dict[str, Any]) -> Board:
        campaign = {"languages": ["de", "en", "ar"], **sections.get("campaign", {})}
        made = settings(campaign=campaign, database={"url": sqlite_url})
        key = create_key_file(made.keys.file)
        return Board(open_store(sqlite_url), tmp_path, made, key)

    return make
