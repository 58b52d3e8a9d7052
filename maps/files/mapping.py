"""Guesses which column of a file holds which field of an element, by what its name says in Dutch, English or French.

A guess is shown before anything is taken. A name that we don't know means nothing, and is left to whoever imports.
What the form of an element calls its fields is known, in each language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from listings.imports.headers import NAMES as NAMES_IN_LISTS
from listings.imports.headers import plain

#: Fields of an element that lists of listings have too, with the field whose names they share.
_SHARED = {
    "title": "title", "description": "description", "material": "material", "quantity": "quantity", "unit": "unit",
    "available_from": "available_from", "available_until": "available_until", "eural_code": "eural_code",
    "source_reference": "reference",
}  # fmt: skip
#: What else people call the column of each field.
_NAMES: dict[str, tuple[str, ...]] = {
    "kind": (
        "kind", "soort", "stock of flow", "stock or flow", "voorraad of stroom", "soort element", "stock ou flux",
        "nature", "voorraad stroom of plaats", "stock flow or place", "stock flux ou lieu",
    ),
    "title": ("label", "benaming", "nom", "libellé", "libelle"),
    "description": ("commentaar", "info", "details", "commentaire"),
    "material": ("materialen", "stroom", "afvalstroom", "reststroom", "fractie", "materials", "stream", "flux"),
    "quantity": ("hoev", "volume", "massa", "gewicht", "tonnage", "mass", "weight", "masse", "poids"),
    "unit": ("eenh", "units", "maateenheid"),
    "quantity_basis": (
        "quantity basis", "geschat of gemeten", "schatting of meting", "basis", "bepaling", "estimated or measured",
        "basis of quantity", "estimé ou mesuré", "mode de mesure", "hoe weet je dat?", "how do you know?",
        "comment le savez-vous ?", "hoe weet je de hoeveelheid", "how the quantity is known",
        "comment la quantité est connue",
    ),
    "period": ("period", "periode", "per", "par", "frequentie", "tijdseenheid", "frequency", "période", "fréquence"),
    "season_months": (
        "season months", "seizoen", "maanden", "maand", "season", "months", "saison", "mois", "enkel in deze maanden",
        "only in these months", "seulement ces mois",
    ),
    "form": (
        "form", "vorm", "vorm van het materiaal", "verschijningsvorm", "verpakking", "shape of material", "forme",
    ),
    "composition": ("composition", "samenstelling", "composities", "inhoud", "contents"),
    "contaminants": (
        "contaminants", "verontreiniging", "verontreinigingen", "vervuiling", "contamination", "pollution",
        "impuretés", "contaminanten",
    ),
    "declared_status": (
        "declared status", "juridische status", "statuut", "afvalstatus", "legal status", "waste status",
        "statut", "statut juridique", "statut déclaré",
    ),
    "eural_code": ("euralcodes", "afvalcode", "eural nr", "waste code", "low code", "code déchet", "code eural"),
    "source_organisation": ("organisation slug", "org slug"),
    "source_name": (
        "source name", "source organisation", "organisatie", "bedrijf", "bedrijfsnaam", "firma", "bron", "aanbieder",
        "organisation", "organization", "company", "source", "operator", "entreprise", "société", "naam van de bron",
        "name of the source", "nom de la source", "organisatie van de bron", "organisation of the source",
        "organisation de la source",
    ),
    "source_reference": (
        "source id", "source reference", "source ref", "bron id", "nummer bij de bron", "number at the source",
        "numéro chez la source", "osm id", "gml id", "uuid", "guid", "globalid", "objectid", "identificatie",
        "identifier", "identifiant",
    ),
    "destination": (
        "destination", "bestemming", "huidige bestemming", "afzet", "verwerker", "verwerking", "current destination",
        "destination actuelle", "exutoire",
    ),
    "available_from": (
        "avail from", "beschikbaar", "begin", "begindatum", "startdatum", "start", "start date", "date de début",
        "disponible à partir du",
    ),
    "available_until": (
        "avail till", "einde", "einddatum", "end", "end date", "date de fin", "fin", "disponible jusqu’au",
    ),
    "certainty": ("certainty", "zekerheid", "betrouwbaarheid", "reliability", "confidence", "certitude", "fiabilité"),
    "visibility": ("visibility", "zichtbaarheid", "zichtbaar voor", "visible to", "visible pour", "visibilité"),
}  # fmt: skip
#: Letters that a shapefile keeps of a name.
_CUT_AT = 10


class By(StrEnum):
    """On what a guess rests: a name that we know, the beginning of one that a shapefile has cut off, or what stands in
    a column whose name may mean many things.
    """

    NAME = "name"
    BEGINNING = "beginning"
    VALUES = "values"


@dataclass(frozen=True)
class Guess:
    """That a column holds a field."""

    column: str
    field: str
    by: By


def _by_name() -> dict[str, str]:
    """The field of each name in its plain form; what elements are called comes before what listings are."""
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        for name in (field, *names) if field not in _BY_CODE else names:
            found.setdefault(plain(name), field)
    for field, shared in _SHARED.items():
        for name in NAMES_IN_LISTS[shared]:
            found.setdefault(plain(name), field)
    return found


#: Names of columns that hold the kind of a row in English and French, and as often another sort of thing, such as that
#: of a shop: only what stands in one tells.
PERHAPS_KIND = frozenset({"type"})
#: Fields that hold a code, which only files of ours have: people give a name in a column that they call so.
_BY_CODE = ("source_organisation",)
_FIELD_OF = _by_name()
#: Every field of an element that a column may hold.
FIELDS = tuple(_NAMES)


def guessed(columns: Sequence[str]) -> list[Guess]:
    """Which columns hold which fields: each field at most once, of two columns the one with the surer name first."""
    found: dict[str, Guess] = {}
    for column in columns:
        if field := column if column in _BY_CODE else _FIELD_OF.get(plain(column)):
            found.setdefault(field, Guess(column, field, By.NAME))
    known = {guess.column for guess in found.values()}
    for column in columns:
        if column in known or len(column) != _CUT_AT:
            continue
        fields = _beginning_with(plain(column.rstrip("_")))
        if len(fields) == 1 and (meant := fields.pop()) not in found:
            found[meant] = Guess(column, meant, By.BEGINNING)
    return [guess for column in columns for guess in found.values() if guess.column == column]


def _beginning_with(start: str) -> set[str]:
    return {field for name, field in _FIELD_OF.items() if name.startswith(start)}
