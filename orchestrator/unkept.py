"""What is said of a post whose audience its network did not keep: what was asked, what is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from orchestrator.i18n import _, ngettext
from orchestrator.model import Audience, Post, Tandem
from orchestrator.vocabulary import PostState, Show

# So many towns are named; the rest is counted.
_NAMED = 3


def names_of(session: Session, post: Post, tandem: Tandem) -> dict[str, str]:
    """The places of the post's audience by their keys; no towns that give the own one away."""
    row = session.exec(
        select(Audience).where(
            Audience.tandem_id == post.tandem_id, Audience.network == post.network
        )
    ).one_or_none()
    if row is None:
        return {}
    whole = _("all of {state}")
    states = {each["key"]: whole.format(state=each["name"]) for each in row.states}
    towns = row.towns if tandem.show not in (None, Show.REGION) else []
    named = states | {each["key"]: str(each["name"]) for each in towns}
    return {key: name for key, name in named.items() if key}


def difference(post: Post, stored: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """What the network made of the audience."""
    if not stored:
        sentence = _(
            "the network did not keep the audience of this post: asked was {asked}, kept is"
            " nothing, so it is shown to everyone"
        )
        return sentence.format(asked=_asked(post, names))
    sentence = _(
        "the network did not keep the audience of this post: asked was {asked}, kept is {kept}"
    )
    return sentence.format(asked=_asked(post, names), kept=_towns(stored, names))


def _asked(post: Post, names: Mapping[str, str]) -> str:
    towns = _towns(post.targeting or {}, names)
    if post.mode == "hard":
        return _("only {towns}").format(towns=towns)
    return _("first of all {towns}").format(towns=towns)


def stays(post: Post) -> str:
    """What a person may do about it."""
    return _(
        "It stays online; `tueroeffner post takedown {number}` takes it down"
        " ([{network}] lost_targeting)."
    ).format(number=post.id, network=post.network)


def written_anew(post: Post) -> str:
    """The finding of the last time, on the post that is planned again, until it is approved."""
    if post.state is PostState.PLANNED and post.error:
        return post.error
    words = _("taken down since its audience was not kept, and planned anew")
    return f"{words}: {post.error}" if post.error else words


def is_doubtful(post: Post) -> bool:
    """Whether it is planned anew after others saw it than were meant to: somebody has to look."""
    return post.targeting_kept is False and post.mode == "hard"


def _towns(audience: Mapping[str, Any], names: Mapping[str, str]) -> str:
    keys = list(dict.fromkeys(_keys(audience)))
    known = sorted(names[key] for key in keys if key in names)[:_NAMED]
    rest = len(keys) - len(known)
    more = ngettext("{count} place", "{count} places", rest).format(count=rest)
    if not known:
        return more
    if not rest:
        return ", ".join(known)
    return _("{towns} and {more} more").format(towns=", ".join(known), more=more)


def _keys(value: Any) -> Iterator[str]:
    """Every place that an audience names, in whatever form."""
    if isinstance(value, Mapping) and "key" in value:
        yield str(value["key"])
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _keys(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _keys(part)
    elif isinstance(value, str):
        yield value
