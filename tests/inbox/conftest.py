"""A campaign with replies on both databases, and somebody who types commands about them."""

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

import cli
from orchestrator.campaign import enrol
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import Account, Event, Post, Reply
from orchestrator.replies import Sender, put_words
from orchestrator.store import Store
from orchestrator.vocabulary import Label, PostState
from tests.campaign_rows import NOON, add_tandem
from tests.conftest import CAMPAIGN, toml


class Rows:
    """Puts rows into a campaign as collecting would, and reads them back."""

    def __init__(self, store: Store, key: CampaignKey, settings: Settings) -> None:
        self.store, self.key, self.settings = store, key, settings
        with store.session() as session:
            self.id = enrol(session, settings.campaign, key, NOON).id

    def tandem(self, slug: str = "amira-und-jonas", **changes: Any) -> int:
        with self.store.session() as session:
            return add_tandem(session, self.id, slug, **changes).id

    def post(self, tandem_id: int, network: str = "facebook", **changes: Any) -> int:
        with self.store.session() as session:
            account = self._account(session, network)
            number = len(session.exec(select(Post.id)).all()) + 1
            values = {
                "campaign_id": self.id,
                "tandem_id": tandem_id,
                "account_id": account,
                "network": network,
                "number": number,
                "language": "de",
                "text": f"Wer kennt in Freiburg eine Schneiderei? Nr. {number}",
                "due_at": NOON - timedelta(hours=3),
                "due_wall": "2026-11-24T09:00",
                "zone": "Europe/Berlin",
                "digest": f"digest-{number}",
                "approved_digest": f"digest-{number}",
                "state": PostState.PLANNED,
            } | changes
            post = Post(**values)
            session.add(post)
            session.flush()
            return post.id

    def _account(self, session: Session, network: str) -> int:
        found = session.exec(select(Account.id).where(Account.network == network)).one_or_none()
        if found is not None:
            return found
        account = Account(campaign_id=self.id, network=network, remote_id=network)
        session.add(account)
        session.flush()
        return account.id

    def reply(
        self,
        text: str = "Wir suchen ab sofort eine Hilfe in der Näherei",
        label: Label = Label.JOB_OFFER,
        *,
        sender: Sender | None = None,
        **changes: Any,
    ) -> int:
        """One reply; by default an offer that stood under a post two hours ago."""
        with self.store.session() as session:
            number = len(session.exec(select(Reply.id)).all()) + 1
            values = {
                "campaign_id": self.id,
                "network": "facebook",
                "channel": "comment",
                "remote_id": f"r{number}",
                "author": "Näherei Beispiel",
                "received_at": NOON - timedelta(hours=2),
                "collected_at": NOON - timedelta(hours=1),
                "label": label,
                "confidence": 0.9,
                "queue": label in (Label.JOB_OFFER, Label.TIP, Label.QUESTION),
                "text": "",
            } | changes
            reply = Reply(**values)
            session.add(reply)
            put_words(session, self.key, self.id, reply, text, sender)
            session.flush()
            return reply.id

    def read(self, reply_id: int) -> Reply:
        with self.store.reading() as session:
            return session.get_one(Reply, reply_id)

    def events(self, reply_id: int) -> list[Event]:
        with self.store.reading() as session:
            query = select(Event).where(Event.subject == f"reply {reply_id}").order_by(Event.id)  # type: ignore[arg-type]
            return list(session.exec(query).all())

    def add(self, *rows: Any) -> None:
        with self.store.session() as session:
            session.add_all(rows)


@pytest.fixture
def rows(store: Store, key: CampaignKey, settings: Callable[..., Settings]) -> Rows:
    """An empty campaign in its first days."""
    return Rows(store, key, settings())


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Keyboard(io.StringIO):
    """What somebody types on a terminal; ``BREAK`` in a line presses Ctrl-C there."""

    BREAK = "\x03"

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        line = super().readline(-1 if size is None else size)
        if self.BREAK in line:
            raise KeyboardInterrupt
        return line


class Pipe(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, content: str | bytes) -> None:
        raw = content if isinstance(content, bytes) else content.encode()
        super().__init__(io.BytesIO(raw), "utf-8")


@dataclass
class Manager:
    """Types commands in the folder of the campaign at a time of their own choice."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    now: datetime = NOON
    name: str = "heike"
    environ: Mapping[str, str] = field(default_factory=dict)

    def type(self, *arguments: str, keys: str | None = None, pipe: str | bytes = "") -> Answer:
        """Run one command; ``keys``: somebody sits at a terminal and types this."""
        self.monkeypatch.setenv("TUEROEFFNER_NOW", self.now.isoformat())
        self.monkeypatch.setenv("LOGNAME", self.name)
        self.monkeypatch.setattr(sys, "argv", ["tueroeffner", *arguments])
        self.monkeypatch.setattr(sys, "stdin", Pipe(pipe) if keys is None else Keyboard(keys))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Answer(int(ended.value.code or 0), printed.out, printed.err)

    def ask(self, *arguments: str, pipe: str = "") -> Any:
        """Run one command with ``--json`` that must succeed; its document."""
        answer = self.type(*arguments, "--json", pipe=pipe)
        assert answer.exit == 0, answer
        return answer.document


@pytest.fixture
def manager(
    tmp_path: Path,
    rows: Rows,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Manager:
    """Somebody in the campaign's folder, with its key and database."""
    import base64

    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys").mkdir(mode=0o700)
    key_file = tmp_path / "keys" / "campaign.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(base64.b64encode(rows.key.secret))
    (tmp_path / "config.toml").write_text(
        toml({"campaign": CAMPAIGN, "database": {"url": database_url}}), "utf-8"
    )
    monkeypatch.setenv("COLUMNS", "80")
    return Manager(tmp_path, monkeypatch, capsys)
