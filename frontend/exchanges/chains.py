"""Proposing a chain to all three whom it concerns."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exchanges import services
from exchanges.checks import fitting
from exchanges.models import LONGEST_PROPOSAL, Proposal
from exchanges.portions import planned_quantity, work_of
from exchanges.services.chains import concerned_by
from exchanges.storage import stores_only
from frontend.capacity.forms import week_choices
from frontend.components.cards import make_cards
from frontend.components.form_fields import AmountInField, add_errors, as_reader_types
from frontend.requests import MemberRequest
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind
from listings.models import Listing
from materials.units import unit_words


class ChainForm(forms.Form):
    """How much of the supply, in which week, and how much work that is."""

    def __init__(self, *args: Any, supply: Listing, service: Listing, weeks: Sequence[Week], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label, unit in (
            ("quantity", _("Hoeveel van het aanbod (%(unit)s)"), supply.unit),
            ("work", _work_label(service), service.capacity_unit),
        ):
            words = label % {"unit": unit_words(unit, 2) if unit else ""}
            self.fields[name] = AmountInField(unit, label=words, max_digits=14, decimal_places=3)
        self.fields["week"] = forms.TypedChoiceField(
            label=_("In welke week het gebracht wordt") if stores_only(service) else _("In welke week"),
            choices=week_choices(weeks, service.capacity_unit),
            coerce=dt.date.fromisoformat,
        )
        text = forms.Textarea(attrs={"rows": 3, "class": "input"})
        self.fields["note"] = forms.CharField(
            label=_("Waarom dit past"), max_length=LONGEST_PROPOSAL, required=False, widget=text
        )
        self.fields["sure"] = forms.BooleanField(
            label=_("Ja, ik weet dat, en ze krijgen het zo"), required=False, widget=forms.HiddenInput
        )

    def ask_whether_sure(self) -> None:
        """Where food would come too late for its best-before date, whoever is sure may say so."""
        if "sure" in self.errors:
            self.fields["sure"].widget = forms.CheckboxInput()


def _work_label(service: Listing) -> str:
    if stores_only(service):
        return _("Hoeveel plaats in de opslag (%(unit)s)")
    return _("Hoeveel werk voor de dienst (%(unit)s)")


@login_required
@require_http_methods(["GET", "POST"])
def propose_chain(request: MemberRequest, listing_id: int, service_id: int, demand_id: int) -> HttpResponse:
    """What is known is filled in; all three say yes or no."""
    seen = Listing.objects.visible_to(request.user).for_cards()
    supply, service, demand = (
        get_object_or_404(seen.filter(kind=kind), pk=pk)
        for kind, pk in (
            (ListingKind.SUPPLY, listing_id), (ListingKind.SERVICE, service_id), (ListingKind.DEMAND, demand_id),
        )
    )  # fmt: skip
    concerned_by(request.user, (supply, service, demand))
    weeks = free_capacity([service.pk], timezone.localdate(), WEEKS_AHEAD)[service.pk]
    form = ChainForm(
        request.POST or None,
        supply=supply,
        service=service,
        weeks=weeks,
        initial=_known(request, supply, service, demand, weeks),
    )
    if form.is_valid() and (made := _propose(request, form, supply, service, demand)):
        messages.success(request, _("Gevraagd. Wie het aangaat, krijgt een mail."))
        return redirect(made)
    context = {"listing": supply, "cards": make_cards([supply, service, demand], request.user), "form": form}
    return render(request, "exchanges/chain_request.html", context, status=409 if form.errors else 200)


def _known(
    request: MemberRequest, supply: Listing, service: Listing, demand: Listing, weeks: Sequence[Week]
) -> dict[str, Any]:
    if supply.quantity is None or not supply.unit:
        return {}
    # The week that runs may be over before all three have answered.
    later = [week for week in weeks if week.is_open and week.free and week.start > timezone.localdate()]
    most = fitting(supply, demand)
    quantity = min(_planned(request, supply) or most, most)
    work = work_of(supply, quantity, service.capacity_unit)
    # The first in which all of it fits; where it fits in none, the first with some room.
    roomy = (week.start for week in later if work is not None and (week.free or 0) >= work)
    first = next(roomy, later[0].start if later else None)
    return {
        "quantity": as_reader_types(quantity),
        "work": "" if work is None else as_reader_types(work),
        "week": first.isoformat() if first else "",
    }


def _planned(request: MemberRequest, supply: Listing) -> Decimal | None:
    """What the line of a plan, from which the reader comes, sends along."""
    given = request.GET.get("kg", "")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", given):
        return None
    return planned_quantity(supply, Decimal(given))


def _propose(
    request: MemberRequest, form: ChainForm, supply: Listing, service: Listing, demand: Listing
) -> Proposal | None:
    try:
        return services.propose_chain(
            by=request.user, supply=supply, service=service, demand=demand, **form.cleaned_data
        )
    except ValidationError as error:
        if hasattr(error, "error_dict") and "week_start" in error.error_dict:
            error.error_dict["week"] = error.error_dict.pop("week_start")
        add_errors(form, error)
        form.ask_whether_sure()
        return None
