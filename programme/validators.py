"""Rules of an activity over more than one of its fields, and of its links. Each refusal names the field."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import HubPartner
from programme.models import Activity

#: Years in which activities are: who names another one made a slip.
YEARS = range(2000, 2101)
_check_address = URLValidator(schemes=["https"])


def checked_day(day: dt.date) -> dt.date:
    """The day. Raises ValidationError for one of a year that nobody means."""
    if day.year not in YEARS:
        words = {"first": YEARS[0], "last": YEARS[-1]}
        raise ValidationError(_("Kies een dag in de jaren %(first)s tot %(last)s.") % words)
    return day


def check_times(activity: Activity) -> None:
    """Raise ValidationError for moments without a zone, and for years that nobody means."""
    for name in ("starts_at", "ends_at"):
        moment = getattr(activity, name)
        if timezone.is_naive(moment):
            raise ValidationError({name: _("Geef bij elk tijdstip de tijdzone.")})
        try:
            checked_day(timezone.localdate(moment))
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def check_links(activity: Activity) -> None:
    """Raise ValidationError for a link that is none, or that isn't encrypted."""
    for name in ("online_link", "signup_link"):
        link = getattr(activity, name)
        if not link:
            continue
        try:
            _check_address(link)
        except ValidationError as error:
            raise ValidationError({name: _("Geef een adres dat met https:// begint.")}) from error


def check_partner(activity: Activity) -> None:
    """Raise ValidationError for an organisation that is no partner of the hub."""
    partner = activity.partner_id
    if partner is not None and not HubPartner.objects.filter(hub=activity.hub_id, organisation=partner).exists():
        words = {"hub": activity.hub.name}
        raise ValidationError(
            {"partner": _("Deze organisatie is geen partner van %(hub)s. Kies een partner.") % words}
        )


def check_not_over(activity: Activity, at: dt.datetime) -> None:
    """Raise ValidationError for what is over: nobody can come to it any more."""
    if activity.is_over(at):
        raise ValidationError({"ends_at": _("Deze activiteit is al voorbij.")})
