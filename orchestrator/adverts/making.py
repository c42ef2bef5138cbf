"""Making an advert at the network, step by step, each at most once.

Before a call its step is written and committed; after it, the number. Whatever was begun and has no
number is looked for by its name, which nothing else has, before it is begun again; and not too
soon, since a network may show late what it took.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, func, select

from orchestrator.adverts.rows import adverts_of, wish_for
from orchestrator.adverts.rules import never_again, view
from orchestrator.attempts import QUIET
from orchestrator.i18n import _
from orchestrator.model import Advert, Campaign, Post, Tandem
from orchestrator.outcome import note
from orchestrator.ports import (
    Advertising,
    AdvertWish,
    OutcomeUnknown,
    Rejected,
    Trouble,
)
from orchestrator.shift import Shift
from orchestrator.vocabulary import AdvertState

# Begun, or about to be.
UNMADE = frozenset({AdvertState.PLANNED, AdvertState.MAKING})


@dataclass
class Made:
    """What came of making several: those that are ready, refused, or still on the way."""

    ready: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    trouble: Trouble | None = None


def unmade(session: Session, campaign_id: int, network: str, account: str) -> list[int]:
    """The adverts of an account that are not made to their end, what was begun first."""
    rows = [
        advert
        for advert, _post, _tandem in adverts_of(session, campaign_id)
        if advert.state in UNMADE and (advert.network, advert.ad_account) == (network, account)
    ]
    return [row.id for row in sorted(rows, key=lambda row: (row.step is None, row.id))]


def make_all(shift: Shift, advertising: Advertising, adverts: list[int]) -> Made:
    """Make these, one after the other; a trouble of the account ends it, a refusal does not."""
    made = Made()
    for at, advert_id in enumerate(adverts):
        if shift.stopped():
            made.waiting += adverts[at:]
            break
        try:
            if make(shift, advertising, advert_id):
                made.ready.append(advert_id)
        except Rejected as refusal:
            _refused(shift, advert_id, refusal)
            made.refused.append(advert_id)
        except Trouble as trouble:
            _interrupted(shift, advert_id, trouble)
            made.waiting, made.trouble = adverts[at:], trouble
            break
    return made


def make(shift: Shift, advertising: Advertising, advert_id: int) -> bool:
    """Make what is still missing of one advert; or a Trouble. False: somebody stopped it."""
    name = ""
    for step in advertising.steps:
        wish, made, begun_at = _look(shift, advert_id, step, shared=step == advertising.steps[0])
        if wish.name != (name := name or wish.name):
            return False  # and even began it anew
        if step in made:
            continue
        number = _settled(shift, advertising, step, wish, made, begun_at)
        if number is None:
            if not _begin(shift, advert_id, step, wish):
                return False
            shift.reached("advert begun")
            number = advertising.make(step, wish, made)
            shift.reached("advert made")
        _keep(shift, advert_id, step, number, wish, last=step == advertising.steps[-1])
        shift.reached("advert kept")
    return True


def _look(
    shift: Shift, advert_id: int, step: str, *, shared: bool
) -> tuple[AdvertWish, dict[str, str], datetime | None]:
    """What is wanted, the numbers so far, and when this step was begun last, if it was."""
    with shift.store.reading() as session:
        row = session.get_one(Advert, advert_id)
        post, tandem = session.get_one(Post, row.post_id), session.get_one(Tandem, row.tandem_id)
        campaign = session.get_one(Campaign, shift.campaign_id)
        wish = wish_for(row, post, campaign, shift.settings.audience.countries)
        seen = view(session, shift.campaign_id, shift.settings, shift.now)
        if why := never_again(seen, row, post, tandem):
            raise Rejected(_("The advert is not made: {why}.").format(why=why))
        begun = _begun_at(session, row, step, shared=shared)
    return wish, row.remote, begun


def _begun_at(session: Session, row: Advert, step: str, *, shared: bool) -> datetime | None:
    """``shared``: whoever of the campaign began it last; all of them mean the same one."""
    if not shared:
        return row.made_at if row.step == step else None
    begun = select(func.max(Advert.made_at)).where(
        Advert.campaign_id == row.campaign_id,
        Advert.ad_account == row.ad_account,
        Advert.step == step,
    )
    # A copy of this database may have made it, so it is always looked for.
    return session.exec(begun).one() or row.made_at - 2 * QUIET


def _settled(
    shift: Shift,
    advertising: Advertising,
    step: str,
    wish: AdvertWish,
    made: dict[str, str],
    begun_at: datetime | None,
) -> str | None:
    """The number of what was made already; None: it surely was not."""
    if begun_at is None:
        return None
    number = advertising.find(step, wish, made)
    shift.reached("advert looked for")
    if number is None and shift.now - begun_at < QUIET:
        minutes = int(QUIET.total_seconds() // 60)
        raise OutcomeUnknown(
            _(
                "It is not known yet whether a part of the advert was made. It is looked for again"
                " after {minutes} minutes, and made only if it is not there."
            ).format(minutes=minutes)
        )
    return number


def _begin(shift: Shift, advert_id: int, step: str, wish: AdvertWish) -> bool:
    """Unless somebody stopped it meanwhile."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Advert, advert_id, with_for_update=True)
        if row.state not in UNMADE or row.name != wish.name:
            return False
        row.state, row.step, row.made_at, row.error = AdvertState.MAKING, step, shift.now, None
    return True


def _keep(
    shift: Shift, advert_id: int, step: str, number: str, wish: AdvertWish, *, last: bool
) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Advert, advert_id, with_for_update=True)
        if row.name != wish.name:
            return  # begun anew meanwhile: what was made of the old one stays off
        row.remote, row.step = row.remote | {step: number}, None
        row.error = None if row.state in UNMADE else row.error
        if last and row.state in UNMADE:
            row.state = AdvertState.PAUSED
            note(session, shift, "advert made", row.post_id, budget=row.budget_cents)


def _refused(shift: Shift, advert_id: int, refusal: Rejected) -> None:
    """For good; nothing of it runs, and a person may let it be made again."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Advert, advert_id, with_for_update=True)
        if row.state not in UNMADE:
            return  # somebody stopped it
        row.state, row.step, row.error = AdvertState.REFUSED, None, refusal.why
        note(session, shift, "advert refused", row.post_id)


def _interrupted(shift: Shift, advert_id: int, trouble: Trouble) -> None:
    """Provably not made, or unclear: then its step stays begun."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Advert, advert_id, with_for_update=True)
        if row.state not in UNMADE:
            return  # somebody stopped it
        row.error = trouble.why
        if not isinstance(trouble, OutcomeUnknown):
            row.step = None
