"""``tandem erase``: forget two people for good; the figures stay."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit, UsageProblem
from orchestrator.formats import count
from orchestrator.i18n import _, ngettext

if TYPE_CHECKING:
    from orchestrator.backup.keyring import Left
    from orchestrator.erasure.certificate import Certificate
    from orchestrator.erasure.erasing import Erased
    from orchestrator.erasure.extent import Extent

Slug = Annotated[str, typer.Argument(help="The tandem.", metavar="SLUG")]


@command
def erase(
    desk: Desk,
    slug: Slug,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the certificate goes.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell; erase nothing.")] = False,
) -> Exit:
    """Destroy a withdrawn tandem's keys and words, in every backup too; the figures stay."""
    from orchestrator.erasure.erasing import what_goes

    desk.require_key()
    _refuse_taken(out)
    with desk.looking() as (session, campaign_id):
        tandem, extent = what_goes(session, campaign_id, desk.key, slug)
    anew = tandem.erased_at is None
    if anew:
        _say_extent(desk, slug, extent)
    if desk.dry_run:
        desk.emit({"tandem": slug, **asdict(extent), "dry_run": True})
        return Exit.DONE
    if anew:
        desk.confirm(
            _("Erase the two people of “{slug}” for good? Nobody can bring them back.").format(
                slug=slug
            )
        )
    done, left, clean = _erase(desk, slug)
    file = None if left or not clean else _certified(desk, done, out)
    desk.emit(_document(desk, done, left, file))
    if anew:
        desk.say(_("Tandem {number} is erased in the database.").format(number=done.number))
    if left:
        return _say_left(desk, done, left)
    return _say_gone(desk, done, file) if clean else _say_read(desk, done)


def _refuse_taken(out: Path | None) -> None:
    if out is None:
        return
    if os.path.lexists(out):
        raise UsageProblem(
            _("There already is a file {file}.").format(file=out),
            remedy=_("Name another file with --out FILE."),
        )
    if not out.parent.is_dir():
        raise UsageProblem(
            _("There is no folder {folder} for the certificate.").format(folder=out.parent),
            remedy=_("Make it, or name another file with --out FILE."),
        )


def _say_extent(desk: Desk, slug: str, extent: "Extent") -> None:
    desk.say(_("To be erased of “{slug}”:").format(slug=slug))
    for words, number in (
        (
            _("names and contacts of two people, their keys in the database and in all backups"),
            None,
        ),
        (_("appeals: {count}"), extent.appeals),
        (_("texts, links and numbers of posts: {count}"), extent.posts),
        (_("pictures and films, with their files: {count}"), extent.media),
        (_("files that prove a consent: {count}"), extent.evidence),
        (_("words and senders of replies: {count}"), extent.replies),
    ):
        desk.say(f"  {words.format(count=count(number or 0))}")
    desk.say(
        _("What stays, without names: {figures} figures, {consents} dates of consents.").format(
            figures=count(extent.figures), consents=count(extent.consents)
        )
    )
    if extent.kept_replies:
        desk.warn(
            _(
                "Replies that stay because they are kept as evidence: {count}"
                " (`tueroeffner inbox evidence`)."
            ).format(count=count(extent.kept_replies))
        )
    desk.say(_("This cannot be undone. It does not reach what others have shared or copied."))


def _erase(desk: Desk, slug: str) -> "tuple[Erased, list[Left], bool]":
    """The rows first, then no old byte in the database, the files, then the keys everywhere."""
    from orchestrator.backup import keyring
    from orchestrator.backup.places import places_of
    from orchestrator.erasure.erasing import erase, sweep
    from orchestrator.media import keeping

    with desk.store.session(patient=True) as session:
        campaign = desk.campaign(session)
        done = erase(session, campaign, desk.key, slug, desk.now, desk.actor)
    clean = sweep(desk.store)
    with desk.looking() as (session, _campaign_id):
        keeping.let_go(session, desk.settings.folder, done.files)
        keeping.tidy(session, desk.settings.folder)
    places = places_of(desk.settings)
    return done, keyring.forget(desk.store, places, campaign, done.persons), clean


