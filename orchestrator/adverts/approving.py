"""A person lets adverts run, or stops them: rows change here, the network follows at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.adverts.money import amount, fits, left
from orchestrator.adverts.rows import OPEN, digest_of, shares
from orchestrator.adverts.rules import never_again, view
from orchestrator.config import Settings
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Advert, Campaign, Post, Tandem
from orchestrator.section import AdvertTerms
from orchestrator.vocabulary import AdvertState

# A person may let these run: made to the end, and not refused by anybody.
APPROVABLE = frozenset({AdvertState.PAUSED, AdvertState.STOPPED})
_STOPPABLE = OPEN


def approve(
    session: Session,
    campaign_id: int,
    shown: Mapping[int, str],
    settings: Settings,
    now: datetime,
    actor: str,
) -> None:
    """Let these adverts run, each as it was ``shown`` (number → digest); all of them or none.

    The campaign's row is held meanwhile: two people at once cannot go over the cap together.
    """
    session.exec(select(Campaign).where(Campaign.id == campaign_id).with_for_update()).one()
    rows = session.exec(
        select(Advert).where(col(Advert.id).in_(shown)).order_by(col(Advert.id)).with_for_update()
    ).all()
    seen = view(session, campaign_id, settings, now)
    for row in rows:
        post, tandem = session.get_one(Post, row.post_id), session.get_one(Tandem, row.tandem_id)
        digest = digest_of(row, post)
        made = row.state in APPROVABLE and row.remote.get("ad")
        if not made or digest != shown[row.id]:
            raise _changed(tandem)
        if row.ends_at <= now:
            raise _refused(tandem, _("its time is over"))
        if why := never_again(seen, row, post, tandem):
            raise _refused(tandem, why)
        _enter(session, row, tandem, digest, now, actor)
    for network in {row.network for row in rows}:
        terms = settings.networks[network].pays
        assert terms is not None, "never_again asks for it"
        _check_cap(session, campaign_id, [row for row in rows if row.network == network], terms)


def _enter(
    session: Session, row: Advert, tandem: Tandem, digest: str, now: datetime, actor: str
) -> None:
    row.digest = row.approved_digest = digest
    row.approved_by, row.error, row.step = actor, None, None
    row.state = AdvertState.PAUSED
    journal.record(
        session, row.campaign_id, now, actor, "advert approved", journal.tandem_subject(tandem),
        budget=row.budget_cents, currency=row.currency, again=row.approved_at is not None,
    )  # fmt: skip
    row.approved_at = row.approved_at or now
    session.flush()


def _check_cap(
    session: Session, campaign_id: int, wanted: Collection[Advert], terms: AdvertTerms
) -> None:
    """``wanted`` are among the approved by now."""
    ours = {row.id for row in wanted}
    rows = session.exec(select(Advert).where(Advert.campaign_id == campaign_id)).all()
    before = [cents for each, cents in shares(rows).items() if each not in ours]
    if fits(terms.total, before, [row.budget_cents for row in wanted]):
        return
    currency = next(row.currency for row in wanted)
    raise UsageProblem(
        _("That is more than ad_total allows: {wanted} are wanted, {left} of {total} are left.")
        .format(
            wanted=amount(sum(row.budget_cents for row in wanted), currency),
            left=amount(left(terms.total, before), currency),
            total=amount(terms.total, currency),
        ),
        remedy=_("Approve fewer, or raise ad_total in the configuration. Nothing was approved."),
    )  # fmt: skip


def _changed(tandem: Tandem) -> UsageProblem:
    return UsageProblem(
        _("The advert has changed since it was shown, or cannot be approved."),
        subject=tandem.slug,
        remedy=_("Look at it again: `tueroeffner advert show {slug}`.").format(slug=tandem.slug),
    )


def _refused(tandem: Tandem, why: str) -> UsageProblem:
    return UsageProblem(
        _("The advert must not run: {why}.").format(why=why),
        subject=tandem.slug,
        remedy=_("Nothing was approved."),
    )


def stop(
    session: Session, campaign_id: int, tandems: Collection[int] | None, now: datetime, actor: str
) -> list[int]:
    """Take the approval back (from these tandems' adverts, or all); the adverts that it concerns.

    The network is told by the next pass, or by whoever asked for it.
    """
    session.exec(select(Campaign).where(Campaign.id == campaign_id).with_for_update()).one()
    wanted = select(Advert).where(
        Advert.campaign_id == campaign_id, col(Advert.state).in_(_STOPPABLE)
    )
    if tandems is not None:
        wanted = wanted.where(col(Advert.tandem_id).in_(tandems))
    rows = session.exec(wanted.order_by(col(Advert.id)).with_for_update()).all()
    for row in rows:
        tandem = session.get_one(Tandem, row.tandem_id)
        row.approved_digest = None
        row.error = _("a person stopped it")
        if row.state is not AdvertState.RUNNING:
            row.state = AdvertState.STOPPED
        journal.record(
            session, campaign_id, now, actor, "advert stopped", journal.tandem_subject(tandem)
        )
    return [row.id for row in rows]
