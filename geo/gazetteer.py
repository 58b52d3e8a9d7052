"""Looking up where something is: places, municipalities and postal codes that ship with the project."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from geo.models import Municipality, Place, PostalCode
from geo.querysets import PlaceQuerySet

#: What people write after the postal code of any municipality of the capital region: "1050 Brussel".
BRUSSELS = ("brussel", "bruxelles", "brussels")
#: How many places of one name are looked at: no name is shared by more.
MOST_NAMESAKES = 20
#: How alike a name must be to what was typed, by difflib's ratio: "gnet" and "Gent" have 0.75.
LEAST_CLOSENESS = 0.7
#: Letters of a question that are looked at.
LONGEST_QUESTION = 100
_ENDS_IN_TOWN = re.compile(r"[,\s]+(\d{4})(?:\s+(.+))?$")


@dataclass(frozen=True)
class Found:
    """A named point in WGS84 degrees. `kind` is "place", "municipality" or "postal_code"."""

    label: str
    kind: str
    lat: float
    lon: float
    municipality: str
    nis: str
    postal_code: str = ""


def look_up(text: str, limit: int = 8) -> list[Found]:
    """The places that a text may mean, the likeliest first, at most `limit`. Spelling mistakes do no harm.

    Streets aren't known: "Kerkstraat 1, 9000 Gent" finds 9000 Gent, and people then set the exact point on the map.
    """
    text = _tidied(text)
    found = _of_address(text, limit)
    if not found and text.isdigit():
        found = _postal_codes_beginning(text, limit)
    if len(found) < limit and not text.isdigit():
        name = _name_in(text)
        places = _as_found([*_town_at_end(name), *_places().named_like(name)[:limit]]) if name else []
        named = [*_municipalities(name), *places]
        found += _of_other_names(named, found)
        if not found and name:
            found = _of_other_names(_as_found(_misspelled(name)), [])
    return found[:limit]


def recognise(text: str) -> Found | None:
    """The place that a text surely means, by postal code, name, beginning of a name or close spelling; else None."""
    text = _tidied(text)
    if codes := _of_address(text, 1):
        return codes[0]
    name = _name_in(text)
    if not name or text.isdigit():
        return None
    rows = _town_at_end(name) or list(_places().surely_named(name)[:1])
    return next(iter([*_municipalities(name), *_as_found(rows)]), None)


def _of_address(text: str, limit: int) -> list[Found]:
    """The places named by a text that ends in a postal code, with or without a name: "Kerkstraat 1, 9000 Gent".

    Nothing where the four digits are the number of a house: in "Kortrijksesteenweg 1000 Gent", since 1000 is Brussels.
    """
    address = _ENDS_IN_TOWN.search(" " + text)
    if not address:
        return []
    code, name = address[1], address[2] or ""
    rows = _rows_of(code)
    return [] if _are_elsewhere(rows, name) else [_code_as_found(row) for row in _by_name(rows, name)[:limit]]


def of_postal_code(code: str, name: str = "") -> Found | None:
    """A postal code of Flanders or Brussels, at the place with that name if it has one; None for any other code."""
    return next((_code_as_found(row) for row in _by_name(_rows_of(code), name)), None)


def names_of_postal_code(code: str) -> list[str]:
    """The names of a postal code's places, in order."""
    return sorted(row.name for row in _rows_of(code))


def lies_elsewhere(code: str, name: str) -> bool:
    """Whether a postal code and a name contradict each other: places of that name lie in other municipalities."""
    return _are_elsewhere(_rows_of(code), name)


def _rows_of(code: str) -> list[PostalCode]:
    return list(PostalCode.objects.filter(code=code).select_related("municipality"))


def _by_name(rows: list[PostalCode], name: str) -> list[PostalCode]:
    """Rows of one code in order: the one with the name that was typed, then the one with its municipality's name."""
    return sorted(
        rows, key=lambda row: (row.name.lower() != name.lower(), row.name != row.municipality.name_nl, row.name)
    )


