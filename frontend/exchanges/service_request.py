"""Asking a service for some of its weeks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchanges import services
from exchanges.models import LONGEST_MESSAGE, Exchange
from frontend.capacity.forms import SupplyField, chosen_field, known_of, take_chosen, week_choices
from frontend.components.form_fields import AmountInField, add_errors
from frontend.exchanges.asking import Askers, ask_for_whom, askers, for_whom, not_askable, request_page
from frontend.requests import MemberRequest
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind
from listings.models import Listing
from materials.units import unit_words

#: Whoever has more supplies than these names the one that they mean: some organisations have thousands.
MOST_SUPPLIES = 50


class WeeksForm(forms.Form):
    """Weeks with room, how much in all, and for which supply of one's own."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    weeks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("In welke week"),
        coerce=dt.date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Kies er meer als het niet in één week past: de eerste loopt eerst vol."),
        error_messages={"required": gettext_lazy("Kies minstens één week.")},
    )

    def __init__(
        self, *args: Any, unit: str, weeks: Sequence[Week], supplies: QuerySet[Listing],
        who: Askers, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        chosen = self.fields["weeks"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = week_choices(weeks, unit)
        label = _("Hoeveel in totaal (%(unit)s)") % {"unit": unit_words(unit, 2)}
        self.fields["quantity"] = AmountInField(unit, label=label, max_digits=12, decimal_places=3)
        self.fields["matched"] = _supply_field(supplies, on_behalf=who.on_behalf)
        if isinstance(self.fields["matched"], SupplyField):
            self.fields["matched_id"] = chosen_field()
            if (known := self.initial.get("matched")) is not None:
                self.initial.update(matched=str(known), matched_id=known.pk)
        text = forms.Textarea(attrs={"rows": 3, "class": "input"})
        self.fields["message"] = forms.CharField(
            label=_("Bericht"), max_length=LONGEST_MESSAGE, required=False, widget=text
        )
        ask_for_whom(self, who)

    def clean_matched_id(self) -> int | None:
        return take_chosen(self, "matched")


def _supply_field(supplies: QuerySet[Listing], *, on_behalf: bool) -> forms.Field:
    """A list to choose from, or where that would be long, a text that names one."""
    label = _("Voor welk aanbod") if on_behalf else _("Voor welk aanbod van je")
    if len(supplies.values("pk")[: MOST_SUPPLIES + 1]) <= MOST_SUPPLIES:
        nothing = _("iets anders: zeg het hieronder")
        return forms.ModelChoiceField(
            supplies.order_by("title", "pk"), label=label, required=False, empty_label=nothing
        )
    return SupplyField(
        supplies,
        label=label,
        required=False,
        source="api-listings",
        asked="kind=supply&status=published",
        shape="own",
        help_text=_("Typ enkele woorden en kies, of plak het adres van zijn pagina."),
        error_messages={
            "invalid_choice": _("Dit is geen openbaar aanbod van je."),
            "unclear": _(
                "Meer dan één aanbod van je heet zo. Kies het uit de lijst, of plak het adres van zijn pagina."
            ),
        },
    )


def request_service(request: MemberRequest, service: Listing) -> HttpResponse:
    """Each week that is chosen becomes an exchange of its own."""
    who = askers(request, service)
    if (refused := not_askable(request, service, who)) is not None:
        return refused
    weeks = free_capacity([service.pk], timezone.localdate(), WEEKS_AHEAD)[service.pk]
    supplies = Listing.objects.public().of_kind(ListingKind.SUPPLY).filter(organisation__in=who.organisations)
    if who.on_behalf:
        supplies = supplies.filter(hub_only=False)
    form = WeeksForm(
        request.POST or None, unit=service.capacity_unit, weeks=weeks, supplies=supplies,
        who=who, initial={"key": uuid4().hex} | _known(request, service, weeks, supplies),
    )  # fmt: skip
    if form.is_valid() and (made := _ask(request, service, form, who)):
        messages.success(request, _("Verstuurd. %(organisation)s krijgt een mail en antwoordt binnen de week.")
                         % {"organisation": service.shown_organisation})  # fmt: skip
        return redirect("exchange", made[0].pk)
    has_room = any(week.is_open and week.free for week in weeks)
    return request_page(request, service, who, {"form": form, "nothing_free": not has_room})


def _known(request: MemberRequest, service: Listing, weeks: list[Week], supplies: QuerySet[Listing]) -> dict[str, Any]:
    """What the form says beforehand, where the address names the supply."""
    given = request.GET.get("voor", "")
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        return {}
    supply = supplies.filter(pk=int(given)).first()
    if supply is None:
        return {}
    # The week that runs may be too soon to answer: whoever wants it chooses it.
    later = [week for week in weeks if week.start > timezone.localdate()]
    known = known_of(supply, later, service.capacity_unit)
    return {"matched": supply} | {name: known[name] for name in ("weeks", "quantity") if name in known}


def _ask(request: MemberRequest, service: Listing, form: WeeksForm, who: Askers) -> list[Exchange]:
    """None where it was refused, which the form then says."""
    given = form.cleaned_data
    try:
        return services.request_weeks(
            by=request.user, organisation=for_whom(form, who), service=service, weeks=given["weeks"],
            quantity=given["quantity"], message=given["message"], matched=given["matched"],
            behalf_note=given.get("behalf_note", ""), idempotency_key=given["key"],
        )  # fmt: skip
    except ValidationError as error:
        if hasattr(error, "error_dict") and "week_start" in error.error_dict:
            error.error_dict["weeks"] = error.error_dict.pop("week_start")
        add_errors(form, error)
        return []
