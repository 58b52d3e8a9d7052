"""The hours that a maatwerkbedrijf worked on what it gave or received."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.permissions import can_write_for
from exchanges.enums import ExchangeState, Role
from exchanges.models import MOST_HOURS, Exchange, ExchangeLeg, HoursStatement
from exchanges.permissions import partnerships_of
from exchanges.taking import record_of
from exchanges.texts import check_behalf_note
from exchanges.verbs import ExchangeVerb

#: In these there was something to work on.
WORKED_ON = frozenset({ExchangeState.HANDED_OVER, ExchangeState.COMPLETED, ExchangeState.DISPUTED})
_PLACES = 2


def states_hours(user: User, exchange: Exchange, leg: ExchangeLeg) -> list[tuple[Organisation, Role]]:
    """The maatwerkbedrijven of the exchange for which this user may say how long they worked on it, and as whom."""
    if exchange.state not in WORKED_ON:
        return []
    sides = (one for one in (leg.giver, leg.receiver) if one.kind == OrganisationKind.SOCIAL_ENTERPRISE)
    return [(one, role) for one in sides if (role := _role(user, exchange, one)) is not None]


def _role(user: User, exchange: Exchange, organisation: Organisation) -> Role | None:
    """As whom the user says it: a member of the organisation, or staff of a hub of the exchange for its partner."""
    if can_write_for(user, organisation):
        return Role.REQUESTER if organisation.pk == exchange.requester_id else Role.OWNER
    partners = partnerships_of(user).filter(hub__in=exchange.hub_ids, organisation=organisation)
    return Role.HUB if partners.exists() else None


@transaction.atomic
def state_hours(
    *, by: User, exchange: Exchange, organisation: Organisation, hours: Decimal, behalf_note: str = "",
    at: dt.datetime | None = None,
) -> HoursStatement:  # fmt: skip
    """Say how many hours the organisation worked on it; a next statement takes the place of the last. Staff of a hub
    say it for its partner, with in `behalf_note` who of it asked them to, and how.

    Raises PermissionDenied for whoever isn't a member of a maatwerkbedrijf in the exchange, ValidationError by field.
    """
    locked = Exchange.objects.select_for_update(of=("self",), no_key=True).select_related("listing__material").get(
        pk=exchange.pk
    )  # fmt: skip
    (leg,) = locked.legs.select_related("giver", "receiver")
    role = _role(by, locked, organisation) if organisation in (leg.giver, leg.receiver) else None
    if role is None:
        raise PermissionDenied(_("Alleen wie bij deze uitwisseling hoort, mag dit."))
    if organisation.kind != OrganisationKind.SOCIAL_ENTERPRISE:
        raise ValidationError({"hours": _("Alleen een maatwerkbedrijf geeft gepresteerde uren op.")})
    if locked.state not in WORKED_ON:
        raise ValidationError({"hours": _("Geef de uren op als het overgedragen is.")})
    hours = Decimal(hours)
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise ValidationError({"hours": _("Geef een aantal uren van 0 tot %(most)d.") % {"most": MOST_HOURS}})
    if hours != round(hours, _PLACES):
        raise ValidationError({"hours": _("Geef hoogstens twee cijfers na de komma.")})
    note = check_behalf_note(role, behalf_note)
    earlier = leg.hours.filter(organisation_id=organisation.pk)
    statement = HoursStatement.objects.create(
        leg=leg, organisation_id=organisation.pk, revision=earlier.count() + 1, hours=hours, stated_by_id=by.pk,
        behalf_note=note, at=at or timezone.now(),
    )  # fmt: skip
    record_of(locked, ExchangeVerb.HOURS_STATED, by, organisation.pk, locked.state, {}, note)
    return statement
