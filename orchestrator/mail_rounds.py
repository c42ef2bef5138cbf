"""The doctor's round to the post: whether letters could go, and receipts come. Nothing is sent."""

from collections.abc import Callable, Iterator

from orchestrator.config import Settings
from orchestrator.doctor import Check, Level, off, ok
from orchestrator.i18n import _
from orchestrator.messengers import mail, mailbox
from orchestrator.ports import NotAuthorised, Trouble, Unreadable

# The doctor is waited for.
TIMEOUT = 10.0


def post(settings: Settings, timeout: float = TIMEOUT) -> Iterator[Check]:
    """The mail server and the mailbox, each asked by logging in; ``timeout`` in seconds."""
    options = settings.mail
    if options.ready:
        yield _asked("mail", mail.connect(options, timeout=timeout).check)
    else:
        words = _("Mail is not set up: offers are handed over on sheets and by phone.")
        yield off("mail", words)
    if options.reads:
        yield _asked("mailbox", mailbox.open_mailbox(options, timeout=timeout).check)
    elif options.ready:
        yield off("mailbox", _("No mailbox is set up: receipts of offers are typed in."))


def _asked(name: str, check: Callable[[], str]) -> Check:
    try:
        return ok(name, check())
    except (NotAuthorised, Unreadable) as trouble:
        return Check(name, Level.FAIL, trouble.why, _refused(name, trouble))
    except Trouble as trouble:
        return Check(name, Level.WARN, trouble.why, _unreached(name))


def _refused(name: str, trouble: Trouble) -> str:
    if isinstance(trouble, Unreadable):
        return _("Set [mail] mailbox to a folder that is there, such as INBOX.")
    if name == "mailbox":
        return _("Check [mail] imap_user and imap_password_file; then run this again.")
    return _("Check [mail] user, password_file and sender; then run this again.")


def _unreached(name: str) -> str:
    if name == "mailbox":
        return _(
            "Check [mail] imap_host, imap_port and imap_security, and the internet connection."
        )
    return _("Check [mail] host, port and security, and the internet connection; mails wait.")
