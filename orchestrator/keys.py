"""Sealing what identifies a person: one key per person, wrapped by the campaign's key file.

AES-256-GCM throughout. Destroying a person's wrapped key makes every copy of their data, also in
old backups, unreadable. Digests are keyed (HMAC-SHA256), so that a list of all postcodes does not
reveal which one was typed.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.newfile import make_whole

KEY_BYTES = 32
_NONCE_BYTES = 12
_TITLE_BYTES = 2


def _cipher(key: bytes, data: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, purpose)


def _decipher(key: bytes, sealed: bytes, purpose: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose)
    except InvalidTag as error:
        raise UsageProblem(
            _("The stored data of a person cannot be opened with this key file."),
            remedy=_("Put back the key file that belongs to this database ([keys] file)."),
        ) from error


@dataclass(frozen=True, repr=False)
class CampaignKey:
    """The campaign's secret: wraps the persons' keys and keys the digests."""

    secret: bytes

    def _derive(self, purpose: bytes) -> bytes:
        return hmac.digest(self.secret, b"tueroeffner:" + purpose, hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """Tells two key files apart without revealing either (16 hex digits)."""
        return self._derive(b"fingerprint").hex()[:16]

    def new_person_key(self) -> bytes:
        """Make a person's key and return it wrapped, ready to be stored."""
        return _cipher(self._derive(b"wrap"), secrets.token_bytes(KEY_BYTES), b"person-key")

    def seal(self, wrapped_key: bytes, fields: dict[str, str]) -> bytes:
        """Seal a person's ``fields`` with their own key."""
        data = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
        return _cipher(self._person_key(wrapped_key), data, b"person")

    def open(self, wrapped_key: bytes, sealed: bytes) -> dict[str, str]:
        """Open what :meth:`seal` made; a wrong key raises :class:`UsageProblem`."""
        fields: dict[str, str] = json.loads(
            _decipher(self._person_key(wrapped_key), sealed, b"person")
        )
        return fields

    def opens(self, wrapped_key: bytes) -> bool:
        """Whether this is the key that wrapped a person's."""
        try:
            self._person_key(wrapped_key)
        except UsageProblem:
            return False
        return True

    def seal_file(self, wrapped_key: bytes, name: str, content: bytes) -> bytes:
        """Seal a file of a person, its name included: that often tells who they are."""
        title = name.encode()
        data = len(title).to_bytes(_TITLE_BYTES, "big") + title + content
        return _cipher(self._person_key(wrapped_key), data, b"file")

    def open_file(self, wrapped_key: bytes, sealed: bytes) -> tuple[str, bytes]:
        """The name and content that :meth:`seal_file` sealed."""
        data = _decipher(self._person_key(wrapped_key), sealed, b"file")
        end = _TITLE_BYTES + int.from_bytes(data[:_TITLE_BYTES], "big")
        return data[_TITLE_BYTES:end].decode(), data[end:]

    def opens_file(self, wrapped_key: bytes, sealed: bytes) -> bool:
        """Whether the file is under this key; not when the person's was lost, and replaced."""
        try:
            self.open_file(wrapped_key, sealed)
        except UsageProblem:
            return not self.opens(wrapped_key)
        return True

    def seal_own(self, document: object) -> bytes:
        """Seal what belongs to the campaign and to nobody in it; as JSON."""
        data = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        return _cipher(self._derive(b"own"), data, b"own")

    def open_own(self, sealed: bytes) -> Any:
        """Open what :meth:`seal_own` made; a wrong key raises :class:`UsageProblem`."""
        return json.loads(_decipher(self._derive(b"own"), sealed, b"own"))

    def digest(self, text: str) -> str:
        """Keyed digest (64 hex digits) by which a value is recognised, not read."""
        return hmac.new(self._derive(b"digest"), text.encode(), hashlib.sha256).hexdigest()

    def _person_key(self, wrapped_key: bytes) -> bytes:
        return _decipher(self._derive(b"wrap"), wrapped_key, b"person-key")


class LostKey(CampaignKey):
    """Stands in for a key that is not here while something is stopped: it opens nothing."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(b"")
        object.__setattr__(self, "_known", fingerprint)

    @property
    def fingerprint(self) -> str:
        """That of the key which is missing."""
        return str(vars(self)["_known"])

    def _derive(self, purpose: bytes) -> bytes:
        raise UsageProblem(
            _("This needs the campaign's key, which is missing."),
            remedy=_("Put back the key file from your safe copy ([keys] file)."),
        )


def create_key_file(path: Path) -> CampaignKey:
    """Write a new key file, owner-only; an existing file is never overwritten."""
    secret = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_whole(path, lambda draft: write_owner_only(draft, base64.b64encode(secret) + b"\n"))
    return CampaignKey(secret)


def write_owner_only(path: Path, content: bytes) -> None:
    """Write a new file that nobody else of the machine can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def read_key_file(path: Path, *, in_use: Callable[[], bool] = lambda: False) -> CampaignKey:
    """Read the campaign's key; a missing, foreign or readable-by-others file is refused.

    ``in_use`` tells whether contacts were sealed with it: then a new one would be of no use.
    """
    if not path.exists():
        raise UsageProblem(
            _("The key file {path} is missing.").format(path=path),
            remedy=_("Put it back from your safe copy: nothing else opens the contacts.")
            if in_use()
            else _("Put it back from your safe copy, or make one with `tueroeffner init`."),
        )
    text = read_owner_only(path, what=_("key file"))
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise UsageProblem(
            _("The key file {path} does not hold a campaign key.").format(path=path),
            remedy=_("Put back the file that `tueroeffner init` made, from your safe copy."),
        )
    return CampaignKey(secret)


def read_owner_only(path: Path, *, what: str) -> str:
    """Read a secret from ``path``; refuse it when other users of the machine could read it too."""
    try:
        status = path.stat()
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else _("not text")
        raise UsageProblem(
            _("The {what} {path} cannot be read: {reason}.").format(
                what=what, path=path, reason=reason
            ),
            remedy=_("Check the path in your configuration and your right to read it."),
        ) from error
    if os.name == "posix" and not _is_ours(status):
        raise UsageProblem(
            _("The {what} {path} belongs to another user of this machine.").format(
                what=what, path=path
            ),
            remedy=_("Run the command as that user, or make the file your own with chown."),
        )
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageProblem(
            _("Other users of this machine can read the {what} {path}.").format(
                what=what, path=path
            ),
            remedy=_("Run: chmod 600 {path}").format(path=path),
        )
    return text


def _is_ours(status: os.stat_result) -> bool:
    """Ours or the administrator's, as containers and service managers hand secrets over."""
    return os.geteuid() in (0, status.st_uid) or status.st_uid == 0
