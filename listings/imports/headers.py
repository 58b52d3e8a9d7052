"""What companies call their columns. Knows no Django: listings.imports.table_file runs in a child."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

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
    "house": ("huisnummer", "huisnr", "nummer", "nr", "house number", "number", "numéro"),
    "box": ("bus", "busnummer", "busnr", "box", "boîte", "bte"),
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
    "hub_only": (
        "alleen hub",
        "enkel hub",
        "alleen bekend bij de hub",
        "enkel bekend bij de hub",
        "alleen bekend bij hub",
        "hub only",
        "hub_only",
        "known to the hub only",
        "hub seul",
        "hub seulement",
        "connu du hub seul",
    ),
    "declared_status": (
        "juridische status",
        "statuut",
        "materiaalstatus",
        "afvalstatus",
        "declared status",
        "declared_status",
        "legal status",
        "statut juridique",
    ),
    "status_evidence": (
        "bewijs",
        "soort bewijs",
        "bewijs van de status",
        "evidence",
        "status_evidence",
        "preuve",
    ),
    "status_number": (
        "nummer van het bewijs",
        "bewijsnummer",
        "nummer grondstofverklaring",
        "evidence number",
        "status_number",
        "numéro de la preuve",
    ),
    "status_until": (
        "bewijs geldig tot",
        "bewijs geldig tot en met",
        "evidence valid until",
        "status_until",
        "preuve valable jusqu'au",
    ),
    "reuse_works": ("werkt", "werkt volledig", "works", "fully works", "reuse_works", "fonctionne"),
    "reuse_safe": ("elektrisch veilig", "electrically safe", "reuse_safe", "électriquement sûr"),
    "reuse_complete": (
        "volledig en onbeschadigd",
        "compleet en onbeschadigd",
        "complete and undamaged",
        "reuse_complete",
        "complet et intact",
    ),
    "reuse_no_cfc": ("zonder cfk", "zonder cfk of hcfk", "cfk-vrij", "no cfc", "reuse_no_cfc", "sans cfc"),
    "reuse_no_crt": ("zonder beeldbuis", "zonder crt", "no crt", "reuse_no_crt", "sans tube cathodique"),
    "best_before": (
        "tht",
        "tht-datum",
        "houdbaar tot",
        "ten minste houdbaar tot",
        "best before",
        "best before date",
        "ddm",
        "à consommer de préférence avant",
    ),
    "use_by": ("tgt", "tgt-datum", "te gebruiken tot", "use by", "use by date", "dlc", "à consommer jusqu'au"),
    "food_storage": ("bewaren", "bewaarwijze", "storage conditions", "mode de conservation"),
    "allergens": ("allergenen", "allergens", "allergènes"),
}
#: The names of columns stand in one of so many first rows: above them lists have titles, dates and addresses.
ROWS_ABOVE = 10
#: So many names have to be known of a row that isn't the first: a word such as "id" stands in other rows too.
FEWEST_KNOWN = 2


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


def field_of(name: str) -> str:
    """The field that a name in its plain form means; "" for one that we don't know."""
    return _FIELDS.get(name) or ("price" if _PRICE_PER.fullmatch(name) else "")


def count_known(cells: list[str], by_hand: Collection[str]) -> int:
    """How many different columns a row would name. `by_hand` has the names that somebody has explained to us."""
    names = set(map(plain, cells))
    return len({field_of(name) or name for name in names if name in by_hand or field_of(name)})


def header_among(rows: list[list[str]], by_hand: Collection[str]) -> int:
    """Which of the first rows names the columns: the one of which most names are known, else the first."""
    counts = [count_known(cells, by_hand) for cells in rows[:ROWS_ABOVE]]
    most = max(counts, default=0)
    return counts.index(most) if most >= FEWEST_KNOWN else 0
