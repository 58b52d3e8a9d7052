"""Finds out which column of a file holds which field.

A new column stands in headers.py with the names that it goes by, here with its title, in rows.py and values.py where
it is read, and in stored_rows.py where it becomes part of a listing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from listings.imports.addresses import BESIDE_STREET
from listings.imports.headers import field_of, plain
from listings.models import LONGEST_HEADER

#: What the reader's own language calls each field of headers.NAMES.
TITLES = {
    "reference": _("referentie"),
    "kind": _("soort"),
    "title": _("titel"),
    "description": _("beschrijving"),
    "material": _("materiaal"),
    "quantity": _("hoeveelheid"),
    "unit": _("eenheid"),
    "condition": _("staat"),
    "available_from": _("beschikbaar van"),
    "available_until": _("beschikbaar tot"),
    "price": _("prijs"),
    "price_basis": _("prijs per"),
    "street": _("straat"),
    "house": _("huisnummer"),
    "box": _("bus"),
    "postal_code": _("postcode"),
    "town": _("plaats"),
    "lat": _("breedtegraad"),
    "lon": _("lengtegraad"),
    "x": _("x"),
    "y": _("y"),
    "srid": _("coördinatenstelsel"),
    "eural_code": _("euralcode"),
    "photo": _("foto"),
    "splittable": _("deelbaar"),
    "hub_only": _("alleen bekend bij de hub"),
    "declared_status": _("juridische status"),
    "status_evidence": _("bewijs"),
    "status_number": _("nummer van het bewijs"),
    "status_until": _("bewijs geldig tot en met"),
    "reuse_works": _("werkt volledig"),
    "reuse_safe": _("elektrisch veilig"),
    "reuse_complete": _("volledig en onbeschadigd"),
    "reuse_no_cfc": _("zonder cfk of hcfk"),
    "reuse_no_crt": _("zonder beeldbuis"),
    "best_before": _("THT"),
    "use_by": _("TGT"),
    "food_storage": _("bewaren"),
    "allergens": _("allergenen"),
}
#: Fields without which a file can't be read. A unit may also stand behind the number, in the column of quantities.
REQUIRED = ("material", "quantity", "unit")

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


def find_columns(headers: list[str], by_hand: Mapping[str, str]) -> Columns:
    """Which column holds which field; of two columns for one field the first.

    `by_hand` has fields by the plain names of columns, "" for those not to be read. What it says comes first.
    """
    found: dict[str, int] = {}
    names = [plain(header)[:LONGEST_HEADER] for header in headers]
    for number, name in enumerate(names):
        if by_hand.get(name):
            found.setdefault(by_hand[name], number)
    recognised = {number: field_of(name) for number, name in enumerate(names) if name and name not in by_hand}
    titles = "title" in found or any(
        field == "title" and names[number] != _DESCRIBES for number, field in recognised.items()
    )
    beside_street = "street" in found or "street" in recognised.values()
    for number, field in recognised.items():
        if field in BESIDE_STREET and not beside_street:
            continue
        meant = "description" if titles and names[number] == _DESCRIBES else field
        if meant:
            found.setdefault(meant, number)
    return Columns(found, [field for field in REQUIRED if field not in found])
