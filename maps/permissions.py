"""Who may do what with maps, layers and elements: the only place that says so. maps.querysets says the same in SQL.

A hub's staff curate its maps; its managers also say who else may, take maps away, and see what is for owners alone.
In each layer somebody has a power: staff of its hub edit, its managers publish, and rights of the layer give any other
person, organisation or group of partners one of four. What a power is worth depends on where the element stands
(`STEPS`). Who began a draft may work on it without more than the right to propose. Operators have no say here without
a role in the hub.

| who | sees what is published for |
|---|---|
| everybody | everyone |
| members of the hub's partners | its partners |
| its staff, whoever has a right in the layer, and members of the organisation that it is about | the hub |
| its managers, and the owner of the element | its owner |

What isn't published is seen by those who edit in the layer, by its owner, and by whoever began it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import can_begin_for, check_can_manage_hub, check_is_hub_staff
from accounts.roles import Right
from geo.models import Hub
from maps.enums import FeatureState as S
from maps.enums import Power, Visibility
from maps.models import FeatureProposal, MapFeature, MapLayer, MaterialMap
from maps.querysets import MapFeatureQuerySet
from maps.sight import sight_of
from maps.standing import Standing, standing_of

Person = User | AnonymousUser


@dataclass(frozen=True)
class Step:
    """What may be done with an element: the power that it takes in each state, and where who began it may too."""

    takes: Mapping[S, Power]
    begun: frozenset[S] = frozenset()


STEPS: dict[str, Step] = {
    "change": Step({S.DRAFT: Power.EDIT, S.REVIEW: Power.EDIT, S.PUBLISHED: Power.PUBLISH}, frozenset({S.DRAFT})),
    "propose": Step({S.PUBLISHED: Power.PROPOSE}),
    "submit": Step({S.DRAFT: Power.EDIT}, frozenset({S.DRAFT})),
    "send_back": Step({S.REVIEW: Power.PUBLISH}),
    "publish": Step({S.DRAFT: Power.PUBLISH, S.REVIEW: Power.PUBLISH, S.WITHDRAWN: Power.PUBLISH}),
    "withdraw": Step(
        {S.DRAFT: Power.EDIT, S.REVIEW: Power.EDIT, S.PUBLISHED: Power.PUBLISH}, frozenset({S.DRAFT, S.REVIEW})
    ),
    "verify": Step({S.PUBLISHED: Power.EDIT}),
    "undo": Step({S.DRAFT: Power.EDIT, S.REVIEW: Power.EDIT, S.PUBLISHED: Power.PUBLISH, S.WITHDRAWN: Power.PUBLISH}),
}


# ---- layers ----


def can_see_layer(standing: Standing, layer: MapLayer) -> bool:
    """Whether a layer shows, with or without elements. Reads its map."""
    gone = layer.deleted_at is not None or layer.map.deleted_at is not None
    return not gone and layer.visibility >= standing.threshold_in(layer.pk, layer.map.hub_id)


def can_add(standing: Standing, layer: MapLayer) -> bool:
    """Whether somebody may begin an element in a layer."""
    return can_see_layer(standing, layer) and standing.power_in(layer.pk, layer.map.hub_id) >= Power.PROPOSE


def can_import(standing: Standing, layer: MapLayer) -> bool:
    """Whether somebody compares files with a layer, and takes from them: they see its drafts, and what left it."""
    return can_see_layer(standing, layer) and standing.power_in(layer.pk, layer.map.hub_id) >= Power.EDIT


def can_review(standing: Standing, layer: MapLayer) -> bool:
    """Whether somebody publishes what others put forward in a layer, and undoes whole batches of changes."""
    return can_see_layer(standing, layer) and standing.power_in(layer.pk, layer.map.hub_id) >= Power.PUBLISH


# ---- elements ----


def can_see(standing: Standing, feature: MapFeature) -> bool:
    """Whether an element shows. Reads its layer and map."""
    layer, hub_id = feature.layer, feature.layer.map.hub_id
    if layer.deleted_at is not None or layer.map.deleted_at is not None:
        return False
    if standing.user_id is not None and feature.owner_id == standing.user_id:
        return True
    if has_begun(standing, feature) and feature.state in (S.DRAFT, S.REVIEW):
        return True
    shown_to = min(feature.visibility, layer.visibility)
    if shown_to < standing.threshold_in(layer.pk, hub_id):
        return feature.source_organisation_id in standing.organisation_ids and is_shown_to_source(feature)
    return feature.state == S.PUBLISHED or standing.power_in(layer.pk, hub_id) >= Power.EDIT


def is_shown_to_source(feature: MapFeature) -> bool:
    """Whether members of the organisation that it is about see it, whatever else they are. Reads its layer."""
    shown_to = min(feature.visibility, feature.layer.visibility)
    return feature.state == S.PUBLISHED and shown_to >= Visibility.HUB


def has_begun(standing: Standing, feature: MapFeature) -> bool:
    """Whether somebody made the element."""
    return standing.user_id is not None and feature.created_by_id == standing.user_id


def can_take(standing: Standing, feature: MapFeature, step: str) -> bool:
    """Whether somebody may take a step of STEPS with an element, as it stands now."""
    if not can_see(standing, feature):
        return False
    rule, power = STEPS[step], standing.power_in(feature.layer_id, feature.layer.map.hub_id)
    state = S(feature.state)
    if state in rule.begun and has_begun(standing, feature) and power >= Power.PROPOSE:
        return True
    return state in rule.takes and power >= rule.takes[state]


def check_can_take(user: Person, feature: MapFeature, step: str) -> None:
    """Raise PermissionDenied unless can_take(); its words say what helps."""
    check_standing(standing_of(user), feature, step)


def check_standing(standing: Standing, feature: MapFeature, step: str) -> None:
    """The same for somebody whose standing is known, as of many elements."""
    if can_take(standing, feature, step):
        return
    if step == "change" and can_take(standing, feature, "propose"):
        raise PermissionDenied(_("Dit element is gepubliceerd. Stel je wijziging voor: wie publiceert, kijkt ze na."))
    if S(feature.state) not in {*STEPS[step].takes, *STEPS[step].begun}:
        words = {"state": S(feature.state).label}
        raise PermissionDenied(_("Dit kan niet met een element met de status “%(state)s”.") % words)
    raise PermissionDenied(_("Daarvoor heb je geen recht in deze laag. Vraag het aan de hub."))


def taken_in(standing: Standing, layer: MapLayer, step: str) -> MapFeatureQuerySet:
    """Elements of a layer that somebody sees with which they may take a step: what can_take() says, in SQL."""
    rule, power = STEPS[step], standing.power_in(layer.pk, layer.map.hub_id)
    may = Q(state__in=[state.value for state, takes in rule.takes.items() if power >= takes])
    if rule.begun and standing.user_id is not None and power >= Power.PROPOSE:
        may |= Q(state__in=[state.value for state in rule.begun], created_by=standing.user_id)
    return MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer)).filter(may)


def can_list(standing: Standing, feature: MapFeature) -> bool:
    """Whether somebody may make a listing of an element, for an organisation of theirs: those whom it is about, who
    began it, and who edits in its layer. What is withdrawn isn't there to be had.
    """
    return bool(standing.organisation_ids) and _has_to_do_with(standing, feature)


def can_list_for_source(user: Person, standing: Standing, feature: MapFeature) -> bool:
    """Whether somebody, as staff of the hub, may begin a listing of an element in the name of the organisation that it
    is about: a partner of the hub, of which they are no member, and whose members see it too. Two queries at most.
    """
    source_id = feature.source_organisation_id
    return (
        source_id is not None
        and source_id not in standing.organisation_ids
        and is_shown_to_source(feature)
        and _has_to_do_with(standing, feature)
        and can_begin_for(user, feature.layer.map.hub_id, source_id)
    )


def knows_who_asked(standing: Standing, hub_id: int, organisation_id: int) -> bool:
    """Whether somebody reads who of an organisation asked a hub to begin a listing in its name: its members, and staff
    of that hub.
    """
    return organisation_id in standing.organisation_ids or hub_id in standing.staff_hub_ids


def lacks_organisation(standing: Standing, feature: MapFeature) -> bool:
    """Whether somebody may make no listing of an element only because a listing is of an organisation, and they belong
    to none.
    """
    return not standing.organisation_ids and _has_to_do_with(standing, feature)


def _has_to_do_with(standing: Standing, feature: MapFeature) -> bool:
    if feature.state == S.WITHDRAWN or not can_see(standing, feature):
        return False
    is_about_them = feature.source_organisation_id in standing.organisation_ids
    edits = standing.power_in(feature.layer_id, feature.layer.map.hub_id) >= Power.EDIT
    return is_about_them or edits or has_begun(standing, feature)


def check_can_list(user: Person, feature: MapFeature) -> None:
    """Raise PermissionDenied unless can_list()."""
    if not can_list(standing_of(user), feature):
        raise PermissionDenied(
            _("Een zoekertje van dit element maakt de organisatie waar het van is, of wie het op de kaart zette.")
        )


def check_can_add(user: Person, layer: MapLayer) -> None:
    """Raise PermissionDenied unless can_add()."""
    if not can_add(standing_of(user), layer):
        raise PermissionDenied(_("Je mag in deze laag geen elementen voorstellen. Vraag het aan de hub."))


def check_can_import(user: Person, layer: MapLayer) -> None:
    """Raise PermissionDenied unless can_import()."""
    if not can_import(standing_of(user), layer):
        raise PermissionDenied(_("Alleen wie in deze laag bewerkt, leest er bestanden in. Vraag het aan de hub."))


def check_can_review(user: Person, layer: MapLayer) -> None:
    """Raise PermissionDenied unless can_review()."""
    if not can_review(standing_of(user), layer):
        raise PermissionDenied(_("Alleen wie in deze laag publiceert, mag dit."))


# ---- maps, and rights ----


def check_can_curate(user: Person, hub: Hub) -> None:
    """Staff of a hub make and change its maps and layers. Raises PermissionDenied for others."""
    check_is_hub_staff(user, hub, Right.CURATE_MAPS)


def check_can_govern(user: Person, hub: Hub) -> None:
    """Managers of a hub give rights, and take maps and layers away. Raises PermissionDenied for others."""
    check_can_manage_hub(user, hub, Right.GOVERN_MAPS)


def layers_to_work_on(user: Person, hub: Hub) -> QuerySet[MapLayer]:
    """Layers of a hub in which somebody looks at what waits: all that its staff see, and for others those in which a
    right lets them publish. Raises PermissionDenied where there is none.
    """
    standing = standing_of(user)
    seen = MapLayer.objects.seen_by(standing).filter(map__hub=hub)
    if hub.pk in standing.staff_hub_ids:
        return seen
    reviewed = seen.filter(pk__in=standing.layers_with(Power.PUBLISH))
    if not reviewed.exists():
        raise PermissionDenied(_("Wat er na te kijken is, ziet wie in een laag van deze hub publiceert."))
    return reviewed


def can_curate(standing: Standing, material_map: MaterialMap) -> bool:
    """Whether somebody makes and changes layers of a map."""
    return material_map.hub_id in standing.staff_hub_ids


# ---- histories and proposals ----


def can_read_history(standing: Standing, feature: MapFeature) -> bool:
    """Those who edit in the layer read who changed what of an element that they see."""
    power = standing.power_in(feature.layer_id, feature.layer.map.hub_id)
    return can_see(standing, feature) and power >= Power.EDIT


def check_can_read_history(user: Person, feature: MapFeature) -> None:
    """Raise PermissionDenied unless can_read_history()."""
    if not can_read_history(standing_of(user), feature):
        raise PermissionDenied(_("Alleen wie in deze laag bewerkt, ziet wie wat wijzigde."))


def proposals_seen_by(standing: Standing, feature: MapFeature) -> QuerySet[FeatureProposal]:
    """All of an element for those who edit in its layer; for others their own."""
    found = FeatureProposal.objects.filter(feature=feature)
    return found if can_read_history(standing, feature) else found.filter(proposed_by=standing.user_id)


def may_read_proposal(standing: Standing, proposal: FeatureProposal, feature: MapFeature) -> bool:
    """The same of one."""
    own = standing.user_id is not None and proposal.proposed_by_id == standing.user_id
    return own or can_read_history(standing, feature)
