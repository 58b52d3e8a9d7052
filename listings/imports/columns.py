"""Finds out which column of a file holds which field."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from listings.models import LONGEST_HEADER

#: What companies call the column of each field, in Dutch, English and French.
NAMES: dict[str, tuple[str, ...]] = {
    "reference": ("referentie", "eigen referentie", "ref", "artikelnummer", "id", "reference", "sku", "référence"),
    "kind": ("soort", "type", "kind", "soort zoekertje", "sorte"),
    "title": ("titel", "omschrijving", "naam", "artikel", "title", "name", "titre", "intitulé"),
    "description": ("beschrijving", "toelichting", "opmerking", "opmerkingen", "description", "notes", "remarques"),
    "material": ("materiaal", "materiaalsoort", "categorie", "material", "category", "matériau", "matière"),
    "quantity": ("hoeveelheid", "aantal", "quantity", "amount", "qty", "quantité"),
    "unit": ("eenheid", "unit", "unité"),
    "condition": ("staat", "conditie", "toestand", "condition", "état"),
    "available_from": (
        "beschikbaar van",
        "beschikbaar vanaf",
        "vanaf",
        "van",
        "available from",
        "from",
        "disponible dès",
    ),
    "available_until": ("beschikbaar tot", "tot", "available until", "until", "disponible jusqu'au"),
    "price": ("prijs", "prijs eur", "prijs (eur)", "prijs (€)", "price", "price eur", "prix"),
    "price_basis": ("prijs per", "prijs geldt", "price per", "prix par"),
    "street": ("straat", "straat en nummer", "adres", "street", "address", "rue", "adresse"),
    "postal_code": ("postcode", "postal code", "zip", "zip code", "code postal"),
    "town": ("plaats", "locatie", "gemeente", "stad", "town", "city", "place", "commune", "ville"),
    "lat": ("lat", "latitude", "breedtegraad"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad"),
    "x": ("x", "x-coordinaat", "x lambert", "easting"),
    "y": ("y", "y-coordinaat", "y lambert", "northing"),
    "srid": ("srid", "epsg", "coordinatenstelsel", "crs"),
    "eural_code": ("euralcode", "eural", "ewc", "eural code"),
    "photo": (
        "foto",
        "foto's",
        "fotos",
        "afbeelding",
        "afbeeldingen",
        "photo",
        "photos",
        "image",
        "images",
        "picture",
    ),
    "splittable": ("deelbaar", "splitsbaar", "splittable", "divisible"),
}
#: Fields without which a file can't be read.
REQUIRED = ("material", "quantity", "unit")


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A text in the form in which names are compared: "  Hoeveelheid: " becomes "hoeveelheid".

    One without a Latin letter or digit, such as "€", stays as it is.
    """
    text = unicodedata.normalize("NFKD", header.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_]+", " ", text).strip(" :*.") or header.strip().casefold()


_FIELDS = {plain(name): field for field, names in NAMES.items() for name in names}


#: "Prijs/stuk", "prijs per kg": prices, with what they are for in the name.
_PRICE_PER = re.compile(r"(?:eenheids)?(?:prijs|price|prix)\b.*(?:\bper\b|\bpar\b|/)\s*\w.*")

#: In a file that has another column for titles, this one describes.
_DESCRIBES = plain("omschrijving")


@dataclass(frozen=True)
class Columns:
    """The number of the column of each field that a file has, and the fields of REQUIRED that it lacks."""

    fields: dict[str, int]
    lacking: list[str]

    def field_of(self, number: int) -> str:
        """The field that a column is read as; "" for a column that isn't read."""
        return next((field for field, column in self.fields.items() if column == number), "")


def _field(name: str) -> str:
    return _FIELDS.get(name) or ("price" if _PRICE_PER.fullmatch(name) else "")


def find_columns(headers: list[str], by_hand: Mapping[str, str]) -> Columns:
    """Which column holds which field; of two columns for one field the first.

    `by_hand` has fields by the plain names of columns, "" for those not to be read. What it says comes first.
    """
    found: dict[str, int] = {}
    names = [plain(header)[:LONGEST_HEADER] for header in headers]
    for number, name in enumerate(names):
        if by_hand.get(name):
            found.setdefault(by_hand[name], number)
    recognised = {number: _field(name) for number, name in enumerate(names) if name and name not in by_hand}
    titles = "title" in found or any(
        field == "title" and names[number] != _DESCRIBES for number, field in recognised.items()
    )
    for number, field in recognised.items():
        meant = "description" if titles and names[number] == _DESCRIBES else field
        if meant:
            found.setdefault(meant, number)
    return Columns(found, [field for field in REQUIRED if field not in found])
