"""Reads rows of a table as the values of listings, and names what is wrong in each row."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.validators import one_line, visible
from listings.amounts import marks_in
from listings.enums import Condition, ListingKind, ListingStatus
from listings.imports import values
from listings.imports.declared_cells import KEPT, read_declared, said_before
from listings.imports.headers import plain
from listings.imports.photos import PhotoNames
from listings.imports.place_cells import PlaceReader
from listings.imports.price_cells import PriceReader
from listings.imports.row import Meanings, Parsed, Row
from listings.models import LONGEST_DESCRIPTION, LONGEST_REFERENCE, LONGEST_TITLE
from listings.numbers import Marks
from listings.validators import check_not_over, check_value, check_window, eural_code
from materials.enums import Unit
from materials.models import Material
from materials.recognise import SAME_WORDS, recogniser
from materials.search import find_materials
from materials.units import Listed, check_unit, unit_mass_kg

#: Texts of one file whose material is guessed. The page shows every guess; more than these nobody looks through.
MOST_GUESSES = 300

#: Columns of numbers in which a point or a comma may mean two things; the column shows which.
AMOUNTS = ("quantity", "price", "x", "y")


class _Stored(NamedTuple):
    """What a row is compared with of the stored listing that has the same reference."""

    kind: str
    status: str
    start: dt.date | None
    declared: dict[str, Any]


_NOT_STORED = _Stored("", "", None, {})


class RowReader:
    """Reads the rows of one file. What many rows share, such as materials and postal codes, is looked up once."""

    def __init__(
        self,
        organisation: Organisation,
        columns: dict[str, int],
        srid: int,
        *,
        today: dt.date,
        headers: Sequence[str] = (),
        rows: Sequence[tuple[int, list[str]]] = (),
        photos: PhotoNames | None = None,
        words: Mapping[str, Mapping[str, str]] | None = None,
        asks_addresses: bool = True,
    ) -> None:
        """`rows` are those that read() will be given: "1.125" means what the rest of its column says.

        `photos` are those beside the list. `words` has, by field and plain text of a cell, the word that somebody
        chose for it.
        """
        self.columns, self.today = columns, today
        self.names = {name: headers[number] for name, number in columns.items() if number < len(headers)}
        self.photos = photos or PhotoNames([], in_zip=False)
        self.words = words or {}
        self.marks: dict[str, Marks] = {
            name: marks_in(_cell(cells, columns[name]) for _row, cells in rows) for name in AMOUNTS if name in columns
        }
        self.prices = PriceReader(self.names.get("price", ""), self.marks.get("price", Marks()))
        self.places = PlaceReader(organisation, srid, self.marks, asks=asks_addresses)
        self.by_code = {material.code: material for material in Material.objects.all()}
        self.guessed: set[str] = set()
        self.suggested = 0
        self._meanings: Meanings = {}
        self._misfits: dict[tuple[int, Unit], ValidationError | None] = {}
        self._masses: dict[tuple[int, Unit], Decimal | None] = {}
        self.seen: dict[str, int] = {}
        known = organisation.listings.exclude(reference="")
        self.stored = {
            reference: _Stored(kind, status, start, said_before(tuple(declared)))
            for reference, kind, status, start, *declared in known.values_list(
                "reference", "kind", "status", "available_from", *KEPT
            )
        }

    def read(self, number: int, cells: list[str]) -> Parsed:
        """Read one row. All of its mistakes are named, not just the first."""
        row = Row(Parsed(number), self._texts(cells), self.names, self._meanings)
        parsed = row.parsed
        kind = row.read("kind", values.kind) if row.get("kind") else ListingKind.SUPPLY
        material = row.read("material", self._material)
        parsed.guessed_from = row.get("material") if plain(row.get("material")) in self.guessed else ""
        amount, unit = self._amount(row)
        price, basis = self.prices.read(row, unit)
        starts, ends = row.get("available_from"), row.get("available_until")
        parsed.values = {
            "kind": kind,
            "reference": self._reference(row),
            "material": material,
            "unit": unit,
            "quantity": amount,
            "mass_kg": self._mass(material, unit, amount),
            "title": row.short("title", one_line(row.get("title")), LONGEST_TITLE) or _title_of(material),
            "description": row.short("description", visible(row.get("description")), LONGEST_DESCRIPTION),
            "condition": self._condition(kind, row),
            "available_from": row.read("available_from", values.first_day) if starts else self._start(row),
            "available_until": row.read("available_until", values.last_day) if ends else None,
            "price_kind": price.kind if price else None,
            "price_eur": price.eur if price else None,
            "price_basis": basis,
            "eural_code": row.read("eural_code", eural_code) if row.get("eural_code") else "",
            "splittable": row.read("splittable", values.splittable) if row.get("splittable") else True,
            "hub_only": row.read("hub_only", values.answer) if row.get("hub_only") else None,
            "place": self.places.read(row),
        }
        parsed.photos = row.read("photo", self.photos.find) or []
        before = self.stored.get(parsed.values["reference"], _NOT_STORED).declared
        parsed.values |= read_declared(row, before, self.today)
        self._check_together(row)
        return parsed

    def is_left_out(self, cells: list[str]) -> bool:
        """Whether somebody chose to leave out the rows with one of these words."""
        return any(
            field in self.columns and chosen.get(plain(_cell(cells, self.columns[field]))) == ""
            for field, chosen in self.words.items()
        )

    def _texts(self, cells: list[str]) -> dict[str, str]:
        """The cells by field; for a word that somebody explained stands what they chose."""
        texts = {name: _cell(cells, number) for name, number in self.columns.items()}
        for name, chosen in self.words.items():
            if name in texts:
                texts[name] = chosen.get(plain(texts[name]), texts[name])
        return texts

    def _amount(self, row: Row) -> tuple[Decimal | None, Unit | None]:
        """Quantity and unit. "12 st." names its unit itself: it has to be that of the row, or does for it."""
        amount = row.read("quantity", partial(values.quantity, marks=self.marks.get("quantity", Marks())))
        named = amount.unit if amount else None
        if "unit" not in self.columns and amount and not named:
            message = _("Zet de eenheid erbij, zoals in “12 stuks”, of maak een kolom “eenheid”.")
            row.wrong("quantity", ValidationError(message))
        is_given = row.get("unit") or ("unit" in self.columns and not named)
        unit = row.read("unit", values.unit) if is_given else named
        if named and unit and named != unit:
            message = _("Hier staat %(named)s, en in de kolom “%(column)s” %(unit)s. Kies één van de twee.")
            words = {"named": named.label, "unit": unit.label, "column": row.column("unit")}
            row.wrong("quantity", ValidationError(message, params=words))
        return amount.number if amount else None, unit

    def _material(self, text: str) -> Material:
        """The material with this code, or the only one that the text names. What it may name besides is suggested."""
        if found := self.by_code.get(values.filled(text)):
            return found
        language = get_language() or "nl"
        named = recogniser().named(text, language)
        if len(named) != 1 or len(self.guessed) >= MOST_GUESSES:
            meant = [self.by_code[one.code] for one in named]
            raise unknown_material(text[:60], meant or self._suggestions(text, language))
        if named[0].likeness < SAME_WORDS:
            self.guessed.add(plain(text))
        return self.by_code[named[0].code]

    def _suggestions(self, text: str, language: str) -> list[Material]:
        """Materials that a text may mean; none once MOST_GUESSES texts of the file got some."""
        if self.suggested >= MOST_GUESSES:
            return []
        self.suggested += 1
        return [hit.material for hit in find_materials(text, language, limit=3)]

    def _condition(self, kind: Any, row: Row) -> Condition | None:
        if row.get("condition"):
            found: Condition | None = row.read("condition", values.condition)
            return found
        return Condition.USED if kind == ListingKind.SUPPLY else None

    def _start(self, row: Row) -> dt.date:
        """The first day of a row that names none: that of the stored listing, or today for a new one.

        If it were always today, the same file would change every listing when it is imported on another day.
        """
        before = self.stored.get(row.get("reference")[:LONGEST_REFERENCE], _NOT_STORED)
        return before.start or self.today

    def _reference(self, row: Row) -> str:
        reference = row.short("reference", row.get("reference"), LONGEST_REFERENCE)
        if reference and reference in self.seen:
            message = _("Deze referentie staat ook in rij %(row)s. Elke referentie mag één keer voorkomen.")
            row.wrong("reference", ValidationError(message, params={"row": self.seen[reference]}))
        self.seen.setdefault(reference, row.parsed.row)
        return reference

    def _mass(self, material: Material | None, unit: Unit | None, amount: Decimal | None) -> Decimal | None:
        if material is None or unit is None or amount is None:
            return None
        key = material.pk, unit
        if key not in self._masses:
            self._masses[key] = unit_mass_kg(material, unit)
        each = self._masses[key]
        return None if each is None else round(each * amount, 3)

    def _check_together(self, row: Row) -> None:
        """Check the rules over more than one cell of a row."""
        given = row.parsed.values
        material, unit = given["material"], given["unit"]
        if material and unit and (misfit := self._misfit(material, unit)):
            row.wrong("unit" if row.get("unit") else "quantity", misfit)
        self._check_stored(row)
        starts, ends = given["available_from"], given["available_until"]
        for check in (partial(check_not_over, ends, self.today), partial(check_window, starts, ends)):
            try:
                check()
            except ValidationError as error:
                row.wrong("available_until", error)
        try:
            check_value(given["price_eur"], given["price_basis"], given["quantity"])
        except ValidationError as error:
            row.wrong("price", error)

    def _misfit(self, material: Material, unit: Unit) -> ValidationError | None:
        """Why this unit doesn't fit the material; None where it does."""
        key = material.pk, unit
        if key not in self._misfits:
            try:
                check_unit(material, unit)
                self._misfits[key] = None
            except ValidationError as error:
                self._misfits[key] = error
        return self._misfits[key]

    def _check_stored(self, row: Row) -> None:
        """Check that the stored listing with this reference is of the same kind, and may still change."""
        given = row.parsed.values
        before = self.stored.get(given["reference"], _NOT_STORED)
        if before.status == ListingStatus.CLOSED:
            row.wrong("reference", ValidationError(_("Dit zoekertje is afgerond en verandert niet meer.")))
        elif before.kind and given["kind"] and before.kind != given["kind"]:
            message = _("Deze referentie is al die van een zoekertje van een andere soort: %(kind)s.")
            row.wrong("reference", ValidationError(message, params={"kind": ListingKind(before.kind).label}))


def _cell(cells: list[str], number: int) -> str:
    """A row may be shorter than the headers."""
    return cells[number] if number < len(cells) else ""


def _title_of(material: Material | None) -> str:
    return material.name[:LONGEST_TITLE] if material else ""


def unknown_material(text: str, guesses: list[Material]) -> ValidationError:
    """The refusal of a text that names no material, or several."""
    if not guesses:
        message = _("“%(text)s” ken ik niet als materiaal. Probeer een algemener woord.")
        return ValidationError(message, code=values.UNKNOWN_WORD, params={"text": text})
    message = _("“%(text)s” ken ik niet als materiaal. Bedoel je: %(guesses)s?")
    return ValidationError(message, code=values.UNKNOWN_WORD, params={"text": text, "guesses": Listed(guesses)})
