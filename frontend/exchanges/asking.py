"""What the pages share on which somebody asks for a listing: for whom they do, and whether it can be asked for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.checks import can_be_asked, why_not
from frontend.requests import MemberRequest
from listings.balances.free import goes_whole
from listings.balances.periods import recurs
from listings.models import Listing
from listings.owners import know_owners


def askers(user: User, listing: Listing) -> list[Organisation]:
    """For whom somebody may ask for a listing: their own organisations, but the one whose it is."""
    return [one for one in Organisation.objects.of(user) if one.pk != listing.organisation_id]


def ask_for_whom(form: forms.Form, organisations: Sequence[Organisation]) -> None:
    """Have a form ask for which organisation it is, unless there is only one."""
    if len(organisations) > 1:
        choices = [(organisation.pk, organisation.name) for organisation in organisations]
        form.fields["organisation"] = forms.TypedChoiceField(label=_("Voor wie"), choices=choices, coerce=int)


def for_whom(form: forms.Form, organisations: Sequence[Organisation]) -> Organisation:
    """Which one a valid form says."""
    chosen = form.cleaned_data.get("organisation")
    return next(one for one in organisations if chosen in (None, one.pk))


def request_page(request: MemberRequest, listing: Listing, shown: dict[str, Any]) -> HttpResponse:
    """The page with its form, and what is `shown` beside it."""
    context = {"listing": listing, "askable": True, "recurs": recurs(listing), "goes_whole": goes_whole(listing),
               "is_standing": False, "nothing_free": False, "periods": []}  # fmt: skip
    status = 409 if shown["form"].errors else 200
    return render(request, "exchanges/request.html", context | shown, status=status)


def not_askable(
    request: MemberRequest, listing: Listing, organisations: Sequence[Organisation]
) -> HttpResponse | None:
    """The page that says why it can't be asked for, and what to do; None where it can. Either shows whose it is as far
    as the reader may know.
    """
    know_owners([listing], request.user)
    today = timezone.localdate()
    if can_be_asked(listing, today) and organisations:
        return None
    context = {"listing": listing, "askable": False, "organisations": organisations,
               "obstacle": why_not(listing, today)}  # fmt: skip
    return render(request, "exchanges/request.html", context, status=200 if request.method == "GET" else 409)
