"""An amount that hardly anybody has: a zero too many, or kilograms where tonnes were meant. Who posts it is asked."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from materials import figures
from materials.enums import Unit
from materials.models import Material
from materials.units import is_weight, unit_mass_kg

#: More than this hardly any lot weighs: ten thousand tonnes, as much as one hand-over may weigh.
MOST_LIKELY_KG = 10**7
#: More than so many of what isn't told by its weight, hardly anybody has.
MOST_LIKELY = 10**6


def check_likely(amount: Decimal | None, unit: str, material: Material | None = None) -> None:
    """Raise ValidationError, with the code "unlikely", for more than is likely. Where amount or unit lack, nothing is
    said of it.
    """
    if amount is None or not unit:
        return
    said = figures.stored_amount(amount, unit)
    if is_weight(unit):
        is_much = amount * Unit(unit).factor > MOST_LIKELY_KG
    else:
        one_kg = unit_mass_kg(material, unit) if material else None
        is_much = amount > MOST_LIKELY or (one_kg or 0) * amount > MOST_LIKELY_KG
        if one_kg:
            said += f" ({_('ongeveer %(mass)s') % {'mass': figures.mass(one_kg * amount)}})"
    if is_much:
        words = _("%(amount)s is heel veel. Kijk het getal en de eenheid na. Klopt het toch? Bevestig dat.")
        raise ValidationError(words % {"amount": said}, code="unlikely")
