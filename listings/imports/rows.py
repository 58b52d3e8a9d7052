"""Reads rows of a table as the values of listings, and names what is wrong in each row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.validators import one_line
from geo.addresses import Pins
from geo.points import WGS84_SRID, metric, point_from, point_from_projected, srid_from
from geo.towns import Loaded, check_together, find_town, split, towns_named
from listings.enums import Condition, ListingKind, ListingStatus
from listings.imports import values
from listings.imports.columns import NAMES, plain
from listings.models import LONGEST_DESCRIPTION, LONGEST_REFERENCE, LONGEST_TITLE
from listings.validators import eural_code
from materials.enums import Unit
from materials.models import Material, MaterialName
from materials.search import find_materials
from materials.units import allowed_units, unit_mass_kg

#: How similar a text must be to a material's name (0 to 1) to be taken for it.
LEAST_LIKENESS = 0.6
#: A row's coordinates lie at most so far from the town that it names: no postal code reaches further.
FARTHEST_KM = 20


class _Stored(NamedTuple):
    """What a row is compared with of the stored listing that has the same reference."""

    kind: str
    status: str
    start: dt.date | None


_NOT_STORED = _Stored("", "", None)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one cell. `row` is its number in the file."""

    row: int
    field: str
    value: str
    message: str


@dataclass
class Parsed:
    """What a row says.

    `values` are by field of Listing, and `place` among them is its WGS84 point. `place_words` is what the place is
    called, unless the row gave coordinates. `guessed_from` is the text from which the material was guessed, if it was.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    place_words: str = ""
    guessed_from: str = ""
    mistakes: list[Mistake] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file. What many rows share, such as materials and postal codes, is looked up once."""

    def __init__(self, organisation: Organisation, columns: dict[str, int], srid: int, *, today: dt.date) -> None:
        self.columns = columns
        self.srid = srid
        self.today = today
        self.site = organisation.sites.order_by("pk").first()
        self.by_code = {material.code: material for material in Material.objects.all()}
        by_pk = {material.pk: material for material in self.by_code.values()}
        self.by_name = {
            plain_name: by_pk[pk]
            for pk, plain_name in MaterialName.objects.order_by("-material__depth").values_list("material_id", "plain")
        }
        self.towns = Loaded()
        self.pins = Pins()
        self.guessed: set[str] = set()
        # What a text in a column means. Columns repeat themselves: a file has few units, days and prices.
        self._read: dict[tuple[str, str], Any] = {}
        self._units: dict[int, list[Unit]] = {}
        self._masses: dict[tuple[int, Unit], Decimal | None] = {}
        self.seen: dict[str, int] = {}
        known = organisation.listings.exclude(reference="")
        self.stored = {
            reference: _Stored(kind, status, start)
            for reference, kind, status, start in known.values_list("reference", "kind", "status", "available_from")
        }

    def read(self, number: int, cells: list[str]) -> Parsed:
        """Read one row. All of its mistakes are named, not just the first."""
        parsed = Parsed(number)
        get = self._getter(cells)
        read = self._reader(parsed, get)
        kind = read("kind", values.kind) if get("kind") else ListingKind.SUPPLY
        material = read("material", self._material)
        parsed.guessed_from = get("material")[:80] if plain(get("material")) in self.guessed else ""
        unit = read("unit", values.unit)
        amount = read("quantity", values.quantity)
        price = read("price", values.price)
        parsed.values = {
            "kind": kind,
            "reference": self._reference(parsed, get("reference")),
            "material": material,
            "unit": unit,
            "quantity": amount,
            "mass_kg": self._mass(material, unit, amount),
            "title": _short(parsed, "title", one_line(get("title")), LONGEST_TITLE) or _title_of(material),
            "description": _short(parsed, "description", get("description"), LONGEST_DESCRIPTION),
            "condition": self._condition(kind, get, read),
            "available_from": read("available_from", values.day) if get("available_from") else self._start(get),
            "available_until": read("available_until", values.day) if get("available_until") else None,
            "price_kind": price[0] if price else None,
            "price_eur": price[1] if price else None,
            "price_basis": values.price_basis(get("price_basis")),
            "eural_code": read("eural_code", eural_code) if get("eural_code") else "",
            "splittable": values.yes(get("splittable")) if get("splittable") else True,
            "place": self._place(parsed, get),
        }
        self._check_together(parsed)
        return parsed

    def _getter(self, cells: list[str]) -> Callable[[str], str]:
        def get(name: str) -> str:
            number = self.columns.get(name)
            return cells[number] if number is not None and number < len(cells) else ""

        return get

    def _reader(self, parsed: Parsed, get: Callable[[str], str]) -> Callable[[str, Callable[[str], Any]], Any]:
        def read(name: str, parse: Callable[[str], Any]) -> Any:
            text = get(name)
            try:
                return self._read[name, text]
            except KeyError:
                pass
            try:
                value = self._read[name, text] = parse(text)
                return value
            except ValidationError as error:
                _add(parsed, name, get(name), " ".join(error.messages))
                return None

        return read

    def _material(self, text: str) -> Material:
        """The material with this code or name, or else the one whose name is most like it, if it is like enough."""
        found = self.by_code.get(values.filled(text)) or self.by_name.get(plain(text))
        if found is None:
            hits = find_materials(text, "nl", limit=3)
            if not hits or hits[0].likeness < LEAST_LIKENESS:
                raise ValidationError(_unknown_material(text[:60], [hit.material.name for hit in hits]))
            found = hits[0].material
            self.guessed.add(plain(text))
        self.by_name[plain(text)] = found
        return found

    def _condition(self, kind: Any, get: Callable[[str], str], read: Any) -> Condition | None:
        if get("condition"):
            found: Condition | None = read("condition", values.condition)
            return found
        return Condition.USED if kind == ListingKind.SUPPLY else None

    def _start(self, get: Callable[[str], str]) -> dt.date:
        """The first day of a row that names none: that of the stored listing, or today for a new one.

        If it were always today, the same file would change every listing when it is imported on another day.
        """
        before = self.stored.get(get("reference")[:LONGEST_REFERENCE], _NOT_STORED)
        return before.start or self.today

    def _reference(self, parsed: Parsed, text: str) -> str:
        reference = text[:LONGEST_REFERENCE]
        if reference and reference in self.seen:
            message = _("Deze referentie staat ook in rij %(row)s. Elke referentie mag één keer voorkomen.")
            _add(parsed, "reference", text, message % {"row": self.seen[reference]})
        self.seen.setdefault(reference, parsed.row)
        return reference

    def _mass(self, material: Material | None, unit: Unit | None, amount: Decimal | None) -> Decimal | None:
        if material is None or unit is None or amount is None:
            return None
        key = material.pk, unit
        if key not in self._masses:
            self._masses[key] = unit_mass_kg(material, unit)
        each = self._masses[key]
        return None if each is None else round(each * amount, 3)

    def _place(self, parsed: Parsed, get: Callable[[str], str]) -> Point | None:
        """The place that a row gives: by coordinates, else by its town, else that of the organisation's first site."""
        if not any(get(name) for name in ("lat", "lon", "x", "y")):
            return self._town(parsed, get) if get("postal_code") or get("town") else self._site(parsed, get)
        name, other = ("lat", "lon") if get("lat") or get("lon") else ("x", "y")
        try:
            if name == "lat":
                point = point_from(lat=values.coordinate(get("lat")), lon=values.coordinate(get("lon")))
            else:
                point = self._projected(get)
        except ValidationError as error:
            _add(parsed, name, f"{get(name)} / {get(other)}", " ".join(error.messages))
            return None
        if get("postal_code") or get("town"):
            self._check_near(parsed, get, point, name)
        return point

    def _projected(self, get: Callable[[str], str]) -> Point:
        srid = srid_from(get("srid")) if get("srid") else self.srid
        if srid == WGS84_SRID:
            return point_from(lat=values.coordinate(get("y")), lon=values.coordinate(get("x")))
        return point_from_projected(x=float(values.number(get("x"))), y=float(values.number(get("y"))), srid=srid)

    def _check_near(self, parsed: Parsed, get: Callable[[str], str], point: Point, name: str) -> None:
        """Check that a row's coordinates lie near its town. A town that we don't know may be one."""
        try:
            code, town_name = split(get("postal_code"), get("town"))
            check_together(code, town_name, self.towns)
        except ValidationError as error:
            for wrong, messages in error.message_dict.items():
                _add(parsed, wrong, get(wrong), " ".join(messages))
            return
        towns = [*self.towns.of_code(code), *([] if code else towns_named(town_name, self.towns))]
        away_km = min((metric(point).distance(metric(town.location)) / 1000 for town in towns), default=0)
        if away_km > FARTHEST_KM:
            words = {"km": round(away_km), "town": towns[0].words}
            _add(parsed, name, get(name), _("Dit punt ligt %(km)s km van %(town)s. Kijk na wat juist is.") % words)

    def _town(self, parsed: Parsed, get: Callable[[str], str]) -> Point | None:
        """The place of a postal code, a town or both. Where the two contradict each other, we don't guess."""
        try:
            town = find_town(get("postal_code"), get("town"), self.towns)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                _add(parsed, name, get(name), " ".join(messages))
            return None
        parsed.place_words = town.words
        if not (street := one_line(get("street"))):
            return town.location
        pin = self.pins.of(town, street)
        words = _("%(street)s, %(town)s") if pin.is_house else _("%(town)s, niet aan de deur")
        parsed.place_words = words % {"street": street[:60], "town": town.words}
        return pin.point

    def _site(self, parsed: Parsed, get: Callable[[str], str]) -> Point | None:
        """The place of the organisation's first site. A row with a street but no town means some other place."""
        if get("street"):
            _add(parsed, "street", get("street"), _("Geef bij de straat ook de postcode of de plaats."))
            return None
        if self.site is None:
            _add(parsed, "postal_code", "", _("Vul een postcode in, of geef je organisatie een vestiging."))
            return None
        parsed.place_words = self.site.name
        return self.site.location

    def _check_together(self, parsed: Parsed) -> None:
        """Check the rules over more than one cell of a row."""
        given = parsed.values
        material, unit = given["material"], given["unit"]
        if material and unit:
            if material.pk not in self._units:
                self._units[material.pk] = allowed_units(material)
            if unit not in self._units[material.pk]:
                fitting = ", ".join(str(choice.label) for choice in self._units[material.pk])
                message = _("Deze eenheid past niet bij %(material)s. Kies uit: %(fitting)s.")
                _add(parsed, "unit", str(unit.label), message % {"material": material.name, "fitting": fitting})
        self._check_stored(parsed)
        starts, ends = given["available_from"], given["available_until"]
        if ends and ends < self.today:
            _add(parsed, "available_until", str(ends), _("De einddatum is voorbij. Kies een latere, of laat ze weg."))
        if starts and ends and ends < starts:
            _add(parsed, "available_until", str(ends), _("De einddatum ligt voor de begindatum."))

    def _check_stored(self, parsed: Parsed) -> None:
        """Check that the stored listing with this reference is of the same kind, and may still change."""
        reference = parsed.values["reference"]
        kind, status, _start = self.stored.get(reference, _NOT_STORED)
        if status == ListingStatus.CLOSED:
            _add(parsed, "reference", reference, _("Dit zoekertje is afgerond en verandert niet meer."))
        elif kind and parsed.values["kind"] and kind != parsed.values["kind"]:
            message = _("Deze referentie is al die van een zoekertje van een andere soort: %(kind)s.")
            _add(parsed, "reference", reference, message % {"kind": ListingKind(kind).label})


def _title_of(material: Material | None) -> str:
    return material.name[:LONGEST_TITLE] if material else ""


def _unknown_material(text: str, guesses: list[str]) -> str:
    if not guesses:
        return _("“%(text)s” ken ik niet als materiaal. Probeer een algemener woord.") % {"text": text}
    words = {"text": text, "guesses": ", ".join(guesses)}
    return _("“%(text)s” ken ik niet als materiaal. Bedoel je: %(guesses)s?") % words


def _short(parsed: Parsed, name: str, text: str, most: int) -> str:
    """The text, if it is short enough. A longer one is a mistake: it isn't cut off without a word."""
    if len(text) > most:
        words = {"length": len(text), "most": most}
        _add(parsed, name, text, _("Deze tekst heeft %(length)d tekens; er passen er %(most)d.") % words)
    return text[:most]


def _add(parsed: Parsed, name: str, value: str, message: str) -> None:
    parsed.mistakes.append(Mistake(parsed.row, NAMES[name][0], value[:80], message))
