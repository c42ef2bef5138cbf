"""A letter, a sheet to print, and a page for a call: the same facts, each in its own form.

A letter goes through other people's computers: it has the contact of whoever made the offer only
where the campaign allows that. A sheet and a call's page are made on this computer for one reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from orchestrator import i18n
from orchestrator.forwarding.recipients import Recipient, phone_in
from orchestrator.forwarding.telling import Offer
from orchestrator.forwarding.wording import Words, words_in
from orchestrator.i18n import _
from orchestrator.templates import template
from orchestrator.vocabulary import Step

# By this we know our own files again.
MARK = '<meta name="generator" content="tueroeffner forward">'
_PACKAGE = "orchestrator.forwarding"


@dataclass(frozen=True)
class Paper:
    """What one recipient is told of one offer. ``handed_at``: when they were told before.

    ``contact``: how the action centre is reached; ``country``: whose phone numbers need no code.
    """

    words: Words
    offer: Offer
    to: Recipient
    code: str
    campaign: str
    contact: str
    zone: ZoneInfo
    handed: str = ""
    country: str = "DE"

    def say(self, key: str, words: Words | None = None) -> str:
        """One sentence about this offer."""
        return (words or self.words).say(
            key, to=self.to.name, name=self.offer.name, code=self.code, campaign=self.campaign,
            contact=self.contact, day=self.handed,
        )  # fmt: skip

    @property
    def greeting(self) -> str:
        """By name, where we know one."""
        return self.say("greeting" if self.to.name else "greeting_plain")

    @property
    def why(self) -> str:
        """Why just they are told, where they are not the first; else empty."""
        return self.say(self.why_key) if self.to.step is not Step.FORWARD else ""

    @property
    def why_key(self) -> str:
        """Under which key that stands; nobody can have confirmed what nobody was told."""
        first = self.to.step is Step.PARTNER and not self.handed
        return "partner_first" if first else self.to.step.value

    def facts(self) -> list[tuple[str, str]]:
        """Who, where, how to reach them and when it came; the words of the offer stand apart."""
        offer, say = self.offer, self.words.sentences
        return [
            (say["who"], offer.who or say["unknown"]),
            (say["where"], offer.where),
            *offer.details,
            (say["reach"], self._reach()),
            (say["came"], self.words.time(offer.received_at.astimezone(self.zone))),
            *([(say["link"], offer.link)] if offer.link else []),
        ]

    def _reach(self) -> str:
        if self.offer.reach:
            return self.offer.reach
        if self.offer.in_words:
            return self.say("reach_words")
        if self.offer.link:
            return self.say("reach_link")
        return self.say("reach_us" if self.offer.masked else "reach_ask")


def subject(paper: Paper) -> str:
    """A subject without anybody's name: it is read on locked screens."""
    key = "reminder" if paper.to.step is Step.REMINDER else paper.offer.kind
    # Marks of direction would only disturb whoever sorts mails by subject.
    return paper.words.sentences[f"subject_{key}"].format(code=paper.code)


def letter_text(paper: Paper) -> str:
    """The letter as plain text."""
    return "\n\n".join(_paragraphs(paper)) + "\n"


def _paragraphs(paper: Paper) -> Iterator[str]:
    say = paper.words.sentences
    yield paper.greeting
    yield paper.say(f"intro_{paper.offer.kind}")
    if paper.why:
        yield paper.why
    yield f"{say['what']}:\n\n{paper.offer.text}"
    yield "\n".join(f"{name}: {paper.words.isolated(value)}" for name, value in paper.facts())
    if paper.offer.advice:
        yield "\n".join([f"{paper.say('advice')}:", *(f"- {e}" for e in paper.offer.advice)])
    yield paper.say("decide")
    yield f"{say['confirm']}: {paper.say('confirm_mail')}"
    yield paper.say("afterwards")
    yield say["private"]


def letter_html(paper: Paper) -> str:
    """The same as the inside of a page's body."""
    return template(_PACKAGE, "letter.html").render(paper=paper, say=paper.words.sentences)


def sheet(paper: Paper) -> str:
    """One page to print, in the reader's language."""
    return template(_PACKAGE, "sheet.html").render(
        paper=paper, say=paper.words.sentences, mark=Markup(MARK)
    )


def call(paper: Paper) -> str:
    """A page for whoever calls: whom, what to say in both languages, and the offer."""
    return template(_PACKAGE, "call.html").render(
        paper=paper,
        say=paper.words.sentences,
        mark=Markup(MARK),
        language=i18n.language(),
        words=_caller_words(paper),
        scripts=_scripts(paper),
        phone=paper.to.phone,
        theirs=phone_in(paper.offer.reach, paper.country),
    )


def _scripts(paper: Paper) -> list[tuple[Words, list[str]]]:
    """What to say in the listener's language, and in the caller's where that is another one."""
    own = words_in(i18n.language())
    both = [paper.words, *([own] if own.language != paper.words.language else [])]
    return [(words, list(_script(paper, words))) for words in both]


def _script(paper: Paper, words: Words) -> Iterator[str]:
    yield paper.say("call_hello" if paper.to.name else "call_hello_plain", words)
    yield paper.say(f"intro_{paper.offer.kind}", words)
    if paper.to.step in (Step.BACKUP, Step.PARTNER):
        yield paper.say(paper.why_key, words)
    yield paper.say("call_ask", words)
    yield paper.say("decide", words)


def _caller_words(paper: Paper) -> dict[str, str]:
    from orchestrator.forwarding.names import step_word

    return {
        "title": _("Call about reply {number}").format(number=paper.offer.number),
        "whom": _("Whom to call"),
        "who": step_word(paper.to.step),
        "what": _("What to say"),
        "offer": _("The offer"),
        "done": _("If they say yes: `tueroeffner inbox receipt {code}`").format(code=paper.code),
        "destroy": _("Delete this file when it is no longer needed: it holds contacts."),
    }


def call_text(paper: Paper) -> str:
    """The same call as plain text, for a terminal without a browser."""
    words = _caller_words(paper)
    lines = [words["title"], "", f"{words['whom']}: {words['who']}, {paper.to.name}".rstrip(", ")]
    lines += [f"tel:{paper.to.phone}", "", words["what"]]
    for _language, script in _scripts(paper):
        lines += [*script, ""]
    lines += [words["offer"], paper.offer.text, ""]
    lines += [f"{name}: {value}" for name, value in paper.facts()]
    if paper.offer.advice:
        lines += ["", f"{paper.say('advice')}:", *(f"- {each}" for each in paper.offer.advice)]
    return "\n".join([*lines, "", words["done"], words["destroy"]]) + "\n"
