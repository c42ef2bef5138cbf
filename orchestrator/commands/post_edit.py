"""``post edit``: other words for a post that is live or held by its network."""

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.commands.asking import lines
from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.one_post import DryRun, PostId, case_on, only_shown, rows_of
from orchestrator.commands.wiring import open_shift
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.decide.case import Case

_LARGEST = 1_000_000


@command
def edit(
    desk: Desk,
    post_id: PostId,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            metavar="FILE",
            help="A file with the new words, or - for what is piped in; else they are asked for.",
        ),
    ] = None,
    dry_run: DryRun = False,
) -> Exit:
    """Change the words of a post that is live or held, where its network can."""
    from orchestrator import editing

    case = case_on(desk, post_id)
    shift = open_shift(desk)
    editing.refuse_post(shift, case)
    words = _words(desk, text)
    if editing.the_same(case, words):
        desk.emit({"posts": rows_of(desk, post_id)})
        desk.say(_("{post} says just this already.").format(post=case.heading))
        return Exit.DONE
    editing.refuse_words(shift, case, words)
    _say_change(desk, case, words)
    if only_shown(desk, case):
        return Exit.DONE
    desk.confirm(_("Change the words there?"))
    with desk.waiting(_("Changing it, and reading it back …")):
        case = editing.reword(shift, case, words)
    desk.emit({"posts": rows_of(desk, post_id)})
    if case.post.text != words:
        desk.warn(_("{post} keeps its words: {why}").format(post=case.heading, why=case.post.error))
        return Exit.PARTLY
    desk.say(_("{post} has its new words: {link}").format(
        post=case.heading, link=case.post.permalink))  # fmt: skip
    return Exit.DONE


def _words(desk: Desk, source: Path | None) -> str:
    """The words as people will read them; from a file, a pipe or the terminal."""
    from orchestrator.redact import tame
    from orchestrator.sentences import tidy

    if source is None and desk.may_ask:
        return tidy(tame(lines(_("The new words; a full stop on a line of its own ends them:"))))
    if source is None:
        raise UsageProblem(
            _("There are no new words."), remedy=_("Give them with --text FILE, or --text -.")
        )
    return tidy(tame(_read(source)))


def _read(source: Path) -> str:
    try:
        if str(source) == "-":
            told = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with source.open("rb") as opened:
                told = opened.read(_LARGEST + 1)
        if len(told) > _LARGEST:
            raise UsageProblem(
                _("{path} is too large for a post.").format(path=source),
                remedy=_("Give a file that holds the words of one post."),
            )
        return told.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(
            _("{path} cannot be read as text in UTF-8.").format(path=source),
            remedy=_("Check the name, and save it as UTF-8."),
        ) from error


def _say_change(desk: Desk, case: "Case", words: str) -> None:
    desk.say(_("{post} would say:").format(post=case.heading))
    for line in difflib.ndiff(case.post.text.splitlines(), words.splitlines()):
        if not line.startswith("?"):
            desk.say(line)
