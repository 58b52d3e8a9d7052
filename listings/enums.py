"""The closed vocabularies of a listing, with the words that its readers use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: What ends the EURAL code of hazardous waste, as in "20 01 35*".
HAZARDOUS_MARK = "*"


class ListingKind(models.TextChoices):
    SUPPLY = "supply", _("Aanbod")
    DEMAND = "demand", _("Vraag")
    SERVICE = "service", _("Dienst")


class ListingStatus(models.TextChoices):
    DRAFT = "draft", _("Concept")
    PUBLISHED = "published", _("Gepubliceerd")
    RESERVED = "reserved", _("Gereserveerd")
    CLOSED = "closed", _("Afgerond")
    EXPIRED = "expired", _("Verlopen")
    WITHDRAWN = "withdrawn", _("Ingetrokken")


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


class DeclaredStatus(models.TextChoices):
    PRODUCT = "product", _("product")
    BY_PRODUCT = "by_product", _("bijproduct")
    WASTE = "waste", _("afvalstof")
    UNSURE = "unsure", _("weet ik niet")


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
