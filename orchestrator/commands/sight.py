"""Posts go out of sight, or come back into it, at once after a command; the saying of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.commands.held import quiet_shift, reaching
from orchestrator.errors import Exit
from orchestrator.formats import full_sentence
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.decide.case import Case
    from orchestrator.hiding.sight import Sight


@dataclass(frozen=True)
class Seen:
    """What came of it: by post, what was found out on the way, and whether somebody has to look."""

    sight: "Sight | None" = None
    cases: Mapping[int, "Case"] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    needs_person: bool = False

    @property
    def exit(self) -> Exit:
        """Whether somebody has to look, or a pass has to go on with it."""
        if self.sight is None:
            return Exit.DONE
        if self.needs_person or self.sight.unable:
            return Exit.PERSON_NEEDED
        return Exit.PARTLY if self.sight.not_hidden or self.sight.not_shown else Exit.DONE

    def document(self) -> dict[str, object]:
        """What scripts are told."""
        sight = self.sight
        if sight is None:
            return {"hidden": [], "not_hidden": [], "shown_again": [], "not_shown": []}
        unable = {post: _cannot(self.cases[post].post.network) for post in sight.unable}
        return {
            "hidden": sorted(sight.hidden),
            "not_hidden": self._rows(sight.not_hidden | unable),
            "shown_again": sorted(sight.shown),
            "not_shown": self._rows(sight.not_shown),
        }

    def _rows(self, missed: Mapping[int, str]) -> list[dict[str, object]]:
        return [
            {
                "post": post,
                "tandem": self.cases[post].slug,
                "network": self.cases[post].post.network,
                "reason": missed[post],
                "link": self.cases[post].post.permalink,
            }
            for post in sorted(missed)
        ]


def see_to_it(desk: Desk) -> Seen:
    """Hide what the stops want hidden, show what none does any more; asks no network in vain."""
    from orchestrator.decide.case import case_of
    from orchestrator.hiding import hide_at_once, is_needed
    from orchestrator.shift import Tally

    shift, tally = quiet_shift(desk, {}), Tally()
    if not is_needed(shift):
        return Seen()
    with desk.waiting(_("Hiding, or showing again, what is live …")):
        sight = hide_at_once(reaching(desk, shift, tally.findings), tally)
    missed = {*sight.not_hidden, *sight.not_shown, *sight.unable}
    cases = {each: case_of(desk.store, shift.campaign_id, each) for each in missed}
    return Seen(sight, cases, tally.findings, tally.needs_person)


def say_seen(desk: Desk, seen: Seen) -> Exit:
    """Say what is out of sight, what is back in it, and what is not confirmed; the exit code."""
    sight = seen.sight
    if sight is None:
        return Exit.DONE
    for finding in _untold(seen) if seen.exit else ():
        desk.warn(finding)
    if sight.hidden:
        _say_hidden(desk, len(sight.hidden))
    if sight.shown:
        desk.say(
            ngettext(
                "{count} post can be seen again.", "{count} posts can be seen again.",
                len(sight.shown),
            ).format(count=len(sight.shown))
        )  # fmt: skip
    _warn_of_unable(desk, [seen.cases[post] for post in sight.unable])
    for post, why in sight.not_hidden.items():
        sentence = _("Not hidden: {post}: {why} To hide it there yourself: {link}")
        _warn(desk, sentence, seen.cases[post], why)
    for post, why in sight.not_shown.items():
        sentence = _("Perhaps still hidden: {post}: {why} To show it there yourself: {link}")
        _warn(desk, sentence, seen.cases[post], why)
    if sight.not_hidden or sight.not_shown:
        desk.warn(_("Each pass of `tueroeffner run` tries it again; `tueroeffner run --once` now."))
    return seen.exit


def _untold(seen: Seen) -> list[str]:
    """What was found out, without what is told of each post anyway."""
    from orchestrator.shift import about

    told = tuple(about(post, "") for post in seen.cases)
    return [each for each in seen.findings if not each.startswith(told)]


def _say_hidden(desk: Desk, number: int) -> None:
    desk.say(
        ngettext("{count} post is hidden.", "{count} posts are hidden.", number).format(
            count=number
        )
    )
    desk.say(
        _(
            "Hidden means: gone from the page. Whoever has the direct link, or a copy that was"
            " shared, may still see it; only `tueroeffner post takedown ID` deletes."
        )
    )


def _warn_of_unable(desk: Desk, cases: "list[Case]") -> None:
    """One sentence for each network that cannot hide, with what can be done instead."""
    for network in sorted({case.post.network for case in cases}):
        mine = [case.post.id for case in cases if case.post.network == network]
        desk.warn(
            ngettext(
                "{cannot} {count} post can still be seen: {posts}. Delete it with"
                " `tueroeffner post takedown ID`.",
                "{cannot} {count} posts can still be seen: {posts}. Delete one with"
                " `tueroeffner post takedown ID`, or all of a tandem with"
                " `tueroeffner tandem withdraw SLUG`.",
                len(mine),
            ).format(
                cannot=_cannot(network), count=len(mine), posts=", ".join(map(str, sorted(mine)))
            )
        )


def _cannot(network: str) -> str:
    return _("{network} cannot hide posts.").format(network=source_word(network, ""))


def _warn(desk: Desk, sentence: str, case: "Case", why: str) -> None:
    link = case.post.permalink or source_word(case.post.network, "")
    desk.warn(sentence.format(post=case.title, why=full_sentence(why), link=link))
