"""Looking up where something is: places, municipalities and postal codes that ship with the project."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.addresses import pin_of
from geo.models import Municipality, Place, PostalCode
from geo.names import is_slip, name_key, without_country, words_of
from geo.outside import outside
from geo.points import point_from
from geo.querysets import Fit, PlaceQuerySet
from geo.towns import StoredTowns, Town, is_sure, postal_town, town_among, towns_named, why_refused

#: A part of a name has at least so many letters: "denijs" is one of Sint-Denijs-Westrem.
_SHORTEST_PART = 4
#: Places with a misspelled name that are suggested, at most.
_MOST_MISSPELLED = 3
#: Places of one name between which somebody is asked to choose, at most.
_MOST_ASKED = 4
#: Letters of a question that are looked at.
LONGEST_QUESTION = 100
#: A postal code within an address, with or without the sign of our country before it.
_CODE = re.compile(r"(?:(?<=[\s,;(])|^)(?:BE?[\s.-]*)?(\d{4})(?:\.0+)?(?=$|[\s,;)])", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A named point in WGS84 degrees. `kind` is "place", "municipality", "postal_code" or "address".

    `middle_of` names the municipality of which it is only the middle, where nobody knows the place itself better.
    """

    label: str
    kind: str
    lat: float
    lon: float
    municipality: str
    nis: str
    postal_code: str = ""
    middle_of: str = ""


def look_up(text: str, limit: int = 8) -> list[Found]:
    """The places that a text may mean, the likeliest first, at most `limit`. A slip of the pen does no harm.

    A town of elsewhere finds nothing, and so does a postal code with the name of another town: see why_none().
    Streets aren't known: "Kerkstraat 1, 9000 Gent" finds 9000 Gent, and people then set the exact point on the map.
    """
    text = _tidied(text)
    if why_none(text):
        return []
    found = [_town_as_found(town) for town in _of_address(text)[:limit]]
    if not found and text.isdigit():
        found = _postal_codes_beginning(text, limit)
    if len(found) < limit and not text.isdigit():
        name = _name_in(text)
        exact = [_named_as_found(town) for town in towns_named(name, StoredTowns())]
        found = _with_others(found, exact)
        if len(found) < limit and name:
            towns, roughly = ([], []) if exact else _end_of_address(name)
            found = _with_others(found, [] if exact else _municipalities(name))
            found = _with_others(found, map(_named_as_found, towns))
            found = _with_others(found, _as_found([*roughly, *_suggested(name, limit)]))
        if not found and name:
            found = _with_others([], _as_found(_misspelled(name)))
    return found[:limit]


def why_none(text: str) -> str:
    """Why a text means no place here, in words: its town lies elsewhere, or has another postal code; else empty."""
    text = _tidied(text)
    return why_refused(text, StoredTowns()) or _outside_at_the_end(text)


def house_in(text: str) -> Found | None:
    """The house of an address, for whoever sets a point: "Kerkstraat 12, 9000 Gent". None where it isn't known."""
    text = _tidied(text)
    codes = list(_CODE.finditer(text))
    towns = _of_address(text)
    if not codes or not towns:
        return None
    street = text[: codes[-1].start()].strip(" ,;(")
    pin = pin_of(towns[0], street)
    if not pin.is_house:
        return None
    town, point = _town_as_found(towns[0]), pin.point
    label = f"{street}, {town.label}"
    return replace(town, label=label, kind="address", lat=point.y, lon=point.x, middle_of="")


def point_of(text: str) -> Point:
    """Where an address or a place is, as exactly as we know. Raises ValidationError for one that we don't know."""
    found = house_in(text) or recognise(text)
    if found is None:
        raise ValidationError(_("Deze plaats kennen we niet. Geef een adres met gemeente, of coördinaten."))
    return point_from(lat=found.lat, lon=found.lon)


