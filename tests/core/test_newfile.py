"""A new file is whole or not there, and never takes another's place."""

import os
from datetime import date
from pathlib import Path

import pytest

from orchestrator.errors import UsageProblem
from orchestrator.init import Answers, set_up
from orchestrator.keys import create_key_file
from orchestrator.newfile import make_whole

WEEK = Answers("Woche", date(2026, 11, 23), date(2026, 11, 29), "030 1", "de")


def full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an empty key nor a draft; with room again, everything is made."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UsageProblem, match="No space left"):
            set_up(tmp_path, WEEK)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert all(piece.made for piece in set_up(tmp_path, WEEK))


def test_a_kept_key_file_must_hold_a_key(tmp_path: Path) -> None:
    """An empty one from an earlier accident is found now, not at the import."""
    set_up(tmp_path, WEEK)
    (tmp_path / "keys" / "campaign.key").write_bytes(b"")
    with pytest.raises(UsageProblem, match="does not hold a campaign key"):
        set_up(tmp_path, WEEK)


@pytest.mark.parametrize("links", [True, False])
def test_nothing_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """Also on a disk that knows no hard links."""

    def no_links(_source: object, _target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a"
    make_whole(path, lambda draft: draft.write_text("first"))
    with pytest.raises(FileExistsError, match=f"'{path}'$"):
        make_whole(path, lambda draft: draft.write_text("second"))
    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileExistsError):
        create_key_file(path)
