"""Which way Arabic is shown: kept in one line of the configuration, or in this machine's memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.config import Settings, load
from orchestrator.inbox.reading_way import choose, chosen, way, with_choice

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")


def test_only_one_line_of_the_configuration_changes(tmp_path: Path) -> None:
    """Comments, order and the file's rights stay as somebody made them."""
    config = tmp_path / "config.toml"
    config.write_text(EXAMPLE, "utf-8")
    config.chmod(0o640)
    assert chosen(load(config, {})) is None
    assert choose(load(config, {}), config, "visual")
    changed = [
        (old, new)
        for old, new in zip(
            EXAMPLE.splitlines(), config.read_text("utf-8").splitlines(), strict=True
        )
        if old != new
    ]
    assert changed == [('#arabic = ""', 'arabic = "visual"')]
    assert config.stat().st_mode & 0o777 == 0o640
    assert chosen(load(config, {})) == "visual"
    assert list(tmp_path.iterdir()) == [config]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[x]\n", '[x]\n\n[inbox]\narabic = "logical"\n'),
        ("[x]", '[x]\n\n[inbox]\narabic = "logical"\n'),
        ("[inbox]\nalert_after = 3\n", '[inbox]\narabic = "logical"\nalert_after = 3\n'),
        ("[inbox] # ours\n[x]\n", '[inbox] # ours\narabic = "logical"\n[x]\n'),
        ('[inbox]\narabic="visual"\n[x]\n', '[inbox]\narabic = "logical"\n[x]\n'),
        ("[x]\r\na = 1\r\n", '[x]\r\na = 1\r\n\r\n[inbox]\r\narabic = "logical"\r\n'),
        ("\ufeff[x]\n[inbox]\n", '\ufeff[x]\n[inbox]\narabic = "logical"\n'),
    ],
)
def test_whatever_the_file_looks_like(before: str, after: str) -> None:
    """Without the section, without the key, with Windows' ends of lines and its mark."""
    assert with_choice(before, "logical") == after


@pytest.mark.parametrize("text", ["inbox = {alert_after = 3}\n", '["inbox"]\nalert_after = 3\n'])
def test_a_file_that_is_written_otherwise_is_left_alone(
    text: str, tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    """Then this machine remembers the choice."""
    given = settings()
    other = tmp_path / "other.toml"
    other.write_text(text, "utf-8")
    assert way(given) == "logical"
    assert not choose(given, other, "visual")
    assert other.read_text("utf-8") == text
    assert way(given) == "visual"


def test_a_folder_without_the_file_is_remembered(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    """Each campaign for itself; what is configured counts more."""
    given = settings()
    assert not choose(given, tmp_path / "missing" / "config.toml", "logical")
    assert chosen(given) == "logical"
    assert chosen(settings(inbox={"arabic": "visual"})) == "visual"
