"""Adverts as scripts and people read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from orchestrator.adverts.money import amount, left, units
from orchestrator.adverts.rows import adverts_of, digest_of, held_back, is_held, km_of, shares
from orchestrator.config import Settings
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.model import Advert, Post, Tandem
from orchestrator.redact import redact
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
        "held_until": _held_until([advert], settings),
        "name": advert.name,
        "remote": advert.remote,
        "error": redact(advert.error) if advert.error else None,
    }


def documents(rows: Sequence[Row], settings: Settings) -> list[dict[str, Any]]:
    """All of them."""
    return [document(row, settings) for row in rows]


def _held_until(adverts: Iterable[Advert], settings: Settings) -> datetime | None:
    held = [row.held_until for row in adverts if row.held_until and is_held(row)]
    return max(held).astimezone(settings.campaign.zone) if held else None


def totals(session: Session, campaign_id: int, settings: Settings) -> dict[str, Any]:
    """What is taken of the cap, and spent; figures of people are never added up.

    ``approved``: what may still be spent, or have been, and of the rest what was spent. ``held``:
    so much of it only since the network tells late what adverts spent that are over.

    Null where nothing is configured, or where there are adverts in several currencies.
    """
    terms = next((each.pays for each in settings.networks.values() if each.pays), None)
    rows = [row for row, _post, _tandem in adverts_of(session, campaign_id)]
    approved = shares(rows).values()
    currencies = {row.currency for row in rows}
    spent = sum(row.spend_cents for row in rows)
    one = len(currencies) < 2
    return {
        "currency": next(iter(currencies), None) if one else None,
        "cap": float(units(terms.total)) if terms else None,
        "approved": float(units(sum(approved))) if one else None,
        "left": float(units(left(terms.total, approved))) if terms and one else None,
        "spent": float(units(spent)) if one else None,
        "held": float(units(held_back(rows))) if one else None,
        "held_until": _held_until(rows, settings),
    }


def held_words(sums: dict[str, Any]) -> str:
    """How much of the cap is held back for what is over, and until when; empty: nothing."""
    if not sums["held"]:
        return ""
    return _(
        "{money} of ad_total are held back until {time} for adverts that are over, since the"
        " network tells late what was spent. The first pass after that frees what was not."
    ).format(
        money=amount(round(100 * sums["held"]), sums["currency"]), time=moment(sums["held_until"])
    )


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
