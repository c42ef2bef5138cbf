"""Adverts as scripts and people read them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, select

from orchestrator.adverts.money import left, units
from orchestrator.adverts.rows import adverts_of, digest_of, km_of, shares
from orchestrator.config import Settings
from orchestrator.i18n import _
from orchestrator.model import Advert, Post, Tandem
from orchestrator.redact import redact
from orchestrator.section import AdvertTerms
from orchestrator.vocabulary import AdvertState

Row = tuple[Advert, Post, Tandem]


def document(row: Row, settings: Settings) -> dict[str, Any]:
    """One advert; its keys are stable."""
    advert, post, tandem = row
    zone = settings.campaign.zone
    return {
        "id": advert.id,
        "tandem": tandem.slug,
        "network": advert.network,
        "post": post.id,
        "permalink": post.permalink,
        "state": advert.state.value,
        "approved": advert.approved_digest == digest_of(advert, post),
        "approved_at": advert.approved_at.astimezone(zone) if advert.approved_at else None,
        "approved_by": advert.approved_by,
        "budget": float(units(advert.budget_cents)),
        "spent": float(units(advert.spend_cents)) if advert.read_at else None,
        "currency": advert.currency,
        "ends_at": advert.ends_at.astimezone(zone),
        "radius_km": km_of(advert.targeting),
        "category": advert.category,
        "review": advert.review,
        "figures": advert.figures,
        "read_at": advert.read_at.astimezone(zone) if advert.read_at else None,
        "name": advert.name,
        "remote": advert.remote,
        "error": redact(advert.error) if advert.error else None,
    }


def documents(rows: Sequence[Row], settings: Settings) -> list[dict[str, Any]]:
    """All of them."""
    return [document(row, settings) for row in rows]


def totals(session: Session, campaign_id: int, terms: AdvertTerms | None) -> dict[str, Any]:
    """What is taken of the cap, and spent; figures of people are never added up.

    ``approved``: what may still be spent, and of what is over what was spent.

    Null where nothing is configured, or where there are adverts in several currencies.
    """
    rows = [row for row, _post, _tandem in adverts_of(session, campaign_id)]
    approved = shares(session, campaign_id).values()
    currencies = {row.currency for row in rows}
    spent = sum(row.spend_cents for row in rows)
    one = len(currencies) < 2
    return {
        "currency": next(iter(currencies), None) if one else None,
        "cap": float(units(terms.total)) if terms else None,
        "approved": float(units(sum(approved))) if one else None,
        "left": float(units(left(terms.total, approved))) if terms and one else None,
        "spent": float(units(spent)) if one else None,
    }


def paid(session: Session, campaign_id: int) -> dict[str, Any] | None:
    """The figures of all adverts, for the report; None while none was ever approved.

    ``displays`` may be added up; people of several adverts must not be.
    """
    rows = session.exec(select(Advert).where(Advert.campaign_id == campaign_id)).all()
    ran = [row for row in rows if row.approved_at is not None]
    if not ran:
        return None
    currencies = sorted({row.currency for row in ran})
    told = [row.figures["impressions"] for row in ran if "impressions" in row.figures]
    read = [row.read_at for row in ran if row.read_at is not None]
    return {
        "adverts": len(ran),
        "spent": {
            each: float(units(sum(row.spend_cents for row in ran if row.currency == each)))
            for each in currencies
        },
        "impressions": sum(told) if told else None,
        "as_of": min(read, default=None),
    }


def state_word(state: str) -> str:
    """A state as a person reads it."""
    return {
        AdvertState.PLANNED: _("not made yet"),
        AdvertState.MAKING: _("being made"),
        AdvertState.PAUSED: _("switched off"),
        AdvertState.RUNNING: _("running"),
        AdvertState.DISAPPROVED: _("disapproved"),
        AdvertState.ENDED: _("over"),
        AdvertState.STOPPED: _("stopped"),
        AdvertState.REFUSED: _("refused"),
    }[AdvertState(state)]


def gender_word(gender: str) -> str:
    """Whom the network counted, by the gender that it was told."""
    return {"female": _("women"), "male": _("men")}.get(gender, _("gender not told"))


def review_word(review: dict[str, Any] | None) -> str:
    """What the network's review came to."""
    return {
        "pending": _("being reviewed"),
        "approved": _("accepted"),
        "disapproved": _("disapproved"),
        "issues": _("with issues"),
        "unknown": _("not known"),
    }.get(str((review or {}).get("state")), "")
