"""The certificate of an erasure: one printable page that names nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestrator.erasure.extent import Extent
from orchestrator.formats import count, dated
from orchestrator.i18n import _, language
from orchestrator.templates import template


@dataclass(frozen=True)
class Certificate:
    """What it says; ``head``: the digest of the newest entry of the audit log.

    ``backups``: those from before, by their ids; what was never sealed can be read in them.
    """

    campaign: str
    number: int
    erased_at: datetime
    made_at: datetime
    was: Extent | None
    places: list[str]
    backups: list[str]
    head: str


def page(certificate: Certificate) -> str:
    """The page, in the language that is spoken."""
    return template("orchestrator.erasure", "certificate.html").render(
        language=language(),
        title=_("Confirmation of erasure"),
        intro=_(
            "What this program held about the two people of tandem {number} was erased for good."
        ).format(number=certificate.number),
        facts=list(_facts(certificate)),
        gone_title=_("Destroyed"),
        gone=list(_gone(certificate)),
        stays_title=_("What stays"),
        stays=[*_stays(certificate.was), *_readable(certificate.backups)],
        beyond_title=_("Not in the program's power"),
        beyond=list(beyond()),
        signature=[_("Place, date"), _("Signature of the person responsible")],
    )


def _facts(certificate: Certificate) -> Iterator[tuple[str, str]]:
    yield _("Campaign"), certificate.campaign
    yield _("Tandem"), _("No. {number}").format(number=certificate.number)
    yield _("Erased"), dated(certificate.erased_at)
    yield _("This page"), dated(certificate.made_at)
    for place in certificate.places:
        yield _("Keys taken out of"), place
    yield _("Audit log up to here"), certificate.head


def _gone(certificate: Certificate) -> Iterator[str]:
    yield _(
        "The personal keys of both people. Names, phone numbers, mail addresses and proofs that"
        " were sealed with them cannot be opened any more, in no backup either."
    )
    yield _("In the database, and in every backup that is made from now on:")
    yield _("Alias, trade, town, its coordinates, link, picture's name, result of the safety check")
    if was := certificate.was:
        yield _("Appeals: {count}").format(count=count(was.appeals))
        if was.media:
            yield _("Pictures and films, with their files: {count}").format(count=count(was.media))
        yield _("Texts, links and numbers of posts: {count}").format(count=count(was.posts))
        yield _("Files that proved a consent: {count}").format(count=count(was.evidence))
        yield _("Words and senders of replies: {count}").format(count=count(was.replies))


def _stays(was: Extent | None) -> Iterator[str]:
    yield _(
        "Figures without names: how many posts, how often they were seen, how many replies of"
        " which kind, in which region and with which partner"
    )
    yield _("For which purposes and from when to when consent was given, without a name")
    yield _("The audit log: who did what when; it knows tandems by number only")
    yield _(
        "A keyed digest of the short name, so that an import of the old file does not bring them"
        " back; nobody can read it"
    )
    if was and was.kept_replies:
        yield _("Replies that are kept as evidence for a complaint: {count}").format(
            count=count(was.kept_replies)
        )


def _readable(backups: list[str]) -> Iterator[str]:
    if backups:
        yield _(
            "Alias, trade, town, appeals and the words of posts and replies in backups from before,"
            " until these are deleted: {ids}"
        ).format(ids=", ".join(backups))


def beyond() -> Iterator[str]:
    """What nobody but a person can see to."""
    yield _("The file from which the tandems were imported, and pictures named in it")
    yield _("Pages, previews, reports and exports that were made before, printed or on a disk")
    yield _(
        "Copies of the database and of keyring.json that somebody made by hand, or"
        " `tueroeffner db upgrade` before it changed the database"
    )
    yield _("What others have shared, photographed or noted down")
