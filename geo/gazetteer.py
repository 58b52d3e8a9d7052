"""Looking up where something is: places, municipalities and postal codes that ship with the project."""

import re
from dataclasses import dataclass

from geo.models import Place, PostalCode

_ENDS_IN_TOWN = re.compile(r"[,\s]+(\d{4})(?:\s+(.+))?$")


@dataclass(frozen=True)
class Found:
    """A named point in WGS84 degrees. `kind` is "place" or "postal_code"."""

    label: str
    kind: str
    lat: float
    lon: float
    municipality: str
    nis: str
    postal_code: str = ""


def look_up(text: str, limit: int = 8) -> list[Found]:
    """Best places for what was typed, spelled roughly; "Kerkstraat 1, 9000 Gent" finds 9000 Gent.

    Streets aren't known: an address gives its town, and people set the exact point on the map.
    """
    text = " ".join(text.split())[:100]
    if not text:
        return []
    address = _ENDS_IN_TOWN.search(" " + text)
    found: list[Found] = []
    if address:
        found = _postal_codes(address[1], address[2] or "", limit)
    elif text.isdigit():
        found = _postal_codes_beginning(text, limit)
    if len(found) < limit and not text.isdigit():
        name = (address[2] or "") if address else text.rsplit(",", 1)[-1].strip()
        named = _places(name, limit) if name else []
        found += [place for place in named if all(place.label != other.label for other in found)]
    return found[:limit]


def _places(name: str, limit: int) -> list[Found]:
    rows = Place.objects.shipped().named_like(name).select_related("municipality")[:limit]
    return [
        Found(
            label=row.name if row.name == row.municipality.name else f"{row.name} ({row.municipality.name})",
            kind="place",
            lat=row.location.y,
            lon=row.location.x,
            municipality=row.municipality.name,
            nis=row.municipality.nis,
        )
        for row in rows
        if row.municipality is not None  # shipped() leaves no other
    ]


def _postal_codes(code: str, name: str, limit: int) -> list[Found]:
    """The names of a postal code, the one that was typed first."""
    rows = list(PostalCode.objects.filter(code=code).select_related("municipality").order_by("name"))
    rows.sort(key=lambda row: (row.name.lower() != name.lower(), row.name != row.municipality.name_nl, row.name))
    return [_postal(row) for row in rows[:limit]]


def _postal_codes_beginning(digits: str, limit: int) -> list[Found]:
    rows = (
        PostalCode.objects.filter(code__startswith=digits[:4]).select_related("municipality").order_by("code", "name")
    )
    return [_postal(row) for row in rows[:limit]]


def _postal(row: PostalCode) -> Found:
    return Found(
        label=f"{row.code} {row.name}",
        kind="postal_code",
        lat=row.location.y,
        lon=row.location.x,
        municipality=row.municipality.name,
        nis=row.municipality.nis,
        postal_code=row.code,
    )
