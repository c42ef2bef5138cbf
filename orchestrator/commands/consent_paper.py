"""Files around a consent: the form and the message to ask with, and the proof as it came."""

from pathlib import Path

from orchestrator.commands.consent_wish import Wish, known_purposes, language_to_ask, only_shown
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.i18n import _


def write_form(desk: Desk, wish: Wish, out: Path) -> Exit:
    """Write the sheet to print and the message to send; neither says who it is for."""
    from orchestrator.consent.forms import form, message

    language = language_to_ask(desk, wish)
    name = f"consent-{wish.who}-{language}"
    settings = desk.settings
    written = {
        out / f"{name}.html": form(settings, language, wish.who),
        out / f"{name}.txt": message(settings, language, wish.who),
    }
    for path, text in written.items():
        _refuse_other(path, text)
    if not desk.dry_run:
        out.mkdir(parents=True, exist_ok=True)
        for path, text in written.items():
            path.write_text(text, "utf-8", newline="\n")
    desk.emit({"language": language, "files": [str(path) for path in written]} | only_shown(desk))
    for path in written:
        said = _("Would write {path}.") if desk.dry_run else _("Wrote {path}.")
        desk.say(said.format(path=path))
    _say_blanks(desk)
    said = _(
        "Print it, or send the message; write the answers down with --give, --text {language}."
    )
    desk.say(said.format(language=language))
    return Exit.DONE


def _refuse_other(path: Path, text: str) -> None:
    """What lies there already stays, unless it is the same: somebody may have edited it."""
    if path.exists() and path.read_text("utf-8", errors="replace") != text:
        raise UsageProblem(
            _("{path} is there already, with another text.").format(path=path),
            remedy=_("Name another folder with --out DIR, or delete that file."),
        )


def _say_blanks(desk: Desk) -> None:
    settings = desk.settings
    blank = {
        "[campaign] contact": settings.campaign.contact,
        "[privacy] controller": settings.privacy.controller,
        "[privacy] officer": settings.privacy.officer,
    }
    if missing := [key for key, value in blank.items() if not value]:
        desk.note(
            _("Left blank, since the configuration has no {keys}.").format(keys=", ".join(missing))
        )


def write_proof(desk: Desk, wish: Wish, path: Path, purpose: str | None) -> Exit:
    """Write the proof as it came, for the owner's eyes only; the look is noted before."""
    from orchestrator.consent import evidence
    from orchestrator.keys import write_owner_only
    from orchestrator.newfile import make_whole

    if path.exists():
        raise _in_the_way(path)
    number = _number(desk, wish, purpose)
    with desk.store.reading() as session:
        proof = evidence.take_out(session, desk.key, number)
    if not desk.dry_run:
        _note_look(desk, wish, number)
        try:
            make_whole(path, lambda draft: write_owner_only(draft, proof.content))
        except FileExistsError as error:
            raise _in_the_way(path) from error
    file = {"file": str(path), "kind": proof.kind, "bytes": len(proof.content)}
    desk.emit(file | only_shown(desk))
    if desk.dry_run:
        desk.say(
            _("Would write {path}: a file of the kind {kind}.").format(path=path, kind=proof.kind)
        )
        return Exit.DONE
    desk.say(_("Wrote {path}: a file of the kind {kind}.").format(path=path, kind=proof.kind))
    desk.say(_("It lies there unprotected: delete it when you have seen it."))
    return Exit.DONE


def _in_the_way(path: Path) -> UsageProblem:
    return UsageProblem(
        _("{path} is there already, and stays as it is.").format(path=path),
        remedy=_("Name another file with --evidence-out FILE."),
    )


def _number(desk: Desk, wish: Wish, purpose: str | None) -> int:
    """Which file is meant; several need a purpose to choose by."""
    wanted = known_purposes((purpose,), wish.who) if purpose else None
    found = {each: number for each, number in _proofs(desk, wish) if not wanted or each in wanted}
    if not found:
        raise UsageProblem(
            _("There is no such file of this person."),
            remedy=_("`tueroeffner tandem consent {slug}` shows which consents have a proof.")
            .format(slug=wish.slug),
        )  # fmt: skip
    if len(set(found.values())) > 1:
        raise UsageProblem(
            _("There are several files, of {purposes}.").format(purposes=", ".join(found)),
            remedy=_("Choose one with --of PURPOSE."),
        )
    return next(iter(found.values()))


def _proofs(desk: Desk, wish: Wish) -> list[tuple[str, int]]:
    from sqlmodel import select

    from orchestrator.model import Consent

    with desk.looking() as (session, _campaign_id):
        rows = session.exec(
            select(Consent).where(Consent.person_id == wish.person_id(session))
        ).all()
    return [(each.purpose, each.evidence_id) for each in rows if each.evidence_id is not None]


def _note_look(desk: Desk, wish: Wish, number: int) -> None:
    with desk.store.session() as session:
        wish.recorder(desk, session).note("consent.evidence_opened", (), evidence=number)
