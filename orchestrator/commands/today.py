"""``today``: one screen in the morning."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestrator.commands.command import command
from orchestrator.commands.desk import Desk
from orchestrator.commands.inbox_table import age_of_hours, cut
from orchestrator.formats import count, day, moment
from orchestrator.i18n import _, ngettext
from orchestrator.vocabulary import RULE, Label

if TYPE_CHECKING:
    from orchestrator.today.morning import Morning

# One screen has 24 lines; what does not fit is counted.
_MOST_OFFERS = 4
_MOST_TROUBLES = 4
_MOST_CALLS = 2
_MOST_HIDDEN = 8


@command
def today(desk: Desk) -> None:
    """Show what goes out, who waits for a call, what happened over night, and what is wrong."""
    from orchestrator.adverts.telling import totals
    from orchestrator.answering.times import unacknowledged
    from orchestrator.today.abuse import folded, hidden_since
    from orchestrator.today.day import also_to_read, going_out, offers
    from orchestrator.today.morning import morning_of
    from orchestrator.today.night import overnight
    from orchestrator.today.offers import calls, questions
    from orchestrator.today.trouble import troubles
    from schedules.clock import SystemClock

    campaign = desk.settings.campaign
    morning = morning_of(campaign, desk.now)
    with desk.looking() as (session, campaign_id):
        night = overnight(session, campaign_id, morning.since, campaign.zone)
        found = troubles(
            session, campaign_id, desk.settings, morning, night["expired"], SystemClock().now()
        )
        document = {
            "date": morning.on,
            "day": morning.number,
            "days": morning.days,
            "out": going_out(session, campaign_id, morning, campaign.zone),
            "offers_waiting": offers(session, campaign_id, morning.now),
            "unacknowledged": [each.id for each in unacknowledged(session, campaign_id)],
            "to_do": calls(session, campaign_id, morning.now),
            "follow_up": questions(session, campaign_id, morning.on),
            "also_to_read": also_to_read(session, campaign_id),
            "hidden": hidden_since(session, campaign_id, morning.since, campaign.timezone),
            "folded": folded(session, campaign_id),
            "overnight": night,
            "adverts": totals(session, campaign_id, desk.settings),
            "trouble": [vars(each) for each in found],
        }
    desk.emit(document)
    for line in _screen(desk, morning, document):
        desk.say(line)


def _screen(desk: Desk, morning: "Morning", document: dict[str, Any]) -> Iterator[str]:
    yield cut(
        f"{day(morning.on)} · {desk.settings.campaign.name} · {_which(morning)}", _width(desk)
    )
    yield ""
    yield from _hidden(document["hidden"])
    yield from _out(document["out"], morning)
    yield ""
    unanswered = document["unacknowledged"]
    yield from _calls(desk, document["offers_waiting"], _MOST_OFFERS - bool(unanswered))
    yield from _unanswered(unanswered)
    yield from _to_do(desk, document["to_do"])
    yield from _follow_up(desk, document["follow_up"])
    yield from _reading(document["also_to_read"])
    yield from _folded(document["folded"])
    yield from _held_back(document["adverts"])
    yield ""
    yield from _night(document["overnight"])
    if document["trouble"]:
        yield ""
        yield from _troubles(document["trouble"])


def _width(desk: Desk) -> int:
    return max(int(desk.console.width), 40)


def _which(morning: "Morning") -> str:
    if morning.number < 1:
        days = 1 - morning.number
        return ngettext("starts in {count} day", "starts in {count} days", days).format(count=days)
    if morning.number > morning.days:
        return _("has ended")
    return _("day {number} of {days}").format(number=morning.number, days=morning.days)


def _out(out: dict[str, Any], morning: "Morning") -> Iterator[str]:
    if not out["tandems"]:
        yield _("There are no tandems yet: `tueroeffner tandem import FILE`")
    elif not out["posts"]:
        yield _("Nothing is planned yet: `tueroeffner plan`")
    elif out["by_network"]:
        yield _today(out, morning)
    else:
        yield _("Nothing goes out today.") + _next_day(out)
    if waiting := out["awaiting_approval"]:
        yield ngettext(
            "{count} post awaits your approval: `tueroeffner approve`",
            "{count} posts await your approval: `tueroeffner approve`",
            waiting,
        ).format(count=waiting)


def _today(out: dict[str, Any], morning: "Morning") -> str:
    from orchestrator.inbox.words import source_word

    networks = ", ".join(f"{source_word(name, '')} {n}" for name, n in out["by_network"].items())
    parts = [_("Today: {networks}").format(networks=networks)]
    if out["published"]:
        parts.append(_("already out: {count}").format(count=out["published"]))
    if out["to_go"]:
        parts.append(_next(out["next_at"], morning.now))
    return " · ".join(parts)


def _next(at: datetime, now: datetime) -> str:
    if at <= now:
        return _("the next is due now")
    return _("next at {time}").format(time=f"{at:%H:%M}")


def _next_day(out: dict[str, Any]) -> str:
    if out["next_at"] is None:
        return ""
    return " " + _("Next: {time}.").format(time=moment(out["next_at"]))


def _calls(desk: Desk, offers: list[dict[str, Any]], most: int) -> Iterator[str]:
    if not offers:
        yield _("No job offer waits.")
        return
    yield ngettext(
        "{count} job offer waits for a call: `tueroeffner inbox show ID --contact`",
        "{count} job offers wait for a call: `tueroeffner inbox show ID --contact`",
        len(offers),
    ).format(count=len(offers))
    for each in offers[:most]:
        yield cut(_call(each), _width(desk))
    if len(offers) > most:
        yield _("  and {count} more: `tueroeffner inbox list --label job_offer`").format(
            count=len(offers) - most
        )


def _unanswered(offers: list[int]) -> Iterator[str]:
    """Whoever offers something should hear soon that it arrived."""
    if offers:
        yield ngettext(
            "{count} offerer has had no answer yet: `tueroeffner inbox reply {first}`",
            "{count} offerers have had no answer yet: `tueroeffner inbox reply {first}`",
            len(offers),
        ).format(count=len(offers), first=offers[0])


def _call(offer: dict[str, Any]) -> str:
    from orchestrator.inbox.words import source_word

    source = source_word(offer["network"], offer["channel"])
    line = f"  {offer['id']:>4}  {age_of_hours(offer['age_hours']):<8}  {source:<12}"
    line += f"  {cut(offer['tandem'] or '–', 22):<22}"
    if offer["alternative"]:
        line += "  " + _("for another tandem or an advice service")
    elif offer["check"] == "second":
        line += "  " + _("a second person has to agree")
    elif offer["taken_by"]:
        line += "  " + _("taken by {who}").format(who=offer["taken_by"])
    return line.rstrip()


def _to_do(desk: Desk, steps: list[dict[str, Any]]) -> Iterator[str]:
    """Calls that the program cannot make; mails in trouble stand among what is wrong."""
    from orchestrator.forwarding.names import step_word
    from orchestrator.vocabulary import Step

    some = [each for each in steps if each["kind"] == "call"]
    for each in some[:_MOST_CALLS]:
        line = _("Call {who} of {tandem}: `tueroeffner inbox forward {number} --by call`")
        yield cut(
            line.format(
                who=step_word(Step(each["step"])), tandem=each["tandem"], number=each["id"]
            ),
            _width(desk),
        )
    if len(some) > _MOST_CALLS:
        yield _("  and {count} more: `tueroeffner today --json`").format(
            count=len(some) - _MOST_CALLS
        )


def _follow_up(desk: Desk, questions: list[dict[str, Any]]) -> Iterator[str]:
    from orchestrator.forwarding.names import state_word
    from orchestrator.vocabulary import OfferState

    due = [each for each in questions if each["due"]]
    for each in due[:_MOST_CALLS]:
        line = _(
            "Ask {tandem}: {question}? `tueroeffner inbox outcome {number} {state}`, or no_fit"
        )
        yield cut(
            line.format(
                tandem=each["tandem"] or "–",
                question=state_word(OfferState(each["ask"])),
                number=each["id"],
                state=each["ask"],
            ),
            _width(desk),
        )
    if len(due) > _MOST_CALLS:
        yield _("  and {count} more: `tueroeffner today --json`").format(
            count=len(due) - _MOST_CALLS
        )
    if later := [each["on"] for each in questions if not each["due"]]:
        yield ngettext(
            "{count} question about work that goes on is due on {day}",
            "{count} questions about work that goes on are due, the first on {day}",
            len(later),
        ).format(count=len(later), day=day(later[0]))


def _reading(counts: dict[str, int]) -> Iterator[str]:
    if counts:
        yield _("Also to read: {parts}: `tueroeffner inbox`").format(parts=_by_label(counts))


def _hidden(replies: list[dict[str, Any]]) -> Iterator[str]:
    """First of all: what nobody has looked at was done in public."""
    for by_rule in (True, False):
        numbers = [each["id"] for each in replies if (each["hidden_by"] == RULE) is by_rule]
        if not numbers:
            continue
        sentence = (
            ngettext(
                "{count} reply was hidden by the rule: {numbers}",
                "{count} replies were hidden by the rule: {numbers}",
                len(numbers),
            )
            if by_rule
            else ngettext(
                "{count} reply was hidden by hand: {numbers}",
                "{count} replies were hidden by hand: {numbers}",
                len(numbers),
            )
        )
        named = ", ".join(map(str, numbers[:_MOST_HIDDEN]))
        more = ", …" if len(numbers) > _MOST_HIDDEN else ""
        yield sentence.format(count=len(numbers), numbers=named + more)
    if replies:
        yield _("  Look: `tueroeffner inbox show ID`; show again: `tueroeffner inbox unhide ID`")
        yield ""


def _folded(counts: dict[str, int]) -> Iterator[str]:
    from orchestrator.inbox.words import labels_word

    if counts:
        parts = ", ".join(labels_word(Label(label), n) for label, n in counts.items())
        yield _("Folded away: {parts}").format(parts=parts)


def _held_back(sums: dict[str, Any]) -> Iterator[str]:
    from orchestrator.adverts.telling import held_words

    if held := held_words(sums):
        yield held


def _by_label(counts: dict[str, int]) -> str:
    """Offers, tips and questions by name, so that the line stays one; the rest in one number."""
    from orchestrator.inbox.words import labels_word

    named = [Label.JOB_OFFER, Label.TIP, Label.QUESTION]
    parts = [labels_word(label, counts[label]) for label in named if label in counts]
    if others := sum(counts.values()) - sum(counts.get(label, 0) for label in named):
        parts.append(ngettext("{count} other", "{count} others", others).format(count=others))
    return ", ".join(parts)


def _night(night: dict[str, Any]) -> Iterator[str]:
    from orchestrator.pilot.told import told

    yield _("Since {time}:").format(time=moment(night["since"]))
    words = {
        "published": _("published"),
        "rejected": _("refused"),
        "unknown": _("unclear"),
        "expired": _("too late"),
    }
    posts = [f"{word} {night[key]}" for key, word in words.items() if night[key]]
    if posts:
        yield "  " + _("Posts: {parts}").format(parts=", ".join(posts))
    if night["reach"]:
        yield "  " + _("Newly read reach: {parts}").format(
            parts=", ".join(_reach(each) for each in night["reach"])
        )
    if night["replies"]:
        yield "  " + _("Replies: {parts}").format(parts=_by_label(night["replies"]))
    for each in night["pilots"]:
        yield "  " + told(each["network"], each)
    if not (posts or night["reach"] or night["replies"] or night["pilots"]):
        yield "  " + _("nothing new")


def _reach(figure: dict[str, Any]) -> str:
    from orchestrator.inbox.words import source_word

    sentence = _("{network} {count} people") if figure["people"] else _("{network} {count} views")
    number = count(figure["value"])
    return sentence.format(
        network=source_word(figure["network"], ""),
        count=number if figure["value"] < 0 else f"+{number}",
    )


def _troubles(found: list[dict[str, str]]) -> Iterator[str]:
    for each in found[:_MOST_TROUBLES]:
        yield f"! {each['what']}: `{each['remedy']}`"
    if len(found) > _MOST_TROUBLES:
        yield _("  and {count} more: `tueroeffner today --json`").format(
            count=len(found) - _MOST_TROUBLES
        )
