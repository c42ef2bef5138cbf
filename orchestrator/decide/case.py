"""The post about which somebody decides, with its tandem and its tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from orchestrator.attempts import attempts_of
from orchestrator.errors import UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Account, Attempt, Post, Tandem
from orchestrator.ports import Network
from orchestrator.posts import found
from orchestrator.shift import Shift
from orchestrator.store import Store


@dataclass(frozen=True)
class Case:
    """One post as it stands."""

    post: Post
    slug: str
    tries: Sequence[Attempt]

    @property
    def title(self) -> str:
        """The post with its tandem and network, inside of a sentence."""
        return _("post {number} ({slug}, {network})").format(**self._names)

    @property
    def heading(self) -> str:
        """The same at the beginning of a sentence."""
        return _("Post {number} ({slug}, {network})").format(**self._names)

    @property
    def _names(self) -> dict[str, object]:
        return {"number": self.post.id, "slug": self.slug, "network": self.post.network}

    @property
    def last(self) -> Attempt | None:
        """The newest try."""
        return self.tries[-1] if self.tries else None

    @property
    def sent_at(self) -> datetime:
        """When it was last sent, as far as that is known."""
        return self.last.sent_at if self.last else self.post.published_at or self.post.due_at

    def at(self, when: datetime) -> str:
        """A time in the words and on the wall of the campaign."""
        return moment(when.astimezone(ZoneInfo(self.post.zone)))


def case_of(store: Store, campaign_id: int, post_id: int) -> Case:
    """The post as it stands now; refused when there is none of this number."""
    with store.reading() as session:
        post = found(session, campaign_id, post_id)
        slug = session.get_one(Tandem, post.tandem_id).slug
        return Case(post, slug, attempts_of(session, post_id))


def again(shift: Shift, case: Case) -> Case:
    """The same post after something was done about it."""
    return case_of(shift.store, shift.campaign_id, case.post.id)


def locked(session: Session, case: Case) -> Post | None:
    """The post's row, locked, unless it changed since the case was looked at."""
    post = session.get_one(Post, case.post.id, with_for_update=True)
    same = (post.state, post.fence, post.remote_id) == (
        case.post.state,
        case.post.fence,
        case.post.remote_id,
    )
    return post if same else None


def network_of(shift: Shift, case: Case) -> Network:
    """The network on which the post is; refused while it is off, or shows another page."""
    network = shift.networks.get(case.post.network)
    name, number = source_word(case.post.network, ""), case.post.id
    if network is None:
        raise UsageProblem(
            _("{network} is off: nobody can look there.").format(network=name),
            remedy=_(
                "Give it its credentials, then run `tueroeffner doctor`. If the post is gone from"
                " there: tueroeffner post settle {number} --gone"
            ).format(number=number),
        )
    if not is_ours(shift, case):
        raise UsageProblem(
            _("{post} belongs to another page or account than configured.").format(
                post=case.heading
            ),
            remedy=_(
                "Configure that one again. If the post is gone from there: tueroeffner post settle"
                " {number} --gone"
            ).format(number=number),
        )
    return network


def is_ours(shift: Shift, case: Case) -> bool:
    """Whether it is on the page or account that is configured: only that one can be read."""
    with shift.store.reading() as session:
        account = session.get_one(Account, case.post.account_id).remote_id
    return account == shift.settings.networks[case.post.network].account


def changed_meanwhile(case: Case) -> UsageProblem:
    """Another program or person was quicker; nothing of ours was written."""
    return UsageProblem(
        _("Something else happened to {post} at this very moment.").format(post=case.title),
        remedy=_("Look at it with `tueroeffner post show {number}`, then decide.").format(
            number=case.post.id
        ),
    )
