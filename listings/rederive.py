"""Derives places, hubs and material numbers of all listings anew, after what they follow from has changed."""

from django.db import connection, transaction
from django.db.models import F

from geo.blurring import blurred_sql
from geo.boundaries import current_quality, municipality_sql
from geo.hubs import placements_sql
from geo.points import METRIC_SRID
from journal.events import record
from listings.derived import derive_material
from listings.enums import ListingKind, Precision
from listings.models import Listing
from listings.verbs import ListingVerb
from materials.models import Material
from materials.units import unit_mass_kg

#: A place that is stored this close to where it should be hasn't moved: a centimetre, in degrees. Another version of
#: the database's library may compute the last digits of a blurred place otherwise.
_SAME_PLACE_DEGREES = 1e-7


def renumber_listings() -> int:
    """Bring the material numbers that listings store in line with the tree; returns how many listings changed."""
    changed = []
    goods = Listing.objects.filter(material__isnull=False).exclude(kind=ListingKind.SERVICE)
    for listing in goods.exclude(material_number=F("material__tree_left")).select_related("material").iterator():
        derive_material(listing)
        changed.append(listing)
    services = Listing.objects.filter(kind=ListingKind.SERVICE).prefetch_related("materials")
    for listing in services.iterator(chunk_size=2000):
        before = listing.material_spans
        derive_material(listing, listing.materials.all())
        if before != listing.material_spans:
            changed.append(listing)
    return Listing.objects.bulk_update(changed, ["material_number", "material_spans"], batch_size=1000)


def weigh_listings_anew() -> int:
    """Bring the masses of all listings in line with what a unit of their material weighs; returns how many changed.

    For after the weights of units changed. A listing whose mass changed waits for pairing again.
    """
    goods = Listing.objects.filter(material__isnull=False).exclude(kind=ListingKind.SERVICE).exclude(unit="")
    used = goods.order_by().values_list("material_id", "unit").distinct()
    materials = Material.objects.in_bulk({pk for pk, _unit in used})
    weights = [(pk, unit, unit_mass_kg(materials[pk], unit)) for pk, unit in used]
    with connection.cursor() as cursor:
        cursor.execute(_WEIGH_LISTINGS, [list(column) for column in zip(*weights, strict=True)] or [[], [], []])
        return int(cursor.rowcount)


#: derive_mass() for every listing whose material and unit are among those given, with the mass of one unit.
_WEIGH_LISTINGS = """
    UPDATE listings_listing listing SET mass_kg = round(weight.mass_kg * listing.quantity, 3), paired_at = NULL
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[]) AS weight (material_id, unit, mass_kg)
    WHERE listing.material_id = weight.material_id AND listing.unit = weight.unit AND listing.quantity <> 0
        AND listing.mass_kg IS DISTINCT FROM round(weight.mass_kg * listing.quantity, 3)
"""


@transaction.atomic
def place_listings_anew() -> int:
    """Call relocate_listings() and record in the journal that listings moved, so that all of them are paired again."""
    moved = relocate_listings()
    if moved:
        record(ListingVerb.PLACED_ANEW, None, changes={"moved": moved})
    return moved


def relocate_listings() -> int:
    """Find anew where every listing shows, its municipality and its hubs, and the municipality of every site.

    For after boundaries, hub regions, border policies or the grid of blurred places changed. Returns how many rows
    changed. A listing that changed waits for pairing again.
    """
    quality = {"quality": current_quality()}
    with connection.cursor() as cursor:
        cursor.execute(_RELOCATE_SITES, quality)
        moved: int = cursor.rowcount
        cursor.execute(_relocate_listings_sql(), quality)
        return moved + int(cursor.rowcount)


_RELOCATE_SITES = f"""
UPDATE accounts_site site SET municipality_id = found.municipality_id
FROM (
    SELECT id, {municipality_sql(f"ST_Transform(location, {METRIC_SRID})")} AS municipality_id FROM accounts_site
) found
WHERE found.id = site.id AND found.municipality_id IS DISTINCT FROM site.municipality_id
"""


def _relocate_listings_sql() -> str:
    """derive_place() for every listing that has a location."""
    return f"""
        WITH located AS MATERIALIZED (
            SELECT id, location, CASE WHEN listing.precision = '{Precision.BLURRED.value}'
                THEN ST_Transform(location, {METRIC_SRID}) END AS to_blur
            FROM listings_listing listing WHERE location IS NOT NULL
        ),
        shown AS MATERIALIZED (
            SELECT id, coalesce({blurred_sql("to_blur")}, location) AS place FROM located
        ),
        found AS (
            {placements_sql(f"SELECT id, ST_Transform(place, {METRIC_SRID}) AS point FROM shown")}
        )
        UPDATE listings_listing listing
        SET shown_location = shown.place, municipality_id = found.municipality_id, hub_ids = found.hub_ids,
            paired_at = NULL
        FROM shown JOIN found ON found.id = shown.id
        WHERE shown.id = listing.id AND (
            ST_DWithin(shown.place, listing.shown_location, {_SAME_PLACE_DEGREES}) IS NOT TRUE
            OR (found.municipality_id, found.hub_ids) IS DISTINCT FROM (listing.municipality_id, listing.hub_ids)
        )
    """
