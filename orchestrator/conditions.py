"""Why a network refuses an account as a whole, since when, and whether it is asked all the same.

A token that died, or a permission that was lost, is tried again now and then: once it is replaced
the account goes on by itself, where it stopped. An account that is suspended, held back or without
money is left alone until a person says that it is in order again, since whoever knocks on and on
looks like a robot.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select, update

from orchestrator import journal
from orchestrator.i18n import _
from orchestrator.model import Account, Post
from orchestrator.ports import NotAuthorised, Unreadable
from orchestrator.vocabulary import Condition

# Left alone until a person acted.
AT_REST = frozenset({Condition.SUSPENDED, Condition.BLOCKED, Condition.CREDITS})
# For so long nothing is read of an account that refuses it for no reason that we know. Less than a
# day, so that a daily job asks each day.
UNREAD_FOR = timedelta(hours=20)
# What a read that succeeds does not disprove.
_OF_SENDING = AT_REST | {Condition.PERMISSION}
_REFUSED = or_(col(Account.refusal).is_not(None), col(Account.condition).is_not(None))
_CLEAN = {"refusal": None, "condition": None, "condition_since": None}


def note(session: Session, account: Account, trouble: NotAuthorised, now: datetime) -> None:
    """Write down a refusal; ``since`` stays while it is of the same kind.

    What only a person ends is not overwritten by what would be tried again.
    """
    if rests(account) and trouble.condition not in AT_REST:
        return
    account.refusal = trouble.why
    if account.condition is not trouble.condition:
        account.condition, account.condition_since = trouble.condition, now
    session.add(account)


def note_reading(session: Session, account: Account, trouble: NotAuthorised, now: datetime) -> None:
    """Write down that something may not be read: a permission for it hinders no sending."""
    if trouble.condition is not Condition.PERMISSION:
        note(session, account, trouble, now)
    elif account.condition not in AT_REST:
        account.refusal = trouble.why


def note_unreadable(session: Session, account: Account, trouble: Unreadable, now: datetime) -> None:
    """Write down that nothing may be read, and let reading rest; sending goes on."""
    account.read_not_before = now + UNREAD_FOR
    if account.condition is None:
        account.refusal = trouble.why
    session.add(account)


def clear(session: Session, account: Account) -> None:
    """The account is in order again."""
    account.refusal = account.condition = account.condition_since = None
    session.add(account)


def was_read(session: Session, account: Account) -> None:
    """The account could be read; that proves nothing of what keeps it from sending."""
    if account.condition not in _OF_SENDING:
        clear(session, account)


def has_sent(session: Session, post_id: int, now: datetime) -> None:
    """The network took this post; one plain statement, since a campaign sends by the thousand.

    That disproves nothing of what it does not let us read.
    """
    of_post = select(Post.account_id).where(Post.id == post_id).scalar_subquery()
    until = col(Account.read_not_before)
    disproved = or_(col(Account.condition).is_not(None), until.is_(None), until <= now)
    here = col(Account.id) == of_post
    session.exec(update(Account).where(here, _REFUSED, disproved).values(**_CLEAN))


def is_unread(account: Account, now: datetime) -> bool:
    """Whether its network refuses only to be read, and is not asked for that again yet."""
    refused = account.refusal is not None and account.condition is None
    return refused and (account.read_not_before or now) > now


def rests(account: Account) -> bool:
    """Whether nothing is asked of this account until a person acted."""
    return account.condition in AT_REST


def at_rest(session: Session, campaign_id: int, accounts: Mapping[str, str]) -> dict[str, str]:
    """Which networks are left alone, and why; ``accounts``: by network, as configured."""
    rows = session.exec(
        select(Account).where(
            Account.campaign_id == campaign_id, col(Account.condition).in_(AT_REST)
        )
    ).all()
    return {
        row.network: row.refusal or sentence(row.condition).format(network=row.network)
        for row in rows
        if accounts.get(row.network) == row.remote_id
    }


def since(session: Session, campaign_id: int) -> dict[int, datetime]:
    """Since when each account is refused that is."""
    refused = select(Account.id, Account.condition_since).where(
        Account.campaign_id == campaign_id, col(Account.condition_since).is_not(None)
    )
    return {account: at for account, at in session.exec(refused).all() if at}


def lift(
    session: Session, campaign_id: int, networks: set[str], now: datetime, actor: str
) -> list[str]:
    """Ask these networks again: a person says that their accounts are in order; which were not."""
    rows = session.exec(
        select(Account)
        .where(
            Account.campaign_id == campaign_id,
            col(Account.network).in_(networks),
            _REFUSED,
        )
        .order_by(col(Account.id))
        .with_for_update(key_share=True)
    ).all()
    for account in rows:
        journal.record(
            session, campaign_id, now, actor, "asked again", account.network, was=account.condition
        )
        if account.condition:  # else a wait of sending has nothing to do with it
            account.not_before = None
        account.read_not_before = None
        clear(session, account)
    return [account.network for account in rows]


def troubled(session: Session, campaign_id: int) -> Iterator[Account]:
    """The accounts that their networks refuse."""
    yield from session.exec(
        select(Account)
        .where(
            Account.campaign_id == campaign_id,
            _REFUSED,
        )
        .order_by(col(Account.network))
    ).all()


def sentence(condition: Condition | None) -> str:
    """What is wrong with an account, without a full stop; ``{network}`` is to be filled in."""
    return {
        None: _("{network} does not let us read everything"),
        Condition.TOKEN: _("{network} refuses our access"),
        Condition.PERMISSION: _("{network} does not let us post"),
        Condition.CREDITS: _("{network} has no credits left for us"),
        Condition.SUSPENDED: _("{network} has suspended our account"),
        Condition.BLOCKED: _("{network} holds our account back"),
        Condition.OUTDATED: _("{network} no longer serves this version of its interface"),
    }[condition]


def was_asked(session: Session, account: Account, now: datetime, *, lacking: bool) -> None:
    """A doctor's call went well: what that disproves is over. ``lacking``: a permission is missing.

    That a page is held back shows only when somebody posts, so a person has to say so; and who
    we are an account may tell that lets us read nothing else.
    """
    doubtful = {Condition.BLOCKED, Condition.PERMISSION if lacking else Condition.BLOCKED}
    if account.condition not in doubtful and not is_unread(account, now):
        clear(session, account)


def way_back(account: Account, now: datetime) -> str:
    """The command with which a person goes on."""
    if account.condition is Condition.BLOCKED or is_unread(account, now):
        return resuming(account.network)
    return "tueroeffner doctor"


def resuming(network: str) -> str:
    """The command by which a person says that a network's account is in order."""
    return f"tueroeffner resume --network {network}"
