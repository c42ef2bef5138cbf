"""The server of the mailbox: as much of IMAP4rev1 (RFC 3501) as reading a mailbox takes."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator

from orchestrator.sandbox.faults import FaultBoard
from orchestrator.sandbox.mail_faults import Cut, meet
from orchestrator.sandbox.mail_imap_words import BadCommand, items, numbers, search, told, words
from orchestrator.sandbox.mail_office import FOLDER, PostOffice, Stored

NETWORK = "mailbox"
LONGEST = 64 * 1024
IDLE_SECONDS = 60.0
_COMMAND = re.compile(r"([A-Za-z0-9]{1,20}) ([A-Za-z]{1,15}(?: (?=[A-Za-z]))?)(.*)", re.DOTALL)
_LITERAL = re.compile(rb"\{(\d{1,5})\}\r\n$")
_FLAGS = {"\\seen": "\\Seen", "\\flagged": "\\Flagged", "\\answered": "\\Answered"}

Serve = Callable[[list[str]], str]


class No(Exception):
    """The command is understood, and refused."""


class Desk:
    """One line."""

    def __init__(
        self,
        office: PostOffice,
        faults: FaultBoard,
        note: Callable[[str, str], None],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._office = office
        self._faults = faults
        self._note = note
        self._tls = tls
        self._user = False
        self._opened = False
        self._writable = False
        self._lines: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve until the client leaves, or is silent for a minute."""
        self._reader, self._writer = reader, writer
        try:
            await self._faulty("CONNECT", "*", self._greet)
            while await self._served():
                pass
        except (Cut, OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _greet(self) -> None:
        self._lines.append(b"* OK IMAP4rev1 sandbox")

    async def _served(self) -> bool:
        text = await asyncio.wait_for(self._read(), IDLE_SECONDS)
        if not text:
            return False
        tag, _, rest = text.partition(" ")
        verb, _, arguments = rest.partition(" ")
        verb = verb.strip().upper()
        if verb == "UID":
            verb, _, arguments = arguments.partition(" ")
            verb = f"UID {verb.upper()}"
        await self._faulty(
            verb.removeprefix("UID "), tag, lambda: self._answer(tag, verb, arguments)
        )
        if verb == "STARTTLS" and self._tls is not None:
            await self._writer.start_tls(self._tls)
        return verb != "LOGOUT"

    async def _read(self) -> str:
        """A command, with what it sends as literals put in quotes."""
        line = await self._reader.readline()
        while match := _LITERAL.search(line):
            self._writer.write(b"+ OK\r\n")
            content = await self._reader.readexactly(int(match[1]))
            quoted = content.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            line = line[: match.start()] + b'"' + quoted + b'"' + await self._reader.readline()
        return line.decode("utf-8", "replace").rstrip("\r\n")

    async def _faulty(self, verb: str, tag: str, perform: Callable[[], Awaitable[None]]) -> None:
        self._note(NETWORK, verb)
        fault = self._faults.take(NETWORK, verb, "")
        if fault is not None and fault.kind != "slow":
            await meet(fault, self._quietly(perform), self._refuse(tag), self._writer.transport)
            return
        if fault is not None:
            await asyncio.sleep(fault.waits)
        await perform()
        await self._flush()

    def _quietly(self, perform: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def quiet() -> None:
            await perform()
            self._lines.clear()

        return quiet

    def _refuse(self, tag: str) -> Callable[[str], Awaitable[None]]:
        async def say(words: str) -> None:
            refusal = words if words.startswith("<") else f"{tag} NO {words}"
            self._lines.append(refusal.replace("* NO", "* BYE").encode())
            await self._flush()

        return say

    async def _flush(self) -> None:
        self._writer.write(b"".join(line + b"\r\n" for line in self._lines))
        self._lines.clear()
        await self._writer.drain()

    async def _answer(self, tag: str, verb: str, arguments: str) -> None:
        try:
            serve = self._verbs().get(verb)
            if serve is None:
                raise BadCommand("unknown command, or not in this state")
            done = serve(words(arguments))
            self._lines.append(f"{tag} OK {done}".encode())
        except No as refusal:
            self._lines.append(f"{tag} NO {refusal}".encode())
        except BadCommand as bad:
            self._lines.append(f"{tag} BAD {bad}".encode())

    def _verbs(self) -> dict[str, Serve]:
        """What may be said in this state."""
        known: dict[str, Serve] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
        }
        if self._tls is not None and not self._encrypted:
            known["STARTTLS"] = lambda _: "begin"
        if not self._user:
            return known | {"LOGIN": self._login}
        known |= {"SELECT": self._select, "EXAMINE": self._examine}
        if self._opened:
            known |= {
                "UID SEARCH": self._search, "UID FETCH": self._fetch, "UID STORE": self._store,
            }  # fmt: skip
        return known

    @property
    def _encrypted(self) -> bool:
        return self._writer.get_extra_info("ssl_object") is not None

    def _capability(self, _: list[str]) -> str:
        more = " STARTTLS" if "STARTTLS" in self._verbs() else ""
        self._lines.append(f"* CAPABILITY IMAP4rev1{more}".encode())
        return "done"

    def _noop(self, _: list[str]) -> str:
        return "done"

    def _logout(self, _: list[str]) -> str:
        self._lines.append(b"* BYE until next time")
        return "done"

    def _login(self, given: list[str]) -> str:
        if len(given) != 2:
            raise BadCommand("user and password are wanted")
        if not self._office.lets_in(*given):
            raise No("[AUTHENTICATIONFAILED] Invalid credentials")
        self._user = True
        return "logged in"

    def _select(self, given: list[str]) -> str:
        return self._open(given, writable=True)

    def _examine(self, given: list[str]) -> str:
        return self._open(given, writable=False)

    def _open(self, given: list[str], *, writable: bool) -> str:
        self._opened = False
        if [name.upper() for name in given] != [FOLDER]:
            raise No("[NONEXISTENT] No such mailbox")
        messages = self._office.messages()
        self._opened, self._writable = True, writable
        for line in (
            r"FLAGS (\Answered \Flagged \Seen)", f"{len(messages)} EXISTS", "0 RECENT",
            f"OK [UIDVALIDITY {self._office.validity}]", f"OK [UIDNEXT {self._office.next_uid}]",
        ):  # fmt: skip
            self._lines.append(f"* {line}".encode())
        return f"[{'READ-WRITE' if writable else 'READ-ONLY'}] done"

    def _search(self, given: list[str]) -> str:
        found = search(given, self._office.messages())
        uids = "".join(f" {each.uid}" for each in found)
        self._lines.append(f"* SEARCH{uids}".encode())
        return "done"

    def _fetch(self, given: list[str]) -> str:
        if len(given) < 2:
            raise BadCommand("numbers and items are wanted")
        wanted = items(given[1:])
        if not any(item.name == "UID" for item in wanted):
            wanted += items(["UID"])
        for number, message in self._among(given[0]):
            parts = b" ".join(told(item, message) for item in wanted)
            self._lines.append(b"* %d FETCH (%s)" % (number, parts))
            if self._writable and not all(item.peeks for item in wanted):
                message.flags.add("\\Seen")
        return "done"

    def _store(self, given: list[str]) -> str:
        if len(given) < 3 or given[1].upper() not in ("+FLAGS", "+FLAGS.SILENT"):
            raise BadCommand("only flags are added here")
        flags = [_FLAGS.get(word.lower()) for word in given[2:] if word not in "()"]
        if not flags or None in flags:
            raise BadCommand("an unknown flag")
        if not self._writable:
            raise No("the mailbox is open for reading only")
        for number, message in self._among(given[0]):
            message.flags |= {flag for flag in flags if flag}
            if given[1].upper() == "+FLAGS":
                flagged = " ".join(sorted(message.flags))
                self._lines.append(f"* {number} FETCH (FLAGS ({flagged}))".encode())
        return "done"

    def _among(self, given: str) -> Iterator[tuple[int, Stored]]:
        messages = self._office.messages()
        uids = numbers(given, [each.uid for each in messages])
        return ((at, each) for at, each in enumerate(messages, 1) if each.uid in uids)
