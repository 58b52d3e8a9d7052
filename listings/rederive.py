"""What `listings.derived` does for one listing, done for all at once when something under them moved."""

from django.db import connection, transaction
from django.db.models import F

from geo.boundaries import NEAR_MISS_M, current_quality
from journal.events import record
from listings.derived import derive_material
from listings.enums import ListingKind
from listings.models import Listing
from listings.verbs import ListingVerb


def renumber_listings() -> int:
    """Bring stored material numbers in line with the tree; returns how many listings changed."""
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


@transaction.atomic
def place_listings_anew() -> int:
    """Do what `relocate_listings` does, and say so in the journal, so that whoever goes by hubs does the same anew."""
    moved = relocate_listings()
    if moved:
        record(ListingVerb.PLACED_ANEW, None, changes={"moved": moved})
    return moved


def relocate_listings() -> int:
    """Find municipality and hubs of every site and listing anew, after boundaries, regions or policies changed.

    Returns how many rows changed. Listings that changed wait for pairing again.
    """
    quality = current_quality()
    with connection.cursor() as cursor:
        cursor.execute(_RELOCATE_SITES, {"quality": quality, "near": NEAR_MISS_M})
        moved: int = cursor.rowcount
        cursor.execute(_RELOCATE_LISTINGS, {"quality": quality, "near": NEAR_MISS_M})
        return moved + int(cursor.rowcount)


_MUNICIPALITY = """
    SELECT boundary.municipality_id FROM geo_boundary boundary
    JOIN geo_municipality municipality ON municipality.id = boundary.municipality_id
    WHERE boundary.quality = %(quality)s::text AND ST_DWithin(boundary.geometry, {point}, %(near)s::float)
    ORDER BY ST_Distance(boundary.geometry, {point}), municipality.nis LIMIT 1
"""

_RELOCATE_SITES = f"""
UPDATE accounts_site site SET municipality_id = found.municipality_id
FROM (
    SELECT id, ({_MUNICIPALITY.format(point="ST_Transform(location, 3812)")}) AS municipality_id FROM accounts_site
) found
WHERE found.id = site.id AND found.municipality_id IS DISTINCT FROM site.municipality_id
"""

_RELOCATE_LISTINGS = f"""
WITH placed AS MATERIALIZED (
    SELECT id, position, ({_MUNICIPALITY.format(point="position")}) AS municipality_id
    FROM listings_listing WHERE position IS NOT NULL
),
own AS MATERIALIZED (
    SELECT member.municipality_id, array_agg(DISTINCT region.hub_id ORDER BY region.hub_id) AS hub_ids
    FROM geo_hubregion_municipalities member JOIN geo_hubregion region ON region.id = member.hubregion_id
    GROUP BY member.municipality_id
),
area AS MATERIALIZED (
    SELECT hub.id AS hub_id, hub.buffer_km * 1000 AS buffer_m, hub.shows_neighbours, boundary.geometry
    FROM geo_hub hub
    JOIN geo_hubregion region ON region.hub_id = hub.id
    JOIN geo_hubregion_municipalities member ON member.hubregion_id = region.id
    JOIN geo_boundary boundary ON boundary.municipality_id = member.municipality_id
    WHERE hub.buffer_km > 0 AND boundary.quality = %(quality)s::text
),
found AS (
    SELECT placed.id, placed.municipality_id, ARRAY(
        SELECT hub_id FROM unnest(own.hub_ids) AS hub_id
        UNION
        SELECT area.hub_id FROM area
        WHERE (own.hub_ids IS NULL OR area.shows_neighbours)
            AND ST_DWithin(area.geometry, placed.position, area.buffer_m)
        ORDER BY 1
    )::integer[] AS hub_ids
    FROM placed LEFT JOIN own ON own.municipality_id = placed.municipality_id
)
UPDATE listings_listing listing
SET municipality_id = found.municipality_id, hub_ids = found.hub_ids, paired_at = NULL
FROM found
WHERE found.id = listing.id
    AND (found.municipality_id, found.hub_ids) IS DISTINCT FROM (listing.municipality_id, listing.hub_ids)
"""
