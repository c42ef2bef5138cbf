"""Planning: tandems × networks → posts with audience, text and time.

Whoever may not be posted is skipped with the reason. What was approved or sent stays as it is;
the same input always gives the same plan.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from sqlmodel import Session, col, select

from audiences.overlap import Overlap
from orchestrator import conditions, journal, people
from orchestrator.aiming.campaign import campaign_rules
from orchestrator.campaign import enrol
from orchestrator.circle import circle_of, draw, mode_of, outline, overlap_of, store_audience, wish
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import Appeal, Consent, Person, Tandem
from orchestrator.official import gazetteer
from orchestrator.planned import PlanReport
from orchestrator.planner import Candidate, Planner
from orchestrator.policy import note_decisions
from orchestrator.ports import Network, Targeting
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.store import Store
from orchestrator.vocabulary import TandemState


def plan(
    store: Store,
    settings: Settings,
    key: CampaignKey,
    networks: Mapping[str, Network],
    now: datetime,
    actor: str,
    *,
    dry_run: bool = False,
) -> PlanReport:
    """Bring the plan up to date with tandems and configuration.

    The networks' city keys are read before the transaction, so that no lock is held while
    waiting. A network that cannot be reached is left out and named; the others are planned.
    """
    with store.session(dry_run=dry_run) as session:
        campaign = enrol(session, settings.campaign, key, now)
        tandems = [
            each.tandem
            for each in gather(session, campaign.id, key)
            if each.tandem.state is TandemState.ACTIVE
        ]
        resting = _resting(session, campaign.id, settings)
    options, wishes = settings.networks, settings.audience
    drawn = draw(store, wishes, tandems, networks, options, now, resting=resting, dry_run=dry_run)
    reached = {name: network for name, network in networks.items() if name in drawn.told}
    with store.session(dry_run=dry_run) as session:
        campaign = enrol(session, settings.campaign, key, now)
        # Gathered again: while the networks were asked, somebody may have imported.
        candidates = gather(session, campaign.id, key)
        report = Planner(session, settings, campaign, reached, drawn, now).run(candidates)
        journal.record(
            session,
            campaign.id,
            now,
            actor,
            "plan",
            created=report.created,
            updated=report.updated,
            skipped=len(report.skipped),
        )
        report.campaign = campaign_rules(session, campaign.id, settings, now)
        found = [each.finding for each in report.policy]
        note_decisions(session, campaign.id, now, actor, found)
    return report


def gather(session: Session, campaign_id: int, key: CampaignKey) -> list[Candidate]:
    """All tandems of the campaign by slug, with appeals, consents and the person's first name.

    Of whoever was erased nothing is left to plan, nor to say.
    """
    tandems = session.exec(
        select(Tandem)
        .where(Tandem.campaign_id == campaign_id, col(Tandem.erased_at).is_(None))
        .order_by(col(Tandem.slug))
    ).all()
    return [
        Candidate(
            tandem,
            session.exec(select(Appeal).where(Appeal.tandem_id == tandem.id)).all(),
            session.exec(select(Consent).where(Consent.person_id == tandem.refugee_id)).all(),
            _first_name(session, tandem, key),
        )
        for tandem in tandems
    ]


def shared_audiences(
    session: Session,
    campaign_id: int,
    settings: AudienceSettings,
    watch: Callable[[int], AbstractContextManager[Callable[[], None]]],
) -> Overlap:
    """Whom the circles of all active tandems share; ``watch`` shows how far it is."""
    tandems = session.exec(
        select(Tandem)
        .where(Tandem.campaign_id == campaign_id, Tandem.state == TandemState.ACTIVE)
        .order_by(col(Tandem.slug))
    ).all()
    atlas, circles = gazetteer(session), {}
    with watch(len(tandems)) as step:
        for tandem in tandems:
            circles[tandem.slug] = circle_of(tandem, settings, atlas)
            step()
    return overlap_of(circles)


def _resting(session: Session, campaign_id: int, settings: Settings) -> dict[str, str]:
    accounts = {name: options.account for name, options in settings.networks.items()}
    return conditions.at_rest(session, campaign_id, accounts)


def _first_name(session: Session, tandem: Tandem, key: CampaignKey) -> str:
    person = session.get_one(Person, tandem.refugee_id)
    return people.fields(session, key, person).get("name", "")


def build_audiences(
    store: Store,
    settings: Settings,
    key: CampaignKey,
    networks: Mapping[str, Network],
    now: datetime,
    slugs: Collection[str] | None,
) -> tuple[int, Mapping[str, str]]:
    """Build the audiences of these tandems (None: of all); how many, and who was not reached."""
    with store.session() as session:
        campaign = enrol(session, settings.campaign, key, now)
        tandems = [
            each.tandem
            for each in gather(session, campaign.id, key)
            if each.tandem.state is TandemState.ACTIVE
            and (slugs is None or each.tandem.slug in slugs)
        ]
        resting = _resting(session, campaign.id, settings)
    aiming = {name: each for name, each in networks.items() if isinstance(each, Targeting)}
    options = settings.networks
    drawn = draw(store, settings.audience, tandems, aiming, options, now, resting=resting)
    with store.session() as session:
        for name, told in drawn.told.items():
            for tandem in tandems:
                mode = mode_of(tandem, settings.networks[name].reach_mode)
                store_audience(
                    session,
                    tandem,
                    networks[name],
                    drawn.circles[outline(tandem)],
                    told[wish(tandem, settings.networks[name])],
                    mode,
                    now,
                )
    return len(drawn.told) * len(tandems), drawn.unreachable
