"""A result that is to be kept of a tandem: its alias, and which of its texts give too much away."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlmodel import Session, select

from orchestrator import people
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.intake import appeals, fields
from orchestrator.intake.columns import APPEAL
from orchestrator.intake.fields import Unfit
from orchestrator.intake.hidden import HIDDEN, Secret, same_alias
from orchestrator.intake.towns import town_names
from orchestrator.keys import CampaignKey
from orchestrator.model import Appeal, Person, Tandem
from orchestrator.unsaid import says_name, says_town, slug_tells
from orchestrator.vocabulary import Show, TandemState


@dataclass(frozen=True)
class Subject:
    """A tandem that is screened, with the real name, which nobody is shown.

    ``name`` is empty where it cannot be read: restored without the persons' keys.
    """

    tandem: Tandem
    appeals: dict[str, str]
    name: str

    @property
    def is_posted(self) -> bool:
        """Whether anything new of it may go out; of a closed one, posts may only be up still."""
        return self.tandem.state is TandemState.ACTIVE

    @property
    def towns(self) -> Collection[str]:
        """What people call its town."""
        return town_names(self.tandem.town, self.tandem.region)


@dataclass(frozen=True)
class Telling:
    """A column whose text gives away what the result hides; what it does, and what to do."""

    column: str
    reason: str
    hint: str


def subject_of(session: Session, key: CampaignKey, tandem_id: int) -> Subject:
    """The tandem as it stands; one that withdrew is not screened any more.

    A closed one still is: of its posts that were kept, some may show more than is safe by now.
    """
    tandem = session.get_one(Tandem, tandem_id)
    if tandem.state is TandemState.WITHDRAWN:
        raise UsageProblem(
            _("“{slug}” has left the campaign: nothing of it is posted.").format(slug=tandem.slug),
            remedy=_("A new slug in the file makes a new tandem, which can be screened."),
        )
    said = session.exec(select(Appeal).where(Appeal.tandem_id == tandem.id)).all()
    person = session.get_one(Person, tandem.refugee_id)
    name = people.fields(session, key, person).get("name", "")
    return Subject(tandem, {each.language: each.text for each in said}, name)


def alias_for(subject: Subject, show: Show | None, given: str) -> str:
    """The public name under this result: the given one, or that of the file; or why it is none."""
    if show in HIDDEN and not subject.name:
        raise PersonNeeded(
            _("The real name of “{slug}” cannot be read, so nothing tells whether it is hidden.")
            .format(slug=subject.tandem.slug),
            remedy=_(
                "Import the tandems' file again, then repeat this; until then, `--show none` hides"
                " all of it."
            ),
        )  # fmt: skip
    alias = given or subject.tandem.public_name
    try:
        alias = fields.line(alias)
        appeals.refuse_contact(alias)
        appeals.refuse_status(alias)
    except Unfit as unfit:
        raise UsageProblem(unfit.reason, remedy=unfit.hint) from unfit
    if show not in HIDDEN:
        return alias
    if not alias:
        raise UsageProblem(
            _("Shown as {show}, but there is no name to show.").format(show=show),
            remedy=_("Add --alias NAME: not the real name, and one that the person likes."),
        )
    if appeals.same_name(alias, subject.name) or says_name(alias, subject.name):
        raise UsageProblem(same_alias(show).reason, remedy=_("Choose another one: --alias NAME."))
    if show is Show.REGION and any(says_town(alias, town) for town in subject.towns):
        raise UsageProblem(
            _("The alias names the town, which the result hides."),
            remedy=_("Choose another one: --alias NAME."),
        )
    return alias


def telling(subject: Subject, show: Show | None) -> list[Telling]:
    """Stored texts that say what this result hides: nothing is planned while they do."""
    if not subject.is_posted:
        return []
    tandem = subject.tandem
    public = {"trade": tandem.trade, "link": tandem.link}
    public |= {APPEAL + language: text for language, text in sorted(subject.appeals.items())}
    found = Secret(show, (subject.name,), (), subject.towns).told_by(public)
    return [Telling(column, unfit.reason, unfit.hint) for column, unfit in found]


def remarks(subject: Subject, show: Show | None) -> Iterator[str]:
    """What a person should look at besides."""
    tandem = subject.tandem
    if show in HIDDEN and slug_tells(tandem.slug, subject.name, subject.towns):
        yield _("The slug tells the real name or the town; it stands in lists and calendars.")
    if tandem.link and show not in (None, Show.FULL):
        yield _(
            "Networks show the title and the picture of the page behind the link: see that they"
            " tell no more than {show}."
        ).format(show=show)
