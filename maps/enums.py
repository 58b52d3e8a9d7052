"""The closed vocabularies of a material map, with the words that its readers use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GeometryKind(models.TextChoices):
    """Which shapes a layer takes. Each takes its multi-part form too."""

    POINTS = "points", _("punten")
    LINES = "lines", _("lijnen")
    POLYGONS = "polygons", _("vlakken")
    ANY = "any", _("punten, lijnen en vlakken")

    @property
    def types(self) -> tuple[str, ...]:
        """The types of geometry that fit, as GeoJSON names them."""
        return {
            GeometryKind.POINTS: ("Point", "MultiPoint"),
            GeometryKind.LINES: ("LineString", "MultiLineString"),
            GeometryKind.POLYGONS: ("Polygon", "MultiPolygon"),
        }.get(self, GEOMETRY_TYPES)


#: Every type of geometry that an element may have.
GEOMETRY_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


class FeatureKind(models.TextChoices):
    """What stands somewhere, what comes again and again, or where people bring, mend, sort or sell things."""

    STOCK = "stock", _("Voorraad")
    FLOW = "flow", _("Stroom")
    #: Kringwinkels, places to repair and to sort, collection points: they have no quantity of their own.
    PLACE = "place", pgettext_lazy("soort element", "Plaats")


class FeatureState(models.TextChoices):
    DRAFT = "draft", _("Concept")
    REVIEW = "review", _("Na te kijken")
    PUBLISHED = "published", _("Gepubliceerd")
    WITHDRAWN = "withdrawn", _("Ingetrokken")


class Visibility(models.IntegerChoices):
    """Who sees an element once it is published, from fewest to most, so that "at least" is one comparison."""

    OWNER = 1, _("alleen de eigenaar en de beheerders van de hub")
    HUB = 2, _("de hub, en wie er een recht op heeft")
    PARTNERS = 3, _("de partners van de hub")
    PUBLIC = 4, _("iedereen")

    @property
    def slug(self) -> str:
        """The name that the API and files use, for example "partners"."""
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "Visibility":
        """Raises KeyError for a name that doesn't exist."""
        return cls[slug.upper()]


class Power(models.IntegerChoices):
    """What somebody may do with a layer's elements. Each includes those before it."""

    SEE = 1, _("bekijken")
    PROPOSE = 2, _("voorstellen")
    EDIT = 3, _("bewerken")
    PUBLISH = 4, _("publiceren")

    @property
    def slug(self) -> str:
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "Power":
        """Raises KeyError for a name that doesn't exist."""
        return cls[slug.upper()]


class QuantityBasis(models.TextChoices):
    """How the quantity is known."""

    ESTIMATED = "estimated", _("geschat")
    MEASURED = "measured", _("gemeten")
    UNKNOWN = "unknown", _("onbekend")


class Period(models.TextChoices):
    """In what time a flow brings its quantity."""

    DAY = "day", _("per dag")
    WEEK = "week", _("per week")
    MONTH = "month", _("per maand")
    YEAR = "year", _("per jaar")

    @property
    def times_a_year(self) -> int:
        """How many of it go into a year, where figures of a year are added up."""
        return {Period.DAY: 365, Period.WEEK: 52, Period.MONTH: 12}.get(self, 1)


class Certainty(models.TextChoices):
    """How sure the hub is that the element is as it says."""

    CONFIRMED = "confirmed", _("bevestigd door de bron")
    LIKELY = "likely", _("waarschijnlijk")
    UNSURE = "unsure", _("onzeker")


class StyleBy(models.TextChoices):
    """What the colour of an element tells."""

    SINGLE = "single", _("één kleur")
    MATERIAL = "material", _("materiaal")
    KIND = "kind", _("voorraad, stroom of plaats")
    QUANTITY = "quantity", _("hoeveelheid")
    STATUS = "status", _("status")


