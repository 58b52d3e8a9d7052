"""How much of a lot a plan or a bundle means, in the lot's own unit."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from listings.models import Listing
from matching.models import HubPlan
from materials import figures
from materials.enums import Unit

#: What has a size: stacked or folded, it takes another room than it covers.
_SIZES = frozenset({"volume", "length", "area"})
#: What is measured; all else goes by the piece.
_MEASURED = _SIZES | {"mass"}


def planned_kg(plan: HubPlan, supply: Listing, demand: Listing | None) -> Decimal | None:
    """What a plan sends from a supply straight to a demand, in kg; None where it doesn't."""
    ends = (supply.pk, None, demand.pk if demand else None)
    rows = plan.result.get("assignments", ())
    found = [row["mass_kg"] for row in rows if (row["supply"], row["service"], row["demand"]) == ends]
    return sum((Decimal(str(kg)) for kg in found), Decimal(0)) if found else None


def planned_quantity(supply: Listing, kg: Decimal) -> Decimal | None:
    """So many kg of a lot; None where it doesn't say what it weighs."""
    if not supply.free_mass_kg or not supply.free_quantity:
        return None
    return _counted(supply, Decimal(supply.free_quantity) * kg / Decimal(supply.free_mass_kg))


def bundled_quantity(supply: Listing, demand: Listing, share: float) -> Decimal | None:
    """The part of a lot that serves such a share of a demand; None where the two don't compare."""
    if not supply.free_quantity or not demand.free_quantity:
        return None
    own, other = Unit(supply.unit), Unit(demand.unit)
    part = Decimal(str(share))
    if own.dimension == other.dimension:
        return _counted(supply, part * Decimal(demand.free_quantity) * other.factor / own.factor)
    if not demand.free_mass_kg:
        return None
    return planned_quantity(supply, part * Decimal(demand.free_mass_kg))


def work_of(supply: Listing, quantity: Decimal, unit: str) -> Decimal | None:
    """So much of a lot in the unit of a service; None where the two don't compare."""
    if not unit or not supply.unit:
        return None
    wanted, own = Unit(unit), Unit(supply.unit)
    if own.dimension == wanted.dimension:
        return round(quantity * own.factor / wanted.factor, 3)
    if wanted.dimension == Unit.KG.dimension and supply.mass_kg and supply.quantity:
        return round(Decimal(supply.mass_kg) * quantity / supply.quantity / wanted.factor, 3)
    return None


def other_work_words(supply: Listing, quantity: Decimal, service: Listing, work: Decimal) -> str:
    """What to ask where a service is to do its work for more or less than what goes there; "" where it is for as much,
    or the two aren't counted alike.
    """
    unit = service.capacity_unit
    if not unit or not supply.unit or Unit(supply.unit).dimension != Unit(unit).dimension:
        return ""
    if Unit(unit).dimension in _SIZES or work_of(supply, quantity, unit) == work:
        return ""
    words = _("Naar de dienst gaat %(amount)s, en je vraagt er werk of plaats voor %(work)s. Klopt dat?")
    given = {"amount": figures.stored_amount(quantity, supply.unit), "work": figures.stored_amount(work, unit)}
    return words % given


def _counted(supply: Listing, quantity: Decimal) -> Decimal:
    """As people count it: by the piece, or to three decimals. Never more than is free; what goes whole, whole."""
    free = Decimal(supply.free_quantity or 0)
    if not supply.splittable:
        return free
    step = Decimal("0.001") if Unit(supply.unit).dimension in _MEASURED else Decimal(1)
    return min(max(quantity.quantize(step, ROUND_HALF_UP), step), free)
