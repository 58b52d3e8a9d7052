"""Who of a hub follows an exchange up, and the notes of its people. The sides see neither."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_hub_staff, is_hub_staff
from exchanges.models import LONGEST_NOTE, Exchange, HubFollowUp, HubNote
from exchanges.taking import check_text
from exchanges.verbs import ExchangeVerb
from geo.models import Hub
from journal.events import record


@transaction.atomic
def follow_up(*, by: User, exchange: Exchange, hub: Hub, user: User | None) -> None:
    """Make somebody of the hub the one who follows the exchange up; None: nobody does.

    Raises PermissionDenied for who isn't staff of the hub or where it doesn't lie in the hub, ValidationError for a
    user who isn't staff.
    """
    _check(by, exchange, hub)
    if user is not None and not is_hub_staff(user, hub):
        raise ValidationError({"user": _("Kies iemand die voor deze hub werkt.")})
    if user is None:
        HubFollowUp.objects.filter(exchange=exchange, hub=hub).delete()
    else:
        HubFollowUp.objects.update_or_create(exchange=exchange, hub=hub, defaults={"user": user})
    record(
        ExchangeVerb.FOLLOWED_UP if user else ExchangeVerb.LET_GO, exchange, by=by, hub_ids=[hub.pk],
        changes={"listing": exchange.listing_id} | ({"user": user.pk} if user else {}),
    )  # fmt: skip


@transaction.atomic
def add_note(*, by: User, exchange: Exchange, hub: Hub, text: str, at: dt.datetime | None = None) -> HubNote:
    """Raises PermissionDenied, ValidationError by field."""
    _check(by, exchange, hub)
    if not text.strip():
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("text", text, LONGEST_NOTE)
    note = HubNote.objects.create(exchange=exchange, hub=hub, author=by, text=text.strip(), at=at or timezone.now())
    record(ExchangeVerb.NOTED, exchange, by=by, hub_ids=[hub.pk], changes={"listing": exchange.listing_id})
    return note


def _check(by: User, exchange: Exchange, hub: Hub) -> None:
    check_is_hub_staff(by, hub)
    if hub.pk not in exchange.hub_ids:
        raise PermissionDenied(_("Deze uitwisseling ligt niet in de regio van %(hub)s.") % {"hub": hub.name})
