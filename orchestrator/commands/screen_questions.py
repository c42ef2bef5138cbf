"""The five questions of ``tandem screen``, asked on a terminal; the answers are kept nowhere."""

from typing import TYPE_CHECKING

from orchestrator.commands.asking import answer
from orchestrator.commands.desk import Desk
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.screening.words import NONE
from orchestrator.vocabulary import Show

if TYPE_CHECKING:
    from orchestrator.screening.answers import Answer, Answers, Seekers
    from orchestrator.screening.wish import Subject

_RESULTS: dict[str, Show | None] = {**{each.value: each for each in Show}, NONE: None}


def result_of(word: str) -> Show | None:
    """A result as a person types it."""
    try:
        return _RESULTS[word.strip().casefold()]
    except KeyError as error:
        raise UsageProblem(
            _("This is not a known way to show a person."),
            remedy=_("Choose one of: {names}.").format(names=", ".join(_RESULTS)),
        ) from error


def ask(desk: Desk) -> Show | None:
    """Ask the five questions, and whether less may be shown than they allow; the result."""
    from orchestrator.screening import answers, words

    if not desk.may_ask:
        raise UsageProblem(
            _("The safety check is asked on a terminal, together with the person."),
            remedy=_("For a check on paper add --show {names} and --yes.").format(
                names="|".join(_RESULTS)
            ),
        )
    for line in words.beforehand():
        desk.warn(line)
    suggested = answers.result(_answers(desk))
    desk.warn(_("By these answers: {result}").format(result=words.result_words(suggested)))
    return answer(
        desk,
        _("Enter to keep it, or less: {names}").format(names=", ".join(_RESULTS)),
        lambda typed: _not_wider(typed, suggested),
    )


def _not_wider(typed: str, suggested: Show | None) -> Show | None:
    from orchestrator.screening.answers import not_wider

    wish = result_of(typed) if typed.strip() else suggested
    if not not_wider(wish, suggested):
        raise UsageProblem(_("The answers do not allow that much."))
    return wish


def _answers(desk: Desk) -> "Answers":
    from orchestrator.screening.answers import Answers
    from orchestrator.screening.words import questions, seekers

    given = {}
    for number, each in enumerate(questions(), 1):
        _say(desk, number, each.text, each.why)
        given[each.name] = answer(desk, _("Yes, no, or Enter for not sure"), _yes_or_no)
    text, why, choices = seekers()
    _say(desk, len(given) + 1, text, why)
    for number, choice in enumerate(choices, 1):
        desk.warn(f"   {number}  {choice}")
    return Answers(**given, seekers=answer(desk, _("A number, or Enter for not sure"), _who))


def _say(desk: Desk, number: int, text: str, why: str) -> None:
    for line in ("", f"{number}. {text}", f"   {why}"):
        desk.warn(line)


def _yes_or_no(typed: str) -> "Answer":
    from orchestrator.screening.answers import Answer

    said = typed.strip().casefold()
    if said in ("y", "yes", "j", "ja", *_("y yes").split()):
        return Answer.YES
    if said in ("n", "no", "nein", *_("n no").split()):
        return Answer.NO
    if said in ("", "?"):
        return Answer.NOT_SURE
    raise UsageProblem(_("Please answer yes or no; Enter when you are not sure."))


def _who(typed: str) -> "Seekers":
    from orchestrator.screening.answers import Seekers

    said = typed.strip()
    if said in ("", "?"):
        return Seekers.NOT_SURE
    if said in ("1", "2", "3"):
        return (Seekers.NOBODY, Seekers.BY_NAME, Seekers.NEARBY)[int(said) - 1]
    raise UsageProblem(_("That is none of these numbers."))


def alias_of(desk: Desk, subject: "Subject", show: Show | None, given: str) -> str:
    """The public name under this result, asked for where there is none."""
    from orchestrator.screening.wish import alias_for

    if given or not desk.may_ask:
        return alias_for(subject, show, given)
    try:
        return alias_for(subject, show, "")
    except UsageProblem as problem:
        desk.warn(problem.what)
    question = _("Alias: not the real name, and one that the person likes")
    return answer(desk, question, lambda typed: alias_for(subject, show, typed))
