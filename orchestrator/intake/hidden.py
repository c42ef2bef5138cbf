"""What the public texts of a tandem must not say: a hidden name, and where the person lives."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.discretion import is_profile
from orchestrator.i18n import _
from orchestrator.intake.fields import Unfit
from orchestrator.unsaid import says_name, says_town
from orchestrator.vocabulary import Show

HIDDEN = (Show.ALIAS, Show.REGION)
# Only of these a picture may be kept: any other may show the face. None: not screened yet.
PICTURED = (None, Show.FULL)


@dataclass(frozen=True)
class Secret:
    """How a person is shown, their real names, and the words that tell where they live.

    ``towns`` are secret only of those who are shown by their region.
    """

    show: Show | None
    names: Iterable[str]
    places: Iterable[str]
    towns: Iterable[str]

    def told_by(self, public: Mapping[str, str]) -> Iterator[tuple[str, Unfit]]:
        """Which public columns give something away, and why."""
        for column, text in public.items():
            if self.show in HIDDEN and any(says_name(text, name) for name in self.names if name):
                yield column, _says_name(self.show)
        if self.show in HIDDEN and is_profile(public.get("link", "")):
            yield "link", _is_profile(self.show)
        places = {*self.places, *(self.towns if self.show is Show.REGION else ())}
        for column, text in public.items():
            if any(says_town(text, place) for place in places):
                yield column, _says_place()


def _says_name(show: Show | None) -> Unfit:
    return Unfit(
        _("Shown as {show}, but the text says the real name.").format(show=show),
        _("Write the alias instead, or take the name out."),
    )


def _is_profile(show: Show | None) -> Unfit:
    return Unfit(
        _("Shown as {show}, but the link leads to an account on a social network.").format(
            show=show
        ),
        _("Leave it empty, or link a page that shows nobody, such as one of the campaign."),
    )


def _says_place() -> Unfit:
    return Unfit(
        _("The text names the place where the person lives."),
        _("Take it out: posts name the town or region that the import chose."),
    )


def same_alias(show: Show | None) -> Unfit:
    """Why an alias is none."""
    return Unfit(
        _("Shown as {show}, but the alias is the real name.").format(show=show),
        _("Choose another name, or show the person in full after a safety check."),
    )
