"""What becomes of a post next if nobody does anything, in a sentence."""

from orchestrator.attempts import unclear
from orchestrator.config import Settings
from orchestrator.copies import READS
from orchestrator.decide.case import Case
from orchestrator.decide.lost import looked_for_until, perhaps_there
from orchestrator.decide.unclear import next_look
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.settle import TRIES
from orchestrator.vocabulary import PostState


def outlook(case: Case, settings: Settings) -> str | None:
    """For what is unclear, kept by a network, or may still show up; None for all others."""
    if case.post.state is PostState.UNKNOWN:
        return f"{looks(case)} {_after_the_looks(case, settings)}"
    if case.post.handed_digest is not None:
        return _kept(case)
    return _lost(case) if perhaps_there(case) else None


def _lost(case: Case) -> str | None:
    until = looked_for_until(case)
    if until is None:
        return None
    return _(
        "A try of it had no answer, so it may still show up: passes look for it again, for the"
        " last time after {time}."
    ).format(time=case.at(until))


def looks(case: Case) -> str:
    """How many looks found nothing, and when the next one is."""
    when = next_look(case)
    done = _("Looks without a hit: {done} of {needed}.").format(
        done=min(case.last.reads if case.last else 0, READS), needed=READS
    )
    if when is None:
        return done
    return done + " " + _("The first pass after {time} looks again.").format(time=case.at(when))


def _after_the_looks(case: Case, settings: Settings) -> str:
    if next_look(case) is None:
        return _(
            "Look yourself, then: tueroeffner post settle {number} --live LINK, or --not-live."
        ).format(number=case.post.id)
    if case.post.handed_for or settings.campaign.settle == "ask":
        return _("If three looks do not find it, a person decides.")
    if sum(map(unclear, case.tries)) >= TRIES:
        return _("If three looks do not find it, it is given up, and a person looks.")
    return _("If three looks do not find it, the same words are sent again.")


def _kept(case: Case) -> str:
    post = case.post
    words = {"network": source_word(post.network, ""), "number": post.remote_id}
    if post.state is PostState.SCHEDULED and post.handed_for:
        return _("{network} holds it as {number}, and publishes it by itself {time}.").format(
            **words, time=case.at(post.handed_for)
        )
    if post.state is PostState.PLANNED:
        return _("{network} keeps it as {number}, a draft; a pass publishes it.").format(**words)
    return _("{network} still keeps it as {number}; every pass tries to delete it there.").format(
        **words
    )
