"""What is told of one reply, part by part: for the plain command and for the view."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from orchestrator.formats import day as shown_day
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.redact import redact
from orchestrator.vocabulary import RULE, Label, OfferState, Step, Way

if TYPE_CHECKING:
    from orchestrator.inbox.entry import Sealed


@dataclass(frozen=True)
class Part:
    """A few words of the page; ``is_head``: they begin something new. ``brief``: one line will do.

    ``before`` stands in front of others' words, unless these are Arabic: then on a line of its own.
    """

    text: str
    is_head: bool = False
    brief: bool = False
    before: str = ""


def title(entry: dict[str, Any]) -> str:
    """Number, label, source and time in one line."""
    from orchestrator.inbox.words import label_word, source_word

    return " · ".join(
        [
            _("Reply {number}").format(number=entry["id"]),
            label_word(Label(entry["label"])),
            source_word(entry["network"], entry["channel"]),
            moment(entry["received_at"]),
        ]
    )


def facts(entry: dict[str, Any], sealed: "Sealed", contact: bool) -> Iterator[tuple[str, str]]:
    """What is known of it, each with its name; how to reach them only with ``contact``."""
    if entry["labelled_by"]:
        yield _("Label"), _("by {who}").format(who=entry["labelled_by"])
    else:
        sure = _("{percent} % sure").format(percent=round(100 * entry["confidence"]))
        yield _("Label"), "; ".join([sure, *entry["why_text"]])
    yield _("Tandem"), entry["tandem"] or "–"
    if entry["alternative"]:
        from orchestrator.inbox.words import elsewhere

        yield _("For whom"), elsewhere(entry["tandem_state"])
    if entry["post"] is not None:
        yield _("Post"), f"{entry['post']}  {entry['post_permalink'] or ''}".rstrip()
    if entry["permalink"]:
        yield _("Online"), entry["permalink"]
    name = sealed.fields.get("name") or entry["author"] or "–"
    yield _("Said by"), name if contact else redact(name)
    yield _("Contact"), _contact(entry, sealed, contact)
    yield _("In hand"), _hands(entry)
    yield from _check(entry["check"], sealed, contact)
    yield from _ends(entry)


def _contact(entry: dict[str, Any], sealed: "Sealed", contact: bool) -> str:
    if sealed.state == "sealed":
        return _("sealed, and the key file that opens it is not here")
    if sealed.state == "erased":
        return _("erased")
    if contact and sealed.state == "open":
        return sealed.fields.get("contact") or _("only in the words below")
    if sealed.fields.get("contact") or sealed.fields.get("text"):
        return _("sealed; `tueroeffner inbox show {number} --contact` opens it").format(
            number=entry["id"]
        )
    return _("none noted")


def _check(
    check: dict[str, Any] | None, sealed: "Sealed", contact: bool
) -> Iterator[tuple[str, str]]:
    """What was found out about an offer, and who is behind it."""
    if check is None:
        return
    from orchestrator.commands.check_page import standing
    from orchestrator.vetting import Risk, risk_words

    if employer := sealed.fields.get("employer"):
        yield _("Employer"), employer if contact else redact(employer)
    reach = sealed.fields.get("employer_contact")
    if reach and contact:
        yield _("To be reached"), reach
    yield _("Check"), standing(check)
    if check["warnings"] and not check["edited"]:
        yield _("Warnings"), "; ".join(risk_words(Risk(each)) for each in check["warnings"])


def _hands(entry: dict[str, Any]) -> str:
    if entry["taken_by"] is None:
        return _("nobody")
    return _("{who}, since {time}").format(who=entry["taken_by"], time=moment(entry["taken_at"]))


def _ends(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if entry["duplicate_of"]:
        yield _("Told before"), _("reply {number}").format(number=entry["duplicate_of"])
    if entry["duplicates"]:
        yield _("Told again"), ", ".join(map(str, entry["duplicates"]))
    if entry["edited_at"]:
        yield _("Edited"), moment(entry["edited_at"])
    if entry["deleted_at"]:
        yield _("Deleted"), moment(entry["deleted_at"])
    if entry["evidence_since"]:
        yield (
            _("For a complaint"),
            _("kept since {time}").format(time=moment(entry["evidence_since"])),
        )
    if entry["forgotten_at"]:
        yield _("Let go of"), moment(entry["forgotten_at"])
    if entry["hidden_by"] or entry["hidden_at"]:
        yield _("Hidden"), _hidden(entry)


def _hidden(entry: dict[str, Any]) -> str:
    who = _("the rule") if entry["hidden_by"] == RULE else entry["hidden_by"]
    if entry["hidden_by"] and entry["hidden_at"]:
        return _("since {time}, by {who}").format(time=moment(entry["hidden_at"]), who=who)
    if entry["hidden_by"]:
        return _("wanted by {who}, not confirmed yet").format(who=who)
    return _("to be shown again, not confirmed yet")


def around(entry: dict[str, Any]) -> Iterator[Part]:
    """Post, thread, our answers and history."""
    if entry["post_text"]:
        yield Part(_("The post"), is_head=True)
        yield Part(entry["post_text"])
    yield from _thread(entry["thread"])
    yield from _answers(entry["answers"])
    if entry["history"]:
        yield Part(_("What was done"), is_head=True)
    for each in entry["history"]:
        done = _done(each["what"], each["detail"])
        yield Part(f"{moment(each['at'])}  {each['who']}: {done}")


def _thread(said: list[dict[str, Any]]) -> Iterator[Part]:
    if said:
        yield Part(_("Said beside it"), is_head=True)
    folded = Counter(each["label"] for each in said if _is_folded(each))
    for each in said:
        if _is_folded(each):
            continue
        arrow = "↑" if each["parent"] else "↓"
        text = " ".join(each["text"].split())
        yield Part(text, brief=True, before=f"{arrow} {each['id']}  {each['author']}:")
    if folded:
        yield Part(_("Folded away: {parts}").format(parts=_by_label(folded)))


def _answers(said: list[dict[str, Any]]) -> Iterator[Part]:
    """What we said to them, and what became of it."""
    if said:
        yield Part(_("What we said"), is_head=True)
    for each in said:
        head = answer_head(each)
        yield Part(head if not each["text"] else f"{head}:")
        if each["text"]:
            yield Part(each["text"], brief=True)


def answer_head(said: dict[str, Any]) -> str:
    """When, by whom and how one of our answers was given, and what became of it."""
    kinds = {
        "acknowledgement": _("first word"),
        "closing": _("last word"),
        "answer": _("own words"),
    }
    states = {
        "sending": _("on its way"),
        "sent": _("there"),
        "unknown": _("unclear"),
        "failed": _("not sent"),
    }
    ways = {"public": _("in public"), "private": _("to them alone"), "noted": _("in another way")}
    how = f"{kinds[said['kind']]}, {ways[said['way']]}, {states[said['state']]}"
    return f"{moment(said['at'])}  {said['by']}: {how}"


def _is_folded(said: dict[str, Any]) -> bool:
    """Abuse and spam are counted, not read out; each by its number shows them."""
    return said["label"] in (Label.ABUSE, Label.SPAM) and not said["queue"]


def _by_label(folded: Counter[str]) -> str:
    from orchestrator.inbox.words import labels_word

    return ", ".join(labels_word(Label(label), n) for label, n in sorted(folded.items()))


def _done(what: str, detail: dict[str, Any]) -> str:
    from orchestrator.inbox.words import label_word

    words = {
        "take": _("took it in hand"),
        "release": _("gave it back"),
        "contact": _("looked at the contact"),
        "note": _("noted it down"),
        "evidence": _("kept it for a complaint"),
        "evidence ended": _("ended the keeping for a complaint"),
        "hide": _("wanted it hidden"),
        "unhide": _("wanted it seen again"),
        "answer": _("began to answer them"),
        "answered": _("answered them"),
        "answer failed": _("was told that the answer was not taken"),
        "answer unknown": _("was not told what became of the answer"),
        "answer not sent": _("said that the answer was not sent"),
        "check": _("checked the offer"),
        "second look": _("agreed to a warned offer"),
        "wanted": _("noted what the person says to it"),
        "check taken back": _("took the check back, since the words were edited"),
        "reply hidden": _("found it hidden at the network"),
        "reply shown": _("found it shown again at the network"),
        "reply not hidden": _("was told that it cannot be hidden"),
        "reply not shown": _("was told that it cannot be shown again"),
    }
    if what in (
        "forwarded",
        "not forwarded",
        "came back",
        "received",
        "settled",
        "outcome",
        "copied",
    ):
        return _about_the_way(what, detail)
    if what == "label":
        return _("changed the label from {was} to {now}").format(
            was=label_word(Label(detail["was"])), now=label_word(Label(detail["becomes"]))
        )
    return words.get(what, what)


def _about_the_way(what: str, detail: dict[str, Any]) -> str:
    """What was done to bring an offer to its tandem, and what came of it."""
    from orchestrator.forwarding.names import state_word, step_word, way_word

    if what == "outcome":
        return _("said how it stands: {state}, since {day}").format(
            state=state_word(OfferState(detail["becomes"])),
            day=shown_day(date.fromisoformat(detail["day"])),
        )
    words = {
        "forwarded": _("handed it over {way} to {who}"),
        "copied": _("made another copy of it, {way}"),
        "not forwarded": _("could not mail it to {who}"),
        "came back": _("the mail to {who} came back"),
        "received": _("noted that {who} has it"),
        "settled": _("found out whether the mail to {who} went out"),
    }
    way = way_word(Way(detail["way"])) if "way" in detail else ""
    return words[what].format(who=step_word(Step(detail["step"])), way=way)
