"""Finds out which column of a file holds which field."""

import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
    "town": ("plaats", "gemeente", "stad", "town", "city", "place", "commune", "ville"),
    "lat": ("lat", "latitude", "breedtegraad"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad"),
    "x": ("x", "x-coordinaat", "x lambert", "easting"),
    "y": ("y", "y-coordinaat", "y lambert", "northing"),
    "srid": ("srid", "epsg", "coordinatenstelsel", "crs"),
    "eural_code": ("euralcode", "eural", "ewc", "eural code"),
    "splittable": ("deelbaar", "splitsbaar", "splittable", "divisible"),
}
#: Fields without which a file can't be read.
REQUIRED = ("material", "quantity", "unit")


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A text in the form in which names are compared: "  Hoeveelheid: " becomes "hoeveelheid"."""
    text = unicodedata.normalize("NFKD", header.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_]+", " ", text).strip(" :*.")


_FIELDS = {plain(name): field for field, names in NAMES.items() for name in names}


def find_columns(headers: list[str]) -> dict[str, int]:
    """The number of the column of each field; of two columns for one field the first.

    Raises ValidationError that names the REQUIRED columns that lack.
    """
    found: dict[str, int] = {}
    for number, header in enumerate(headers):
        field = _FIELDS.get(plain(header))
        if field:
            found.setdefault(field, number)
    lacking = [NAMES[field][0] for field in REQUIRED if field not in found]
    if lacking:
        raise ValidationError(
            _("Deze kolommen ontbreken: %(lacking)s. Het bestand heeft: %(headers)s.")
            % {"lacking": ", ".join(lacking), "headers": ", ".join(filter(None, headers))[:300]}
        )
    return found
