"""What reading cost: booked on the account, so that the cap counts it before the next send."""

from sqlmodel import col, update

from orchestrator.model import Account
from orchestrator.shift import Shift


def book(shift: Shift) -> None:
    """Write down what the shift's networks have cost since it was last booked, in US dollars."""
    for name, network in shift.networks.items():
        cost = network.spent - shift.booked.get(name, 0.0)
        if cost > 0:
            with shift.store.session(patient=True) as session:
                session.exec(
                    update(Account)
                    .where(
                        col(Account.campaign_id) == shift.campaign_id,
                        col(Account.network) == name,
                        col(Account.remote_id) == shift.settings.networks[name].account,
                    )
                    .values(read_usd=col(Account.read_usd) + cost)
                )
            shift.booked[name] = network.spent
