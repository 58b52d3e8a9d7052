"""Loads the reference data that ships under geo/data/."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import QuerySet

from geo.approximate import LICENCE, SOURCE, approximate_boundaries
from geo.models import Boundary, Hub, HubRegion, Municipality, Place, PostalCode, Quality
from geo.names import name_key
from geo.points import WGS84_SRID
from geo.verbs import GeoVerb
from journal.events import record

DATA = Path(__file__).parent / "data"
#: What the file says of a postal code with its name.
_POSTAL_FIELDS = [
    "key", "municipality", "location", "population", "is_main", "is_seat", "is_middle", "is_everyday",
]  # fmt: skip


@transaction.atomic
def load() -> dict[str, int]:
    """Bring municipalities, places, postal codes, hubs, regions and approximate boundaries up to date.

    Returns how many rows were written, by kind. A second run writes none. What hub staff changed about a hub stays.
    """
    written = {
        "municipalities": _sync(
            Municipality.objects.all(), "nis", [_located(row, "centre") for row in _rows("municipalities.csv")]
        )
    }
    by_nis = {row.nis: row for row in Municipality.objects.all()}
    places = [_place(row, by_nis) for row in _rows("places.csv")]
    # What to delete is named by its own key: to ask for all but these would compare every place with every other.
    shipped = {place["geonameid"] for place in places}
    stored = Place.objects.values_list("pk", "geonameid")
    gone, _by_model = Place.objects.filter(pk__in=[pk for pk, number in stored if number not in shipped]).delete()
    written["places"] = gone + _sync(Place.objects.all(), "geonameid", places)
    written["postal codes"] = _sync_postal_codes(by_nis)
    written["hubs"] = _sync_hubs(by_nis)
    written["boundaries"] = _sync_approximate(by_nis)
    if any(written.values()):
        record(GeoVerb.PLACES_LOADED, None, changes=written)
    return written


def _rows(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def _located(row: dict[str, Any], field: str) -> dict[str, Any]:
    """The row with a point in place of lat and lon. It may lie outside Belgium."""
    rest = {name: value for name, value in row.items() if name not in ("lat", "lon")}
    return rest | {field: Point(float(row["lon"]), float(row["lat"]), srid=WGS84_SRID)}


def _place(row: dict[str, Any], by_nis: dict[str, Municipality]) -> dict[str, Any]:
    nis = row.pop("nis")
    numbers = {"geonameid": int(row["geonameid"]), "population": int(row["population"])}
    keys = [name_key(name) for name in [row["name"], *row["name_alt"].split(",")] if name_key(name)]
    return _located(row, "location") | numbers | {"keys": keys, "municipality": by_nis[nis] if nis else None}


def _sync(stored: QuerySet[Any], key: str, wanted: list[dict[str, Any]]) -> int:
    """Insert what is new and update what differs, by a key column; returns how many rows were written."""
    before = {getattr(row, key): row for row in stored}
    new, changed = [], []
    for values in wanted:
        row = before.get(values[key])
        if row is None:
            new.append(stored.model(**values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    stored.model._default_manager.bulk_create(new, batch_size=1000)
    if changed:
        stored.model._default_manager.bulk_update(changed, [name for name in wanted[0] if name != key], batch_size=500)
    return len(new) + len(changed)


def _sync_postal_codes(by_nis: dict[str, Municipality]) -> int:
    """Add postal codes, change those that differ, and delete those that no longer ship; returns how many."""
    before = {(row.code, row.name): row for row in PostalCode.objects.all()}
    new, changed = [], []
    for given in _rows("postal_codes.csv"):
        values = _postal_code(given, by_nis)
        row = before.pop((values["code"], values["name"]), None)
        if row is None:
            new.append(PostalCode(**values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    PostalCode.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    PostalCode.objects.bulk_create(new, batch_size=1000)
    PostalCode.objects.bulk_update(changed, _POSTAL_FIELDS, batch_size=500)
    return len(new) + len(changed) + len(before)


def _postal_code(given: dict[str, Any], by_nis: dict[str, Municipality]) -> dict[str, Any]:
    marks = {f"is_{name}": given.pop(name) == "1" for name in ("main", "seat", "middle", "everyday")}
    rest = {"key": name_key(given["name"]), "population": int(given.pop("population"))}
    return {"municipality": by_nis[given.pop("nis")]} | _located(given, "location") | rest | marks


def _sync_hubs(by_nis: dict[str, Municipality]) -> int:
    """Add the hubs and regions that are missing; returns how many. Those that are stored belong to their staff."""
    written = 0
    for row in _rows("hubs.csv"):
        sectors = row["sectors"].split(";") if row["sectors"] else []
        defaults = {"name": row["name"], "intro": row["intro"], "sectors": sectors}
        written += Hub.objects.get_or_create(slug=row["slug"], defaults=defaults)[1]
    hubs = {hub.slug: hub for hub in Hub.objects.all()}
    members = defaultdict(list)
    for row in _rows("hub_regions.csv"):
        members[row["hub"], row["region"], row["kind"], row["provenance"]].append(by_nis[row["nis"]])
    for (slug, name, kind, provenance), municipalities in members.items():
        region, made = HubRegion.objects.get_or_create(
            hub=hubs[slug], name=name, defaults={"kind": kind, "provenance": provenance}
        )
        if made:
            region.municipalities.set(municipalities)
        written += made
    return written


def _sync_approximate(by_nis: dict[str, Municipality]) -> int:
    """Replace all approximate boundaries if any differs from what ships; returns how many were written."""
    shipped = {nis: (area, SOURCE, LICENCE) for nis, area in approximate_boundaries().items()}
    boundaries = Boundary.objects.of_quality(Quality.APPROXIMATE)
    stored = boundaries.values_list("municipality__nis", "geometry", "source", "licence")
    if shipped == {nis: tuple(row) for nis, *row in stored}:
        return 0
    boundaries.delete()
    rows = [
        Boundary(municipality=by_nis[nis], quality=Quality.APPROXIMATE, geometry=area, source=source, licence=licence)
        for nis, (area, source, licence) in shipped.items()
    ]
    Boundary.objects.bulk_create(rows)
    return len(rows)
