"""Every command speaks alike: answers, errors, questions, exit codes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import day_of
from orchestrator.errors import Exit, PartlyDone, PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.ports import NotAuthorised, NotSent, OutcomeUnknown

Work = Callable[[Desk], Exit | None]


def run(work: Work, *arguments: str, answers: str = "") -> Any:
    @command
    def act(desk: Desk) -> Exit | None:
        """Act."""
        return work(desk)

    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("act")(act)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["act", *arguments], input=answers)


def raising(error: BaseException) -> Work:
    def work(_desk: Desk) -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageProblem("no"), 2),
        (PartlyDone("half"), 3),
        (PersonNeeded("you"), 4),
        (TueroeffnerError("odd"), 1),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division"), 1),
        (PermissionError(13, "Permission denied", "/x/y"), 2),
        (NotAuthorised("the token ended"), 4),
        (NotSent("no connection"), 3),
        (OutcomeUnknown("no answer"), 3),
    ],
)
def test_every_trouble_has_its_exit_code_and_one_sentence(error: BaseException, code: int) -> None:
    """No traceback; the same fact as text and as JSON."""
    plain = run(raising(error))
    assert plain.exit_code == code
    assert plain.stdout == ""
    assert plain.stderr.strip()
    assert "Traceback" not in plain.stderr
    as_json = run(raising(error), "--json")
    assert as_json.exit_code == code
    said = json.loads(as_json.stdout)["error"]
    assert set(said) == {"what", "subject", "remedy", "exit"}
    assert said["exit"] == code


def test_a_trouble_names_subject_and_remedy_and_masks_secrets() -> None:
    """What came from outside can neither show a token nor move the cursor."""
    error = UsageProblem("bad \x1b[2J access_token=EAAprivate123", subject="amal", remedy="call")
    said = run(raising(error)).stderr
    assert said == "amal: bad  access_token=•••\n→ call\n"


def test_the_traceback_is_for_those_who_ask_and_masked() -> None:
    """``--verbose`` helps the developers without showing a token."""
    said = run(raising(ValueError("access_token=EAAprivate123")), "--verbose").stderr
    assert "Traceback" in said
    assert "EAAprivate123" not in said


def test_json_is_one_document_and_nothing_else() -> None:
    """Text and tables stay silent beside it."""

    def work(desk: Desk) -> None:
        desk.say("hello")
        desk.table(["A"], [["1"]])
        desk.emit({"phone": "call 030 555 0100", "text": "call 030 555 0100"})

    said = json.loads(run(work, "--json").stdout)
    assert said == {"phone": "call •••", "text": "call 030 555 0100"}


def test_quiet_says_only_errors() -> None:
    """For cron, which mails whatever is said."""

    def work(desk: Desk) -> None:
        desk.say("hello")
        desk.note("by the way")
        desk.table(["A"], [["1"]])
        desk.emit({"never": 1})

    assert run(work, "--quiet").output == ""


def test_untrusted_cells_are_plain_text() -> None:
    """Neither markup nor control characters of a name have any effect."""

    def work(desk: Desk) -> None:
        desk.say("[red]Anna[/red]\x1b[31m")
        desk.table(["Name"], [["[link=x]Ben[/link]\x07"]])

    said = run(work).stdout
    assert "[red]Anna[/red]\n" in said
    assert "[link=x]Ben[/link]" in said
    assert "\x07" not in said


def test_without_a_terminal_a_question_is_refused_and_yes_is_named() -> None:
    """A job never hangs at a prompt."""

    def work(desk: Desk) -> None:
        desk.confirm("Really?")
        desk.say("done")

    refused = run(work)
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert "Really?" in refused.stderr
    assert run(work, "--yes").stdout == "done\n"


@pytest.mark.parametrize(("answer", "code", "out"), [("y\n", 0, True), ("n\n", 2, False)])
def test_on_a_terminal_the_answer_counts(answer: str, code: int, out: bool) -> None:
    """No is the default and changes nothing."""

    def work(desk: Desk) -> None:
        desk.may_ask = True
        desk.confirm("Really?")
        desk.say("done")

    result = run(work, answers=answer)
    assert (result.exit_code, "done" in result.stdout) == (code, out)


def test_a_language_that_nobody_speaks_is_refused() -> None:
    """Rather than answering in another one without a word."""
    result = run(lambda desk: desk.say("hello"), "--lang", "fr")
    assert result.exit_code == 2
    assert "de, en" in result.stderr


def test_a_wrong_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """``TUEROEFFNER_NOW`` needs an offset."""
    monkeypatch.setenv("TUEROEFFNER_NOW", "2026-11-23T09:00:00")
    result = run(lambda desk: desk.say(str(desk.now)))
    assert result.exit_code == 2
    assert "TUEROEFFNER_NOW" in result.stderr


def test_the_time_that_is_set_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign's clock stands where the variable puts it, in UTC."""
    monkeypatch.setenv("TUEROEFFNER_NOW", "2026-11-23T09:00:00+01:00")
    assert run(lambda desk: desk.say(desk.now.isoformat())).stdout == "2026-11-23T08:00:00+00:00\n"


def test_the_configuration_chooses_the_language_unless_the_flag_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``[campaign] language`` speaks from the moment it is read."""
    (tmp_path / "config.toml").write_text(
        '[campaign]\nname="W"\nslug="w"\nstart=2026-11-23\nend=2026-11-29\nlanguage="de"\n'
    )
    monkeypatch.chdir(tmp_path)

    def work(desk: Desk) -> None:
        from orchestrator.i18n import _

        assert desk.settings.campaign.slug == "w"
        desk.say(_("Setting"))

    assert run(work).stdout == "Einstellung\n"
    assert run(work, "--lang", "en").stdout == "Setting\n"


@pytest.mark.parametrize("typed", ["2026-11-20", "20.11.2026", " 20. 11. 2026", "20.11.26"])
def test_a_day_is_typed_as_in_the_file_of_tandems(typed: str) -> None:
    """ISO, or as Germans write it."""
    assert day_of(typed) == date(2026, 11, 20)


@pytest.mark.parametrize("typed", ["", "20.11.", "31.2.2026", "11/20/2026", "tomorrow", "DAY"])
def test_what_is_no_day_is_refused_with_an_example(typed: str) -> None:
    """Nothing is guessed, and no year is added."""
    with pytest.raises(UsageProblem) as refused:
        day_of(typed)
    assert "23.11.2026" in refused.value.remedy
