"""One hearing on X: what names us, what became of the replies we hold, and what else is said
under our posts. Each part is read for itself; what one cannot read, the others do not lose.

Replies that we hold nearly all name us. So the mentions are read back to the oldest of them, at a
fifth of the price of looking them up; only what is not among them any more is looked up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from orchestrator.i18n import _
from orchestrator.networks.wire.x_bill import Spared, spared
from orchestrator.networks.wire.x_posts import is_id, numbered, refused
from orchestrator.networks.wire.x_reading import Kind, Reading
from orchestrator.networks.wire.x_troubles import ENDING
from orchestrator.networks.wire.x_voices import EXPANSIONS, FIELDS, Voice, later_versions, voices
from orchestrator.ports import Heard, Hearing, Listening, Trouble, Unreadable

LONGEST_QUERY = 512  # more is for enterprises
SEARCHED = timedelta(days=7)
# What an author took back: by deleting it, or by showing it to followers only.
WITHDRAWN = ("resource-not-found", "not-authorized-for-resource")
WISHES = {"tweet_fields": list(FIELDS), "expansions": list(EXPANSIONS)}


class Listener:
    """One hearing. ``now`` is X's time; where it is not known, it is told by what was said last."""

    def __init__(
        self,
        reading: Reading,
        posts: Sequence[Listening],
        now: datetime | None,
        strays: frozenset[str],
    ) -> None:
        self._reading, self._now = reading, now
        ours = numbered([post.remote_id for post in posts])
        self._posts = {post.remote_id: post for post in posts if post.remote_id in ours}
        held = (each for post in self._posts.values() for each in post.held)
        self._known = {each for each in (*held, *strays) if is_id(each)}
        self._voices: dict[str, Voice] = {}
        self._answers: dict[str, int] = {}
        self._ours, self._foreign = set(self._posts), set[str]()
        self._gone: set[str] = set()
        self._findings: list[str] = []
        self._trouble: Trouble | None = None
        self._ended: Trouble | None = None
        self._answered = self._over = False
        self._mark = 0

    def hear(self, since: str | None) -> Hearing:
        """Read all parts; a Trouble when X answered nothing at all, unless it only refused."""
        until = self._mentions(since)
        for some in self._reading.lots(self._to_look_up()):
            self._try(Kind.LOOK_UP, partial(self._follow, some))
        for query in queries(self._to_search(), self._reading.user_id):
            self._try(Kind.SEARCH, partial(self._search, query))
        if self._trouble and not self._answered:
            if not isinstance(self._trouble, Unreadable):
                raise self._trouble
            self._ended = self._ended or self._trouble
        return Hearing(
            [self._heard(voice) for voice in self._voices.values() if self._is_news(voice)],
            frozenset(self._gone - self._voices.keys()),
            until,
            tuple(dict.fromkeys(self._findings)),
            self._ended,
        )

    def _try(self, kind: Kind, read: Callable[[], None]) -> bool:
        """Whether a part could be read; after some troubles, or without money, no more is asked.

        What X refuses it refuses for every post: nothing of the kind is asked again soon.
        """
        if self._over or self._reading.is_refused(kind):
            return False
        try:
            read()
        except Spared:
            self._over = True
            self._findings.append(spared())
            return False
        except Unreadable as refusal:
            self._trouble = self._trouble or refusal
            self._reading.refuse(kind)
            self._findings.append(_refused_part().format(said=refusal.reason))
            return False
        except Trouble as trouble:
            self._trouble = self._trouble or trouble
            if isinstance(trouble, ENDING):
                self._over, self._ended = True, trouble
            why = _("Not all replies on X could be read: {why}").format(why=trouble.why)
            self._findings.append(why)
            return False
        return True

    def _mentions(self, since: str | None) -> str | None:
        """Hear what names us since the mark; return the next mark, or the same after a trouble.

        Without a mark, from our first post on: what was said before is not about the campaign.
        """
        start = since if since and is_id(since) else min(self._posts, key=int, default=None)
        if start is None:
            return since
        self._mark = mark = int(start)
        marks, whole = [mark], list[bool]()

        def read() -> None:
            for page in self._reading.mentions(str(self._oldest(mark)), **WISHES):
                past = min(marks) < mark
                told = [voice for voice in voices(page) if self._is_wanted(voice)]
                self._take(told)
                marks.extend(int(post["id"]) for post in page.posts)
                whole.append(page.whole or past)
                if min(marks) < mark and self._reading.worth(len(told)) < len(page.posts):
                    return  # too few of ours among these; they are looked up

        complete = self._try(Kind.MENTIONS, read) or min(marks) < mark
        complete = complete and self._all_told(whole)
        placed = self._place()
        return str(max(marks)) if complete and placed else since

    def _oldest(self, mark: int) -> int:
        """After which mention to begin: the mark, or just before the first reply that we hold."""
        held = [max(0, int(each) - 1) for each in self._known] if self._reading.saves else []
        return min([mark, *held])

    def _is_wanted(self, voice: Voice) -> bool:
        """Whether a mention is new, or held; others from before the mark were let go of."""
        return int(voice.newest) > self._mark or voice.remote_id in self._known

    def _all_told(self, whole: Iterable[bool]) -> bool:
        if all(whole):
            return True
        self._findings.append(
            _("X told fewer replies than it counted; they are asked for again next time.")
        )
        return False

    def _place(self) -> bool:
        """Find out which threads began with a post of ours, also one that is not listened to."""
        threads = [voice for voice in self._voices.values() if voice.parent and self._is_new(voice)]
        self._ours |= {
            voice.conversation
            for voice in threads
            if voice.parent == voice.conversation and voice.parent_author == self._reading.user_id
        }
        unknown = {voice.conversation for voice in threads} - self._ours
        self._foreign |= {each for each in unknown if not is_id(each)}
        asked = self._reading.lots(sorted(unknown - self._foreign))
        return all(self._try(Kind.LOOK_UP, partial(self._ask_whose, some)) for some in asked)

    def _ask_whose(self, conversations: Sequence[str]) -> None:
        page = self._reading.look_up(conversations, tweet_fields=["author_id"])
        self._answered = True
        self._ours |= {
            str(post["id"])
            for post in page.posts
            if str(post.get("author_id")) == self._reading.user_id
        }
        self._foreign |= set(conversations) - self._ours

    def _follow(self, held: Sequence[str]) -> None:
        """What became of replies that we hold: withdrawn, or edited."""
        page = self._reading.look_up(held, **WISHES)
        self._answered = True
        self._gone |= refused(page.errors, WITHDRAWN) & set(held)
        for voice in voices(page):
            self._count(voice)
        self._take(later_versions(page))

    def _search(self, query: str) -> None:
        """Hear what is said under posts without naming us."""
        whole = []
        for page in self._reading.search(query, **WISHES):
            self._take(voices(page))
            whole.append(page.whole)
        self._all_told(whole)

    def _take(self, told: Iterable[Voice]) -> None:
        """Keep each voice once, as it reads now; not our own."""
        self._answered = True
        for voice in told:
            known = self._voices.get(voice.remote_id)
            if voice.author_id == self._reading.user_id:
                continue
            self._count(voice)
            if known is None or int(voice.newest) > int(known.newest):
                self._voices[voice.remote_id] = voice

    def _count(self, voice: Voice) -> None:
        self._answers[voice.remote_id] = max(voice.answers, self._answers.get(voice.remote_id, 0))

    def _to_look_up(self) -> list[str]:
        """The replies that we hold, but for those that were just heard again."""
        return sorted(self._known - self._voices.keys())

    def _to_search(self) -> Iterator[str]:
        """The young posts with more answers, and answers to answers, than we know of.

        Where X did not say how many there are, none are missed.
        """
        known = {post.remote_id: set(post.held - self._gone) for post in self._posts.values()}
        for voice in self._voices.values():
            known.get(voice.conversation, set()).add(voice.remote_id)
        now = self._now or max(
            [post.published_at for post in self._posts.values()]
            + [voice.at for voice in self._voices.values()],
            default=None,
        )
        for remote_id, post in self._posts.items():
            deeper = sum(self._answers.get(each, 0) for each in known[remote_id])
            unheard = post.counted is not None and post.counted + deeper > len(known[remote_id])
            if now and unheard and post.published_at > now - SEARCHED:
                yield remote_id

    def _is_new(self, voice: Voice) -> bool:
        """Whether a voice may say what we do not know: from before the mark, only if edited."""
        held = voice.remote_id in self._known and int(voice.newest) <= self._mark
        return not held or voice.edited_at is not None

    def _is_news(self, voice: Voice) -> bool:
        """An answer in a thread whose beginning could not be asked for is heard next time."""
        placed = not voice.parent or voice.conversation in self._ours | self._foreign
        return placed and self._is_new(voice)

    def _heard(self, voice: Voice) -> Heard:
        return voice.heard(voice.conversation if voice.conversation in self._ours else None)


def _refused_part() -> str:
    return _(
        "X refuses a part of what people answer: {said}. Look at the app on X; that part is asked"
        " for again after a day."
    )


def queries(conversations: Iterable[str], user_id: str) -> Iterator[str]:
    """Searches for all that others said in these conversations, each as long as X takes."""
    some: list[str] = []
    for each in conversations:
        if len(_query([*some, each], user_id)) > LONGEST_QUERY:
            yield _query(some, user_id)
            some = []
        some.append(each)
    if some:
        yield _query(some, user_id)


def _query(conversations: Sequence[str], user_id: str) -> str:
    clauses = " OR ".join(f"conversation_id:{each}" for each in conversations)
    return f"({clauses}) -from:{user_id}"
