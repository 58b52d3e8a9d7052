"""What people fill in about an activity, why they cancel one, and to what they narrow the agenda."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Organisation
from exchanges.checks import moment
from frontend.components.coordinates import latitude_field, longitude_field, point_given
from frontend.components.form_fields import DateField
from frontend.components.seen_form import SeenForm
from geo.models import Hub
from programme.enums import ActivityKind
from programme.models import (
    LONGEST_DESCRIPTION,
    LONGEST_LINK,
    LONGEST_PLACE,
    LONGEST_REASON,
    LONGEST_TITLE,
    Activity,
)
from programme.placing import is_known, pin_of
from programme.validators import checked_day

#: The fields that together say when it is; a service takes both moments, or neither.
_WHEN = ("day", "begins", "last_day", "ends")
#: Those that together say where it is.
_WHERE = ("place", "lat", "lon")
_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class LinkField(forms.URLField):
    """An address that browsers open; without "https://" before it that is meant."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=LONGEST_LINK, required=False, assume_scheme="https", **more)


class ActivityForm(SeenForm):
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(label=gettext_lazy("Soort"), choices=ActivityKind.choices)
    description = forms.CharField(
        label=gettext_lazy("Beschrijving"), max_length=LONGEST_DESCRIPTION, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Talen"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Die ter plaatse gesproken worden."),
    )  # fmt: skip
    day = DateField(label=gettext_lazy("Dag"))
    begins = forms.TimeField(label=gettext_lazy("Van"), widget=_TIME)
    last_day = DateField(
        label=gettext_lazy("Laatste dag"), required=False, help_text=gettext_lazy("Leeg: dezelfde dag.")
    )
    ends = forms.TimeField(label=gettext_lazy("Tot"), widget=_TIME)
    place = forms.CharField(
        label=pgettext_lazy("waar het is", "Plaats"), max_length=LONGEST_PLACE, required=False,
        help_text=gettext_lazy("Een adres met gemeente. Leeg voor wat enkel online is."),
    )  # fmt: skip
    lat = latitude_field()
    lon = longitude_field()
    online_link = LinkField(label=gettext_lazy("Link om online mee te doen"))
    signup_link = LinkField(
        label=gettext_lazy("Link om in te schrijven"), help_text=gettext_lazy("Leeg: wie wil, komt gewoon.")
    )
    partner = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Partner die mee organiseert"), required=False, empty_label="—"
    )

    def __init__(self, *given: Any, hub: Hub, **more: Any) -> None:
        super().__init__(*given, **more)
        chosen = self.initial.get("partner")
        partners = Organisation.objects.partners_of(hub)
        # Who was chosen may have left since: that is no reason to take them off.
        kept = Organisation.objects.filter(pk=chosen) if chosen else Organisation.objects.none()
        self.fields["partner"].queryset = (partners | kept).distinct()  # type: ignore[attr-defined]

    def groups(self) -> dict[str, tuple[str, ...]]:
        found = {name: parts for name, parts in super().groups().items() if name not in _WHEN + _WHERE}
        return {"when": _WHEN, "where": _WHERE} | found

    def initial_of(self, row: Any) -> dict[str, Any]:
        return initial_of(row)

    def clean_day(self) -> dt.date:
        return checked_day(self.cleaned_data["day"])

    def clean_last_day(self) -> dt.date | None:
        last: dt.date | None = self.cleaned_data["last_day"]
        return None if last is None else checked_day(last)

    def clean(self) -> dict[str, Any]:
        """With both moments as `when`, and the words with a pin or None as `where`. An hour that the clock skips, or
        shows twice, is refused at its field.
        """
        given = dict(super().clean() or self.cleaned_data)
        for name, parts, together in (("when", _WHEN, _moments), ("where", _WHERE, self._where)):
            if set(parts) <= given.keys():
                try:
                    given[name] = together(given)
                except ValidationError as error:
                    self.add_error(None, error)
        return given

    def _where(self, given: dict[str, Any]) -> tuple[str, Point | None]:
        """A pin that somebody left as it was while they wrote another place stays where we don't know that place, as
        for another name of a shed; else it belongs to the place before.
        """
        place, changed = given["place"], set(self.changed_data)
        is_left = "place" in changed and not changed & {"lat", "lon"}
        if not (given["lat"] or given["lon"]) or (is_left and (not place or is_known(place))):
            return place, None
        return place, point_given(lat=given["lat"], lon=given["lon"])


def _moments(given: dict[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    return (
        moment(given["day"], given["begins"], "begins"),
        moment(given["last_day"] or given["day"], given["ends"], "ends"),
    )


def service_fields(given: dict[str, Any]) -> dict[str, Any]:
    """What a service takes of what the form gives by its groups."""
    fields = dict(given)
    if "when" in fields:
        fields["starts_at"], fields["ends_at"] = fields.pop("when")
    if "where" in fields:
        fields["place"], fields["pin"] = fields.pop("where")
    return fields


def at_form_fields(error: ValidationError) -> ValidationError:
    """A service's refusal by the fields of the form, where that calls them otherwise."""
    if not hasattr(error, "error_dict"):
        return ValidationError(error.messages)
    return ValidationError({_FIELDS.get(name, name): errors for name, errors in error.error_dict.items()})


#: Fields of the form by what a service calls them.
_FIELDS = {"starts_at": "begins", "ends_at": "ends"}


def initial_of(activity: Activity) -> dict[str, Any]:
    first, last = (timezone.localtime(at) for at in (activity.starts_at, activity.ends_at))
    days = [timezone.localdate(at) for at in (first, last)]
    names = ("title", "kind", "description", "place", "online_link", "signup_link", "version")
    pin = pin_of(activity)
    return {name: getattr(activity, name) for name in names} | {
        "lat": repr(pin.y) if pin else "",
        "lon": repr(pin.x) if pin else "",
        "languages": activity.languages,
        "partner": activity.partner_id,
        "day": days[0].isoformat(),
        "begins": f"{first:%H:%M}",
        "last_day": "" if days[0] == days[1] else days[1].isoformat(),
        "ends": f"{last:%H:%M}",
    }


class CancelForm(forms.Form):
    cancel_reason = forms.CharField(
        label=gettext_lazy("Waarom gaat het niet door"), max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Wie wou komen, leest dit op de pagina."),
    )  # fmt: skip


class AgendaForm(forms.Form):
    """To what the agenda is narrowed: in the address, so that it can be shared."""

    hub = forms.ChoiceField(label=gettext_lazy("Hub"), required=False)
    soort = forms.ChoiceField(label=gettext_lazy("Soort"), required=False)
    voorbij = forms.BooleanField(label=gettext_lazy("Toon wat voorbij is"), required=False)

    def __init__(self, data: Any, *, hubs: list[Hub]) -> None:
        super().__init__(data)
        self.fields["hub"].choices = [("", _("alle")), *((hub.slug, hub.name) for hub in hubs)]  # type: ignore[attr-defined]
        self.fields["soort"].choices = [("", _("alle")), *ActivityKind.choices]  # type: ignore[attr-defined]
