"""The configuration says what is wrong, where, and keeps secrets to itself."""

import json
from pathlib import Path

import pytest

from orchestrator import config
from orchestrator.config import config_path, load, shown
from orchestrator.errors import UsageProblem

ENOUGH = '[campaign]\nname = "Woche"\nslug = "woche"\nstart = 2026-11-23\nend = 2026-11-29\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def refused(folder: Path, text: str, environ: dict[str, str] | None = None) -> UsageProblem:
    with pytest.raises(UsageProblem) as caught:
        load(written(folder, text), environ or {})
    assert caught.value.remedy
    return caught.value


def test_a_minimal_file_is_enough(tmp_path: Path) -> None:
    """Four keys make a campaign; no network is on, and paths count from the file's folder."""
    made = load(written(tmp_path, ENOUGH), {})
    assert made.on() == []
    assert made.keys.file == tmp_path / "keys" / "campaign.key"
    assert made.database.url == f"sqlite:///{tmp_path}/campaign.db"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Windows editors put a mark before the first section."""
    assert load(written(tmp_path, "\ufeff" + ENOUGH), {}).campaign.slug == "woche"


def test_environment_beats_file_beats_default(tmp_path: Path) -> None:
    """Each value comes from the strongest place, and ``config show`` names it."""
    made = load(
        written(tmp_path, ENOUGH + "burst = 7\nposts_per_tandem = 3\n"),
        {"TUEROEFFNER_CAMPAIGN__BURST": "9"},
    )
    rows = {name: (value, origin) for name, value, origin in shown(made)}
    assert rows["campaign.burst"] == ("9", "TUEROEFFNER_CAMPAIGN__BURST")
    assert rows["campaign.posts_per_tandem"] == ("3", "config.toml")
    assert rows["campaign.max_late"] == ("24h", "default")


def test_only_the_environment_that_is_given_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process's own variables do not leak into a configuration made for somebody else."""
    monkeypatch.setenv("TUEROEFFNER_CAMPAIGN__BURST", "9")
    assert load(written(tmp_path, ENOUGH), {}).campaign.burst == 5


def test_lists_and_tables_come_from_the_environment(tmp_path: Path) -> None:
    """A list is words with commas; one value of a table changes only that one."""
    made = load(
        written(tmp_path, ENOUGH + "[x]\nprices = { post = 0.5 }\n"),
        {
            "TUEROEFFNER_CAMPAIGN__LANGUAGES": "de, ar",
            "TUEROEFFNER_X__PRICES__POST_WITH_URL": "0.25",
        },
    )
    assert made.campaign.languages == ["de", "ar"]
    assert made.networks["x"].prices.post == 0.5
    assert made.networks["x"].prices.post_with_url == 0.25


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("[campain]\n", "[campaign]"),
        ("[facebok]\n", "[facebook]"),
        ("[database]\nurls = 'x'\n", "url"),
        ("[x]\nprize = 1\n", "prices"),
        ("[facebook]\npage_tokn_file = 'x'\n", "page_token_file"),
    ],
)
def test_the_nearest_valid_name_is_offered(tmp_path: Path, text: str, nearest: str) -> None:
    """A misspelt section or key is refused with the one that was meant."""
    error = refused(tmp_path, ENOUGH + text)
    assert f"Did you mean {nearest}?" in error.what
    assert "in the file" in error.what


@pytest.mark.parametrize(
    "variable",
    [
        "TUEROEFFNER_CAMPAIN__NAME",
        "TUEROEFFNER_CAMPAIGN__NAMES",
        "TUEROEFFNER_X",
        "tueroeffner_y__z",
    ],
)
def test_unknown_variables_are_refused(tmp_path: Path, variable: str) -> None:
    """The environment is held to the same rules as the file."""
    assert "in the environment" in refused(tmp_path, ENOUGH, {variable: "1"}).what


def test_config_and_now_are_no_settings(tmp_path: Path) -> None:
    """Two variables steer the program and are not part of the configuration."""
    load(written(tmp_path, ENOUGH), {"TUEROEFFNER_CONFIG": "x", "TUEROEFFNER_NOW": "y"})


def test_a_variable_for_a_table_must_be_json(tmp_path: Path) -> None:
    """A table typed as a word is a sentence, not a traceback."""
    assert "JSON" in refused(tmp_path, ENOUGH, {"TUEROEFFNER_X__PRICES": "cheap"}).what


