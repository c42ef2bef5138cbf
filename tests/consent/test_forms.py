"""What people are asked with: whole in every language, for them alone, and telling of nobody."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchestrator.consent.forms import form, message
from orchestrator.consent.purposes import NETWORKS, OTHERS, Who, asked, purposes_of
from orchestrator.consent.texts import FOLDER, flaws, text_in, versions
from orchestrator.errors import UsageProblem

if TYPE_CHECKING:
    from orchestrator.config import Settings
    from tests.conftest import SettingsFactory

LANGUAGES = ("ar", "de", "en")


class Outline(HTMLParser):
    """What a browser would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("who", list(Who))
@pytest.mark.parametrize("language", LANGUAGES)
def test_form_and_message_ask_for_everything_that_is_on_and_nothing_else(
    asking: "Settings", language: str, who: Who
) -> None:
    """Each purpose once with yes and no, how to withdraw, until when, and which text it is."""
    text, html = text_in(language), form(asking, language, who)
    wanted = asked(who, ("facebook", "x"))
    assert html.count('<div class="point">') == len(wanted)
    for said in (unescape(html), message(asking, language, who)):
        for purpose in purposes_of(who):
            assert (text.wording(purpose, who) in said) is (purpose in wanted), purpose
        for part in ("030 555 0100", "Haus am Fluss", "Frau Adler", "2027", "Woche der offenen"):
            assert part in said
        assert text.form["free"] in said
        assert re.search(r"(Version|version|النسخة) \W?1", said)
    assert not any(text.purposes[each]["title"] in html for each in ("site", "bluesky", "mastodon"))


def test_nothing_is_fetched_and_arabic_runs_from_the_right(asking: "Settings") -> None:
    """A form works on any computer, without a network and without a script."""
    html = form(asking, "ar", "refugee")
    assert '<html lang="ar" dir="rtl">' in html
    assert '<html lang="de" dir="ltr">' in form(asking, "de", "refugee")
    for tag, attributes in Outline(html).tags:
        assert tag not in ("script", "img", "link", "iframe")
        assert not {"src", "href", "onclick"} & set(attributes)
    assert "url(" not in html


def test_what_the_configuration_leaves_out_is_left_to_the_pen(settings: "SettingsFactory") -> None:
    """And what stands in it is no markup."""
    made = settings(campaign={"name": "<script>alert(1)</script>", "contact": ""})
    html = form(made, "en", "refugee")
    assert "<script" not in html
    assert html.count("____________________") >= 3


def test_a_volunteer_is_asked_for_no_network(asking: "Settings") -> None:
    """Nothing that is posted says anything of them."""
    assert asked(Who.VOLUNTEER, NETWORKS) == OTHERS
    assert "Facebook" not in form(asking, "de", "volunteer")


def test_the_campaign_s_own_file_goes_first_and_may_bring_a_language(
    settings: "SettingsFactory", tmp_path: Path
) -> None:
    """A further language is one more file; its direction follows from it."""
    own = tmp_path / "consent"
    own.mkdir()
    shutil.copy(FOLDER / "en.toml", own / "fa.toml")
    changed = (FOLDER / "de.toml").read_text("utf-8").replace('version = "1"', 'version = "2"', 1)
    (own / "de.toml").write_text(f"since = 2026-11-10\n{changed}", "utf-8")
    made = settings()
    assert made.consent_versions == {"ar": "1", "de": "2", "en": "1", "fa": "1"}
    assert '<html lang="fa" dir="rtl">' in form(made, "fa", "refugee")
    assert "Version 2" in form(made, "de", "refugee")


def test_the_texts_of_the_program_are_whole() -> None:
    """Nothing to complain about, and they came into use with the program."""
    assert flaws() == []
    assert versions() == dict.fromkeys(LANGUAGES, "1")
    assert all(text_in(each).since is None for each in LANGUAGES)


BROKEN = [
    ("", "", 'version = "1', "cannot be used"),
    ('version = "1"', "", None, "version is missing"),
    ('version = "1"', 'version = "2"', None, "since must say"),
    ('version = "1"', 'version = "a b"', None, "version is not"),
    ("[purposes.x]", "[purposes.y]", None, r"purposes\.x\.title is missing"),
    ('yes = "Yes"', 'yes = ""', None, r"form\.yes must be a text"),
    ("cannot_points = [", "cannot_points = []\nother = [", None, r"form\.cannot_points must be"),
    ("{contact}", "{phone}", None, r"form\.withdraw_text knows no \{phone\}"),
    ("{contact}", "{contact", None, r"form\.withdraw_text has a brace"),
]


@pytest.mark.parametrize(("old", "new", "whole", "why"), BROKEN)
def test_a_broken_text_is_named_with_file_and_key_and_lets_nothing_new_out(
    tmp_path: Path, old: str, new: str, whole: str | None, why: str
) -> None:
    """It also hides the program's text of that language: nobody agreed to that one."""
    own = tmp_path / "consent"
    own.mkdir()
    text = whole or (FOLDER / "en.toml").read_text("utf-8").replace(old, new, 1)
    (own / "en.toml").write_text(text, "utf-8")
    with pytest.raises(UsageProblem, match=why) as refused:
        text_in("en", own)
    assert "consent/en.toml" in refused.value.what
    assert refused.value.remedy
    assert [each.what for each in flaws(own)] == [refused.value.what]
    assert versions(own) == {"ar": "1", "de": "1"}
