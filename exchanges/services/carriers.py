"""Saying who carries what is declared as waste."""

from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.texts import check_text
from accounts.validators import one_line
from exchanges.checks import given_of
from exchanges.enums import CarrierExemption
from exchanges.models import LONGEST_CARRIER, LONGEST_REGISTRATION, Carrier, Exchange
from exchanges.taking import How, begin, finish


@transaction.atomic
def state_carrier(
    *, by: User, exchange: Exchange, name: str, registration: str = "", exemption: str = "", **how: Unpack[How]
) -> Exchange:
    """Say who carries it, and their number at OVAM or why they need none. A later answer replaces it.

    Werkstof shows it to both sides, checks it nowhere, and arranges no transport.
    """
    taking = begin("state_carrier", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    if not given_of(taking.exchange).is_waste:
        raise ValidationError(_("Dit is niet als afval aangegeven: wie het vervoert, hoef je hier niet te zeggen."))
    name, registration = one_line(name), one_line(registration)
    check_text("name", name, LONGEST_CARRIER)
    check_text("registration", registration, LONGEST_REGISTRATION)
    if not name:
        raise ValidationError({"name": _("Zeg wie het vervoert.")})
    if exemption and exemption not in CarrierExemption.values:
        raise ValidationError({"exemption": _("Deze vrijstelling bestaat niet.")})
    if bool(registration) == bool(exemption):
        raise ValidationError({"registration": _("Geef het nummer bij OVAM, of zeg waarom er geen nodig is.")})
    assert taking.actor.side is not None, "sides take this step"
    Carrier.objects.update_or_create(
        leg=taking.leg,
        defaults={
            "name": name, "registration": registration, "exemption": exemption, "stated_by": taking.actor.side,
            "at": taking.at,
        },
    )  # fmt: skip
    return finish(taking)
