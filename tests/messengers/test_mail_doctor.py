"""The doctor's round to the post: what is unset is said kindly, what is wrong with its remedy."""

from typing import TYPE_CHECKING, Any

import pytest

from orchestrator.doctor import Level
from orchestrator.mail_rounds import post as round_to
from tests.messengers.conftest import Post

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory


@pytest.fixture
def looked(post: Post, settings: "SettingsFactory") -> Any:
    env = {name: value for name, value in post.sandbox.env().items() if "__" in name}

    def look(**changed: Any) -> list[tuple[str, Level, bool]]:
        given = {f"TUEROEFFNER_MAIL__{name.upper()}": str(v) for name, v in changed.items()}
        found = list(round_to(settings({**env, **given}), 5.0))
        assert not [check for check in found if "sandbox-mailbox-password" in str(check)]
        return [(check.name, check.level, bool(check.remedy)) for check in found]

    return look


def test_all_is_well_and_nothing_was_sent(looked: Any, post: Post) -> None:
    assert looked() == [("mail", Level.OK, False), ("mailbox", Level.OK, False)]
    assert not post.sandbox.letters()


def test_what_is_not_set_up_is_no_fault(settings: "SettingsFactory", looked: Any) -> None:
    assert [(check.name, check.level) for check in round_to(settings())] == [("mail", Level.OFF)]
    assert looked(imap_host="")[1] == ("mailbox", Level.OFF, False)


def test_a_refused_login_needs_a_person(looked: Any) -> None:
    assert looked(password="another-one", imap_password="another-one") == [
        ("mail", Level.FAIL, True), ("mailbox", Level.FAIL, True),
    ]  # fmt: skip


def test_a_mailbox_that_is_not_there(looked: Any) -> None:
    assert looked(mailbox="Elsewhere")[1] == ("mailbox", Level.FAIL, True)


def test_a_server_that_is_away_is_worth_a_warning(looked: Any, post: Post) -> None:
    post.fault("drop_before", "CONNECT")
    post.fault("drop_before", "CONNECT", network="mailbox")
    assert looked() == [("mail", Level.WARN, True), ("mailbox", Level.WARN, True)]
