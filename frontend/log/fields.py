"""What the journal keeps of a field, as a person would say it: its label, and a value without the names of other rows.

Names of people, listings and the like are in `frontend.log.names`.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from exchanges.models import Exchange, WeightStatement
from frontend.components import figures
from geo.models import Hub
from journal.events import LONGEST_VALUE
from listings.models import Listing
from maps.models import LayerRight, MapLayer
from matching.models import Dismissal, PairingWeights

#: What forms don't ask, and so has no label of its own; and what a command counts.
LABELS: dict[str, Any] = {
    "service": gettext_lazy("dienst"),
    "supply": gettext_lazy("voor welk aanbod"),
    "organisation": gettext_lazy("voor wie"),
    "site": gettext_lazy("vestiging"),
    "reason": gettext_lazy("reden"),
    "why": gettext_lazy("waarom"),
    "slug": gettext_lazy("adres van de pagina"),
    "total": gettext_lazy("rijen in de lijst"),
    "added": gettext_lazy("nieuwe zoekertjes"),
    "changed": gettext_lazy("gewijzigde zoekertjes"),
    "unchanged": gettext_lazy("zoekertjes die al zo waren"),
    "mistake_count": gettext_lazy("fouten"),
    "shown_added": gettext_lazy("nieuw in de hub"),
    "shown_changed": gettext_lazy("gewijzigd in de hub"),
    "moved": gettext_lazy("verplaatst"),
    "municipalities": gettext_lazy("gemeenten"),
    "places": gettext_lazy("plaatsen"),
    "postal codes": gettext_lazy("postcodes"),
    "hubs": gettext_lazy("hubs en regio's"),
    "boundaries": gettext_lazy("grenzen"),
    "source": gettext_lazy("bron"),
    "materials": gettext_lazy("materialen"),
    "names": gettext_lazy("namen"),
    "units": gettext_lazy("eenheden"),
    "factors": gettext_lazy("impactfactoren"),
    "file": gettext_lazy("bestand"),
    "document": gettext_lazy("naam van het document"),
    "elements_added": gettext_lazy("nieuwe elementen"),
    "elements_changed": gettext_lazy("gewijzigde elementen"),
    "elements_left": gettext_lazy("elementen die zo bleven"),
    "elements_taken_out": gettext_lazy("ingetrokken elementen"),
    "elements_same": gettext_lazy("elementen die al zo waren"),
    "elements_withdrawn": gettext_lazy("ingetrokken, en zo gelaten"),
    "elements_gone": gettext_lazy("niet meer in het bestand, en zo gelaten"),
    "rows_wrong": gettext_lazy("rijen met fouten, niet ingelezen"),
    "undone": gettext_lazy("teruggezet"),
    "left": gettext_lazy("intussen opnieuw gewijzigd, en zo gelaten"),
}
#: The field that says in what unit an amount is.
UNIT_OF = {"quantity": "unit", "capacity_per_week": "capacity_unit"}


#: What the journal wrote of tables that have another name now.
_RENAMED = {"listings.capacitybooking": "listings.reservation"}
#: Tables whose changes are told as those of what they belong to.
_TOLD_WITH: dict[type[models.Model], tuple[type[models.Model], ...]] = {
    Exchange: (WeightStatement,),
    Hub: (PairingWeights,),
    Listing: (Dismissal,),
    MapLayer: (LayerRight,),
}


def field_of(subject_kind: str, name: str) -> "models.Field[Any, Any] | None":
    """The field of a table that an event's change is about; None for what commands count."""
    try:
        model = apps.get_model(_RENAMED.get(subject_kind, subject_kind))
    except (LookupError, ValueError):
        return None
    for owner in (model, *_TOLD_WITH.get(model, ())):
        try:
            field = owner._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return field if isinstance(field, models.Field) else None
    return None


def label(subject_kind: str, name: str) -> str:
    """What people call a field: as forms do, or by LABELS."""
    if name in LABELS:
        return str(LABELS[name])
    field = field_of(subject_kind, name)
    return str(field.verbose_name) if field is not None else _("iets dat we niet meer bijhouden")


def is_place(subject_kind: str, name: str) -> bool:
    return isinstance(field_of(subject_kind, name), PointField)


def in_words(subject_kind: str, name: str, value: Any, unit: str = "") -> str:
    """A value that the journal kept: "Gebruikt", "3 augustus 2026", "12,5 kg". Empty for nothing.

    `unit` is the one that an amount is in, where the event tells it.
    """
    if value is None or value in ("", []):
        return ""
    field = field_of(subject_kind, name)
    if isinstance(field, ArrayField):
        return ", ".join(_one_in_words(field.base_field, name, one, "") for one in value)
    return _one_in_words(field, name, value, unit)


def _one_in_words(field: "models.Field[Any, Any] | None", name: str, value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, _("iets dat niet meer bestaat")))
    if isinstance(field, models.DateTimeField):
        return moment_in_words(value)
    if isinstance(field, models.DateField):
        return day_in_words(value)
    if isinstance(value, int) or isinstance(field, models.DecimalField):
        return _number_in_words(name, Decimal(value), unit)
    if name == "enterprise_number":
        return Organisation(enterprise_number=value).enterprise_number_display
    return f"{value}…" if len(value) == LONGEST_VALUE else str(value)


def _number_in_words(name: str, value: Decimal, unit: str) -> str:
    if name == "price_eur":
        return figures.euro(value)
    return figures.stored_amount(value, unit) if unit else figures.number(value, 3)


def moment_in_words(value: str) -> str:
    """ "2026-08-03T08:00:00+00:00" → "3 augustus 2026, 10:00", on our clocks."""
    at = dt.datetime.fromisoformat(value)
    return f"{figures.long_day(timezone.localdate(at))}, {figures.time_of_day(at)}"


def day_in_words(value: str) -> str:
    """ "2026-08-03" or a moment of that day → "3 augustus 2026"."""
    day = parse_date(value[:10])
    assert isinstance(day, dt.date)
    return date_format(day, "j F Y")
