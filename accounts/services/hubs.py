"""Every change to hubs and their regions."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import check_can_manage_hub, check_is_operator
from accounts.services.fields import set_fields
from geo.models import Hub, HubRegion, Municipality

HUB_FIELDS = frozenset({"intro", "email", "phone", "website", "sectors", "buffer_km", "shows_neighbours"})
REGION_FIELDS = frozenset({"name", "kind", "provenance"})


@transaction.atomic
def update_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Change what a hub says of itself and its border policy. The caller places listings anew if the policy moved."""
    check_can_manage_hub(by, hub)
    set_fields(hub, fields, HUB_FIELDS)
    hub.full_clean()
    hub.save()
    return hub


@transaction.atomic
def set_up_hub(*, by: User, hub: Hub, **fields: Any) -> Hub:
    """Make a hub, or change it with its name and slug. For operators; the caller places listings anew."""
    check_is_operator(by)
    set_fields(hub, fields, HUB_FIELDS | {"slug", "name"})
    hub.full_clean()
    hub.save()
    return hub


@transaction.atomic
def set_up_region(
    *, by: User, region: HubRegion, municipalities: Iterable[Municipality] | None = None, **fields: Any
) -> HubRegion:
    """Make or change a hub's region. For operators; the caller places listings anew."""
    check_is_operator(by)
    set_fields(region, fields, REGION_FIELDS)
    region.full_clean()
    region.save()
    if municipalities is not None:
        region.municipalities.set(municipalities)
    return region
