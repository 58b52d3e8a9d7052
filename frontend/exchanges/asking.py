"""What the pages share on which somebody asks for a listing: for whom they do, and whether it can be asked for."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from exchanges.behalf import asks_for_partners, partners_to_ask_for
from exchanges.checks import can_be_asked, why_not
from exchanges.models import LONGEST_BEHALF_NOTE
from frontend.requests import MemberRequest
from listings.balances.free import goes_whole
from listings.balances.periods import recurs
from listings.models import Listing
from listings.owners import know_owners

#: In the address: the reader asks as staff of a hub, on behalf of one of its partners.
BEHALF = "namens"


@dataclass(frozen=True)
class Askers:
    """For which organisations somebody may ask for a listing: their own, or partners of their hub (`on_behalf`)."""

    organisations: list[Organisation]
    on_behalf: bool = False

    def only(self, organisation: Organisation) -> "Askers":
        return Askers([organisation], self.on_behalf)


def askers(request: MemberRequest, listing: Listing) -> Askers:
    """Whoever has organisations of their own asks for those, unless the address says that it is for a partner. Never
    the one whose it is.
    """
    own = [one for one in Organisation.objects.of(request.user) if one.pk != listing.organisation_id]
    if own and BEHALF not in request.GET:
        return Askers(own)
    partners = list(partners_to_ask_for(request.user, listing))
    return Askers(partners, on_behalf=True) if partners else Askers([] if BEHALF in request.GET else own)


def ask_for_whom(form: forms.Form, who: Askers) -> None:
    """Have a form ask for which organisation it is, unless there is only one, and of staff of a hub who of that asked
    them to.
    """
    if len(who.organisations) > 1:
        choices: list[tuple[int | str, str]] = [(one.pk, one.name) for one in who.organisations]
        if who.on_behalf:
            # None is more likely than another.
            choices.insert(0, ("", _("Kies een organisatie")))
        label = _("Namens wie") if who.on_behalf else _("Voor wie")
        form.fields["organisation"] = forms.TypedChoiceField(label=label, choices=choices, coerce=int)
    if who.on_behalf:
        form.fields["behalf_note"] = behalf_field()
        form.order_fields(["organisation", "behalf_note"])


def behalf_field() -> forms.CharField:
    return forms.CharField(
        label=_("Wie van de organisatie vroeg je dit, en hoe"), max_length=LONGEST_BEHALF_NOTE,
        help_text=_("Bijvoorbeeld: An Peeters, per telefoon op 3 maart. Beide partijen lezen het."),
    )  # fmt: skip


def for_whom(form: forms.Form, who: Askers) -> Organisation:
    """Which one a valid form says."""
    chosen = form.cleaned_data.get("organisation")
    return next(one for one in who.organisations if chosen in (None, one.pk))


def request_page(request: MemberRequest, listing: Listing, who: Askers, shown: dict[str, Any]) -> HttpResponse:
    """The page with its form, and what is `shown` beside it."""
    context = {"listing": listing, "askable": True, "recurs": recurs(listing), "goes_whole": goes_whole(listing),
               "is_standing": False, "nothing_free": False, "periods": [], "who": who,
               "may_ask_for_partners": not who.on_behalf and asks_for_partners(request.user, listing),
               "behalf": BEHALF}  # fmt: skip
    status = 409 if shown["form"].errors else 200
    return render(request, "exchanges/request.html", context | shown, status=status)


def not_askable(request: MemberRequest, listing: Listing, who: Askers) -> HttpResponse | None:
    """The page that says why it can't be asked for, and what to do; None where it can. Either shows whose it is as far
    as the reader may know.
    """
    know_owners([listing], request.user)
    today = timezone.localdate()
    if can_be_asked(listing, today) and who.organisations:
        return None
    context = {"listing": listing, "askable": False, "organisations": who.organisations,
               "for_partner": BEHALF in request.GET, "obstacle": why_not(listing, today)}  # fmt: skip
    return render(request, "exchanges/request.html", context, status=200 if request.method == "GET" else 409)
