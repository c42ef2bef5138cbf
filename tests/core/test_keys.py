"""What identifies a person is readable with the right key only, and never after it is destroyed."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.errors import UsageProblem
from orchestrator.keys import CampaignKey, create_key_file, read_key_file, read_owner_only

KEY = CampaignKey(bytes(range(32)))
OTHER = CampaignKey(bytes(range(1, 33)))


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_what_was_sealed_is_opened_again(fields: dict[str, str]) -> None:
    """Any text in any script survives."""
    person = KEY.new_person_key()
    assert KEY.open(person, KEY.seal(person, fields)) == fields


def test_neither_another_campaign_nor_another_person_opens_it() -> None:
    """The sentence names the remedy and shows nothing of the data."""
    person, sealed = KEY.new_person_key(), b""
    sealed = KEY.seal(person, {"phone": "030 555 0101"})
    for key, wrapped in ((OTHER, person), (KEY, KEY.new_person_key())):
        with pytest.raises(UsageProblem, match="cannot be opened") as caught:
            key.open(wrapped, sealed)
        assert "555" not in str(caught.value)


@given(st.integers(min_value=0))
def test_one_changed_bit_is_noticed(place: int) -> None:
    """Sealed data cannot be altered unseen."""
    person = KEY.new_person_key()
    sealed = bytearray(KEY.seal(person, {"mail": "samira@example.org"}))
    sealed[place % len(sealed)] ^= 1
    with pytest.raises(UsageProblem):
        KEY.open(person, bytes(sealed))


def test_the_same_person_never_looks_the_same_twice() -> None:
    """Equal contacts cannot be found by comparing the stored bytes; no plain text is in them."""
    person = KEY.new_person_key()
    first, second = (KEY.seal(person, {"name": "Samira"}) for _ in range(2))
    assert first != second
    assert b"Samira" not in first


def test_digests_recognise_and_do_not_reveal() -> None:
    """Equal for equal text and key, else different; not the plain hash of the text."""
    import hashlib

    assert KEY.digest("79098") == KEY.digest("79098")
    assert KEY.digest("79098") != KEY.digest("79100")
    assert KEY.digest("79098") != OTHER.digest("79098")
    assert KEY.digest("79098") != hashlib.sha256(b"79098").hexdigest()


def test_a_key_shows_itself_nowhere() -> None:
    """Neither ``repr`` nor the fingerprint holds the secret."""
    assert KEY.secret.hex() not in repr(KEY) + KEY.fingerprint
    assert repr(KEY.secret) not in repr(KEY)
    assert KEY.fingerprint != OTHER.fingerprint


def test_a_key_file_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    """Made with 0600 in a folder with 0700, whatever the umask is."""
    path = tmp_path / "keys" / "campaign.key"
    before = os.umask(0)
    try:
        made = create_key_file(path)
    finally:
        os.umask(before)
    assert read_key_file(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(FileExistsError):
        create_key_file(path)
    assert read_key_file(path) == made


@pytest.mark.parametrize("content", ["", "kein Schlüssel", "QUJD", "AAAA" * 50])
def test_a_file_that_holds_no_key(tmp_path: Path, content: str) -> None:
    """Cut, foreign or empty files are refused with what to do."""
    path = tmp_path / "campaign.key"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    with pytest.raises(UsageProblem, match="does not hold a campaign key") as caught:
        read_key_file(path)
    assert "safe copy" in caught.value.remedy


def test_a_missing_key_file(tmp_path: Path) -> None:
    """The path and the way out are named."""
    with pytest.raises(UsageProblem, match=r"campaign\.key is missing") as caught:
        read_key_file(tmp_path / "campaign.key")
    assert "init" in caught.value.remedy


def test_a_lost_key_file_is_not_made_anew(tmp_path: Path) -> None:
    """A new key opens no contact that the old one sealed: only the copy helps."""
    with pytest.raises(UsageProblem) as caught:
        read_key_file(tmp_path / "campaign.key", in_use=lambda: True)
    assert "safe copy" in caught.value.remedy
    assert "init" not in caught.value.remedy


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o601, 0o666])
def test_any_right_of_others_is_too_much(tmp_path: Path, mode: int) -> None:
    """Read, write or execute, for the group or for all."""
    path = tmp_path / "secret"
    path.write_text("x")
    path.chmod(mode)
    with pytest.raises(UsageProblem, match="Other users"):
        read_owner_only(path, what="secret file")


def test_a_secret_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no text are refused."""
    path = tmp_path / "secret"
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)
    with pytest.raises(UsageProblem, match="not text"):
        read_owner_only(path, what="secret file")
