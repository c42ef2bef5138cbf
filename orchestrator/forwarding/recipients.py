"""Whom an offer reaches at each step, and how: the volunteer, the backup contact, the partner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from orchestrator import people
from orchestrator.config import Settings
from orchestrator.keys import CampaignKey
from orchestrator.model import Partner, Person, Tandem
from orchestrator.vocabulary import Step, Way

_REGION = "DE"


@dataclass(frozen=True)
class Recipient:
    """Somebody who looks after a tandem; ``mail`` and ``phone`` are empty where there is none.

    ``noted``: a contact as somebody wrote it down, which the program cannot read further.
    """

    step: Step
    name: str = ""
    mail: str = ""
    phone: str = ""
    noted: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is any way at all to reach them."""
        return bool(self.mail or self.phone or self.noted)


def recipients(
    session: Session, key: CampaignKey, settings: Settings, tandem: Tandem
) -> dict[Step, Recipient]:
    """By step, everybody there is; a reminder goes to the volunteer."""
    sealed = people.fields(session, key, session.get(Person, tandem.volunteer_id))
    volunteer = Recipient(
        Step.FORWARD, sealed.get("name", ""), sealed.get("email", ""), sealed.get("phone", "")
    )
    backup = _another(_backup(sealed, tandem.country), volunteer)
    partner = _another(_another(_partner(session, settings, tandem), volunteer), backup)
    reminder = replace(volunteer, step=Step.REMINDER)
    return {each.step: each for each in (volunteer, reminder, backup, partner)}


def _another(recipient: Recipient, before: Recipient) -> Recipient:
    """Nobody: whoever is named twice under one address has been told."""
    same = recipient.mail and recipient.mail.casefold() == before.mail.casefold()
    return Recipient(recipient.step) if same else recipient


def _backup(sealed: Mapping[str, str], country: str) -> Recipient:
    """Out of one line, such as “Frau Weber, 0170 …” or an address."""
    text = sealed.get("backup_contact", "")
    mail, phone = mail_in(text), phone_in(text, country)
    return Recipient(Step.BACKUP, mail=mail, phone=phone, noted=text)


def _partner(session: Session, settings: Settings, tandem: Tandem) -> Recipient:
    partner = session.get(Partner, tandem.partner_id) if tandem.partner_id else None
    if partner is None:
        return Recipient(Step.PARTNER)
    same = partner.name.strip().casefold()
    mails = (e.mail for e in settings.mail.partners if e.name.strip().casefold() == same)
    return Recipient(Step.PARTNER, partner.name, next(mails, ""), noted=partner.name)


def mail_in(text: str) -> str:
    """The first mail address in a line; empty where there is none."""
    from email_validator import EmailNotValidError, validate_email

    for word in re.split(r"[\s,;<>()]+", text):
        if "@" in word:
            try:
                return validate_email(word, check_deliverability=False).normalized
            except EmailNotValidError:
                continue
    return ""


def phone_in(text: str, country: str) -> str:
    """The first phone number in a line, as E.164; without a country code one of ``country``."""
    import phonenumbers

    for found in phonenumbers.PhoneNumberMatcher(text, country or _REGION):
        return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def is_away(tandem: Tandem, today: date) -> bool:
    """Whether the volunteer cannot be reached today."""
    if tandem.away_from is None or tandem.away_until is None:
        return False
    return tandem.away_from <= today <= tandem.away_until


def possible(known: Mapping[Step, Recipient], *, away: bool) -> frozenset[Step]:
    """The steps for which there is somebody to turn to now."""
    absent = {Step.FORWARD, Step.REMINDER} if away else set()
    return frozenset(step for step, each in known.items() if each.is_known and step not in absent)


def way_to(recipient: Recipient, *, mails: bool) -> Way:
    """How the program turns to somebody by itself: by mail, else somebody has to call.

    ``mails``: whether a mail server is set up.
    """
    return Way.MAIL if mails and recipient.mail else Way.CALL