def test_a_value_in_place_of_a_section_is_refused(tmp_path: Path) -> None:
    """``campaign = 1`` names the section."""
    assert "[campaign]" in refused(tmp_path, "campaign = 1\n").what


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no configuration"),
        ("name = Woche", "not valid TOML"),
        ("[database]\n", "no section [campaign]"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    """Missing, malformed or incomplete: each has its own sentence."""
    if text:
        assert says in refused(tmp_path, text).what
    else:
        with pytest.raises(UsageProblem, match=says):
            load(tmp_path / "config.toml", {})


def test_a_folder_or_other_bytes_in_place_of_the_file(tmp_path: Path) -> None:
    """What is no text file is refused with the reason."""
    with pytest.raises(UsageProblem, match="cannot be read"):
        load(tmp_path, {})
    path = tmp_path / "config.toml"
    path.write_bytes(ENOUGH.encode("utf-16"))
    with pytest.raises(UsageProblem, match="not UTF-8"):
        load(path, {})


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Nobody has to run the program five times to find five mistakes."""
    what = refused(
        tmp_path, ENOUGH + 'burst = "many"\nmax_late = 24\n[sandbox]\nport = 99999\n'
    ).what
    assert "[campaign] burst: must be a whole number" in what
    assert "[campaign] max_late: write a length of time" in what
    assert "[sandbox] port: must be at most 65535" in what


def test_a_secret_in_the_file_is_refused_without_being_repeated(tmp_path: Path) -> None:
    """The sentence names the key and both ways out, never the value."""
    error = refused(tmp_path, ENOUGH + '[facebook]\npage_token = "EAAprivate"\n')
    assert "page_token" in error.what
    assert "page_token_file" in error.remedy
    assert "TUEROEFFNER_FACEBOOK__PAGE_TOKEN" in error.remedy
    assert "EAAprivate" not in error.what + error.remedy


def test_a_secret_comes_from_an_owner_only_file(tmp_path: Path) -> None:
    """The file beside the configuration is read, trimmed, and masked wherever it is shown."""
    (tmp_path / "token").write_text("  very-private-token \n")
    (tmp_path / "token").chmod(0o600)
    made = load(
        written(tmp_path, ENOUGH + '[facebook]\npage_id = "1"\npage_token_file = "token"\n'), {}
    )
    assert made.on() == ["facebook"]
    assert made.networks["facebook"].page_token.get_secret_value() == "very-private-token"
    assert "very-private-token" not in json.dumps(shown(made))
    assert "very-private-token" not in repr(made)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Group and world have no business in a token's file."""
    (tmp_path / "token").write_text("very-private-token")
    (tmp_path / "token").chmod(0o640)
    error = refused(tmp_path, ENOUGH + '[facebook]\npage_token_file = "token"\n')
    assert "Other users" in error.what
    assert "chmod 600" in error.remedy


def test_the_environment_beats_the_file_of_a_secret(tmp_path: Path) -> None:
    """A container's variable wins, and the missing file does not matter."""
    made = load(
        written(tmp_path, ENOUGH + '[facebook]\npage_id = "1"\npage_token_file = "absent"\n'),
        {"TUEROEFFNER_FACEBOOK__PAGE_TOKEN": "from-the-environment"},
    )
    token = made.networks["facebook"].page_token
    assert token.get_secret_value() == "from-the-environment"


def test_a_database_password_is_not_shown(tmp_path: Path) -> None:
    """``config show`` masks the password inside the address."""
    url = "postgresql://anna:sesame-open@db.example/tuer"
    made = load(written(tmp_path, ENOUGH), {"TUEROEFFNER_DATABASE__URL": url})
    assert made.database.url == url
    assert "sesame" not in json.dumps(shown(made))


def test_which_file_is_read(tmp_path: Path) -> None:
    """Flag, then variable, then the file in the current folder."""
    assert config_path(Path("a"), {"TUEROEFFNER_CONFIG": "b"}) == Path("a")
    assert config_path(None, {"TUEROEFFNER_CONFIG": "b"}) == Path("b")
    assert config_path(None, {}) == Path("config.toml")


def test_every_section_is_shown(tmp_path: Path) -> None:
    """``config show`` leaves nothing out."""
    rows = shown(load(written(tmp_path, ENOUGH), {}))
    named = {name for name, _value, _origin in rows}
    for section, kind in config.kinds().items():
        assert {f"{section}.{key}" for key in kind.model_fields} <= named


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///", "sqlite://", "sqlite:///:memory:", "sqlite:///?x=y", "sqlite://campaign.db",
        "sqlite:///file:a?mode=memory&uri=true", "sqlite:///a.db?mode=memory",
        "sqlite:///a.db?foo=bar",
    ],
)  # fmt: skip
def test_a_database_that_forgets_is_refused(tmp_path: Path, url: str) -> None:
    """A campaign in memory would be lost with the command's end."""
    said = refused(tmp_path, ENOUGH + f'[database]\nurl = "{url}"\n')
    assert "not an address of a database" in said.what


def test_a_mistake_is_named_where_it_stands(tmp_path: Path) -> None:
    """A value from the environment by its variable, not by a file in which it is right."""
    said = refused(tmp_path, ENOUGH, {"TUEROEFFNER_CAMPAIGN__BURST": "many"}).what
    assert said == "TUEROEFFNER_CAMPAIGN__BURST: must be a whole number"


def test_a_variable_for_a_whole_section_is_explained(tmp_path: Path) -> None:
    """It lacks the key."""
    said = refused(tmp_path, ENOUGH, {"TUEROEFFNER_CAMPAIGN": "x"}).what
    assert "TUEROEFFNER_CAMPAIGN__NAME" in said


@pytest.mark.parametrize(("key", "example"), [("windows", "08:00-10:00"), ("passes", "17:30")])
def test_a_list_is_explained_by_its_own_example(tmp_path: Path, key: str, example: str) -> None:
    """Not by another setting's."""
    assert example in refused(tmp_path, ENOUGH + f"{key} = 5\n").what


def test_a_negative_cap_is_refused(tmp_path: Path) -> None:
    """Nothing could ever be paid with it."""
    assert "at least 0" in refused(tmp_path, ENOUGH + "[x]\ncap = -1\n").what


@pytest.mark.parametrize(
    ("secret", "says"),
    [("", "is empty"), ("two\nlines", "one line"), ("größe", "plain letters")],
)
def test_a_secret_that_cannot_be_one(tmp_path: Path, secret: str, says: str) -> None:
    """Found when it is read, without showing it."""
    path = tmp_path / "token"
    path.write_text(secret, "utf-8")
    path.chmod(0o600)
    said = refused(tmp_path, ENOUGH + '[facebook]\npage_token_file = "token"\n').what
    assert says in said
    assert "page_token" in said
    assert not secret or secret not in said