def _are_elsewhere(rows: list[PostalCode], name: str) -> bool:
    """lies_elsewhere() for the rows of a code."""
    own = {each for row in rows for each in (row.name, row.municipality.name_nl, row.municipality.name_fr)}
    if not name or not rows or any(name.lower() in each.lower() or each.lower() in name.lower() for each in own):
        return False
    if name.lower() in BRUSSELS and any(row.municipality.is_in_brussels for row in rows):
        return False
    numbers = {row.municipality.nis for row in rows}
    called = list(_places().called(name)[:MOST_NAMESAKES])
    return bool(called) and not any(place.municipality and place.municipality.nis in numbers for place in called)


def _of_other_names(places: Iterable[Found], found: list[Found]) -> list[Found]:
    """The places whose labels aren't among those of `found`; of places with one label the first."""
    named: dict[str, Found] = {}
    for place in places:
        named.setdefault(place.label, place)
    return [place for label, place in named.items() if all(label != other.label for other in found)]


def _tidied(text: str) -> str:
    """The text with single spaces between its words, cut off where it is too long to mean a place."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST_QUESTION]


def _name_in(text: str) -> str:
    """The part of a text that can be the name of a town: what follows a postal code, or else the last comma."""
    address = _ENDS_IN_TOWN.search(" " + text)
    return (address[2] or "") if address else text.rsplit(",", 1)[-1].strip()


def _places() -> PlaceQuerySet:
    return Place.objects.shipped().select_related("municipality")


def _town_at_end(name: str) -> list[Place]:
    """The town that ends an address without comma or postal code ("veldstraat 1 gent"), if any."""
    words = name.split()
    if len(words) < 2 or _places().surely_named(name).exists():
        return []
    # The longest name first: Heist-op-den-Berg isn't Berg.
    tails = [" ".join(words[-count:]) for count in range(min(4, len(words) - 1), 0, -1)]
    exact = (place for tail in tails for place in _places().called(tail)[:1])
    if (town := next(exact, None)) is None and any(word[0].isdigit() for word in words):
        town = next((place for tail in tails[:-3:-1] for place in _places().surely_named(tail)[:1]), None)
    return [town] if town else []


def _municipalities(name: str) -> list[Found]:
    """Municipalities that no place is called after, such as Voeren. Fewer than three letters find none."""
    if len(name) < 3 or _places().called(name).exists():
        return []
    return [
        Found(
            label=row.name, kind="municipality", lat=row.centre.y, lon=row.centre.x, municipality=row.name, nis=row.nis
        )
        for row in Municipality.objects.without_place_of_their_name().beginning(name)[:3]
    ]


def _misspelled(name: str) -> list[Place]:
    """Places whose names are spelled almost so ("Gnet"): the closest first, and of one name the largest first."""
    asked = name.lower()
    # A name that begins with another letter is hardly meant, and comparing it takes long.
    names = [called for called in _places().values_list("name", flat=True) if called[:1].lower() == asked[:1]]
    by_lower = {called.lower(): called for called in names}
    close = [by_lower[lower] for lower in get_close_matches(asked, by_lower, n=3, cutoff=LEAST_CLOSENESS)]
    if not close:
        return []
    rows = _places().filter(name__in=close).order_by("-population", "id")
    return sorted(rows, key=lambda row: close.index(row.name))


def _label(place: Place, municipality: Municipality) -> str:
    """A place's name in the reader's language, with its municipality in brackets where that has another name."""
    if place.name in (municipality.name_nl, municipality.name_fr):
        return municipality.name
    return f"{place.name} ({municipality.name})"


def _as_found(rows: Iterable[Place]) -> list[Found]:
    return [
        Found(
            label=_label(row, row.municipality),
            kind="place",
            lat=row.location.y,
            lon=row.location.x,
            municipality=row.municipality.name,
            nis=row.municipality.nis,
        )
        for row in rows
        if row.municipality is not None  # always: shipped() asks for it
    ]


def _postal_codes_beginning(digits: str, limit: int) -> list[Found]:
    rows = (
        PostalCode.objects.filter(code__startswith=digits[:4]).select_related("municipality").order_by("code", "name")
    )
    return [_code_as_found(row) for row in rows[:limit]]


def _code_as_found(row: PostalCode) -> Found:
    return Found(
        label=f"{row.code} {row.name}",
        kind="postal_code",
        lat=row.location.y,
        lon=row.location.x,
        municipality=row.municipality.name,
        nis=row.municipality.nis,
        postal_code=row.code,
    )
