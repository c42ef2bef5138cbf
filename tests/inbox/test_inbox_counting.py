"""However often, by whom and on whatever way an offer is told, it is counted once."""

from dataclasses import replace
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.campaign import enrol
from orchestrator.inbox import hand, notes
from orchestrator.inbox.paging import Wish, replies
from orchestrator.inbox.words import TYPED_CHANNELS, flat, shown
from orchestrator.model import Reply
from orchestrator.redact import contacts_in
from orchestrator.replies import Sender, is_original
from orchestrator.vocabulary import Label
from tests.inbox.conftest import NOON, Rows

NUMBERS = ["0761 555 010{n}", "+49 761 555010{n}", "0049-761/555 010{n}", "(0761) 555 01 0{n}"]
telling = st.tuples(
    st.integers(0, 4), st.sampled_from(NUMBERS), st.sampled_from(TYPED_CHANNELS), st.booleans()
)
campaigns = count(1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tellings=st.lists(telling, max_size=12))
def test_each_sender_counts_once(rows: Rows, tellings: list[tuple[int, str, str, bool]]) -> None:
    """Every way to write a number is one sender; the number may stand in the words or apart.

    All is kept, each repetition points to a first telling, and never to another repetition.
    """
    campaign = rows.settings.campaign.model_copy(update={"slug": f"c-{next(campaigns)}"})
    with rows.store.session() as session:
        campaign_id = enrol(session, campaign, rows.key, NOON).id
        for sender, number, channel, in_words in tellings:
            note = notes.Note(channel, "Wir suchen wen", NOON, label=Label.JOB_OFFER)
            said = number.format(n=sender)
            if in_words:
                note = replace(note, text=f"Wir suchen wen: {said}")
            else:
                note = replace(note, sender=Sender(contact=said))
            notes.enter(session, rows.key, campaign_id, note, NOON, "heike")
        kept = replies(session, campaign_id, Wish(everything=True))
    first = {each.id for each in kept if is_original(each)}
    assert len(kept) == len(tellings)
    assert len(first) == len({sender for sender, *_rest in tellings})
    assert {each.duplicate_of for each in kept if not is_original(each)} <= first


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_is_shown_can_neither_steer_nor_tell(text: str) -> None:
    """No control sign, no contact; showing it twice changes nothing, and one line is one line."""
    said = shown(text)
    assert not contacts_in(said)
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in said)
    assert shown(said) == said
    assert "\n" not in flat(text)


def test_the_same_sender_is_no_matter_of_order(rows: Rows) -> None:
    """Whoever is asked about whom, the answer is the same; a stranger is nobody's namesake."""
    replies = [
        Reply(id=1, contact_digests=["a", "b"]),
        Reply(id=2, contact_digests=["b"], author_digest="x"),
        Reply(id=3, author_digest="x"),
        Reply(id=4, duplicate_of=3),
        Reply(id=5),
    ]
    pairs = [
        (one.id, other.id)
        for one in replies
        for other in replies
        if one.id < other.id and hand.same_sender(one, other)
    ]
    assert pairs == [(1, 2), (2, 3), (3, 4)]
    assert all(hand.same_sender(b, a) == hand.same_sender(a, b) for a in replies for b in replies)