def recognise(text: str) -> Found | None:
    """The place that a text surely means, by postal code, name, beginning of a name or close spelling; else None."""
    text = _tidied(text)
    if why_none(text):
        return None
    if towns := _of_address(text):
        return _town_as_found(towns[0])
    name = _name_in(text)
    if not name or text.isdigit():
        return None
    towns, roughly = towns_named(name, StoredTowns()), list[Place]()
    if not towns:
        towns, roughly = _end_of_address(name)
    if towns:
        return _named_as_found(towns[0]) if is_sure(towns) else None
    rows = roughly or _surely(name)
    return next(iter([*_municipalities(name), *_as_found(rows)]), None)


def found_of(town: Town, *, with_code: bool = False) -> Found:
    """A town that was found otherwise, called by its name or, as one of its code's, with that."""
    return _town_as_found(town) if with_code and town.code else _named_as_found(town)


def why_not_sure(text: str) -> str:
    """Why recognise() takes a text for no place, in words: which of several may be meant, or that we know none."""
    same = ", ".join(one.label for one in namesakes(text)[:_MOST_ASKED])
    asked = _("Welke bedoel je: %(places)s?") % {"places": same} if same else _("Deze plaats kennen we niet.")
    return why_none(text) or asked


def namesakes(text: str) -> list[Found]:
    """The places that all have exactly the name that a text gives, where there are more of them."""
    towns = [] if _of_address(text := _tidied(text)) else towns_named(_name_in(text), StoredTowns())
    return [] if not towns or is_sure(towns) else [_named_as_found(town) for town in towns]


def _of_address(text: str) -> list[Town]:
    """The towns of the postal code in a text, that which is meant first: "Kerkstraat 1, 9000 Gent", "Gent 9000".

    Nothing where the four digits are the number of a house: in "Kortrijksesteenweg 1000 Gent", since 1000 is Brussels.
    """
    known = StoredTowns()
    for code in reversed(list(_CODE.finditer(text))):
        before, name = text[: code.start()].strip(" ,;("), text[code.end() :].strip(" ,;)")
        if not name and not re.search(r"[\d,]", before):
            name = before
        towns = known.of_code(code[1])
        try:
            town = town_among(towns, name, known) if towns else None
        except ValidationError:
            # A street may stand before a code, and a town of elsewhere may not.
            town = towns[0] if name == before and not towns_named(name, known) else None
        if town:
            return [town, *(other for other in towns if other != town and not other.is_everyday)]
    return []


def _with_others(found: list[Found], places: Iterable[Found]) -> list[Found]:
    """Those found, then the places whose labels aren't among theirs; of places with one label the first."""
    named: dict[str, Found] = {}
    for place in [*found, *places]:
        named.setdefault(place.label, place)
    return list(named.values())


def _tidied(text: str) -> str:
    """The text with single spaces between its words and no country, cut off where it is too long to mean a place."""
    return without_country(" ".join(text.replace("\x00", "").split())[:LONGEST_QUESTION])


def _name_in(text: str) -> str:
    """The part of a text that can be the name of a town: what follows a postal code, or else the last comma."""
    codes = list(_CODE.finditer(text))
    return text[codes[-1].end() :].strip(" ,;)") if codes else text.rsplit(",", 1)[-1].strip()


def _places() -> PlaceQuerySet:
    return Place.objects.shipped().select_related("municipality")


def _end_of_address(name: str) -> tuple[list[Town], list[Place]]:
    """The towns that end an address without comma or postal code ("veldstraat 1 gent"), and else one that nearly does.

    The longest name is taken: Heist-op-den-Berg isn't Berg.
    """
    words = name.split()
    if len(words) < 2 or _surely(name):
        return [], []
    tails = [" ".join(words[-count:]) for count in range(min(4, len(words) - 1), 0, -1)]
    keys = [key for tail in tails if (key := name_key(tail))]
    known = {key for row in _places().filter(keys__overlap=keys) for key in row.keys}
    if tail := next((tail for tail in tails if name_key(tail) in known), ""):
        return towns_named(tail, StoredTowns()), []
    if not any(word[0].isdigit() for word in words):
        return [], []
    return [], [place for tail in tails[:-3:-1] for place in _surely(tail)][:1]


