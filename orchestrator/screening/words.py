"""The words of the safety check: its questions, its results, and what nobody can take back."""

from dataclasses import dataclass

from orchestrator.i18n import _
from orchestrator.vocabulary import Show

# How scripts name a result under which nothing may be public.
NONE = "none"


@dataclass(frozen=True)
class Question:
    """What is asked, under the name of its answer, and why."""

    name: str
    text: str
    why: str


def beforehand() -> list[str]:
    """What is said before the first question."""
    return [
        _("Ask the person themselves, with nobody present whom they do not trust, in a language"
          " that they speak well."),
        _("Only the result is kept: no answer, no reason. “Not sure” is always a good answer, and"
          " counts as the careful one."),
        _("Once public, a name or a face cannot be taken back: X is read worldwide, and what people"
          " share, save or photograph stays, also when we delete a post."),
    ]  # fmt: skip


def questions() -> list[Question]:
    """The four that are answered with yes or no."""
    return [
        Question(
            "danger",
            _("Is the person in danger from a state, a family or a partner?"),
            _("Somebody threatens them, looks for them, or has hurt them or people close to them."),
        ),
        Question(
            "shelter",
            _("Does the person live in a shelter or in a protected flat?"),
            _("Such as a women's shelter: its address must stay secret. An ordinary home is none."),
        ),
        Question(
            "blocked_address",
            _("Is the person's address blocked at the registration office (Auskunftssperre)?"),
            _("Then no office tells anybody where they live, and neither do we."),
        ),
        Question(
            "face",
            _("May the person's face be seen in public?"),
            _("Pictures are copied, and machines recognise a face after years."),
        ),
    ]


def seekers() -> tuple[str, str, list[str]]:
    """The fifth question, why it is asked, and its answers in order."""
    return (
        _("Who must not find the person?"),
        _("Think of people from before, too: at home, on the way, here."),
        [
            _("nobody: anybody may find them"),
            _("people who know their name"),
            _("people who look near their town"),
        ],
    )


def result_words(show: Show | None) -> str:
    """A result with what it means."""
    return {
        Show.FULL: _("full: first name and town; a photo where the person consents to it"),
        Show.NO_FACE: _("no-face: first name and town, never a photo or a video of the person"),
        Show.ALIAS: _("alias: an alias and the town; never the real name, a photo or a video"),
        Show.REGION: _(
            "region: an alias and the federal state; never the town, a photo, a dot on the map or"
            " X, and only people near by are shown the post"
        ),
        None: _("none: nothing of this person may be public"),
    }[show]


def no_way_back(show: Show | None) -> str:
    """What this result makes public for good; empty when nothing."""
    return {
        Show.FULL: _("Name, face, town and trade become public together, and stay findable."),
        Show.NO_FACE: _("Name, town and trade become public together, and stay findable."),
        Show.ALIAS: _("Town and trade become public; who knows the person may still guess."),
        Show.REGION: _("Trade and appeal become public; who knows the person well may guess."),
        None: "",
    }[show]
