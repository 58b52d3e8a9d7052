"""Every change to which organisations take part in a hub."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import HubPartner, Organisation, User
from accounts.permissions import check_can_set_hub_people
from accounts.verbs import AccountVerb
from geo.models import Hub
from journal.events import record


@transaction.atomic
def add_hub_partner(*, by: User, hub: Hub, organisation: Organisation, since: dt.date | None = None) -> HubPartner:
    """Take an organisation in, from today unless said otherwise. One that is a partner already stays as it is."""
    check_can_set_hub_people(by, hub)
    partner, made = HubPartner.objects.get_or_create(
        hub=hub, organisation=organisation, defaults={"since": since or timezone.localdate()}
    )
    if made:
        _record(AccountVerb.PARTNER_ADDED, by, partner)
    return partner


@transaction.atomic
def remove_hub_partner(*, by: User, partner: HubPartner) -> None:
    check_can_set_hub_people(by, partner.hub)
    _record(AccountVerb.PARTNER_REMOVED, by, partner)
    partner.delete()


def _record(verb: AccountVerb, by: User, partner: HubPartner) -> None:
    record(verb, partner, by=by, organisation_id=partner.organisation_id, hub_ids=[partner.hub_id])
