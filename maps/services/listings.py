"""An element becomes a listing, and a listing an element, in one step that keeps the link."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.behalf import checked_note
from accounts.models import Organisation, User
from geo.models import Hub
from listings.enums import ListingKind, ListingStatus, Recurrence
from listings.models import Listing
from listings.services import create_listing
from maps.begun import begun_for, waiting
from maps.begun_letters import tell_begun
from maps.derived import representative_point
from maps.enums import FeatureKind, FeatureState, Period, QuantityBasis
from maps.models import MapFeature, MapFeatureListing, MapLayer
from maps.permissions import can_list_for_source, check_can_add, check_can_list
from maps.services.features import add_feature
from maps.services.storing import current, record_change
from maps.standing import standing_of
from maps.verbs import MapVerb
from materials.models import Material

#: What a map has a place for: what somebody asks for lies nowhere yet.
MAPPED_KINDS = (ListingKind.SUPPLY, ListingKind.SERVICE)
#: How a flow repeats as a listing. Of other periods a member says it in the draft: nothing is guessed.
_RECURRENCE = {Period.WEEK: Recurrence.WEEKLY, Period.MONTH: Recurrence.MONTHLY}
#: The other way round: a period, and how often a listing's quantity comes in it.
_PERIOD = {
    Recurrence.WEEKLY: (Period.WEEK, 1),
    Recurrence.MONTHLY: (Period.MONTH, 1),
    Recurrence.QUARTERLY: (Period.YEAR, 4),
}


@transaction.atomic
def list_feature(*, by: User, feature: MapFeature, organisation: Organisation) -> Listing:
    """Make a draft of supply of an element, or of a service where that is a place, for an organisation of one's own,
    which completes it.

    Where the organisation still has a draft of it, that one comes back: pressing twice makes no two lots.
    """
    # Two that press at once come one after the other.
    MapFeature.objects.select_for_update(no_key=True, of=("self",)).get(pk=feature.pk)
    stored = current(feature)
    check_can_list(by, stored)
    begun = Listing.objects.filter(
        map_features__feature=stored, organisation=organisation, status=ListingStatus.DRAFT
    ).editable_by(by)
    if (draft := begun.order_by("-pk").first()) is not None:
        return draft
    return _listed(by, stored, organisation)


@transaction.atomic
def list_for_source(*, by: User, feature: MapFeature, behalf_note: str) -> tuple[Listing, bool]:
    """Begin a draft of an element in the name of the organisation that it is about, as staff of the hub of which that
    is a partner. Its members are told: they complete and publish it. `behalf_note` says who of them asked, and how.

    Returns the draft, and whether it is new: while one waits, none is begun beside it, nobody is told anew, and the
    note with it stays. Raises ValidationError by field for a note that says nothing or too much.
    """
    MapFeature.objects.select_for_update(no_key=True, of=("self",)).get(pk=feature.pk)
    stored = current(feature)
    standing = standing_of(by)
    if not can_list_for_source(by, standing, stored):
        raise PermissionDenied(
            _("Namens een organisatie begint de hub alleen een zoekertje van wat op haar kaart van een partner staat.")
        )
    organisation = stored.source_organisation
    assert organisation is not None
    note = checked_note(behalf_note, _("Zeg wie van de organisatie je dit vroeg, en hoe: haar leden lezen het."))
    if (link := waiting(begun_for(stored, standing), stored)) is not None:
        return link.listing, False
    made = _listed(by, stored, organisation, for_hub=stored.layer.map.hub, behalf_note=note)
    tell_begun(made, by=by, hub=stored.layer.map.hub, note=note)
    return made, True


def _listed(
    by: User, feature: MapFeature, organisation: Organisation, *, for_hub: Hub | None = None, behalf_note: str = ""
) -> Listing:
    """A draft of supply of an element, or of a service where that is a place, and the link between both."""
    is_place = feature.kind == FeatureKind.PLACE
    kind = ListingKind.SERVICE if is_place else ListingKind.SUPPLY
    given = _as_service(feature) if is_place else _as_listing(feature)
    listing = create_listing(by=by, organisation=organisation, kind=kind, for_hub=for_hub, **given)
    link = MapFeatureListing(feature=feature, listing=listing, created_by=by, behalf_note=behalf_note)
    link.full_clean()
    link.save()
    record_change(MapVerb.LISTED, by, feature, listing=listing.pk)
    return listing


@transaction.atomic
def map_listing(*, by: User, listing: Listing, layer: MapLayer) -> MapFeature:
    """Begin an element of a listing that offers material, or a place of one that offers a service, where everybody
    sees it lie. Raises ValidationError else.
    """
    found = Listing.objects.visible_to(by).select_related("organisation", "material").filter(pk=listing.pk).first()
    if found is None:
        raise PermissionDenied(_("Dit zoekertje is voor jou niet zichtbaar."))
    check_can_add(by, layer)
    if found.kind not in MAPPED_KINDS or found.shown_location is None:
        raise ValidationError(_("Alleen aanbod of een dienst met een plek kan op de kaart."))
    if found.map_features.filter(feature__layer=layer).exclude(feature__state=FeatureState.WITHDRAWN).exists():
        raise ValidationError(_("Dit zoekertje staat al op deze laag."))
    fields = _as_place(found) if found.kind == ListingKind.SERVICE else _as_feature(found)
    feature = add_feature(by=by, layer=layer, **fields)
    MapFeatureListing.objects.create(feature=feature, listing=found, created_by=by)
    record_change(MapVerb.MAPPED, by, feature, listing=found.pk)
    return feature


def _as_both(feature: MapFeature) -> dict[str, Any]:
    """What goods and services alike take of an element."""
    return {
        "title": feature.title,
        "description": feature.description,
        "available_from": feature.available_from,
        "available_until": feature.available_until,
        "location": representative_point(feature),
    }


def _as_service(feature: MapFeature) -> dict[str, Any]:
    """What a place says of itself. What it does there, and how much of it a week, only its people know."""
    return _as_both(feature) | {"materials": [feature.material] if feature.material else []}


def _as_listing(feature: MapFeature) -> dict[str, Any]:
    given: dict[str, Any] = _as_both(feature) | {
        "material": feature.material,
        "eural_code": feature.eural_code,
        "declared_status": feature.declared_status,
    }
    recurrence = Recurrence.ONE_OFF
    if feature.kind == FeatureKind.FLOW:
        recurrence = _RECURRENCE.get(Period(feature.period)) if feature.period else None  # type: ignore[assignment]
    if recurrence is not None:
        given |= {"recurrence": recurrence, "quantity": feature.quantity, "unit": feature.unit}
    return given


def _as_place(listing: Listing) -> dict[str, Any]:
    """Where a service is done: a place, of the material that it takes, or of the nearest above all that it takes."""
    return {
        "kind": FeatureKind.PLACE,
        "title": listing.title,
        "description": listing.description,
        "material": _shared_by(list(listing.materials.all())),
        "available_from": listing.available_from,
        "available_until": listing.available_until,
        "source_organisation": None if listing.hub_only else listing.organisation,
        "geometry": listing.shown_location,
    }


def _shared_by(materials: list[Material]) -> Material | None:
    """The nearest material that all of these are, or are part of; None where they share none."""
    if not materials:
        return None
    above = Material.objects.filter(
        tree_left__lte=min(one.tree_left for one in materials),
        tree_right__gte=max(one.tree_right for one in materials),
    )
    return above.order_by("-depth").first()


def _as_feature(listing: Listing) -> dict[str, Any]:
    given: dict[str, Any] = {
        "kind": FeatureKind.STOCK,
        "title": listing.title,
        "description": listing.description,
        "material": listing.material,
        "quantity": listing.quantity,
        "unit": listing.unit,
        "quantity_basis": QuantityBasis.ESTIMATED if listing.quantity else QuantityBasis.UNKNOWN,
        "available_from": listing.available_from,
        "available_until": listing.available_until,
        "eural_code": listing.eural_code,
        "declared_status": listing.declared_status,
        # A map is for more people than the hub: whose a hub-only listing is stays out of it.
        "source_organisation": None if listing.hub_only else listing.organisation,
        "geometry": listing.shown_location,
    }
    if listing.recurrence != Recurrence.ONE_OFF:
        period, times = _PERIOD[Recurrence(listing.recurrence)]
        quantity = listing.quantity * Decimal(times) if listing.quantity is not None else None
        given |= {"kind": FeatureKind.FLOW, "period": period, "quantity": quantity}
    return given
