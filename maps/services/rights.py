"""Who may do what in a layer, and groups of partners that get rights together."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.validators import one_line
from geo.models import Hub
from journal.events import record
from maps.enums import Power
from maps.models import LayerRight, MapLayer, PartnerGroup
from maps.permissions import check_can_govern
from maps.verbs import MapVerb


@transaction.atomic
def give_right(*, by: User, layer: MapLayer, to: User | Organisation | PartnerGroup, power: Power) -> LayerRight:
    """Give somebody a right in a layer; who has another there has this one from now on."""
    check_can_govern(by, layer.map.hub)
    if isinstance(to, PartnerGroup) and to.hub_id != layer.map.hub_id:
        raise ValidationError(_("Deze groep is van een andere hub."))
    holder = {User: "person", Organisation: "organisation", PartnerGroup: "group"}[type(to)]
    who: dict[str, Any] = {"layer": layer, holder: to}
    right, _made = LayerRight.objects.update_or_create(defaults={"power": Power(power)}, **who)
    record(
        MapVerb.RIGHT_GIVEN, layer, by=by, hub_ids=[layer.map.hub_id],
        organisation_id=to.pk if isinstance(to, Organisation) else None,
        changes={holder: to.pk, "power": right.power},
    )  # fmt: skip
    return right


@transaction.atomic
def take_right(*, by: User, right: LayerRight) -> None:
    """Take a right back: from now on it gives nothing."""
    check_can_govern(by, right.layer.map.hub)
    holder = next(name for name in ("person", "organisation", "group") if getattr(right, f"{name}_id"))
    record(
        MapVerb.RIGHT_TAKEN, right.layer, by=by, hub_ids=[right.layer.map.hub_id],
        organisation_id=right.organisation_id,
        changes={holder: getattr(right, f"{holder}_id"), "power": right.power},
    )  # fmt: skip
    right.delete()


@transaction.atomic
def create_group(*, by: User, hub: Hub, name: str, organisations: Iterable[Organisation] = ()) -> PartnerGroup:
    """Name some partners of a hub together."""
    check_can_govern(by, hub)
    group = PartnerGroup(hub=hub, name=one_line(name))
    group.full_clean()
    group.save()
    group.organisations.set(_partners(hub, organisations))
    record(MapVerb.GROUP_CREATED, group, by=by, hub_ids=[hub.pk], changes={"name": group.name})
    return group


@transaction.atomic
def update_group(
    *, by: User, group: PartnerGroup, name: str | None = None, organisations: Iterable[Organisation] | None = None
) -> PartnerGroup:
    """Give a group another name, or other members."""
    check_can_govern(by, group.hub)
    stored: PartnerGroup = PartnerGroup.objects.select_for_update(of=("self",)).select_related("hub").get(pk=group.pk)
    before = stored.name
    if name is not None:
        stored.name = one_line(name)
        stored.full_clean()
        stored.save()
    if organisations is not None:
        stored.organisations.set(_partners(stored.hub, organisations))
    record(MapVerb.GROUP_CHANGED, stored, by=by, hub_ids=[stored.hub_id], changes={"name": [before, stored.name]})
    return stored


@transaction.atomic
def delete_group(*, by: User, group: PartnerGroup) -> None:
    """Forget a group, and the rights that it has."""
    check_can_govern(by, group.hub)
    record(MapVerb.GROUP_DELETED, group, by=by, hub_ids=[group.hub_id], changes={"name": [group.name, None]})
    group.delete()


def _partners(hub: Hub, organisations: Iterable[Organisation]) -> list[Organisation]:
    """The organisations, if all of them are partners of the hub. Raises ValidationError that names one that isn't."""
    given = list(organisations)
    partners = set(hub.partners.values_list("organisation_id", flat=True))
    if other := next((one for one in given if one.pk not in partners), None):
        words = {"organisation": other.name}
        raise ValidationError({"organisations": _("%(organisation)s is geen partner van deze hub.") % words})
    return given
