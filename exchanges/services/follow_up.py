"""Who of a hub follows an exchange or a standing agreement up, and the notes of its people. The sides see neither."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_hub_staff, is_hub_staff
from accounts.texts import check_text
from exchanges.as_seen import check_as_seen
from exchanges.models import (
    LONGEST_NOTE,
    AgreementFollowUp,
    AgreementNote,
    Exchange,
    HubFollowUp,
    HubNote,
    StandingAgreement,
)
from exchanges.verbs import AgreementVerb, ExchangeVerb
from geo.models import Hub
from journal.events import record

#: What a hub follows up.
Followed = Exchange | StandingAgreement


@transaction.atomic
def follow_up(*, by: User, about: Followed, hub: Hub, user: User | None, seen_owner: int | None = None) -> None:
    """Make somebody of the hub the one who follows it up; None: nobody does. `seen_owner` is who did so when they
    decided this, by key; None: nobody.

    Raises PermissionDenied for who isn't staff of the hub or where it doesn't lie in the hub, ValidationError for a
    user who isn't staff, TooLate where somebody else took it up since.
    """
    _check(by, about, hub)
    if user is not None and not is_hub_staff(user, hub):
        raise ValidationError({"user": _("Kies iemand die voor deze hub werkt.")})
    # One of a hub's people at a time: where nobody has it yet, there is no row of their own to lock.
    type(about)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=about.pk)
    row = follow_ups_of(about).filter(hub=hub).select_related("user").first()
    check_as_seen(row.user if row is not None else None, seen=seen_owner, chosen=user)
    if user is not None:
        follow_ups_of(about).update_or_create(hub=hub, defaults={"user": user}, **_of(about))
    elif row is not None:
        row.delete()
    verbs = AgreementVerb if isinstance(about, StandingAgreement) else ExchangeVerb
    _record(verbs.FOLLOWED_UP if user else verbs.LET_GO, by, about, hub, {"user": user.pk} if user else {})


@transaction.atomic
def add_note(
    *, by: User, about: Followed, hub: Hub, text: str, at: dt.datetime | None = None
) -> HubNote | AgreementNote:
    """Raises PermissionDenied, ValidationError by field."""
    _check(by, about, hub)
    if not text.strip():
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("text", text, LONGEST_NOTE)
    note: HubNote | AgreementNote = notes_of(about).create(
        hub=hub, author=by, text=text.strip(), at=at or timezone.now(), **_of(about)
    )
    verbs = AgreementVerb if isinstance(about, StandingAgreement) else ExchangeVerb
    _record(verbs.NOTED, by, about, hub, {})
    return note


def follow_ups_of(about: Followed) -> Any:
    """Who follows it up, of each hub: rows with a `hub` and a `user`."""
    table = AgreementFollowUp if isinstance(about, StandingAgreement) else HubFollowUp
    return table._default_manager.filter(**_of(about))


def notes_of(about: Followed) -> Any:
    """The notes of each hub, in the order in which they were written."""
    table = AgreementNote if isinstance(about, StandingAgreement) else HubNote
    return table._default_manager.filter(**_of(about))


def _of(about: Followed) -> dict[str, Followed]:
    return {"agreement" if isinstance(about, StandingAgreement) else "exchange": about}


def _record(verb: str, by: User, about: Followed, hub: Hub, changes: dict[str, Any]) -> None:
    record(verb, about, by=by, hub_ids=[hub.pk], changes={"listing": about.listing_id} | changes)


def _check(by: User, about: Followed, hub: Hub) -> None:
    check_is_hub_staff(by, hub)
    if hub.pk not in about.hub_ids:
        words = (
            _("Deze vaste afspraak ligt niet in de regio van %(hub)s.")
            if isinstance(about, StandingAgreement)
            else _("Deze uitwisseling ligt niet in de regio van %(hub)s.")
        )
        raise PermissionDenied(words % {"hub": hub.name})
