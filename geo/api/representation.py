"""Hubs and regions as the API writes them."""

from typing import Any

from geo.models import Hub, HubRegion
from geo.shapes import as_geojson


def region_feature(region: HubRegion, hub: Hub, quality: str) -> dict[str, Any]:
    """A region as a GeoJSON feature. Needs with_area() of the same quality."""
    area = region.area  # type: ignore[attr-defined]
    return {
        "type": "Feature",
        "id": region.pk,
        "geometry": as_geojson(area) if area else None,
        "properties": {
            "hub": hub.slug,
            "region": region.shown_name,
            "kind": region.kind,
            "provenance": region.provenance,
            "boundary_quality": quality,
        },
    }


def hub_row(hub: Hub) -> dict[str, Any]:
    """A hub with its regions and their municipalities. Needs with_regions()."""
    return {
        "slug": hub.slug,
        "name": hub.name,
        "intro": hub.intro,
        "email": hub.email,
        "phone": hub.phone,
        "website": hub.website,
        "sectors": hub.sectors,
        "border_policy": {"buffer_km": float(hub.buffer_km), "shows_neighbours": hub.shows_neighbours},
        "regions": [
            {
                "name": region.shown_name,
                "kind": region.kind,
                "provenance": region.provenance,
                "municipalities": [{"nis": row.nis, "name": row.name} for row in region.municipalities.all()],
            }
            for region in hub.regions.all()
        ],
    }
