"""The refusals of the Graph API as a table: code, subcode, what follows from it, what to tell.

The first row that fits counts, so subcodes stand before their code. ``{said}`` is what the platform
itself says. That 80002 to 80014, but for 80004 and 80006, are limits of the same kind is
unverified live.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from orchestrator.i18n import _
from orchestrator.vocabulary import Condition


class Reaction(Enum):
    """What the program does about a refusal."""

    LOOK = auto()  # nobody knows whether it was done: a write is looked for, a read repeated
    WAIT = auto()  # nothing is asked until the platform's own time is over
    STOP = auto()  # the whole account is refused: a person has to act
    LACKS = auto()  # a permission is missing: sending stops, reading goes on without this
    REFUSED = auto()  # as it stands it never will be taken
    DUPLICATE = auto()  # the page has it already
    DROP = auto()  # one figure is not given (any more); the others are
    RESUME = auto()  # an upload goes on elsewhere than was thought


@dataclass(frozen=True)
class Row:
    """A refusal. Without ``subcodes``: any; ``words``: only with these in the message."""

    codes: frozenset[int]
    reaction: Reaction
    says: Callable[[], str]
    subcodes: frozenset[int] = frozenset()
    words: str = ""
    condition: Condition = Condition.TOKEN

    def fits(self, code: int, subcode: int, message: str) -> bool:
        """Whether this row is about such a refusal."""
        if self.codes and code not in self.codes:
            return False
        return (not self.subcodes or subcode in self.subcodes) and self.words in message.lower()


def _codes(*codes: int | range) -> frozenset[int]:
    return frozenset(n for each in codes for n in ([each] if isinstance(each, int) else each))


ANY = _codes()
TOKEN, PERMISSION = _codes(102, 104, 190), _codes(3, 10, range(200, 300))


def _token(subcode: int, says: Callable[[], str]) -> Row:
    return Row(TOKEN, Reaction.STOP, says, _codes(subcode))


def _limit(codes: frozenset[int], says: Callable[[], str]) -> Row:
    return Row(codes, Reaction.WAIT, says)


TABLE: tuple[Row, ...] = (
    # An upload, and an advert, by subcode.
    Row(
        ANY,
        Reaction.RESUME,
        lambda: _("Facebook has the film only up to another place: {said}. It goes on from there."),
        _codes(1363037),
    ),
    Row(
        ANY,
        Reaction.REFUSED,
        lambda: _(
            "Facebook found a budget on the advert's campaign and on its ad set: {said}. Set it on"
            " one of them."
        ),
        _codes(1885621),
    ),
    Row(
        ANY,
        Reaction.REFUSED,
        lambda: _(
            "Facebook found no place in the advert's audience: {said}. Build the audience anew:"
            " `tueroeffner audience build`."
        ),
        _codes(1885364),
    ),
    Row(
        ANY,
        Reaction.REFUSED,
        lambda: _(
            "Facebook found that the advert's special category and its country or audience do not"
            " go together: {said}. See [facebook] ad_category."
        ),
        _codes(2909034),
    ),
    # An answer to somebody, by subcode or by a code of its own.
    Row(
        _codes(10),
        Reaction.REFUSED,
        lambda: _(
            "Facebook lets a page write only within 24 hours after somebody's last message: {said}."
            " Answer in another way."
        ),
        _codes(2018278),
    ),
    Row(
        _codes(100, 551),
        Reaction.REFUSED,
        lambda: _("Facebook does not reach this person by message: {said}. Answer in another way."),
        _codes(1545041, 2018001, 2018292),
    ),
    Row(
        _codes(10900),
        Reaction.REFUSED,
        lambda: _(
            "This comment was answered privately before, and Facebook allows that once: {said}."
            " Answer it in public."
        ),
    ),
    Row(
        _codes(10903),
        Reaction.REFUSED,
        lambda: _(
            "Facebook allows no private answer to this comment (any more): {said}. Answer it in"
            " public."
        ),
    ),
    # The token.
    _token(
        458,
        lambda: _(
            "The person behind {token} has removed the app from their Facebook account: {said}."
            " Let them add it again, and make a new token."
        ),
    ),
    _token(
        459,
        lambda: _(
            "Facebook wants to check the account of the person behind {token} first: {said}. Let"
            " them log in at facebook.com and do what is asked; then the token works again."
        ),
    ),
    _token(
        460,
        lambda: _(
            "The person behind {token} has changed their password, which ended it: {said}. Make a"
            " new token."
        ),
    ),
    _token(
        463,
        lambda: _(
            "The token {token} has expired: {said}. Make a new one; one that is made of a"
            " long-lived token lasts."
        ),
    ),
    _token(
        464,
        lambda: _(
            "The person behind {token} has not confirmed their Facebook account: {said}. Let them"
            " log in at facebook.com and confirm it."
        ),
    ),
    _token(
        467,
        lambda: _(
            "The token {token} was ended, by a logout or by Facebook: {said}. Make a new one."
        ),
    ),
    _token(
        492,
        lambda: _(
            "The person behind {token} has no task on this page any more: {said}. Give them the"
            " page's tasks again, and make a new token."
        ),
    ),
    Row(
        TOKEN,
        Reaction.STOP,
        lambda: _(
            "Facebook does not accept {token}: {said}. Make a new token, and check that app_secret"
            " is of the same app."
        ),
    ),
    Row(
        _codes(100),
        Reaction.STOP,
        lambda: _(
            "Facebook does not accept the proof of the app's secret: {said}. Set [facebook]"
            " app_secret to the secret of the app that made {token}."
        ),
        words="appsecret_proof",
    ),
    Row(
        _codes(2500),
        Reaction.STOP,
        lambda: _("Facebook does not know {token}: {said}. Make a new token."),
        words="access token",
    ),
    # What the app, the person or the page may do.
    Row(
        _codes(3),
        Reaction.LACKS,
        lambda: _(
            "Facebook does not let this app make the call: {said}. Look in the app's dashboard at"
            " its use cases and permissions."
        ),
        condition=Condition.PERMISSION,
    ),
    Row(
        PERMISSION,
        Reaction.LACKS,
        lambda: _(
            "The token {token} lacks a permission: {said}. Grant what it names, and make a new"
            " token; `tueroeffner doctor` lists what is missing."
        ),
        condition=Condition.PERMISSION,
    ),
    Row(
        _codes(368),
        Reaction.STOP,
        lambda: _(
            "Facebook holds this page back for its policies: {said}. Look at the page's support"
            " inbox; after that `tueroeffner resume --network facebook` goes on."
        ),
        condition=Condition.BLOCKED,
    ),
    Row(
        _codes(2635),
        Reaction.STOP,
        lambda: _(
            "Facebook no longer serves this version of its interface: {said}. Set [facebook]"
            " api_version to a newer one."
        ),
        condition=Condition.OUTDATED,
    ),
    # Limits: of the app, of a person, of a page, of what it is used for.
    _limit(
        _codes(4, 341),
        lambda: _(
            "The app has made all the calls that Facebook allows it at a time: {said}. All that use"
            " the app wait."
        ),
    ),
    _limit(
        _codes(17),
        lambda: _(
            "The person behind {token} has made all the calls that Facebook allows at a time:"
            " {said}."
        ),
    ),
    _limit(
        _codes(32, 80001),
        lambda: _(
            "This page has used up the calls that Facebook allows it; a small page has few: {said}."
        ),
    ),
    _limit(
        _codes(613),
        lambda: _("Facebook allows this kind of call only so often: {said}."),
    ),
    _limit(
        _codes(80000),
        lambda: _("The ad account has used up its calls for reading figures: {said}."),
    ),
    _limit(
        _codes(80003, 80004, 80005, 80009, 80014),
        lambda: _("The ad account has used up the calls that Facebook allows it: {said}."),
    ),
    _limit(
        _codes(range(80002, 80015)),
        lambda: _("Facebook allows no more calls of this kind for now: {said}."),
    ),
    # This post, this link, this figure.
    Row(
        _codes(1, 2),
        Reaction.LOOK,
        lambda: _("Facebook has trouble of its own: {said}. It is tried again later."),
    ),
    Row(
        _codes(506),
        Reaction.DUPLICATE,
        lambda: _(
            "Facebook already has a post of this page with the same text: {said}. Look for it"
            " on the page, also among drafts and scheduled posts, or change the text."
        ),
    ),
    Row(
        _codes(1609005),
        Reaction.REFUSED,
        lambda: _(
            "Facebook cannot read the page behind the link: {said}. Open the link yourself; if it"
            " does not work, take it out of the tandem's row and plan again."
        ),
    ),
    Row(
        _codes(100),
        Reaction.DROP,
        lambda: _("Facebook does not give this figure (any more): {said}. The others are read."),
        words="valid insights metric",
    ),
    Row(
        _codes(100),
        Reaction.REFUSED,
        lambda: _(
            "Facebook does not take a value of this call: {said}. Change what it names; it is not"
            " tried again as it is."
        ),
    ),
)
_UNKNOWN = Row(
    ANY,
    Reaction.REFUSED,
    lambda: _("Facebook refused: {said}. Change what it names; it is not tried again as it is."),
)


def row(code: int, subcode: int = 0, message: str = "") -> Row:
    """What such a refusal means; that of a code that nobody knows is about this one call."""
    return next((each for each in TABLE if each.fits(code, subcode, message)), _UNKNOWN)
