"""What is measured by weight: how much of it goes along and what that weighs are one number."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchanges.models import HEAVIEST_KG, ExchangeLeg
from listings.balances.free import goes_whole
from listings.models import LARGEST_QUANTITY
from materials import figures
from materials.enums import Unit
from materials.units import is_weight

#: Figures behind the comma of an amount.
_PLACES = 3


def is_one_weight(leg: ExchangeLeg) -> bool:
    """Whether the amount says the weight. Not of a lot that goes whole: its amount stands, whatever it weighs."""
    return is_weight(leg.unit) and not goes_whole(leg.listing)


def one_weight(
    leg: ExchangeLeg, quantity: Decimal | None, kg: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """The amount in the unit of the leg, and the kilograms: of what is one weight either says the other.

    Raises ValidationError where both are given and differ. What no amount and no weight may be, stays as it is.
    """
    if not is_weight(leg.unit) or not _may_be(quantity, LARGEST_QUANTITY) or not _may_be(kg, HEAVIEST_KG):
        return quantity, kg
    one = Unit(leg.unit).factor
    if kg is None:
        return quantity, (leg.quantity if quantity is None else Decimal(quantity)) * one
    if not is_one_weight(leg):
        return quantity, kg
    weighed = round(Decimal(kg) / one, _PLACES)
    if quantity is not None and Decimal(quantity) != weighed:
        words = _("Je geeft hier twee gewichten: %(amount)s en %(weight)s. Kijk na welk van de twee klopt.")
        given = {
            "amount": figures.stored_amount(quantity, leg.unit),
            "weight": figures.stored_amount(kg, Unit.KG),
        }
        raise ValidationError({"kg": words % given})
    return weighed, kg


def _may_be(value: Decimal | None, most: int) -> bool:
    return value is None or (Decimal(value).is_finite() and 0 < value <= most)
