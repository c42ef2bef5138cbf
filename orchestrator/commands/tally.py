"""Saying what a pass did: sent, read, waiting, and what needs somebody."""

from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.errors import Exit
from orchestrator.i18n import _, ngettext
from orchestrator.inbox.words import source_word

if TYPE_CHECKING:
    from orchestrator.shift import Tally


def say_sent(desk: Desk, tally: "Tally") -> Exit:
    """What a pass that only sends did."""
    desk.emit(tally.document())
    _say_sent(desk, tally)
    return _ending(desk, tally)


def say_collected(desk: Desk, tally: "Tally") -> Exit:
    """What a pass that only reads brought."""
    desk.emit(tally.document())
    _say_collected(desk, tally)
    return _ending(desk, tally)


def say_all(desk: Desk, tally: "Tally") -> Exit:
    """What a whole pass did."""
    desk.emit(tally.document())
    _say_sent(desk, tally)
    _say_collected(desk, tally)
    return _ending(desk, tally)


def _say_sent(desk: Desk, tally: "Tally") -> None:
    desk.say(
        _(
            "{published} published, {rejected} refused, {unknown} unclear, {expired} too late,"
            " {waiting} waiting."
        ).format(**vars(tally))
    )
    if tally.scheduled:
        desk.say(
            ngettext(
                "{count} post was handed over: the platform publishes it at its time.",
                "{count} posts were handed over: the platform publishes them at their time.",
                tally.scheduled,
            ).format(count=tally.scheduled)
        )
    if tally.uploaded:
        desk.say(
            ngettext(
                "{count} picture or film was brought to its network.",
                "{count} pictures or films were brought to their networks.",
                tally.uploaded,
            ).format(count=tally.uploaded)
        )
    _say_out_of_sight(desk, tally)
    _say_offers(desk, tally)
    say_pilots(desk, tally)
    say_waiting(desk, tally)
    if tally.still_unknown:
        desk.say(
            ngettext(
                "{count} post is still unclear; see: tueroeffner post list",
                "{count} posts are still unclear; see: tueroeffner post list",
                tally.still_unknown,
            ).format(count=tally.still_unknown)
        )


def _say_out_of_sight(desk: Desk, tally: "Tally") -> None:
    """What is not to be seen any more, or is again."""
    parts = (
        (
            tally.removed,
            ngettext(
                "{count} post was taken down and is seen to be gone.",
                "{count} posts were taken down and are seen to be gone.",
                tally.removed,
            ),
        ),
        (
            tally.hidden,
            ngettext("{count} post is hidden.", "{count} posts are hidden.", tally.hidden),
        ),
        (
            tally.shown_again,
            ngettext(
                "{count} post can be seen again.",
                "{count} posts can be seen again.",
                tally.shown_again,
            ),
        ),
    )
    for count, sentence in (*parts, *_of_replies(tally)):
        if count:
            desk.say(sentence.format(count=count))


def _of_replies(tally: "Tally") -> tuple[tuple[int, str], ...]:
    """Other people's words that went out of sight, and abuse that somebody has to know of."""
    return (
        (
            tally.replies_hidden,
            ngettext(
                "{count} reply is hidden.", "{count} replies are hidden.", tally.replies_hidden
            ),
        ),
        (
            tally.replies_shown,
            ngettext(
                "{count} reply can be seen again.",
                "{count} replies can be seen again.",
                tally.replies_shown,
            ),
        ),
        (
            tally.alerts,
            ngettext(
                "{count} post draws much abuse: `tueroeffner today`",
                "{count} posts draw much abuse: `tueroeffner today`",
                tally.alerts,
            ),
        ),
    )


def _say_offers(desk: Desk, tally: "Tally") -> None:
    """Mails about offers that went out, and receipts that came."""
    if count := tally.forwarded:
        desk.say(
            ngettext(
                "{count} mail about an offer went out.",
                "{count} mails about offers went out.",
                count,
            ).format(count=count)
        )
    if count := tally.receipts:
        desk.say(
            ngettext(
                "{count} offer was confirmed by mail.",
                "{count} offers were confirmed by mail.",
                count,
            ).format(count=count)
        )


def say_pilots(desk: Desk, tally: "Tally") -> None:
    """What the pilots showed that ended."""
    from orchestrator.pilot.told import told

    for network, found in tally.pilots.items():
        desk.say(told(network, found))


def say_waiting(desk: Desk, tally: "Tally") -> None:
    """Why posts wait; a growing backlog of late ones has a remedy."""
    for reason, count in tally.reasons.items():
        desk.say(_("  waiting: {count} ({reason})").format(count=count, reason=reason))
    if tally.held:
        desk.say(
            _(
                "  Late posts go out {burst} at a pass. With a daily job, write its times into"
                " [campaign] passes before you plan."
            ).format(burst=desk.settings.campaign.burst)
        )


def _say_collected(desk: Desk, tally: "Tally") -> None:
    figures = ngettext("{count} figure read", "{count} figures read", tally.snapshots)
    replies = ngettext("{count} new reply", "{count} new replies", tally.replies)
    desk.say(
        _("{figures}, {replies}.").format(
            figures=figures.format(count=tally.snapshots),
            replies=replies.format(count=tally.replies),
        )
    )


def _ending(desk: Desk, tally: "Tally") -> Exit:
    """The rest of the news, and the exit code."""
    for name, why in tally.closed.items():
        desk.note(
            _("{network} is left alone until the next pass: {why}").format(
                network=source_word(name, ""), why=why
            )
        )
    say = desk.warn if tally.needs_person else desk.note
    for finding in tally.findings:
        say(finding)
    if tally.needs_person:
        return Exit.PERSON_NEEDED
    return Exit.PARTLY if tally.unknown or tally.expired or tally.closed else Exit.DONE