def _certified(desk: Desk, done: "Erased", out: Path | None) -> Path | None:
    """Write the certificate; None when an earlier run has written it already."""
    from orchestrator import i18n
    from orchestrator.erasure.certificate import page
    from orchestrator.keys import write_owner_only
    from orchestrator.newfile import make_whole

    file = out or Path(f"{done.slug}.html")
    if out is None and file.exists():
        return None
    certificate = _certificate(desk, done)
    with i18n.speaking(desk.settings.campaign.language or i18n.language()):
        html = page(certificate)
    try:
        make_whole(file, lambda draft: write_owner_only(draft, html.encode()))
    except FileExistsError:
        return None  # another run of the same command was quicker
    return file


def _certificate(desk: Desk, done: "Erased") -> "Certificate":
    from orchestrator.erasure.certificate import Certificate
    from orchestrator.erasure.erasing import found, head_of_log, was_there
    from orchestrator.papers.facts import place_of

    settings = desk.settings
    zone = settings.campaign.zone
    places = dict.fromkeys(map(Path, settings.backup.places))
    with desk.looking() as (session, campaign_id):
        return Certificate(
            campaign=settings.campaign.name,
            number=done.number,
            erased_at=done.at.astimezone(zone),
            made_at=desk.now.astimezone(zone),
            was=was_there(session, found(session, campaign_id, desk.key, done.slug)),
            places=[place_of(each, settings.folder).name for each in places],
            backups=_backups_before(desk, done),
            head=head_of_log(session, campaign_id),
        )


def _backups_before(desk: Desk, done: "Erased") -> list[str]:
    """What lies in the places from before the erasure, or may."""
    from orchestrator.backup.listing import copies
    from orchestrator.backup.places import places_of

    found = copies(places_of(desk.settings))
    return sorted(
        {each.id for each in found if each.manifest is None or each.manifest.created_at <= done.at}
    )


def _document(desk: Desk, done: "Erased", left: "list[Left]", file: Path | None) -> dict[str, Any]:
    return {
        "tandem": done.slug,
        "number": done.number,
        "erased_at": done.at.astimezone(desk.settings.campaign.zone),
        "keys_left": [asdict(each) for each in left],
        "backups_before": _backups_before(desk, done),
        "certificate": str(file) if file else None,
    }


def _say_left(desk: Desk, done: "Erased", left: "list[Left]") -> Exit:
    for each in left:
        desk.warn(
            _("Not certain that the key is gone from {place}: {why}").format(
                place=each.url, why=each.why
            )
        )
    desk.warn(
        _(
            "Connect these places, then run: tueroeffner tandem erase {name}"
            " (a place that is new has its keys after `tueroeffner backup create`)"
        ).format(name=done.slug)
    )
    return Exit.PERSON_NEEDED


def _say_read(desk: Desk, done: "Erased") -> Exit:
    desk.warn(
        _(
            "Another program reads an older state of the database: stop it, then run:"
            " tueroeffner tandem erase {name}"
        ).format(name=done.slug)
    )
    return Exit.PARTLY


def _say_gone(desk: Desk, done: "Erased", file: Path | None) -> Exit:
    if before := _backups_before(desk, done):
        desk.note(
            ngettext(
                "{count} backup from before still tells alias, trade, town and texts: {ids}. Delete"
                " it when you do not need it any more.",
                "{count} backups from before still tell alias, trade, town and texts: {ids}. Delete"
                " them when you do not need them any more.",
                len(before),
            ).format(count=count(len(before)), ids=", ".join(before))
        )
    desk.say(
        _("The keys are gone from every place; the certificate is {file}.").format(file=file)
        if file
        else _("Nothing is left to erase of tandem {number}.").format(number=done.number)
    )
    return Exit.DONE
