"""Units, with what they measure."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """Units of quantity. Units of one dimension convert into each other by their factor; others only by mass."""

    KG = "kg", _("kg")
    TONNE = "tonne", _("ton")
    PIECE = "piece", _("stuks")
    METRE = "m", _("m")
    SQUARE_METRE = "m2", _("m²")
    CUBIC_METRE = "m3", _("m³")
    LITRE = "litre", _("liter")
    PALLET = "pallet", _("pallets vol")
    BOX = "box", _("dozen")
    ROLL = "roll", _("rollen")
    BAG = "bag", _("zakken")

    @property
    def dimension(self) -> str:
        """What is measured: "mass", "volume", "length", "area", "count", or the container itself."""
        return _DIMENSIONS[self][0]

    @property
    def factor(self) -> Decimal:
        """How many base units of the dimension one of this unit is (kg, m³, m, m², piece)."""
        return Decimal(_DIMENSIONS[self][1])


_DIMENSIONS: dict[Unit, tuple[str, str]] = {
    Unit.KG: ("mass", "1"),
    Unit.TONNE: ("mass", "1000"),
    Unit.PIECE: ("count", "1"),
    Unit.METRE: ("length", "1"),
    Unit.SQUARE_METRE: ("area", "1"),
    Unit.CUBIC_METRE: ("volume", "1"),
    Unit.LITRE: ("volume", "0.001"),
    Unit.PALLET: ("pallet", "1"),
    Unit.BOX: ("box", "1"),
    Unit.ROLL: ("roll", "1"),
    Unit.BAG: ("bag", "1"),
}


class Level(models.TextChoices):
    """How deep a material stands in the tree."""

    FAMILY = "family", _("familie")
    MATERIAL = "material", _("materiaal")
    GRADE = "grade", _("soort")


class Basis(models.TextChoices):
    """How the material was made whose emissions an impact factor gives."""

    PRIMARY = "primary", _("nieuw gemaakt")
    REUSED = "reused", _("hergebruikt")
    CLOSED_LOOP = "closed_loop", _("gerecycleerd tot hetzelfde")


class Asks(models.TextChoices):
    """What the law has an owner say of a lot of a material: `listings.declarations` asks it."""

    ELECTRICAL = "electrical", _("elektrisch toestel")
    FOOD = "food", _("voeding met een datum")
    # Some of it needs no date: Regulation (EU) 1169/2011, Annex X, 1 (d).
    FOOD_UNDATED = "food_undated", _("voeding, soms zonder datum")
