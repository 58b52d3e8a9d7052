"""Who hears that mail to somebody about an exchange, an agreement, a question or a proposal doesn't arrive: their
colleagues, else the hub, else operators.

Nobody else would notice: whoever doesn't get the letters can't tell. A letter that says so may come back as well; then
the next of them hears, and nobody is told twice of one address, so that this ends.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from accounts.models import Organisation, User
from exchanges.answering import readers_in_stead, staff_in
from exchanges.conversations import hub_names
from exchanges.matters import Matter, matter_of
from exchanges.verbs import MailVerb
from journal.addresses import mailbox
from journal.enums import LetterState
from journal.events import record
from journal.letters import Addressed, write_letters
from journal.models import Letter
from journal.one_by_one import take_one_by_one

TEMPLATE = "mail_bounced"
#: So long nobody relies on an address that a letter came back from.
DISTRUSTED = dt.timedelta(days=30)
logger = logging.getLogger(__name__)


def sweep_bounces(*, at: dt.datetime) -> int:
    """Tell of letters that came back, up to AT_ONCE of them, each in its own transaction; returns how many."""
    untold = Letter.objects.filter(bounce_untold_since__lte=at)
    return take_one_by_one("bounces", untold, lambda letter: _take(letter, at), at, "bounce_untold_since")


def _take(letter: Letter, at: dt.datetime) -> None:
    letter.bounce_untold_since = None
    letter.save(update_fields=["bounce_untold_since"])
    matter = matter_of(letter)
    person = User.objects.filter(email__iexact=letter.recipient, is_active=True).first()
    # Of other letters operators see in their list that they came back.
    if matter is not None and person is not None:
        _tell(matter, person, at)


def _tell(matter: Matter, person: User, at: dt.datetime) -> None:
    own = _organisation_of(person, matter)
    role, readers = _who_hears(matter, person, own, at)
    of = str(own) if own is not None else hub_names(matter.hub_ids)
    about, hashed = matter.about, hashlib.sha256(person.email.encode()).hexdigest()[:16]
    letters = []
    for reader in readers:
        knows = role != "hub" or own is None
        data = {
            "what": matter.what(reader),
            "who": person.name if knows else "",
            "address": person.email if knows else "",
            "of": of,
            "role": role,
            "link": _link(matter, role),
        }
        key = f"{TEMPLATE}-{about._meta.model_name}-{about.pk}-{reader.pk}-{hashed}"
        letters.append(Addressed(reader.email, reader.language, data, key))
    write_letters(TEMPLATE, letters, about=about)
    record(MailVerb.BOUNCED, about, organisation_id=own.pk if own is not None else None, hub_ids=list(matter.hub_ids))
    if not letters:
        logger.error("Nobody can be told that mail to user %s comes back", person.pk)


def _link(matter: Matter, role: str) -> str:
    """Operators don't see proposals: they have the list of letters, with the address that doesn't work."""
    if matter.conversation is None and role == "operator":
        return f"{settings.SITE_URL}{reverse('admin:journal_letter_changelist')}"
    return matter.link


def _organisation_of(person: User, matter: Matter) -> Organisation | None:
    """For which organisation of the matter somebody gets its letters; None for who works for a hub, or asked for
    nobody but themselves.
    """
    return Organisation.objects.of(person).filter(pk__in=matter.organisation_ids).first()


def _who_hears(matter: Matter, person: User, own: Organisation | None, at: dt.datetime) -> tuple[str, list[User]]:
    """The first of these with somebody whose own mail arrives."""
    colleagues = User.objects.filter(memberships__organisation=own, is_active=True).order_by("pk") if own else ()
    for role, users in (
        ("colleague", colleagues),
        ("hub", staff_in(matter.hub_ids)),
        ("operator", readers_in_stead()),
    ):
        found = _reached([user for user in users if user.pk != person.pk], at)
        if found:
            return role, found
    return "", []


def _reached(users: Iterable[User], at: dt.datetime) -> list[User]:
    """Without those whose own address sent a letter back lately."""
    found = list(users)
    addresses = [mailbox(user.email) for user in found]
    lately = Letter.objects.filter(recipient__in=addresses, state=LetterState.BOUNCED).since(at - DISTRUSTED)
    distrusted = set(lately.values_list("recipient", flat=True))
    return [user for user in found if mailbox(user.email) not in distrusted]
