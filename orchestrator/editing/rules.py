"""Which posts may get other words, and what these may say: the rules of every public text."""

import re

from sqlmodel import Session, select

from orchestrator import people
from orchestrator.claim import not_eligible
from orchestrator.compose import Voice, folded, reveals, tells_status, voice_of
from orchestrator.copies import is_looked_for
from orchestrator.decide.case import Case, network_of
from orchestrator.discretion import is_profile
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.intake.ages import says_minor
from orchestrator.model import Appeal, Campaign, Person, Post, Tandem
from orchestrator.policy.text import public_text
from orchestrator.ports import Editing
from orchestrator.shift import Shift
from orchestrator.vocabulary import PostState

THERE = (PostState.PUBLISHED, PostState.SCHEDULED)
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)


def the_same(case: Case, text: str) -> bool:
    """Whether the post says just this already."""
    return case.post.rewording is None and text == case.post.text


def refuse_post(shift: Shift, case: Case) -> None:
    """Say why this post cannot get other words, where it cannot."""
    _refuse_unsent(case)
    network = network_of(shift, case)
    if not isinstance(network, Editing):
        raise UsageProblem(
            _("{network} lets no program change the words of a post that was sent.").format(
                network=source_word(case.post.network, "")
            ),
            remedy=_(
                "Delete it with `tueroeffner post takedown {number}`, change the appeal, then plan"
                " and approve it anew."
            ).format(number=case.post.id),
        )
    if any(map(is_looked_for, case.tries)):
        raise UsageProblem(
            _("A try of {post} is still looked for by its words.").format(post=case.title),
            remedy=_("`tueroeffner post show {number}` says until when.").format(
                number=case.post.id
            ),
        )
    _refuse_now(shift, case)


def _refuse_unsent(case: Case) -> None:
    """What is not at its network says there what its tandem's file says when it is planned."""
    if case.post.state is PostState.PLANNED:
        raise UsageProblem(
            _("{post} is not sent yet: its words are those of the appeal.").format(
                post=case.heading
            ),
            remedy=_(
                "Change the appeal of {slug} in the tandems' file, import it, then plan and approve"
                " it anew."
            ).format(slug=case.slug),
        )
    if case.post.state not in THERE:
        raise UsageProblem(
            _("{post} is neither live nor held by the network.").format(post=case.heading),
            remedy=_("Change the appeal of {slug}, then `tueroeffner plan`.").format(
                slug=case.slug
            ),
        )


def _refuse_now(shift: Shift, case: Case) -> None:
    """What is doubtful, or has to come down, is not touched."""
    with shift.store.reading() as session:
        frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))
        tandem = session.get_one(Tandem, case.post.tandem_id)
        why = not_eligible(session, shift, case.post, tandem)
        if frozen(case.post.network):
            why = _("the campaign is frozen after a restore")
    if why:
        raise not_now(case, why)


def not_now(case: Case, why: str) -> PersonNeeded:
    """Something else has to be done first."""
    return PersonNeeded(
        _("The words of {post} cannot be changed now: {why}.").format(
            post=case.title, why=why.rstrip(".")
        ),
        remedy=_("`tueroeffner today` shows what has to be done first."),
    )


def refuse_words(shift: Shift, case: Case, text: str) -> None:
    """Say why the post must not say this, where it must not."""
    with shift.store.reading() as session:
        voice = _voice(session, shift, case.post)
        others = session.exec(
            select(Post.text).where(Post.network == case.post.network, Post.id != case.post.id)
        ).all()
    why = _unfit(shift, case, text) or _indiscreet(voice, text)
    if not why and folded(text) in set(map(folded, others)):
        why = _("another post there says the same, and the network takes no words twice")
    if why:
        raise UsageProblem(
            _("{post} must not say this: {why}.").format(post=case.heading, why=why.rstrip(".")),
            remedy=_("Change the text, then run the same command again."),
        )


def _unfit(shift: Shift, case: Case, text: str) -> str:
    network, campaign = network_of(shift, case), shift.settings.campaign
    if not text:
        return _("it is empty")
    length = network.length(text)
    if length > network.limits.text:
        return _("it is too long ({length}, at most {limit})").format(
            length=length, limit=network.limits.text
        )
    found = public_text(text, case.post.link, (campaign.contact, campaign.link))
    return found.reason if found.level == "block" else ""


def _indiscreet(voice: Voice, text: str) -> str:
    """What the safety check hides, and the papers of a person, stay unsaid."""
    if voice.unchecked:
        return _("the real name, which must not be said, cannot be read: import the tandems’ file")
    if reveals(voice, text):
        return _("it gives the name or the town, which the safety check hides")
    if (voice.unsaid_names or voice.regional) and any(map(is_profile, _LINK.findall(text))):
        return _("a link leads to an account on a social network, which shows who it is")
    if says_minor(text):
        return _("it says that the person is under 18, and minors are not published")
    if tells_status(text):
        return _("it tells the residence status: at most say “may work”")
    return ""


def _voice(session: Session, shift: Shift, post: Post) -> Voice:
    tandem = session.get_one(Tandem, post.tandem_id)
    appeals = session.exec(select(Appeal).where(Appeal.tandem_id == tandem.id)).all()
    person = session.get_one(Person, tandem.refugee_id)
    name = people.fields(session, shift.key, person).get("name", "")
    return voice_of(tandem, name, appeals)
