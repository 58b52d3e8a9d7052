"""What is wrong with a file, or with a row of it: a code with its values, and the words for it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: About the whole file.
_OF_FILE = {
    "empty": _("Het bestand is leeg."),
    "large": _("Het bestand is groter dan %(most)s MB. Knip het in stukken, of bewaar het als GeoPackage."),
    "large-list": _("De lijst is groter dan %(most)s MB. Knip ze in stukken, of bewaar ze als GeoPackage."),
    "unknown-format": _(
        "Dit bestand kennen we niet. Geef GeoJSON, GeoPackage, een shapefile in een zip, KML, GML, FlatGeobuf, CSV of "
        "XLSX."
    ),
    "packed-otherwise": _(
        "Dit bestand is ingepakt op een manier die we niet lezen. Pak het uit, of maak er een zip van."
    ),
    "shp-alone": _("Een .shp alleen is niet genoeg. Maak een zip van de .shp, .dbf, .shx en .prj samen."),
    "no-geojson": _("Dit is JSON, maar geen GeoJSON. Bewaar het als een FeatureCollection."),
    "unknown-xml": _("Dit is XML, maar geen KML of GML: het begint met “%(root)s”. Bewaar het in een andere vorm."),
    "broken-xml": _("De XML klopt niet op regel %(line)s. Bewaar het bestand opnieuw."),
    "doctype": _("De XML noemt een documenttype of entiteiten. Die lezen we niet: bewaar het bestand opnieuw zonder."),
    "names-other-file": _("Het bestand verwijst naar een ander bestand, “%(name)s”. Haal die verwijzing weg."),
    "no-geopackage": _(
        "Dit is een databank, maar geen GeoPackage die we kunnen lezen. Bewaar ze opnieuw als GeoPackage."
    ),
    "unsafe-geopackage": _(
        "In de GeoPackage wordt “%(name)s” berekend of van elders gehaald. Bewaar de laag als een gewone tabel in een "
        "nieuwe GeoPackage."
    ),
    "view-in-geopackage": _(
        "In de GeoPackage is “%(name)s” geen tabel. Bewaar die laag als een gewone tabel in een nieuwe GeoPackage."
    ),
    "no-zip": _("Dit is geen zip-bestand dat we kunnen openen. Maak het opnieuw, zonder wachtwoord."),
    "packed-secret": _("Het zip-bestand heeft een wachtwoord. Maak het opnieuw, zonder."),
    "packed-many": _("In het zip-bestand zitten meer dan %(most)s bestanden. Houd alleen de kaart over."),
    "packed-name": _("In het zip-bestand heeft een bestand een naam die niet mag: “%(name)s”. Maak de zip opnieuw."),
    "packed-link": _("In het zip-bestand is “%(name)s” een verwijzing. Zet er het bestand zelf in."),
    "packed-twice": _("In het zip-bestand zit “%(name)s” twee keer. Houd er één over."),
    "zip-in-zip": _("In het zip-bestand zit nog een zip-bestand. Pak dat eerst uit."),
    "unpacked": _("Het bestand is uitgepakt groter dan %(most)s MB. Knip het in stukken."),
    "files-in-zip": _("In het zip-bestand moet juist één kaart zitten. Wat erin zit: %(names)s."),
    "lacks-part": _("Bij “%(name)s” ontbreekt de %(part)s. Zet alle delen van de shapefile samen in de zip."),
    "not-read": _("We kunnen dit bestand niet lezen als %(format)s. Bewaar het opnieuw, of kies een andere vorm."),
    "not-utf-8": _("De letters van dit bestand zijn niet in UTF-8. Bewaar het opnieuw, als UTF-8."),
    "stray-letter": _(
        "In rij %(row)s staat een letter die niet in %(encoding)s bestaat, bij “%(text)s”. "
        "Bewaar het bestand opnieuw, als UTF-8."
    ),
    "parts-differ": _(
        "De delen van deze shapefile horen niet samen: de .shx telt %(shapes)s vormen, de .dbf %(rows)s rijen."
    ),
    "cut-off": _("Het bestand is afgebroken: na %(read)s van %(count)s rijen stopt het. Bewaar het opnieuw."),
    "no-layers": _("In dit bestand zit geen laag met plekken."),
    "many-layers": _("Het bestand heeft meer dan %(most)s lagen. Bewaar alleen wat je nodig hebt."),
    "which-layer": _("In dit bestand zitten meer lagen. Kies er één: %(names)s."),
    "no-such-layer": _("De laag “%(name)s” zit niet in dit bestand. Wel: %(names)s."),
    "no-such-column": _("De kolom “%(name)s” zit niet in dit bestand."),
    "no-places": _(
        "Geen kolom zegt waar de rijen liggen. Geef kolommen lat en lon, x en y, of WKT. Er zijn: %(names)s."
    ),
    "no-rows": _("Er staan geen rijen in."),
    "rows": _("Er staan meer dan %(most)s rijen in. Knip het bestand in stukken."),
    "columns": _("Er zijn meer dan %(most)s kolommen. Bewaar alleen wat je nodig hebt."),
    "long-value": _("Rij %(row)s heeft een tekst van meer dan %(most)s tekens. Kort ze in."),
    "same-id-in-file": _("Nummer %(id)s staat bij meer dan één element. Geef elk element een eigen nummer."),
    "no-crs": _("Het bestand zegt niet in welk coördinatenstelsel het is. Kies er een."),
    "unknown-crs": _("Het coördinatenstelsel van het bestand kennen we niet: “%(system)s…”. Kies er een."),
    "other-system": _("De coördinaten passen niet bij EPSG:%(srid)s, dat het bestand noemt. Kies wat het is."),
    "always-degrees": _(
        "De coördinaten passen niet bij EPSG:%(srid)s, dat %(format)s altijd gebruikt. Kies wat het is."
    ),
    "no-degrees": _("De coördinaten in “%(lat)s” en “%(lon)s” passen niet bij graden (EPSG:4326). Kies wat het is."),
    "unknown-srid": _("EPSG:%(srid)s kennen we niet. Kies bijvoorbeeld 31370, 3812 of 4326."),
    "unknown-encoding": _("De tekenset “%(name)s” kennen we niet. Kies bijvoorbeeld cp1252, cp850 of utf-8."),
    "no-text": _("Dit is geen tekstbestand. Bewaar het in Excel als CSV of XLSX."),
    "stray-byte": _(
        "In regel %(line)s staat een teken dat we niet kunnen lezen, bij “%(around)s”. "
        "Bewaar het bestand als “CSV UTF-8”."
    ),
    "quotes": _(
        'In rij %(row)s klopt een aanhalingsteken (") niet: het wordt niet gesloten, of er staat nog tekst '
        "achter. Zet er één bij of haal het weg."
    ),
    "long-cell": _("Rij %(row)s heeft een cel die te lang is. Kort ze in."),
    "no-workbook": _("Dit is geen XLSX-bestand dat we kunnen lezen. Bewaar het in Excel opnieuw, als XLSX of CSV."),
    "no-visible-sheet": _("Geen enkel blad van deze werkmap is zichtbaar: %(names)s. Maak het juiste zichtbaar."),
    "memory": _("Dit bestand vraagt te veel geheugen. Knip het in stukken, of bewaar het als GeoPackage."),
    "time": _("Dit bestand lezen duurt te lang. Knip het in stukken, of bewaar het als GeoPackage."),
    "answer": _("Dit bestand is te groot om te lezen. Knip het in stukken."),
    "long-for-cell": _(
        "Rij %(row)s past niet in een werkblad: een cel houdt hoogstens %(most)s tekens. Kies GeoPackage of GeoJSON."
    ),
    "not-written": _("Dit bestand schrijven als %(format)s lukt niet. Kies een andere vorm."),
    "crash": _("Ons leesprogramma loopt vast op dit bestand. Bewaar het opnieuw, bijvoorbeeld als GeoPackage."),
}
#: About one row.
_OF_ROW = {
    "no-geometry": _("Deze rij heeft geen plek."),
    "broken-shape": _("De vorm van deze rij is stuk: we kunnen ze niet lezen."),
    "mixed-shape": _("Deze rij heeft punten, lijnen of vlakken door elkaar. Splits ze in rijen van één soort."),
    "curve": _("Deze vorm heeft bogen. Zet ze in je GIS om naar rechte stukken."),
    "unknown-shape": _("Dit soort vorm kan niet op een kaart. Gebruik punten, lijnen of vlakken."),
    "many-corners": _("Deze vorm heeft %(corners)s punten; %(most)s is het meeste. Vereenvoudig ze."),
    "outside": _("Het punt %(x)s, %(y)s ligt niet in België."),
    "not-finite": _("Een coördinaat van deze vorm is geen gewoon getal."),
    "crosses-itself": _("Deze vorm kruist of raakt zichzelf, op lat %(lat).6f, lon %(lon).6f."),
    "hole-outside": _("Een gat ligt buiten het vlak, op lat %(lat).6f, lon %(lon).6f."),
    "rings-overlap": _("Randen van dit vlak liggen over of in elkaar, op lat %(lat).6f, lon %(lon).6f."),
    "falls-apart": _("Een gat deelt dit vlak in stukken, op lat %(lat).6f, lon %(lon).6f."),
    "too-few-points": _("Een deel van deze vorm heeft te weinig punten, op lat %(lat).6f, lon %(lon).6f."),
    "invalid-shape": _("Deze vorm klopt niet: %(reason)s."),
    "row-without-system": _("Deze rij zegt niet in welk coördinatenstelsel ze is."),
    "beyond-columns": _(
        "Rechts van de laatste kolomnaam staat nog “%(text)s”. Geef die kolom een naam of haal ze weg."
    ),
    "no-coordinate": _("“%(text)s” is geen coördinaat. Schrijf 51,0543 of 103456,7."),
    "unknown-system": _("“%(text)s” is geen coördinatenstelsel dat we kennen. Schrijf bijvoorbeeld 31370."),
    "two-systems": _("Deze rij noemt twee coördinatenstelsels: %(first)s en %(second)s."),
    "no-wkt": _("“%(text)s” is geen vorm die we kunnen lezen. Schrijf WKT, zoals POINT (4.35 50.85)."),
    "no-id": _("Deze rij heeft niets in “%(name)s”, de kolom met het nummer."),
    "long-id": _("Het nummer van deze rij is langer dan %(most)s tekens."),
    "same-id": _("Nummer “%(id)s” staat al op rij %(row)s."),
    "same-row": _("Deze rij is dezelfde als rij %(row)s."),
}
#: What is worth knowing, and stops nothing.
_NOTES = {
    "heights": _("De hoogtes (Z) in het bestand worden niet bewaard."),
    "measures": _("De maten (M) in het bestand worden niet bewaard."),
    "curves": _("Er zijn vormen met bogen; die rijen worden geweigerd tot ze rechte stukken zijn."),
    "columns-left": _("Deze kolommen lezen we niet, want ze zijn geen tekst of getal: %(names)s."),
    "no-places-in-layer": _("Deze lagen hebben geen plekken: %(names)s."),
    "sheets-left": _("We lezen het blad “%(sheet)s”; deze niet: %(names)s."),
    "read-as": _("Letters met accenten zijn gelezen als %(encoding)s. Kijk na of ze kloppen."),
}
TEXTS = _OF_FILE | _OF_ROW | _NOTES
#: What people call each format that is read and written.
FORMAT_NAMES = {
    "geojson": "GeoJSON", "gpkg": "GeoPackage", "shp": "shapefile", "kml": "KML", "gml": "GML", "fgb": "FlatGeobuf",
    "csv": "CSV", "xlsx": "XLSX",
}  # fmt: skip
#: What people call the codes that some values are.
_NAMES = {
    "encoding": {"cp1252": "Windows", "cp850": "MS-DOS", "cp437": "MS-DOS (US)", "mac_roman": "Macintosh"},
    "format": FORMAT_NAMES,
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A sentence as its code and values, which can be kept as JSON and said in any language."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """In the active language."""
        return str(TEXTS[self.code]) % {name: _words(name, value) for name, value in self.values.items()}


def _words(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(str(one) if one else gettext("(zonder naam)") for one in value)
    return _NAMES[name].get(value, value) if name in _NAMES else value


@dataclass(frozen=True)
class Proposal:
    """What a file's coordinates would be: in which system, and with x and y exchanged or not.

    `fits` of `of` places that were looked at would then lie in Belgium.
    """

    srid: int
    name: str
    swapped: bool
    fits: int
    of: int

    @property
    def text(self) -> str:
        """In the active language."""
        words = (
            gettext("EPSG:%(srid)s (%(name)s) met x en y omgewisseld: %(fits)s van %(of)s plekken in België")
            if self.swapped
            else gettext("EPSG:%(srid)s (%(name)s): %(fits)s van %(of)s plekken in België")
        )
        return words % vars(self)


class FileRefused(Exception):
    """A file that isn't taken. `proposals` are there where a choice of its coordinate system would help."""

    def __init__(self, said: Said, proposals: tuple[Proposal, ...] = ()) -> None:
        super().__init__(said.code)
        self.said, self.proposals = said, proposals

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def text(self) -> str:
        return self.said.text


@dataclass(frozen=True)
class RowRefused:
    """A row that isn't taken. `at` is where its shape is wrong, as longitude and latitude, where that is one point;
    `mendable` whether reading it with `repair` takes it. `source_id` is what its source calls it, "" for nothing.
    """

    row: int
    said: Said
    at: tuple[float, float] | None = None
    mendable: bool = False
    source_id: str = ""

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def text(self) -> str:
        return self.said.text
