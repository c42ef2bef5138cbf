"""``inbox forward``: an offer or a tip goes to whoever looks after its tandem."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import refuse_false_time, tandem_ids
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.forwarding.handing import Handed, Handing, Wish
    from orchestrator.forwarding.office import Office
    from orchestrator.forwarding.papers import Paper
    from orchestrator.model import Referral
    from orchestrator.ports import Trouble
    from orchestrator.vocabulary import Way

WAYS = ["mail", "sheet", "call"]
_ANSWERS = ["yes", "no"]


@command
def forward(
    desk: Desk,
    reply_id: Annotated[int, typer.Argument(metavar="ID", help="The reply's number.")],
    by: Annotated[
        str | None,
        typer.Option(
            metavar="mail|sheet|call",
            help="By mail (without this option), as a page to print, or as a page for a call.",
            autocompletion=lambda: WAYS,
        ),
    ] = None,
    tandem: Annotated[
        str | None, typer.Option(metavar="SLUG", help="For whom, where it is for nobody yet.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the page goes; a call's may end in .txt."),
    ] = None,
    sent: Annotated[
        str | None,
        typer.Option(
            metavar="yes|no",
            help="You found out whether an unclear mail went out.",
            autocompletion=lambda: _ANSWERS,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show it, send and write nothing.")
    ] = False,
) -> Exit:
    """Hand an offer or a tip to its tandem's volunteer, in their language; nobody gets it twice."""
    from orchestrator.forwarding.handing import Wish, hand_over

    desk.about = f"reply {reply_id}"
    office = office_at(desk)
    if sent is not None:
        return _settle(desk, office, reply_id, sent)
    wanted = tandem_ids(desk, [tandem])[tandem] if tandem is not None else None
    wish = Wish(reply_id, _way(by), wanted)
    seen = _look(desk, office, wish)
    if seen.again and wish.by in (None, "mail"):
        return _had_already(desk, office, seen)
    file = _file(seen, out)
    _show(desk, seen, file)
    if desk.dry_run:
        desk.emit({**_plan(seen, file), "dry_run": True})
        desk.say(_("This was a dry run: nothing was sent or written."))
        return Exit.DONE
    desk.confirm(_question(seen))
    with desk.waiting(_("Handing it over …")):
        done = hand_over(office, wish, seen)
    if file:
        _write(file, done.paper, seen.way)
    desk.emit(_document(seen, done, file))
    return _tell(desk, seen, done, file)


def office_at(desk: Desk) -> "Office":
    """The desk's post office; with a set time only the sandbox's mail server is used."""
    from orchestrator.forwarding.office import Office, messenger_of

    refuse_false_time(desk)
    if desk.dry_run:
        campaign_id = desk.campaign_id()
    else:
        with desk.store.session() as session:
            campaign_id = desk.campaign(session).id
    mails = messenger_of(desk.settings, desk.clock)
    return Office(desk.store, desk.settings, desk.key, campaign_id, desk.clock, desk.actor, mails)


def _way(text: str | None) -> "Way | None":
    from orchestrator.vocabulary import Way

    try:
        return Way(text) if text is not None else None
    except ValueError as error:
        raise UsageProblem(
            _("There is no way “{way}”.").format(way=text),
            remedy=_("Use --by mail, --by sheet or --by call."),
        ) from error


def _look(desk: Desk, office: "Office", wish: "Wish") -> "Handing":
    from orchestrator.forwarding.handing import look

    with desk.looking() as (session, _campaign_id):
        return look(session, office, wish)


def _had_already(desk: Desk, office: "Office", seen: "Handing") -> Exit:
    from orchestrator.forwarding.handing import already
    from orchestrator.forwarding.office import referrals_of

    with desk.looking() as (session, _campaign_id):
        row = referrals_of(session, seen.reply_id)[-1]
    desk.emit({**_plan(seen, None), "state": row.state.value, "again": True})
    desk.say(already(row, office))
    desk.say(
        _("Another copy on paper: `tueroeffner inbox forward {number} --by sheet`").format(
            number=seen.reply_id
        )
    )
    return Exit.DONE


def _file(seen: "Handing", out: Path | None) -> Path | None:
    if seen.is_letter:
        if out is not None:
            raise UsageProblem(
                _("A mail is not written to a file."),
                remedy=_("Leave out --out, or add --by sheet."),
            )
        return None
    file = (out or Path(f"reply-{seen.reply_id}-{seen.way}.html")).expanduser()
    if file.exists():
        raise _in_the_way(file)
    if not file.parent.is_dir():
        raise UsageProblem(
            _("There is no folder {folder}.").format(folder=file.parent),
            remedy=_("Make it, or name another file with --out FILE."),
        )
    return file


def _in_the_way(file: Path) -> UsageProblem:
    return UsageProblem(
        _("{path} is there already, and stays as it is.").format(path=file),
        remedy=_("Name another file with --out FILE, or delete that one."),
    )


