"""Reads rows of a table as the values of listings, and names what is wrong in each row."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.validators import one_line, visible
from geo.addresses import FARTHEST_KM, Pins
from geo.points import WGS84_SRID, metric, point_from, point_from_projected, srid_from
from geo.towns import LoadedTowns, check_together, find_town, split, towns_named
from listings.enums import Condition, ListingKind, ListingStatus, PriceBasis
from listings.imports import values
from listings.imports.columns import NAMES, plain
from listings.imports.photos import PhotoNames
from listings.models import LONGEST_DESCRIPTION, LONGEST_REFERENCE, LONGEST_TITLE
from listings.numbers import Marks, coordinate, number
from listings.validators import check_not_over, check_window, eural_code
from materials.enums import Unit
from materials.models import Material
from materials.recognise import SAME_WORDS, recogniser
from materials.search import find_materials
from materials.units import check_unit, unit_mass_kg

#: Texts of one file whose material is guessed. The page shows every guess; more than these nobody looks through.
MOST_GUESSES = 300

#: Columns of numbers in which a point or a comma may mean two things; the column shows which.
AMOUNTS = ("quantity", "price", "x", "y")
#: Columns that say where something is.
PLACE = {"lat", "lon", "x", "y", "srid", "street", "postal_code", "town"}


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
    `broken` are the fields whose cells hold an error of a spreadsheet. `photos` are paths in the zip in which the list
    came.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    place_words: str = ""
    guessed_from: str = ""
    photos: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


class RowReader:
    """Reads the rows of one file. What many rows share, such as materials and postal codes, is looked up once."""

    def __init__(
        self,
        organisation: Organisation,
        columns: dict[str, int],
        srid: int,
        *,
        today: dt.date,
        rows: Sequence[tuple[int, list[str]]] = (),
        photos: PhotoNames | None = None,
        materials: Mapping[str, str] | None = None,
        price_header: str = "",
    ) -> None:
        """`rows` are those that read() will be given: "1.125" means what the rest of its column says.

        `photos` are those beside the list. `materials` are codes by plain text, where somebody chose them; they come
        before any name. `price_header` names the column of prices, which may say what they are for.
        """
        self.price_per: PriceBasis | Unit | None = None
        self.price_refusal = ""
        try:
            self.price_per = values.price_basis_in(price_header)
        except ValidationError as error:
            self.price_refusal = " ".join(error.messages)
        self.photos = photos or PhotoNames([], in_zip=False)
        self.columns = columns
        self.marks: dict[str, Marks] = {
            name: values.marks_in(_cell(cells, columns[name]) for _row, cells in rows)
            for name in AMOUNTS
            if name in columns
        }
        self.srid = srid
        self.today = today
        self.site = organisation.sites.order_by("pk").first()
        self.by_code = {material.code: material for material in Material.objects.all()}
        self.chosen = {text: self.by_code[code] for text, code in (materials or {}).items() if code in self.by_code}
        self.towns = LoadedTowns()
        self.pins = Pins()
        self.guessed: set[str] = set()
        self.suggested = 0
        # What a text in a column means, or else why it is refused. Columns repeat themselves: a file has few units,
        # days and prices.
        self._read: dict[tuple[str, str], tuple[Any, str]] = {}
        self._misfits: dict[tuple[int, Unit], list[str]] = {}
        self._masses: dict[tuple[int, Unit], Decimal | None] = {}
        self.seen: dict[str, int] = {}
        known = organisation.listings.exclude(reference="")
        self.stored = {
            reference: _Stored(kind, status, start)
            for reference, kind, status, start in known.values_list("reference", "kind", "status", "available_from")
        }

    def read(self, row: int, cells: list[str]) -> Parsed:
        """Read one row. All of its mistakes are named, not just the first."""
        parsed = Parsed(row)
        get = self._getter(parsed, cells)
        read = self._reader(parsed, get)
        kind = read("kind", values.kind) if get("kind") else ListingKind.SUPPLY
        material = read("material", self._material)
        parsed.guessed_from = get("material") if plain(get("material")) in self.guessed else ""
        amount, unit = self._amount(parsed, get, read)
        price, basis = self._price(parsed, unit, get, read)
        parsed.values = {
            "kind": kind,
            "reference": self._reference(parsed, get("reference")),
            "material": material,
            "unit": unit,
            "quantity": amount,
            "mass_kg": self._mass(material, unit, amount),
            "title": _short(parsed, "title", one_line(get("title")), LONGEST_TITLE) or _title_of(material),
            "description": _short(parsed, "description", visible(get("description")), LONGEST_DESCRIPTION),
            "condition": self._condition(kind, get, read),
            "available_from": read("available_from", values.first_day) if get("available_from") else self._start(get),
            "available_until": read("available_until", values.last_day) if get("available_until") else None,
            "price_kind": price.kind if price else None,
            "price_eur": price.eur if price else None,
            "price_basis": basis,
            "eural_code": read("eural_code", eural_code) if get("eural_code") else "",
            "splittable": read("splittable", values.splittable) if get("splittable") else True,
            "place": self._place(parsed, get),
        }
        parsed.photos = read("photo", self.photos.find) or []
        self._check_together(parsed)
        return parsed

    def _getter(self, parsed: Parsed, cells: list[str]) -> Callable[[str], str]:
        """Gives the text of a row's cell by field. The error of a spreadsheet is a mistake, and counts as empty."""
        row = {name: _cell(cells, number) for name, number in self.columns.items()}
        for name, text in row.items():
            if text.startswith(values.ERRORS_START):
                try:
                    values.check_is_no_error(text)
                except ValidationError as error:
                    _add(parsed, name, text, " ".join(error.messages))
                    parsed.broken.add(name)
                    row[name] = ""

        def get(name: str) -> str:
            return row.get(name, "")

        return get

    def _reader(self, parsed: Parsed, get: Callable[[str], str]) -> Callable[[str, Callable[[str], Any]], Any]:
        def read(name: str, parse: Callable[[str], Any]) -> Any:
            text = get(name)
            if name in parsed.broken:
                return None
            if (name, text) not in self._read:
                try:
                    self._read[name, text] = parse(text), ""
                except ValidationError as error:
                    self._read[name, text] = None, " ".join(error.messages)
            value, refusal = self._read[name, text]
            if refusal:
                _add(parsed, name, text, refusal)
            return value

        return read

    def _amount(self, parsed: Parsed, get: Callable[[str], str], read: Any) -> tuple[Decimal | None, Unit | None]:
        """Quantity and unit. "12 st." names its unit itself: it has to be that of the row, or does for it."""
        amount = read("quantity", partial(values.quantity, marks=self.marks.get("quantity", Marks())))
        named = amount.unit if amount else None
        unit = read("unit", values.unit) if get("unit") or not named else named
        if named and unit and named != unit:
            message = _("Hier staat %(named)s, en in de kolom eenheid %(unit)s. Kies één van de twee.")
            _add(parsed, "quantity", get("quantity"), message % {"named": named.label, "unit": unit.label})
        return amount.number if amount else None, unit

    def _price(
        self, parsed: Parsed, unit: Unit | None, get: Callable[[str], str], read: Any
    ) -> tuple[values.Price | None, PriceBasis]:
        """The price, and what it is for. It may be for another unit than that of the quantity."""
        price = read("price", partial(values.price, marks=self.marks.get("price", Marks())))
        per = read("price_basis", values.price_basis) if get("price_basis") else self.price_per
        if price is not None and price.eur is not None and (refusal := self._misnamed(per)):
            _add(parsed, "price", get("price"), refusal)
            return None, PriceBasis.LOT
        if price is not None:
            try:
                return values.priced(price, per, unit)
            except ValidationError as error:
                _add(parsed, "price", get("price"), " ".join(error.messages))
        return None, PriceBasis.LOT

    def _misnamed(self, per: PriceBasis | Unit | None) -> str:
        """What is wrong with what the name of the column says that prices are for; empty where nothing is."""
        if self.price_per and per != self.price_per:
            return _("De kolom “prijs per” zegt iets anders dan de naam van de prijskolom. Kies één van de twee.")
        return self.price_refusal

    def _material(self, text: str) -> Material:
        """The material with this code, or the only one that the text names. What it may name besides is suggested."""
        if found := self.by_code.get(values.filled(text)) or self.chosen.get(plain(text)):
            return found
        language = get_language() or "nl"
        named = recogniser().named(text, language)
        if len(named) != 1 or len(self.guessed) >= MOST_GUESSES:
            meant = [self.by_code[one.code] for one in named]
            guesses = meant or self._suggestions(text, language)
            raise ValidationError(_unknown_material(text[:60], [material.name for material in guesses]))
        if named[0].likeness < SAME_WORDS:
            self.guessed.add(plain(text))
        return self.by_code[named[0].code]

    def _suggestions(self, text: str, language: str) -> list[Material]:
        """Materials that a text may mean; none once MOST_GUESSES texts of the file got some."""
        if self.suggested >= MOST_GUESSES:
            return []
        self.suggested += 1
        return [hit.material for hit in find_materials(text, language, limit=3)]

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
        reference = _short(parsed, "reference", text, LONGEST_REFERENCE)
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
        if parsed.broken & PLACE:
            return None
        if not any(get(name) for name in ("lat", "lon", "x", "y")):
            return self._town(parsed, get) if get("postal_code") or get("town") else self._site(parsed, get)
        name, other = ("lat", "lon") if get("lat") or get("lon") else ("x", "y")
        try:
            if name == "lat":
                point = point_from(lat=_degrees(get("lat")), lon=_degrees(get("lon")))
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
            return point_from(lat=_degrees(get("y")), lon=_degrees(get("x")))
        x, y = (float(number(values.filled(get(name)), self.marks.get(name, Marks()))) for name in ("x", "y"))
        return point_from_projected(x=x, y=y, srid=srid)

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
        words = _("%(street)s, %(town)s") if pin.is_house else _("%(town)s (het dorp, niet het adres)")
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
            for message in self._misfit(material, unit):
                _add(parsed, "unit", str(unit.label), message)
        self._check_stored(parsed)
        starts, ends = given["available_from"], given["available_until"]
        for check in (partial(check_not_over, ends, self.today), partial(check_window, starts, ends)):
            try:
                check()
            except ValidationError as error:
                _add(parsed, "available_until", str(ends), " ".join(error.messages))

    def _misfit(self, material: Material, unit: Unit) -> list[str]:
        """Why this unit doesn't fit the material; nothing where it does."""
        key = material.pk, unit
        if key not in self._misfits:
            try:
                check_unit(material, unit)
                self._misfits[key] = []
            except ValidationError as error:
                self._misfits[key] = error.messages
        return self._misfits[key]

    def _check_stored(self, parsed: Parsed) -> None:
        """Check that the stored listing with this reference is of the same kind, and may still change."""
        reference = parsed.values["reference"]
        kind, status, _start = self.stored.get(reference, _NOT_STORED)
        if status == ListingStatus.CLOSED:
            _add(parsed, "reference", reference, _("Dit zoekertje is afgerond en verandert niet meer."))
        elif kind and parsed.values["kind"] and kind != parsed.values["kind"]:
            message = _("Deze referentie is al die van een zoekertje van een andere soort: %(kind)s.")
            _add(parsed, "reference", reference, message % {"kind": ListingKind(kind).label})


def _cell(cells: list[str], number: int) -> str:
    """A row may be shorter than the headers."""
    return cells[number] if number < len(cells) else ""


def _degrees(text: str) -> float:
    return coordinate(values.filled(text))


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
