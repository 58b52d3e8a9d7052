"""The closed vocabularies of a listing, with the words that its readers use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: What ends the EURAL code of hazardous waste, as in "20 01 35*".
HAZARDOUS_MARK = "*"


class ListingKind(models.TextChoices):
    SUPPLY = "supply", _("Aanbod")
    DEMAND = "demand", _("Vraag")
    SERVICE = "service", _("Dienst")


class RowChoice(models.TextChoices):
    """What becomes of a row of a list that looks like a listing that is there already."""

    UPDATE = "update", _("Werk dat zoekertje bij")
    SKIP = "skip", _("Sla de rij over")
    NEW = "new", _("Het is iets anders: zet het erbij")


class ListingStatus(models.TextChoices):
    """A listing is feminine in French ("annonce"), so its states have words of their own."""

    DRAFT = "draft", _("Concept")
    PUBLISHED = "published", pgettext_lazy("zoekertje", "Gepubliceerd")
    RESERVED = "reserved", pgettext_lazy("zoekertje", "Gereserveerd")
    CLOSED = "closed", pgettext_lazy("zoekertje", "Afgerond")
    EXPIRED = "expired", pgettext_lazy("zoekertje", "Verlopen")
    WITHDRAWN = "withdrawn", pgettext_lazy("zoekertje", "Ingetrokken")


class Condition(models.IntegerChoices):
    """From worst to best, so that "at least as good" is one comparison."""

    FOR_PARTS = 1, _("voor onderdelen")
    TO_REPAIR = 2, _("te herstellen")
    USED = 3, _("gebruikt")
    AS_NEW = 4, _("zo goed als nieuw")
    NEW = 5, _("nieuw")

    @property
    def slug(self) -> str:
        """The name that the API and import files use, for example "as_new"."""
        return self.name.lower()

    @classmethod
    def from_slug(cls, slug: str) -> "Condition":
        """Raises KeyError for a name that doesn't exist."""
        return cls[slug.upper()]


class PriceKind(models.TextChoices):
    FREE = "free", _("gratis")
    FIXED = "fixed", _("vaste prijs")
    ON_REQUEST = "on_request", _("op aanvraag")
    REMOVAL_FEE = "removal_fee", _("vergoeding voor wie het ophaalt")


class PriceBasis(models.TextChoices):
    UNIT = "unit", _("per eenheid")
    LOT = "lot", _("voor de hele partij")


class Recurrence(models.TextChoices):
    ONE_OFF = "one_off", _("eenmalig")
    WEEKLY = "weekly", _("elke week")
    MONTHLY = "monthly", _("elke maand")
    QUARTERLY = "quarterly", _("elk kwartaal")

    @property
    def times_a_year(self) -> int:
        """How often it comes in a year, where figures of a year are added up; 0 for what comes once."""
        return {Recurrence.WEEKLY: 52, Recurrence.MONTHLY: 12, Recurrence.QUARTERLY: 4}.get(self, 0)


class DeclaredStatus(models.TextChoices):
    PRODUCT = "product", _("product")
    BY_PRODUCT = "by_product", _("bijproduct")
    WASTE = "waste", _("afvalstof")
    UNSURE = "unsure", _("weet ik niet")


class StatusEvidence(models.TextChoices):
    """On what an owner rests the status that they declare. A grondstofverklaring is OVAM's (VLAREMA, chapter 2)."""

    RAW_MATERIAL = "raw_material", _("grondstofverklaring van OVAM")
    SELF_TEST = "self_test", _("eigen nota die de voorwaarden nagaat")
    CERTIFICATE = "certificate", _("attest of keuring")
    OTHER = "other", _("ander bewijs")


class FoodDate(models.TextChoices):
    """Which date food carries: Regulation (EU) 1169/2011, article 24 and Annex X."""

    BEST_BEFORE = "best_before", _("THT (ten minste houdbaar tot)")
    USE_BY = "use_by", _("TGT (te gebruiken tot)")
    # Such as whole fresh fruit and vegetables, bread for the same day, wine, salt and sugar: Annex X, 1 (d).
    NONE_NEEDED = "none_needed", _("geen: de wet vraagt er hier geen")
    NOT_EATEN = "not_eaten", _("niet om te eten: voor dieren, compost of verwerking")


class FoodStorage(models.TextChoices):
    """The cold chain. Quick-frozen is -18 °C or colder: Directive 89/108/EEC."""

    AMBIENT = "ambient", _("buiten de koeling")
    CHILLED = "chilled", _("gekoeld, zoals op het etiket")
    FROZEN = "frozen", _("diepgevroren (-18 °C of kouder)")


class Allergen(models.TextChoices):
    """The fourteen of Regulation (EU) 1169/2011, Annex II, and two other answers."""

    GLUTEN = "gluten", _("granen met gluten")
    CRUSTACEANS = "crustaceans", _("schaaldieren")
    EGGS = "eggs", _("eieren")
    FISH = "fish", _("vis")
    PEANUTS = "peanuts", _("pinda's")
    SOY = "soy", _("soja")
    MILK = "milk", _("melk")
    NUTS = "nuts", _("noten")
    CELERY = "celery", _("selderij")
    MUSTARD = "mustard", _("mosterd")
    SESAME = "sesame", _("sesam")
    SULPHITES = "sulphites", _("sulfiet")
    LUPIN = "lupin", _("lupine")
    MOLLUSCS = "molluscs", _("weekdieren")
    NONE = "none", _("geen van deze veertien")
    ON_LABEL = "on_label", _("verschilt: het staat op elk etiket")


class Precision(models.TextChoices):
    EXACT = "exact", _("exacte plek")
    BLURRED = "blurred", _("bij benadering (ongeveer 500 m)")


class ServiceKind(models.TextChoices):
    REPAIR = "repair", _("herstellen")
    MAINTENANCE = "maintenance", _("onderhouden")
    SORTING = "sorting", _("sorteren")
    WASHING = "washing", _("wassen")
    TAKE_BACK = "take_back", _("terugnemen")
    DISMANTLING = "dismantling", _("demonteren")
    STORAGE = "storage", _("opslaan")


class CatchmentKind(models.TextChoices):
    RADIUS = "radius", _("binnen een straal")
    MUNICIPALITIES = "municipalities", _("in bepaalde gemeenten")
    REGIONS = "regions", _("in bepaalde hubregio's")


class Packaging(models.TextChoices):
    LOOSE = "loose", _("los")
    PALLET = "pallet", _("op pallet")
    BOX = "box", _("in dozen")
    BIG_BAG = "big_bag", _("in bigbag")
    CONTAINER = "container", _("in container")
    BUNDLE = "bundle", _("gebundeld")
    ROLL = "roll", _("op rol")


class ReservationState(models.TextChoices):
    HELD = "held", _("gereserveerd")
    GIVEN = "given", _("gegeven")
    RELEASED = "released", _("vrijgegeven")
