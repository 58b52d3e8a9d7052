"""Every change to hubs and their regions."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import check_can_manage_hub, check_is_operator
from accounts.services.fields import set_fields
from accounts.verbs import AccountVerb
from geo.models import Hub, HubRegion, Municipality
from journal.events import changed, record, values_of

#: The fields that, beside the regions, decide in which hubs a listing shows. After a change of one of them, listings
#: are placed anew.
BORDER_POLICY = frozenset({"buffer_km", "shows_neighbours"})
HUB_FIELDS = frozenset({"intro", "email", "phone", "website", "sectors"}) | BORDER_POLICY
NAMES = frozenset({"slug", "name"})
REGION_FIELDS = frozenset({"name", "kind", "provenance"})


@transaction.atomic
def update_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Change what a hub says of itself and its border policy; listings are placed anew if the policy moved."""
    check_can_manage_hub(by, hub)
    return _store_hub(by, hub, fields, HUB_FIELDS)


@transaction.atomic
def set_up_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Make a hub, or change it with its name and slug. For operators."""
    check_is_operator(by)
    return _store_hub(by, hub, fields, HUB_FIELDS | NAMES)


@transaction.atomic
def remove_hub(*, by: User, hub: Hub) -> None:
    """Delete a hub with its regions; listings are placed anew. For operators."""
    check_is_operator(by)
    record(AccountVerb.HUB_REMOVED, hub, by=by, hub_ids=[hub.pk], changes={"name": [hub.name, None]})
    hub.delete()


@transaction.atomic
def set_up_region(
    *, by: User, region: HubRegion, municipalities: Iterable[Municipality] | None = None, **fields: Any
) -> HubRegion:
    """Make or change a hub's region; listings are placed anew. For operators."""
    check_is_operator(by)
    set_fields(region, fields, REGION_FIELDS)
    region.full_clean()
    region.save()
    changes: dict[str, Any] = {"name": region.name}
    if municipalities is not None:
        before = sorted(region.municipalities.values_list("nis", flat=True))
        region.municipalities.set(municipalities)
        changes["municipalities"] = [before, sorted(region.municipalities.values_list("nis", flat=True))]
    record(AccountVerb.REGION_CHANGED, region, by=by, hub_ids=[region.hub_id], changes=changes)
    return region


@transaction.atomic
def remove_region(*, by: User, region: HubRegion) -> None:
    """Take a region away from its hub; listings are placed anew. For operators."""
    check_is_operator(by)
    changes = {"name": [region.name, None]}
    record(AccountVerb.REGION_REMOVED, region, by=by, hub_ids=[region.hub_id], changes=changes)
    region.delete()


def _store_hub(by: User, hub: Hub, fields: dict[str, Any], writable: frozenset[str]) -> Hub:
    stored = Hub.objects.filter(pk=hub.pk).first() or Hub()
    before = values_of(stored, HUB_FIELDS | NAMES)
    set_fields(hub, fields, writable)
    hub.full_clean()
    hub.save()
    changes = changed(before, values_of(hub, HUB_FIELDS | NAMES))
    policy = {name: change for name, change in changes.items() if name in BORDER_POLICY}
    rest = {name: change for name, change in changes.items() if name not in BORDER_POLICY}
    if rest:
        record(AccountVerb.HUB_CHANGED, hub, by=by, hub_ids=[hub.pk], changes=rest)
    if policy:
        record(AccountVerb.BORDER_POLICY_CHANGED, hub, by=by, hub_ids=[hub.pk], changes=policy)
    return hub