class Licence(models.TextChoices):
    """Under what others may use a layer. Each has an address where its text stands."""

    GRATIS = "gratis", _("Modellicentie Gratis Hergebruik (Vlaanderen)")
    CC0 = "cc0", _("CC0 1.0")
    CC_BY = "cc_by", _("CC BY 4.0")
    ODBL = "odbl", _("ODbL 1.0")
    RESERVED = "reserved", _("geen hergebruik zonder toestemming")

    @property
    def address(self) -> str:
        """Where the text of the licence stands; empty where there is none."""
        return {
            Licence.GRATIS: "https://data.vlaanderen.be/doc/licentie/modellicentie-gratis-hergebruik/v1.0",
            Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
            Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
            Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
        }.get(self, "")

    @property
    def uri(self) -> str:
        """What names the licence among data: its address, but where it has a name of its own."""
        named = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"
        return named if self == Licence.GRATIS else self.address


def licence_said(words: str) -> Licence | None:
    """The licence that somebody wrote down in words; None where they name none that has an address."""
    return next((one for one in Licence if one.address and words.startswith(str(one.label))), None)


class DocumentKind(models.TextChoices):
    """What a document of an element is, as its ending says it."""

    PDF = "pdf", _("pdf")
    DOCX = "docx", _("tekst van Word")
    XLSX = "xlsx", _("werkboek van Excel")
    PPTX = "pptx", _("presentatie van PowerPoint")
    ODT = "odt", _("tekst van LibreOffice")
    ODS = "ods", _("rekenblad van LibreOffice")
    ODP = "odp", _("presentatie van LibreOffice")
    PNG = "png", _("PNG-beeld")
    JPG = "jpg", _("JPEG-beeld")
    WEBP = "webp", _("WebP-beeld")

    @property
    def media_type(self) -> str:
        office = "application/vnd.openxmlformats-officedocument"
        open_document = "application/vnd.oasis.opendocument"
        return {
            DocumentKind.PDF: "application/pdf",
            DocumentKind.DOCX: f"{office}.wordprocessingml.document",
            DocumentKind.XLSX: f"{office}.spreadsheetml.sheet",
            DocumentKind.PPTX: f"{office}.presentationml.presentation",
            DocumentKind.ODT: f"{open_document}.text",
            DocumentKind.ODS: f"{open_document}.spreadsheet",
            DocumentKind.ODP: f"{open_document}.presentation",
            DocumentKind.PNG: "image/png",
            DocumentKind.JPG: "image/jpeg",
            DocumentKind.WEBP: "image/webp",
        }[self]


class SourceAnswer(models.TextChoices):
    """What the source of an element says when it is asked whether that is still so."""

    STILL_SO = "still_so", _("klopt nog")
    CHANGED = "changed", _("veranderd")
    GONE = "gone", _("weg")
    #: Nobody answered.
    LAPSED = "lapsed", _("geen antwoord")
    #: It was verified or taken off the map meanwhile, or the person left: nothing more to ask.
    MOVED = "moved", _("intussen nagekeken")


class ProposalState(models.TextChoices):
    """What became of a change that somebody proposed to a published element."""

    OPEN = "open", _("na te kijken")
    ACCEPTED = "accepted", _("aangenomen")
    SENT_BACK = "sent_back", _("teruggestuurd")
    TAKEN_BACK = "taken_back", _("teruggenomen")


class MapImportState(models.TextChoices):
    """How far a file for a layer is."""

    WAITING = "waiting", _("wacht")
    READING = "reading", _("wordt gelezen")
    ASKED = "asked", _("wacht op een keuze")
    COMPARED = "compared", _("te vergelijken")
    TAKING = "taking", _("wordt overgenomen")
    DONE = "done", _("overgenomen")
    UNDOING = "undoing", _("wordt teruggedraaid")
    UNDONE = "undone", _("teruggedraaid")
    FAILED = "failed", _("niet gelezen")
    CANCELLED = "cancelled", _("gestopt")


class Fate(models.TextChoices):
    """What a row of a file, or an element that no row has, is against the layer."""

    ADDED = "added", _("nieuw")
    CHANGED = "changed", _("gewijzigd")
    GONE = "gone", _("verdwenen")
    SAME = "same", _("ongewijzigd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    WRONG = "wrong", _("fout")


#: What of a file can be taken.
TAKEABLE = (Fate.ADDED, Fate.CHANGED, Fate.GONE)
