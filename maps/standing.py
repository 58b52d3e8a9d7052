"""What somebody is to each hub and layer: read once, for the rules (maps.permissions) and the queries alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from accounts.enums import StaffRole
from accounts.models import User
from accounts.roles import Right, Role
from maps.enums import Power, Visibility

_RIGHT_TO = {Power.EDIT: Right.CURATE_MAPS, Power.PUBLISH: Right.PUBLISH_ELEMENTS}
#: What a role in a hub is worth in each of its layers.
_POWER_OF = {
    role: max((power.value for power, right in _RIGHT_TO.items() if role in right.roles), default=0)
    for role in (Role.STAFF, Role.MANAGER)
}


@dataclass(frozen=True)
class Standing:
    """Nobody in particular, unless said otherwise. `rights` has the highest right in each layer, however it came."""

    user_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    partner_hub_ids: frozenset[int] = frozenset()
    staff_hub_ids: frozenset[int] = frozenset()
    managed_hub_ids: frozenset[int] = frozenset()
    rights: Mapping[int, int] = field(default_factory=dict)

    def power_in(self, layer_id: int, hub_id: int) -> int:
        """What one may do with the elements of a layer of a hub; 0 for nothing but what everyone may."""
        of_manager = _POWER_OF[Role.MANAGER] if hub_id in self.managed_hub_ids else 0
        of_staff = _POWER_OF[Role.STAFF] if hub_id in self.staff_hub_ids else 0
        return max(of_manager, of_staff, self.rights.get(layer_id, 0))

    def threshold_in(self, layer_id: int, hub_id: int) -> Visibility:
        """How widely something of a layer has to be shown, at least, for this person to see it."""
        if hub_id in self.managed_hub_ids:
            return Visibility.OWNER
        if hub_id in self.staff_hub_ids or layer_id in self.rights:
            return Visibility.HUB
        return Visibility.PARTNERS if hub_id in self.partner_hub_ids else Visibility.PUBLIC

    def layers_with(self, power: Power) -> list[int]:
        """Layers in which a right of one's own, and no role in a hub, gives at least this power."""
        return sorted(layer_id for layer_id, held in self.rights.items() if held >= power)


def standing_of(user: User | AnonymousUser) -> Standing:
    """In five queries, however much there is; in none for a stranger."""
    if not user.is_authenticated:
        return Standing()
    roles = list(user.hub_roles.values_list("hub_id", "role"))
    places = list(user.memberships.values_list("organisation_id", "organisation__partnerships__hub_id"))
    members = user.memberships
    in_partner_groups = members.filter(
        organisation__partner_groups__hub__partners__organisation=F("organisation"),
    )
    rights = [
        *user.layer_rights.values_list("layer_id", "power"),
        *members.values_list("organisation__layer_rights__layer_id", "organisation__layer_rights__power"),
        *in_partner_groups.values_list(
            "organisation__partner_groups__layer_rights__layer_id",
            "organisation__partner_groups__layer_rights__power",
        ),
    ]
    return Standing(
        user_id=user.pk,
        organisation_ids=frozenset(organisation_id for organisation_id, _hub_id in places),
        partner_hub_ids=frozenset(hub_id for _organisation_id, hub_id in places if hub_id is not None),
        staff_hub_ids=frozenset(hub_id for hub_id, _role in roles),
        managed_hub_ids=frozenset(hub_id for hub_id, role in roles if role == StaffRole.MANAGER),
        rights=_highest(rights),
    )


def _highest(rights: Iterable[tuple[int | None, int | None]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for layer_id, power in rights:
        if layer_id is not None and power is not None:
            found[layer_id] = max(power, found.get(layer_id, 0))
    return found
