"""The rows of what is known of typed places: keyed digests, and sealed places."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from audiences.circle import WIDEST_KM
from audiences.distance import Point, distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.outward import Question
from audiences.place import Place, Resolution
from orchestrator.campaign import enrol, known
from orchestrator.keys import CampaignKey
from orchestrator.model import KnownPlace
from orchestrator.settings import Campaign as CampaignSettings
from orchestrator.store import Store

SETTLED = "settled"
KEEPS = timedelta(days=365)
# A place that a service did not know may be on the map next month.
UNKNOWN_KEEPS = timedelta(days=30)


def typed_digest(key: CampaignKey, typed: str, country: str) -> str:
    """By what a typed place of a country is recognised."""
    return key.digest(f"settled place|{_folded(typed)}|{country}")


def _folded(typed: str) -> str:
    text = " ".join(typed.split())
    return fold(text) or text.casefold()


# -- settled by a person ------------------------------------------------------------------------


def settled_places(session: Session, campaign_id: int, key: CampaignKey) -> dict[str, Place]:
    """Digest of what was typed → the place that somebody said it means."""
    rows = session.exec(
        select(KnownPlace).where(
            KnownPlace.campaign_id == campaign_id, KnownPlace.source == SETTLED
        )
    ).all()
    return {row.digest: _place(key.open_own(row.sealed)["place"]) for row in rows}


def settle(
    session: Session, campaign_id: int, key: CampaignKey, typed: str, place: Place, now: datetime
) -> None:
    """Keep what a typed place means from now on, whatever it meant before."""
    digest = typed_digest(key, typed, place.country)
    _put(session, campaign_id, digest, SETTLED, key.seal_own({"place": asdict(place)}), now)


def forget(session: Session, campaign_id: int, key: CampaignKey, typed: str, country: str) -> None:
    """Let it be as if nobody had said what a typed place means."""
    session.exec(
        delete(KnownPlace).where(
            col(KnownPlace.campaign_id) == campaign_id,
            col(KnownPlace.source) == SETTLED,
            col(KnownPlace.digest) == typed_digest(key, typed, country),
        )
    )


def _put(
    session: Session, campaign_id: int, digest: str, source: str, sealed: bytes, now: datetime
) -> None:
    row = session.exec(
        select(KnownPlace).where(
            KnownPlace.campaign_id == campaign_id,
            KnownPlace.digest == digest,
            KnownPlace.source == source,
        )
    ).one_or_none() or KnownPlace(
        campaign_id=campaign_id, digest=digest, source=source, sealed=sealed, known_at=now
    )
    row.sealed, row.known_at = sealed, now
    session.add(row)


# -- answers of a service -----------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """Answers of one service, with where they come from; a dry run keeps none."""

    store: Store
    key: CampaignKey
    campaign: CampaignSettings
    source: str
    now: datetime
    dry_run: bool = False

    def recall(self, question: Question) -> Resolution | None:
        """The answer of before, while it is fresh."""
        with self.store.reading() as session:
            row = session.exec(
                select(KnownPlace).where(
                    KnownPlace.campaign_id == known(session, self.campaign.slug),
                    KnownPlace.source == self.source,
                    KnownPlace.digest == self._digest(question),
                )
            ).one_or_none()
            if row is None or row.known_at <= self.now - KEEPS:
                return None
            answer = _answer(self.key.open_own(row.sealed))
        stale = answer.status == "unknown" and row.known_at <= self.now - UNKNOWN_KEEPS
        return None if stale else answer

    def remember(self, question: Question, answer: Resolution) -> None:
        """Keep an answer; those whose time is over go."""
        if self.dry_run:
            return
        sealed = self.key.seal_own(asdict(answer))
        with self.store.session() as session:
            # Its row is locked, so that two programs do not keep the same answer at once.
            campaign_id = enrol(session, self.campaign, self.key, self.now).id
            forget_answers(session, campaign_id, self.now - KEEPS)
            _put(session, campaign_id, self._digest(question), self.source, sealed, self.now)

    def _digest(self, question: Question) -> str:
        where = " ".join(question.countries)
        return self.key.digest(f"asked place|{_folded(question.text)}|{where}")


def forget_answers(session: Session, campaign_id: int, before: datetime) -> None:
    """Let go of what services answered until then; they can be asked again."""
    session.exec(
        delete(KnownPlace).where(
            col(KnownPlace.campaign_id) == campaign_id,
            col(KnownPlace.source) != SETTLED,
            col(KnownPlace.known_at) <= before,
        )
    )


def forget_around(session: Session, campaign_id: int, key: CampaignKey, centre: Point) -> None:
    """Let go of every place that may have been the home of somebody in the town at ``centre``.

    No row says whose place it is. Letting go of others too costs one question at most: what an
    earlier import settled is known by its tandem.
    """
    rows = session.exec(select(KnownPlace).where(KnownPlace.campaign_id == campaign_id)).all()
    for row in rows:
        if row.source != SETTLED or _is_near(key.open_own(row.sealed)["place"], centre):
            session.delete(row)


def _is_near(document: dict[str, Any], centre: Point) -> bool:
    return distance_km(_place(document), centre) <= WIDEST_KM


def forget_all(session: Session, campaign_id: int) -> None:
    """Let go of everything that is known of typed places."""
    session.exec(delete(KnownPlace).where(col(KnownPlace.campaign_id) == campaign_id))


def _answer(document: dict[str, Any]) -> Resolution:
    place = document["place"]
    rivals = tuple(_place(each) for each in document["rivals"])
    return Resolution(document["status"], _place(place) if place else None, rivals)


def _place(document: dict[str, Any]) -> Place:
    """The place as the gazetteer has it by now, or else as it was kept."""
    names = {field.name for field in fields(Place)}
    kept = Place(**{name: value for name, value in document.items() if name in names})
    here = Gazetteer.open().place(kept.id)
    # In another gazetteer the number may have become another place's.
    same = here is not None and (here.name, here.country) == (kept.name, kept.country)
    return here if here is not None and same else kept
