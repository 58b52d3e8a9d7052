"""Listings of different organisations that may be one lot, for the staff of their hub, who say where it isn't so."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import check_is_hub_staff
from frontend.components.cards import make_cards
from frontend.components.paging import first_page_for_foreign_cursors
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.duplicates.pairs import alike_in_hub, find_said, said_in_hub
from listings.duplicates.services import say_no_duplicate, take_back_no_duplicate
from listings.models import LONGEST_WHY_NOT, Listing

#: What may be a duplicate, and what staff said is none.
LISTS = {"": gettext_lazy("Na te kijken"), "geen": gettext_lazy("Geen dubbel")}


class NoDuplicateForm(forms.Form):
    """Which two, as they were seen, and maybe why not."""

    one = forms.ModelChoiceField(Listing.objects.public())
    other = forms.ModelChoiceField(Listing.objects.public())
    seen = forms.CharField(max_length=40, required=False)
    reason = forms.CharField(max_length=LONGEST_WHY_NOT, required=False, label=gettext_lazy("Waarom niet"))


@login_required
@require_GET
@first_page_for_foreign_cursors
def hub_duplicates(request: MemberRequest, slug: str) -> HttpResponse:
    """A page of one of LISTS (?toon=)."""
    hub = _hub_of(request, slug)
    chosen = "geen" if request.GET.get("toon") == "geen" else ""
    page = (said_in_hub if chosen else alike_in_hub)(hub, cursor=request.GET.get("cursor", ""))
    cards = make_cards([one for pair in page.pairs for one in (pair.newer, pair.older)], request.user)
    context = {
        "here": "hubs", "hub": hub, "lists": LISTS.items(), "chosen": chosen, "next_cursor": page.next_cursor,
        "rows": list(zip(page.pairs, zip(cards[::2], cards[1::2], strict=True), strict=True)),
        "is_first": "cursor" not in request.GET, "longest": LONGEST_WHY_NOT,
    }  # fmt: skip
    return render(request, "hubs/duplicates.html", context)


@login_required
@require_POST
def say_none(request: MemberRequest, slug: str) -> HttpResponse:
    """Two listings aren't one lot. What keeps it from being said, stands above the list."""
    hub = _hub_of(request, slug)
    form = NoDuplicateForm(request.POST)
    if form.is_valid():
        try:
            say_no_duplicate(by=request.user, hub=hub, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Dit paar staat nu bij “Geen dubbel”. Daar zet je het ook terug."))
    else:
        messages.error(request, _wrong_in(form))
    return redirect("hub-duplicates", slug)


@login_required
@require_POST
def take_back(request: MemberRequest, slug: str, said_id: int) -> HttpResponse:
    """Pressing the button twice does no harm."""
    hub = _hub_of(request, slug)
    said = find_said(hub, said_id)
    if said is not None:
        take_back_no_duplicate(by=request.user, hub=hub, said=said)
    messages.success(request, _("Het paar staat weer bij wat na te kijken is."))
    return redirect(f"{reverse('hub-duplicates', args=[slug])}?toon=geen")


def _wrong_in(form: NoDuplicateForm) -> str:
    """What is wrong with the reason, or that a listing is gone: nobody types the others."""
    wrong: Any = form.errors
    if "reason" in wrong:
        return f"{form.fields['reason'].label}: {' '.join(wrong['reason'])}"
    return _("Een van beide zoekertjes is er niet meer: er is niets van de lijst te halen.")


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever doesn't work there."""
    hub = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, hub)
    return hub
