"""For staff of a hub: asking a supply and a service both whether the service works on it, without a demand."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from exchanges import services
from exchanges.bringing import asked_words, same_owner_words, too_late_for_work_words, waiting_between
from exchanges.checks import fitting
from exchanges.models import Proposal
from exchanges.proposals import check_brings
from exchanges.serving import doubts_about, no_room_words, weeks_with_room
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.exchanges.proposing import hub_of_staff, people_of, seen_listing
from frontend.exchanges.work_form import WorkForm, known_work
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.capacity.weeks import WEEKS_AHEAD, free_capacity
from listings.enums import ListingKind
from listings.models import Listing


@login_required
@require_http_methods(["GET", "POST"])
def propose_work(request: MemberRequest, slug: str, supply_id: int, service_id: int) -> HttpResponse:
    """Both listings, what doesn't fit by what they say, who will be asked, and how much in which week."""
    hub = hub_of_staff(request, slug)
    supply, service = seen_listing(request, supply_id), seen_listing(request, service_id)
    if (supply.kind, service.kind) != (ListingKind.SUPPLY, ListingKind.SERVICE):
        raise Http404
    check_brings(request.user, hub, supply, service)
    now = timezone.now()
    today = timezone.localdate(now)
    rooms = weeks_with_room([service], today)[service.pk]
    obstacle = same_owner_words(supply, service) or too_late_for_work_words(supply, service, None, today)
    obstacle = obstacle or ("" if rooms else no_room_words())
    asked = None if obstacle else waiting_between(supply, now, service=service)
    weeks = free_capacity([service.pk], today, WEEKS_AHEAD)[service.pk]
    known = known_work(supply, service, fitting(supply, None), rooms) if supply.quantity is not None else {}
    form = WorkForm(request.POST or None, service=service, weeks=weeks, initial=known)
    if form.is_valid() and (made := _propose(request, hub, form, supply, service)):
        messages.success(request, _("Gevraagd. Beide organisaties krijgen een mail."))
        return redirect(made)
    both_placed = None not in (supply.position, service.position)
    context = {
        "here": "hubs", "hub": hub, "supply": supply, "service": service, "form": form,
        "cards": make_cards([supply, service], request.user), "people": people_of([supply, service]),
        "away": figures.distance(supply.position.distance(service.position)) if both_placed else "",
        "doubts": doubts_about([(supply, service)])[0], "obstacle": obstacle or (asked_words() if asked else ""),
        "asked": asked if asked is not None and asked.hub_id == hub.pk else None,
    }  # fmt: skip
    return render(request, "exchanges/propose_work.html", context, status=409 if form.errors else 200)


def _propose(request: MemberRequest, hub: Hub, form: WorkForm, supply: Listing, service: Listing) -> Proposal | None:
    try:
        return services.propose_work(by=request.user, hub=hub, supply=supply, service=service, **form.cleaned_data)
    except ValidationError as error:
        form.add_refusal(error)
        return None
