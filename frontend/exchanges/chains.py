"""Proposing a chain to all three whom it concerns."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

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
from exchanges.models import Proposal
from exchanges.portions import planned_quantity
from exchanges.services.chains import concerned_by
from frontend.components.cards import make_cards
from frontend.components.form_fields import AmountInField, as_reader_types
from frontend.exchanges.work_form import WorkForm, known_work
from frontend.requests import MemberRequest
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind
from listings.models import Listing
from materials.units import unit_words


class ChainForm(WorkForm):
    """How much of the supply, in which week, and how much work that is."""

    def __init__(self, *args: Any, supply: Listing, service: Listing, weeks: Sequence[Week], **more: Any) -> None:
        super().__init__(*args, service=service, weeks=weeks, **more)
        label = _("Hoeveel van het aanbod (%(unit)s)") % {"unit": unit_words(supply.unit, 2) if supply.unit else ""}
        self.fields["quantity"] = AmountInField(supply.unit, label=label, max_digits=14, decimal_places=3)
        self.order_fields(["quantity"])


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
    return {"quantity": as_reader_types(quantity)} | known_work(supply, service, quantity, later)


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
        form.add_refusal(error)
        return None
