"""Narrowing a log down."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.components.form_fields import DateField
from frontend.log.subjects import SUBJECTS, verbs_about
from journal.querysets import EventQuerySet


class LogForm(forms.Form):
    """What happened, and the first and the last day. A field that is left empty narrows nothing."""

    about = forms.ChoiceField(label=_("Wat"), required=False)
    first_day = DateField(label=_("Van"), required=False)
    last_day = DateField(label=_("Tot en met"), required=False)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [(name, label) for name, (label, _first_words) in SUBJECTS.items()]
        self.fields["about"].choices = [("", _("alles")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            raise ValidationError({"last_day": _("Kies een dag na de eerste.")})
        return given

    def narrowed(self, events: EventQuerySet) -> EventQuerySet:
        """The events that the form asks for; none while a field holds a mistake."""
        if not self.is_valid():
            return events.none()
        given = self.cleaned_data
        if given["about"]:
            events = events.of_verbs(verbs_about(given["about"]))
        return events.between(_start_of(given["first_day"]), _start_of(_day_after(given["last_day"])))


def _day_after(day: dt.date | None) -> dt.date | None:
    return day + dt.timedelta(days=1) if day is not None and day < dt.date.max else None


def _start_of(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day is not None else None
