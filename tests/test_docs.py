"""The documentation cannot rot: it is read here and compared with the program."""

import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from orchestrator import __version__
from orchestrator.commands import front_door
from orchestrator.commands.front_door import load
from orchestrator.config import Settings, kinds
from orchestrator.config import load as load_config

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "config.example.toml").read_text("utf-8")
READMES = ["README.md", "README.de.md"]
# Keys that have no default to show: a number or a choice of the user's own.
OWN_WORDS = {"language", "posts_until", "ad_budget", "ad_total"}


def commands(found: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command with its full name, such as ``tandem import``."""
    if not isinstance(found, typer.Typer):
        yield name, found
        return
    for each in found.registered_commands:
        assert each.callback is not None
        yield f"{name} {each.name or each.callback.__name__}", each.callback


COMMANDS = dict(each for name in front_door.COMMANDS for each in commands(load(name), name))
# Groups whose name alone does something.
BARE = {"inbox": "inbox list", "report": "report write"}


def uncommented(text: str) -> str:
    """The example with every setting switched on."""
    return re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named_in_the_readme(name: str, readme: str) -> None:
    """A command that nobody can find does not exist for its users."""
    assert re.search(rf"\b{name}\b", (ROOT / readme).read_text("utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """``--help`` says in a sentence what a command does."""
    words = (COMMANDS[name].__doc__ or "").strip()
    assert words.endswith(".")
    assert "``" not in words  # a terminal shows them as they are


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_names_no_command_that_is_missing(readme: str) -> None:
    """What stands in a code block of the README can be typed."""
    text = (ROOT / readme).read_text("utf-8")
    typed = re.findall(r"^(?:\S*=\S+ )*tueroeffner ([a-z][a-z-]*(?: [a-z]+)?)", text, re.MULTILINE)
    assert len(typed) > 5
    for words in typed:
        first = words.split()[0]
        assert words in COMMANDS or first in COMMANDS or first in BARE, words


def test_the_front_door_names_everything_in_a_line() -> None:
    """Every module with a command is there, and each line fits on a narrow terminal."""
    modules = {path.stem for path in (ROOT / "orchestrator" / "commands").glob("*.py")}
    named = {name for name in modules if has_command(name)}
    assert named <= set(front_door.COMMANDS)
    for name, line in front_door.COMMANDS.items():
        assert line.endswith(".")
        assert len(name) + len(line) <= 70


def has_command(module: str) -> bool:
    """Whether a module of the commands holds one of its own name, or a group."""
    found = vars(importlib.import_module(f"orchestrator.commands.{module}"))
    return "app" in found or hasattr(found.get(module), "__wrapped__")


def test_a_bare_group_does_what_it_stands_for() -> None:
    """``inbox`` alone lists, ``report`` alone writes."""
    assert set(BARE.values()) <= set(COMMANDS)


@pytest.mark.parametrize("readme", READMES)
def test_the_links_of_the_readme_lead_somewhere(readme: str) -> None:
    """Every file that the README points to is in the repository."""
    text = (ROOT / readme).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_the_example_names_every_setting_and_no_other() -> None:
    """Each section and key of the program stands in the example file, once."""
    given = tomllib.loads(uncommented(EXAMPLE))
    assert set(given) == set(kinds())
    for section, kind in kinds().items():
        wanted = {f"{key}_file" if key in kind.secrets() else key for key in kind.model_fields}
        assert set(given[section]) == wanted, section


def test_the_example_works_as_it_is(tmp_path: Path) -> None:
    """A user who copies the file and changes nothing has a valid configuration."""
    made = example(tmp_path, EXAMPLE)
    assert made.campaign.slug == "open-doors"
    assert made.on() == []


def test_the_defaults_in_the_example_are_the_defaults(tmp_path: Path) -> None:
    """Removing the ``#`` from a default changes nothing."""
    plain = dict(example(tmp_path, EXAMPLE).sections())
    (tmp_path / "secrets").mkdir()
    for path in re.findall(r'_file = "(.+)"', EXAMPLE):
        (tmp_path / path).touch(mode=0o600)
        (tmp_path / path).write_text(Path(path).name)
    switched_on = dict(example(tmp_path, uncommented(EXAMPLE)).sections())
    for name, section in plain.items():
        for key in set(type(section).model_fields) - OWN_WORDS:
            said, default = getattr(switched_on[name], key), getattr(section, key)
            if key in type(section).secrets():
                assert default is None
            else:
                assert said == default, f"[{name}] {key}"


def example(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return load_config(path, {})


def test_the_changelog_has_this_version() -> None:
    """What is new in the version that is installed can be looked up."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[?{re.escape(__version__)}\b", changes, re.MULTILINE)
