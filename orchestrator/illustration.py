"""What goes with a post beside its words, and why a picture or film does not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from orchestrator import eligible, media
from orchestrator.eligible import Versions
from orchestrator.i18n import _
from orchestrator.model import Consent, Medium, Tandem
from orchestrator.ports import MediaLimits, Uploading


@dataclass(frozen=True)
class Illustration:
    """Files as ``Post.media`` names them, and why some stay at home."""

    media: list[dict[str, Any]]
    without: tuple[str, ...] = ()

    @property
    def alts(self) -> int:
        """How many of them are told in words as well."""
        return sum(1 for each in self.media if each["alt"])


def illustrated(
    session: Session,
    tandem: Tandem,
    consents: Sequence[Consent],
    network: object,
    on: date,
    versions: Versions,
) -> Illustration:
    """The pictures or the film of a tandem for one network, on that day."""
    given = media.media_of(session, tandem.id)
    if not given and not tandem.media:
        return Illustration([])
    if reason := _none_at_all(tandem, consents, network, on, versions):
        return Illustration([], (reason,))
    if not given:
        # Earlier versions kept the name alone.
        return Illustration(
            [], (_("only the name of the file is known here: import the tandem again"),)
        )
    assert isinstance(network, Uploading)
    taken = media.attached(session, tandem, network.media, consents, on, versions)
    going = {each["digest"] for each in taken}
    left = [each for each in given if each.ready not in going]
    return Illustration(taken, tuple(_why(each, network.media) for each in left))


def _none_at_all(
    tandem: Tandem, consents: Sequence[Consent], network: object, on: date, versions: Versions
) -> str | None:
    if not isinstance(network, Uploading):
        return _("this network takes no pictures or films")
    return eligible.no_picture(tandem, consents, on, versions) or None


def _why(medium: Medium, limits: MediaLimits) -> str:
    return next(_reasons(medium, limits))


def _reasons(medium: Medium, limits: MediaLimits) -> Iterator[str]:
    if medium.problem:
        yield medium.problem
    if not medium.ready or not medium.ready_facts:
        yield _("it is not made ready yet: `tueroeffner media prepare`")
    elif refused := media.verdict(medium.ready_facts, medium.kind, limits):
        yield refused
    yield _("the network takes no more files with one post")
