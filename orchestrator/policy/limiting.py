"""What a pilot found out about limiting posts, and who must not rely on it from then on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from orchestrator import capabilities
from orchestrator.formats import count, day
from orchestrator.i18n import _
from orchestrator.policy.deciding import blocks, decided
from orchestrator.policy.finding import BLOCK, OK, WARN, Finding
from orchestrator.settings import Decision
from orchestrator.vocabulary import Block


@dataclass(frozen=True)
class Trial:
    """The newest finding about an account. ``fails``: its limit keeps nobody out, as it seems.

    ``gated``, ``unlimited``: so many saw the limited post and the open one; None where the
    audience of the limited one was not even kept.
    """

    on: date
    fails: bool
    gated: int | None = None
    unlimited: int | None = None


def trial_of(session: Session, account_id: int) -> Trial | None:
    """What is known of the account; None where no pilot told anything about the limit."""
    known = capabilities.known(session, account_id)
    stored = known.get(capabilities.GATE_STORED)
    if stored and not stored.value["stored"]:
        return Trial(stored.known_at.date(), fails=True)
    effect = known.get(capabilities.GATE_EFFECT)
    if effect is None or effect.value["effect"] not in ("narrows", "none"):
        return None
    return Trial(
        effect.known_at.date(),
        effect.value["effect"] == "none",
        effect.value["gated"],
        effect.value["open"],
    )


def limit_rules(network: str, trial: Trial | None, *, region_only: bool) -> list[Finding]:
    """Nothing where nothing is known; a block for whoever must not be seen elsewhere."""
    if trial is None:
        return []
    told = {"day": day(trial.on), "network": network, **_figures(trial)}
    if not trial.fails:
        words = _(
            "The pilot of {day}: on {network} the limited post was seen by {gated}, the open one by"
            " {open}."
        )
        return [Finding(Block.GATE_EFFECT, OK, words.format(**told))]
    reason = _fails(trial).format(**told)
    if not region_only:
        return [Finding(Block.GATE_EFFECT, WARN, reason, _repeat())]
    stopped = _("{reason} Whoever may only be shown in the region must not rely on it.")
    return [Finding(Block.GATE_EFFECT, BLOCK, stopped.format(reason=reason), _otherwise())]


def lost_audience(slug: str) -> Finding:
    """A post is planned anew whose audience the network did not keep the last time."""
    return Finding(
        "lost_audience",
        WARN,
        _("A post was taken down since its audience was not kept; it is written anew."),
        _(
            "Look whether the network keeps audiences by now (`tueroeffner doctor --pilot`), then"
            " `tueroeffner approve {slug}`."
        ).format(slug=slug),
    )


def stopped_by_limit(
    session: Session, account_id: int, network: str, decisions: list[Decision]
) -> str | None:
    """Why nothing of somebody who may only be shown in the region goes out on this account."""
    trial = trial_of(session, account_id)
    found: Iterable[Finding] = limit_rules(network, trial, region_only=True)
    return next((each.reason for each in blocks(decided(found, decisions))), None)


def _figures(trial: Trial) -> dict[str, str]:
    return {"gated": count(trial.gated or 0), "open": count(trial.unlimited or 0)}


def _fails(trial: Trial) -> str:
    if trial.gated is None:
        return _("The pilot of {day}: {network} did not keep the audience of a limited post.")
    return _(
        "The pilot of {day}: on {network} the limited post was seen by {gated}, the open one by"
        " {open}, so people elsewhere probably see limited posts as well."
    )


def _repeat() -> str:
    return _("Two posts are a small sample; `tueroeffner doctor --pilot` tries once more.")


def _otherwise() -> str:
    return _(
        "Repeat the pilot (`tueroeffner doctor --pilot`), ask a partner with a page of this place,"
        " or decide with the tandem: [[policy.decisions]] rule = “{rule}”."
    ).format(rule=Block.GATE_EFFECT)
