"""Whoever practises reaches no real mail server, whatever the configuration says."""

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from orchestrator.commands.wiring import refuse_false_time
from orchestrator.errors import UsageProblem
from orchestrator.keys import CampaignKey
from orchestrator.rehearsal.stage import set_stage
from orchestrator.store import Store
from tests.conftest import on_sqlite
from tests.messengers.conftest import START, Post

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

REAL = {"host": "mail.example.org", "sender": "offers@example.org", "imap_host": "imap.example.org"}


@on_sqlite
def test_a_rehearsal_has_the_sandboxs_mail(
    settings: "SettingsFactory", store: Store, key: CampaignKey, tmp_path: Path, post: Post
) -> None:
    real = settings(mail=REAL)
    folder = tmp_path / "rehearsal"
    folder.mkdir()
    env = post.sandbox.env()
    stage = set_stage(real, store, key, tmp_path / "config.toml", folder, {}, env, START)
    stage.store.close()
    assert real.mail.host == "mail.example.org"
    assert (stage.settings.mail.host, stage.settings.mail.port) == (
        "127.0.0.1", post.sandbox.mail.smtp_port,
    )  # fmt: skip
    assert stage.settings.mail.imap_host == "127.0.0.1"


def test_under_a_set_time_no_real_mail_goes_out(
    settings: "SettingsFactory", monkeypatch: pytest.MonkeyPatch, post: Post
) -> None:
    def refuse(**mail: Any) -> None:
        refuse_false_time(cast(Any, SimpleNamespace(settings=settings(mail=mail))))

    refuse(**REAL)
    monkeypatch.setenv("TUEROEFFNER_NOW", START.isoformat())
    with pytest.raises(UsageProblem, match="TUEROEFFNER_NOW"):
        refuse(**REAL)
    refuse()
    refuse(host="127.0.0.1", security="none", sender="offers@example.org")
