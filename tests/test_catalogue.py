"""Readers read every message in their language, and the compiled catalogues are today's."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    """The script that keeps the catalogues."""
    path = Path(__file__).parent.parent / ".ci" / "messages.py"
    spec = importlib.util.spec_from_file_location("messages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LANGUAGES = ("de", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_there_with_its_placeholders(messages: ModuleType, language: str) -> None:
    """None is missing, fuzzy, or lost a {name} on the way."""
    assert list(messages.faults(messages.updated(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_today_s_and_compiled(messages: ModuleType, language: str) -> None:
    """What users read is what the translators wrote for this very program."""
    assert list(messages.stale(language)) == []


def test_there_is_something_to_translate(messages: ModuleType) -> None:
    """The collection looks at the whole program, plurals included; Arabic holds the report."""
    found = list(messages.collected("de"))
    assert len(found) > 100
    assert any(not isinstance(message.id, str) for message in found)
    report = {message.id for message in messages.collected("ar")}
    assert 50 < len(report) < len(found)
    assert report <= {message.id for message in found}


def test_every_catalogue_is_kept(messages: ModuleType) -> None:
    """No language lies beside the program that nobody checks."""
    assert {path.name for path in messages.LOCALE.iterdir()} == set(messages.LANGUAGES)
    assert set(messages.LANGUAGES) == set(LANGUAGES)


def test_arabic_numbers_have_all_their_forms(messages: ModuleType) -> None:
    """One, two, a few, many: each sentence with a number in six forms."""
    forms = [
        message.string
        for message in messages.stored("ar")
        if message.id and not isinstance(message.id, str)
    ]
    assert forms
    assert all(len(each) == 6 for each in forms)


@pytest.mark.parametrize(
    ("wanted", "given", "fault"),
    [
        ("{a} of {b}", "{b}: {a}", ""),
        ("{a} of {b}", "{a}", "placeholders differ"),
        ("{a} of {b}", "{a} {c}", "placeholders differ"),
        ("{a} of {b}", "", "missing"),
        (("a thing", "{n} things"), ("ein Ding", "{n} Dinge"), ""),
        (("{n} thing", "{n} things"), ("ein Ding", "{n} Dinge"), ""),
        (("{n} thing", "{n} things"), ("{n} Ding", "Dinge"), "placeholders differ"),
        (("{n} thing", "{n} things"), ("{n} Ding", ""), "missing"),
    ],
)
def test_faults_are_found(
    messages: ModuleType, wanted: str | tuple[str, str], given: str | tuple[str, str], fault: str
) -> None:
    """The gate itself can fail."""
    catalogue = messages.Catalog(locale="de")
    catalogue.add(wanted, given)
    found = list(messages.faults(catalogue))
    assert [each.split(":")[0] for each in found] == ([fault] if fault else [])