def _show(desk: Desk, seen: "Handing", file: Path | None) -> None:
    from orchestrator.forwarding.names import step_word, way_word
    from orchestrator.forwarding.papers import letter_text, subject
    from orchestrator.redact import redact

    for each in seen.notes:
        desk.note(each)
    sentence = (
        _("Here it is once more, {way}; nobody is told anew.")
        if seen.again
        else _("Reply {number} for {slug} goes to {who} {way}.")
    )
    desk.say(
        sentence.format(
            number=seen.reply_id, slug=seen.slug, who=step_word(seen.step), way=way_word(seen.way)
        )
    )
    if seen.is_letter:
        desk.say()
        desk.say(f"  {subject(seen.paper)}")
        desk.say()
        for line in redact(letter_text(seen.paper)).splitlines():
            desk.say(f"  {line}".rstrip())
    elif file:
        desk.say(_("The page is written to {path}; it holds contacts.").format(path=file))


def _question(seen: "Handing") -> str:
    if seen.is_letter:
        return _("Send it?")
    return _("Make it?") if seen.again else _("Make it, and note that it is handed over?")


def _write(file: Path, paper: "Paper", way: "Way") -> None:
    from orchestrator.forwarding.papers import call, call_text, sheet
    from orchestrator.keys import write_owner_only
    from orchestrator.newfile import make_whole
    from orchestrator.vocabulary import Way

    plain = file.suffix == ".txt"
    text = sheet(paper) if way is Way.SHEET else call_text(paper) if plain else call(paper)
    try:
        make_whole(file, lambda draft: write_owner_only(draft, text.encode()))
    except FileExistsError as error:
        raise _in_the_way(file) from error


def _plan(seen: "Handing", file: Path | None) -> dict[str, Any]:
    from orchestrator.forwarding.papers import letter_text, subject
    from orchestrator.redact import redact

    letter = seen.is_letter
    return {
        "id": seen.reply_id,
        "tandem": seen.slug,
        "step": seen.step.value,
        "way": seen.way.value,
        "language": seen.paper.words.language,
        "subject": subject(seen.paper) if letter else None,
        "letter": redact(letter_text(seen.paper)) if letter else None,
        "file": str(file) if file else None,
        "notes": seen.notes,
    }


def _document(seen: "Handing", done: "Handed", file: Path | None) -> dict[str, Any]:
    return {**_plan(seen, file), "code": done.row.code, **_row(done.row), "status": done.status}


def _row(row: "Referral") -> dict[str, Any]:
    return {
        "state": row.state.value,
        "sent_at": row.sent_at,
        "again_at": row.not_before,
        "attempts": row.attempts,
        "error": row.error,
    }


def _tell(desk: Desk, seen: "Handing", done: "Handed", file: Path | None) -> Exit:
    if done.trouble is not None:
        return _tell_trouble(desk, done, done.trouble)
    if file:
        desk.say(_("Wrote {path}; delete it when it is no longer needed.").format(path=file))
    else:
        desk.say(_("Sent."))
    desk.say(
        _("When they say that they have it: `tueroeffner inbox receipt {code}`").format(
            code=done.row.code
        )
    )
    return Exit.DONE


def _tell_trouble(desk: Desk, done: "Handed", trouble: "Trouble") -> Exit:
    from orchestrator.formats import moment
    from orchestrator.ports import NotAuthorised
    from orchestrator.posts import local

    desk.warn(trouble.why)
    number = done.row.reply_id
    if done.row.state == "unknown":
        desk.warn(
            _("Find out whether it arrived; then `tueroeffner inbox forward {number} --sent yes`,"
              " or --sent no.").format(number=number)
        )  # fmt: skip
        return Exit.PERSON_NEEDED
    again = local(done.row.not_before, desk.settings.campaign.timezone)
    if again is None:
        desk.warn(
            _("Nothing was sent. Correct the address, or hand it over on paper:"
              " `tueroeffner inbox forward {number} --by sheet`").format(number=number)
        )  # fmt: skip
        return Exit.PERSON_NEEDED
    desk.warn(
        _("Nothing was sent; each pass of `tueroeffner run` tries it again from {time} on.").format(
            time=moment(again)
        )
    )
    return Exit.PERSON_NEEDED if isinstance(trouble, NotAuthorised) else Exit.PARTLY


def _settle(desk: Desk, office: "Office", reply_id: int, sent: str) -> Exit:
    from orchestrator.forwarding.handing import settle

    if sent not in _ANSWERS:
        raise UsageProblem(
            _("--sent says whether the mail went out: yes or no, not “{said}”.").format(said=sent),
            remedy=_("Write --sent yes, or --sent no."),
        )
    if desk.dry_run:
        raise UsageProblem(
            _("--sent is an answer, and cannot be tried out."), remedy=_("Leave out --dry-run.")
        )
    row = settle(office, reply_id, sent=sent == "yes")
    desk.emit({"id": reply_id, "step": row.step.value, "way": row.way.value, **_row(row)})
    desk.say(_settled(row))
    return Exit.DONE


def _settled(row: "Referral") -> str:
    if row.sent_at:
        return _("Noted: it went out.")
    if row.not_before is None:
        return _("Noted: it did not go out. Somebody else was told meanwhile, so it is not sent.")
    return _("Noted: it did not go out. The next pass sends it, or run this again without --sent.")
