"""A send without an answer: a look right now, or what a person saw on the page. Nothing is sent."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from sqlmodel import Session

from orchestrator.approve import cancel
from orchestrator.attempts import QUIET, attempts_of, last_attempt, shows_by_now
from orchestrator.bill import book
from orchestrator.copies import (
    MARGIN,
    READS,
    count_as_lost,
    is_lost,
    not_of_others,
    search,
    went_out_since,
)
from orchestrator.decide.case import Case, again, case_of, changed_meanwhile, locked, network_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Attempt, Post
from orchestrator.outcome import let_go, note
from orchestrator.ports import Receipt, Rejected
from orchestrator.settle import decide_by, found, is_ripe
from orchestrator.shift import Shift, Tally
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState

# No network's numbers are longer.
_LONGEST = 64


def look(shift: Shift, tally: Tally, case: Case) -> Case:
    """Look once in all our own lists: a hit is adopted at any time, a miss counts only in its turn.

    Its turn: when a platform would show what it took, and some time after the look before.
    """
    receipts = _seen_now(shift, case)
    with shift.store.session(patient=True) as session:
        post = _still_unclear(session, case)
        if receipts := not_of_others(session, post, receipts):
            _adopt(session, shift, tally, post, receipts)
        elif is_ripe(last_attempt(session, post.id), shift):
            decide_by(session, shift, tally, post, [])
    return again(shift, case)


def look_for(shift: Shift, tally: Tally, posts: Iterable[Post]) -> None:
    """Look at once for each of them that is unclear, as far as its network can be asked."""
    visits = Visits(shift, tally, urgent=True)
    for post in posts:
        unclear = post.state is PostState.UNKNOWN and post.network in shift.networks
        if unclear and visits.welcome(post.network):
            case = case_of(shift.store, shift.campaign_id, post.id)
            # A problem here is that somebody else was quicker with it.
            with visits.to(post.network, post.id), suppress(UsageProblem):
                look(shift, tally, case)


def not_live(shift: Shift, tally: Tally, case: Case) -> Case:
    """A person has looked, and it is nowhere: plan it again, unless a look right now finds it."""
    assert case.last is not None, "what is unclear was tried"
    if not shows_by_now(case.last, shift.now):
        raise UsageProblem(
            _("{network} may not show yet what it took at {time}.").format(
                network=source_word(case.post.network, ""), time=case.at(case.last.sent_at)
            ),
            remedy=_("Look and say so again after {time}.").format(time=case.at(quiet_until(case))),
        )
    receipts = _seen_now(shift, case)
    with shift.store.session(patient=True) as session:
        post = _still_unclear(session, case)
        receipts = not_of_others(session, post, receipts)
        if receipts:
            _adopt(session, shift, tally, post, receipts)
        else:
            _plan_again(session, shift, post)
    if receipts:
        raise UsageProblem(
            _("It is there after all, and is on record now: {link}").format(
                link=receipts[0].permalink
            ),
            remedy=_("Look at it with `tueroeffner post show {number}`.").format(
                number=case.post.id
            ),
        )
    return again(shift, case)


def is_live(shift: Shift, tally: Tally, case: Case, said: str) -> Case:
    """A person has found it: adopt the post of this address or number, if it is ours."""
    try:
        receipt = _named(shift, case, said)
    finally:
        book(shift)
    if receipt.text != network_of(shift, case).plain(case.post.text):
        raise UsageProblem(
            _("That post says other words than {post}.").format(post=case.title),
            remedy=_("Compare them with `tueroeffner post show {number}`.").format(
                number=case.post.id
            ),
        )
    with shift.store.session(patient=True) as session:
        post = _still_unclear(session, case)
        if not not_of_others(session, post, [receipt]):
            raise UsageProblem(
                _("That is another post of this campaign with the same words."),
                remedy=_("`tueroeffner post list` shows which one."),
            )
        _adopt(session, shift, tally, post, [receipt])
    return again(shift, case)


def quiet_until(case: Case) -> datetime:
    """Until when a platform that took it may not show it yet."""
    return case.sent_at + QUIET


def next_look(case: Case) -> datetime | None:
    """When a pass looks for it again, at the earliest; None once a person is asked."""
    last = case.last
    if last is None or last.reads >= READS:
        return None
    return (last.read_at or last.sent_at) + QUIET


def _seen_now(shift: Shift, case: Case) -> list[Receipt]:
    with shift.store.reading() as session:
        since = went_out_since(session, shift, case.post.id) - MARGIN
    try:
        return search(network_of(shift, case), case.post.text, since)
    finally:
        book(shift)


def _still_unclear(session: Session, case: Case) -> Post:
    post = locked(session, case)
    if post is None:
        raise changed_meanwhile(case)
    return post


def _adopt(
    session: Session, shift: Shift, tally: Tally, post: Post, receipts: list[Receipt]
) -> None:
    found(session, shift, tally, post, _lost_try(session, post), receipts)
    note(session, shift, f"settle {post.state.value}", post.id, by="person", found=len(receipts))


def _lost_try(session: Session, post: Post) -> Attempt:
    """The newest try that may be what was found."""
    tries = attempts_of(session, post.id)
    if post.state is PostState.UNKNOWN:
        return tries[-1]
    return next((each for each in reversed(tries) if is_lost(each)), tries[-1])


def _plan_again(session: Session, shift: Shift, post: Post) -> None:
    count_as_lost(last_attempt(session, post.id), shift.now)
    let_go(session, post)
    if post.approved_digest is None:
        cancel(post, _("its approval was taken back"))
    else:
        post.state, post.error = PostState.PLANNED, None
        # The waiting was ours: it must not make the post too late.
        post.held_at = post.held_at or shift.now
    note(session, shift, "settled as not live", post.id, by="person")


def _named(shift: Shift, case: Case, said: str) -> Receipt:
    """The post of our own that an address or number names; refused when there is none."""
    if said.strip() and "/" not in said and not any(map(str.isdigit, said)):
        raise UsageProblem(
            _("“{said}” is no address and no number.").format(said=said.strip()),
            remedy=_("Copy the address of the post itself, or give the number at its end."),
        )
    network, account = network_of(shift, case), shift.settings.networks[case.post.network].account
    for number in _numbers(said.strip(), account):
        try:
            seen = network.look(number)
        except Rejected:
            continue  # not a number of this network, or not of our own page or account
        if seen is not None:
            return seen
    raise UsageProblem(
        _("That is no post of our own page or account on {network}.").format(
            network=source_word(case.post.network, "")
        ),
        remedy=_("Copy the address of the post itself, or give the number at its end."),
    )


def _numbers(said: str, account: str) -> list[str]:
    """What the post's number may be: alone, or behind that of the page."""
    parts = _parts(said)
    figures = [part for part in parts if part.isdigit()]
    if len(figures) > 1 and account not in figures:
        return []  # the address names another page
    number = next((each for each in reversed(figures) if each != account), (parts or [""])[-1])
    return [number, f"{account}_{number}"] if 0 < len(number) <= _LONGEST else []


def _parts(said: str) -> list[str]:
    if "/" not in said:
        return [said]
    try:
        address = urlsplit(said)
    except ValueError:
        return []
    path = [part for part in address.path.split("/") if part]
    if any(map(str.isdigit, path)):
        return path  # what is asked behind it only tells where the address was copied
    return path + [value for _name, value in parse_qsl(address.query)]