def _municipalities(name: str) -> list[Found]:
    """Municipalities that no place is called after and whose name begins so. Fewer than three letters find none."""
    if len(name) < 3:
        return []
    return [
        Found(
            label=row.name, kind="municipality", lat=row.centre.y, lon=row.centre.x, municipality=row.name, nis=row.nis
        )
        for row in Municipality.objects.without_place_of_their_name().beginning(name)[:3]
    ]


def _outside_at_the_end(text: str) -> str:
    """Why an address that ends in a town of elsewhere means no place: "Grand-Rue 3, Tournai"; else empty."""
    name = _name_in(text)
    words = name.split()
    is_address = any(word[0].isdigit() for word in words)
    tails = [" ".join(words[-count:]) for count in range(min(4, len(words)), 0, -1)] if is_address else [name]
    if not any(map(outside, tails)) or _of_address(text):
        return ""
    tail = next((tail for tail in tails if outside(tail) or towns_named(tail, StoredTowns())), "")
    return why_refused(tail, StoredTowns()) if tail else ""


def _surely(name: str) -> list[Place]:
    """The one place that a name surely means, by its letters: a slip in a name, or what a longer one begins with."""
    rows = [row for row in _places().surely_named(name) if not _is_rough(row) or _is_misspelled(name, row)]
    return rows[:1]


def _suggested(name: str, limit: int) -> list[Place]:
    """Places that a name may mean, for whoever is typing: it begins one, is a part of one, or has a slip in it."""
    key = name_key(name)
    part = key if len(key) >= _SHORTEST_PART else ""
    rows = [
        row
        for row in _places().named_like(name)
        if not _is_rough(row) or (part and any(part in called for called in row.keys)) or _is_misspelled(name, row)
    ]
    return rows[:limit]


def _is_rough(row: Place) -> bool:
    """Whether a row of surely_named() or named_like() is only like the name that was asked."""
    return bool(row.fit == Fit.ROUGH)  # type: ignore[attr-defined]


def _is_misspelled(name: str, place: Place) -> bool:
    """Whether what was typed is most likely a slip for a name of a place, or for a word of it."""
    typed = name_key(name)
    return any(is_slip(typed, key) for key in place.keys) or any(is_slip(typed, word) for word in words_of(place.name))


def _misspelled(name: str) -> list[Place]:
    """Places of whose names what was typed is most likely a slip ("Gnet"); the largest first."""
    typed = name_key(name)
    rows = _places().filter(keys__0__startswith=typed[:1]).order_by("-population", "id") if typed else []
    return [row for row in rows if is_slip(typed, row.keys[0])][:_MOST_MISSPELLED]


def _label(place: Place, municipality: Municipality) -> str:
    """A place's name in the reader's language, with its municipality in brackets where that has another name."""
    if place.name in municipality.names:
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
        PostalCode.objects.filter(code__startswith=digits[:4], is_main=True)
        .select_related("municipality")
        .order_by("code")
    )
    return [_town_as_found(postal_town(row)) for row in rows[:limit]]


def _town_as_found(town: Town) -> Found:
    """A town with its postal code."""
    return _found(town, town.words, "postal_code")


def _named_as_found(town: Town) -> Found:
    """A town by its name, with its municipality in brackets where that has another name."""
    if town.own_name == town.municipality.name:
        return _found(town, town.own_name, "place")
    return _found(town, f"{town.own_name} ({town.middle_words or town.municipality.name})", "place")


def _found(town: Town, label: str, kind: str) -> Found:
    municipality = town.municipality
    return Found(
        label=label,
        kind=kind,
        lat=town.location.y,
        lon=town.location.x,
        municipality=municipality.name,
        nis=municipality.nis,
        postal_code=town.code if kind == "postal_code" else "",
        middle_of=municipality.name if town.is_middle else "",
    )
