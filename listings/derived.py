"""Fields of a listing that follow from what a member gave: where it shows, its hubs, material numbers and mass."""

from collections.abc import Iterable

from geo.blurring import blurred
from geo.hubs import placement_of
from listings.enums import ListingKind, Precision
from listings.fields import spans
from listings.models import Listing
from materials.models import Material
from materials.units import unit_mass_kg


def derive_place(listing: Listing) -> None:
    """Set shown_location, municipality and hub_ids from location and precision.

    Municipality and hubs are those of the shown point, not of the exact one. Otherwise they would tell on which side
    of a border a blurred listing lies.
    """
    if listing.location is None:
        listing.shown_location, listing.municipality_id, listing.hub_ids = None, None, []
        return
    blur = listing.precision == Precision.BLURRED
    listing.shown_location = blurred(listing.location) if blur else listing.location
    listing.municipality_id, listing.hub_ids = placement_of(listing.shown_location)


def derive_material(listing: Listing, taken: Iterable[Material] = ()) -> None:
    """Set material_number and material_spans. `taken` are the materials that a service takes."""
    if listing.kind == ListingKind.SERVICE:
        listing.material_number = None
        bounds = [(material.tree_left, material.tree_right) for material in taken]
        listing.material_spans = spans(*bounds) if bounds else None
        return
    number = listing.material.tree_left if listing.material else None
    listing.material_number = number
    listing.material_spans = spans((number, number)) if number is not None else None


def derive_mass(listing: Listing) -> None:
    """Set mass_kg from quantity and unit; to None where nobody knows what a unit weighs."""
    listing.mass_kg = None
    if listing.material and listing.quantity and listing.unit:
        per_unit = unit_mass_kg(listing.material, listing.unit)
        listing.mass_kg = round(per_unit * listing.quantity, 3) if per_unit is not None else None
