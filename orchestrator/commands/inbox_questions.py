"""The five questions of ``inbox add``, each answered by its option or on the terminal."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.commands.asking import answer, lines, prompt
from orchestrator.commands.desk import Desk
from orchestrator.commands.wiring import tandem_ids
from orchestrator.errors import UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _

if TYPE_CHECKING:
    from orchestrator.inbox.notes import Note
    from orchestrator.inbox.typed import Known
    from orchestrator.model import Tandem

_MOST_SHOWN = 9


@dataclass(frozen=True)
class Given:
    """What stood on the command line; None was not given."""

    channel: str | None
    tandem: str | None
    name: str | None
    contact_file: str | None
    text: str | None
    label: str | None
    at: str | None


def answers(desk: Desk, given: Given) -> "Note":
    """Put the answers together; a bad one is asked again, or refused without a terminal."""
    from orchestrator.inbox import typed
    from orchestrator.inbox.notes import Note
    from orchestrator.inbox.words import label_of
    from orchestrator.replies import Sender

    label, came = None, desk.now
    if given.label is not None:
        label = answer(desk, _("Which label is right?"), label_of, given.label)
    if given.at is not None:
        came = answer(desk, _("When?"), lambda each: _came(desk, each), given.at)
    channel = answer(desk, _how(), typed.channel, given.channel)
    return Note(
        channel=channel,
        tandem_id=_tandem(desk, given.tandem),
        sender=Sender(_name(desk, given.name), _contact(desk, given.contact_file)),
        text=_text(desk, given.text),
        at=came,
        label=label,
    )


def _came(desk: Desk, given: str) -> datetime:
    from orchestrator.inbox import typed

    zone = desk.settings.campaign.zone
    at = typed.moment_of(given, desk.now, zone)
    if typed.is_day(given):
        desk.note(
            _("Only the day was given; it is noted as {time}.").format(
                time=moment(at.astimezone(zone))
            )
        )
    return at


def _how() -> str:
    from orchestrator.inbox.words import TYPED_CHANNELS, source_word

    choices = [f"{n} {source_word(None, each)}" for n, each in enumerate(TYPED_CHANNELS, 1)]
    return _("How did it come? {choices}").format(choices=", ".join(choices))


def _tandem(desk: Desk, given: str | None) -> int | None:
    question = _("For which tandem? Part of its name or town (Enter: for anybody)")
    tandems = _known(desk) if desk.may_ask else []
    return answer(desk, question, lambda each: _meant(desk, each.strip(), tandems), given)


def _known(desk: Desk) -> "list[Known]":
    from sqlmodel import col, select

    from orchestrator.inbox.typed import Known
    from orchestrator.model import Tandem

    with desk.looking() as (session, campaign_id):
        rows = session.exec(
            select(Tandem).where(Tandem.campaign_id == campaign_id).order_by(col(Tandem.slug))
        ).all()
    # Whoever reads over a shoulder learns no town that is kept secret.
    return [
        Known(each.id, each.slug, each.public_name, each.region if _is_hidden(each) else each.town)
        for each in rows
    ]


def _is_hidden(tandem: "Tandem") -> bool:
    from orchestrator.vocabulary import Show

    return tandem.show in (None, Show.REGION)


def _meant(desk: Desk, typed: str, tandems: "list[Known]") -> int | None:
    """The tandem that is meant: in a script by its slug, on a terminal by any part of it."""
    from orchestrator.inbox.typed import fitting

    if not typed:
        return None
    found = fitting(typed, tandems)
    if not found:  # refused with the nearest slug, or found by a script
        return tandem_ids(desk, [typed])[typed]
    chosen = found[0] if len(found) == 1 else _one_of(desk, found)
    desk.note(f"→ {_described(chosen)}")
    return chosen.id


def _one_of(desk: Desk, found: "list[Known]") -> "Known":
    for number, each in enumerate(found[:_MOST_SHOWN], 1):
        desk.warn(f"  {number}  {_described(each)}")
    if len(found) > _MOST_SHOWN:
        more = len(found) - _MOST_SHOWN
        desk.warn(_("  and {count} more: type more of the name").format(count=more))
    wish = prompt(_("Which one? Its number")).strip()
    if wish in map(str, range(1, min(len(found), _MOST_SHOWN) + 1)):
        return found[int(wish) - 1]
    raise UsageProblem(_("That is none of these numbers."))


def _described(tandem: "Known") -> str:
    return " · ".join(each for each in (tandem.slug, tandem.name, tandem.town) if each)


def _name(desk: Desk, given: str | None) -> str:
    from orchestrator.inbox import typed

    way_out = _("Write the name here, and the number into --contact-file.")
    return answer(
        desk,
        _("Who was it? (Enter: unknown)"),
        typed.line,
        given,
        check=lambda each: typed.refuse_contact("--name", each, way_out),
    )


def _contact(desk: Desk, file: str | None) -> str:
    from orchestrator.inbox import typed

    given = None if file is None else content(file)
    contact = answer(desk, _("How can one reach them? (Enter: unknown)"), typed.line, given)
    if contact and not typed.is_contact(contact):
        desk.note(
            _("No phone number or mail address was found in the contact; it is kept as it is.")
        )
    return contact


def content(file: str) -> str:
    """What stands in a file, or on standard input where it is “-”."""
    try:
        return sys.stdin.read() if file == "-" else Path(file).expanduser().read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UsageProblem(
            _("The file {path} is not text in UTF-8.").format(path=file),
            remedy=_("Save it as plain text in UTF-8."),
        ) from error


def _text(desk: Desk, given: str | None) -> str:
    from orchestrator.inbox import typed

    way_out = _("Use --text - and write it to the standard input, or type it at the question.")
    question = _("What did they say? (a line with only a full stop ends it, or Ctrl-D)")
    if given == "-":
        return answer(desk, question, typed.text, content("-"), ask=lines)
    return answer(
        desk,
        question,
        typed.text,
        given,
        check=lambda each: typed.refuse_contact("--text", each, way_out),
        ask=lines,
    )
