"""Asking for all parts of a bundle in one go."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import can_write_for
from exchanges import services
from exchanges.behalf import asked_of_bundle, check_asks_for
from exchanges.models import LONGEST_MESSAGE, Arrangement
from exchanges.portions import bundled_quantity
from exchanges.services.bundles import MOST_PARTS
from frontend.components.cards import Card, make_cards
from frontend.components.form_fields import AmountInField, DateField, add_errors, as_reader_types
from frontend.exchanges.asking import behalf_field
from frontend.requests import MemberRequest
from listings.enums import ListingKind
from listings.models import Listing
from matching.bundles.read import bundle_of
from materials.units import unit_words


class BundleForm(forms.Form):
    """An amount of each supply: one that is left empty isn't asked for."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    #: The numbers of the supplies that the person saw.
    supplies = forms.CharField(max_length=MOST_PARTS * 20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, supplies: Sequence[Listing], on_behalf: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if on_behalf:
            self.fields["behalf_note"] = behalf_field()
        self.shown = supplies
        for supply in supplies:
            label = _("Hoeveel (%(unit)s)") % {"unit": unit_words(supply.unit, 2)}
            field = AmountInField(supply.unit, label=label, max_digits=14, decimal_places=3, required=False)
            if not supply.splittable:
                field.help_text = _("Gaat alleen in haar geheel weg. Laat leeg om ze niet te vragen.")
            self.fields[f"part_{supply.pk}"] = field
        self.fields["wanted_on"] = DateField(label=_("Wanneer zou je willen"), required=False)
        text = forms.Textarea(attrs={"rows": 3, "class": "input"})
        self.fields["message"] = forms.CharField(
            label=_("Bericht aan elk van hen"), max_length=LONGEST_MESSAGE, required=False, widget=text
        )

    def parts(self) -> list[tuple[Listing, Decimal]]:
        asked = ((supply, self.cleaned_data[f"part_{supply.pk}"]) for supply in self.shown)
        return [(supply, quantity) for supply, quantity in asked if quantity is not None]


@login_required
@require_http_methods(["GET", "POST"])
def request_bundle(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Each supply of the bundle with its amount filled in; one press asks for all of them, or for none."""
    demands = Listing.objects.visible_to(request.user).filter(kind=ListingKind.DEMAND)
    demand = get_object_or_404(demands.select_related("organisation"), pk=listing_id)
    found = bundle_of(demand, at=timezone.now())
    whole = [stop.supply for stop in found.stops] if found else []
    on_behalf = not can_write_for(request.user, demand.organisation)
    if on_behalf:
        check_asks_for(request.user, demand)
    offered = asked_of_bundle(request.user, demand, whole) if on_behalf else whole
    supplies = _seen(request.POST.get("supplies", "")) if request.method == "POST" else offered
    initial: dict[str, Any] = {"key": uuid4().hex, "supplies": ",".join(str(supply.pk) for supply in supplies)}
    for stop in found.stops if found else ():
        quantity = bundled_quantity(stop.supply, demand, stop.share)
        initial[f"part_{stop.supply.pk}"] = "" if quantity is None else as_reader_types(quantity)
    form = BundleForm(request.POST or None, supplies=supplies, on_behalf=on_behalf, initial=initial)
    if supplies and form.is_valid() and (made := _ask(request, demand, form)):
        count = len({supply.organisation_id for supply, _quantity in form.parts()})
        words = ngettext("Verstuurd naar %(count)d organisatie.", "Verstuurd naar %(count)d organisaties.", count)
        messages.success(request, words % {"count": count})
        # Of those of a partner, each leads to the others.
        return redirect(made.exchanges.order_by("pk")[0]) if on_behalf else redirect("my-exchanges")
    context = {
        "listing": demand, "rows": _rows(request, form), "form": form, "on_behalf": on_behalf,
        "elsewhere": len(whole) - len(offered),
    }  # fmt: skip
    is_refused = request.method == "POST"
    return render(request, "exchanges/bundle_request.html", context, status=409 if is_refused else 200)


def _seen(given: str) -> list[Listing]:
    """The supplies that the form showed. None where one of them is gone: then there is another bundle by now."""
    numbers = given.split(",")
    if len(numbers) > MOST_PARTS or not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in numbers):
        return []
    found = Listing.objects.public().of_kind(ListingKind.SUPPLY).for_cards().in_bulk([int(one) for one in numbers])
    return [found[int(one)] for one in numbers] if len(found) == len(set(numbers)) else []


def _ask(request: MemberRequest, demand: Listing, form: BundleForm) -> Arrangement | None:
    """None where it was refused, which the form then says."""
    given = form.cleaned_data
    try:
        return services.request_bundle(
            by=request.user, demand=demand, parts=form.parts(), wanted_on=given["wanted_on"], message=given["message"],
            behalf_note=given.get("behalf_note", ""), idempotency_key=given["key"],
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return None


def _rows(request: MemberRequest, form: BundleForm) -> list[tuple[Card, forms.BoundField]]:
    return [(card, form[f"part_{card.listing.pk}"]) for card in make_cards(form.shown, request.user)]
