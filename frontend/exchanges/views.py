"""Asking for something, the page of an exchange with its steps and messages, and the list of one's own."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from exchanges import services
from exchanges.behalf import askable_for_partners
from exchanges.calendar import calendar_of
from exchanges.checks import fitting
from exchanges.enums import AppointmentState, ExchangeState, Role
from exchanges.models import CalendarFeed, Exchange, Message, Proposal, WeighingSlip
from exchanges.parties import know_parties, place_of
from exchanges.permissions import acts_for_hub, partnerships_of
from exchanges.steps import STEPS
from exchanges.taking import ExchangeMoved
from exchanges.words import moment_words
from frontend.components import figures
from frontend.components.form_fields import add_errors, as_reader_types
from frontend.exchanges.again import at_version, refusals, say_still_there, shows_step
from frontend.exchanges.agreements import agreement_lists
from frontend.exchanges.asking import Askers, askers, for_whom, not_askable, request_page
from frontend.exchanges.forms import FORMS, HoursForm, RequestForm, StepForm
from frontend.exchanges.page import exchange_context, standing_words, until_words
from frontend.exchanges.plan_lines import PlanLine, line_of
from frontend.exchanges.service_request import request_service
from frontend.exchanges.streams import first_chance, period_rows, periods_of
from frontend.requests import MemberRequest
from listings.balances.free import goes_whole, standing_of
from listings.balances.periods import is_stream
from listings.enums import ListingKind
from listings.models import Listing
from listings.owners import know_owners

PAGE_SIZE = 25
#: Each step by the name in its address. Those that time takes have none.
SERVICES = {name: getattr(services, name) for name in STEPS if hasattr(services, name)}


@login_required
@require_http_methods(["GET", "POST"])
def request_exchange(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Quantity, day and message: three taps where what is filled in is right."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    if listing.kind == ListingKind.SERVICE:
        return request_service(request, listing)
    line = line_of(request, listing)
    # For one's own, for a partner of one's hub, or for the one that a line of the hub's plan is for.
    who = askers(request, listing) if line is None else Askers([line.demand.organisation], line.on_behalf)
    matched = line.demand if line else _matched(request, listing, who)
    if matched is not None and who.on_behalf:
        who = who.only(matched.organisation)
    running = Exchange.objects.open().filter(listing=listing, requester__in=who.organisations).first()
    if running is not None and len(who.organisations) == 1 and not is_stream(listing):
        messages.info(request, _("Je vroeg dit al aan: dit is die uitwisseling."))
        return redirect("exchange", running.pk)
    if (refused := not_askable(request, listing, who)) is not None:
        return refused
    periods = periods_of(listing) if is_stream(listing) else {}
    known: dict[str, Any] = first_chance(listing, periods)
    if not is_stream(listing):
        quantity = (line.quantity if line else None) or fitting(listing, matched)
        known = {"quantity": as_reader_types(quantity)}
    form = RequestForm(
        request.POST or None, unit=listing.unit, who=who, whole=goes_whole(listing),
        by_day=is_stream(listing),
        initial=known | {"key": uuid4().hex, "matched": matched and matched.pk, "plan": line and line.plan.pk},
    )  # fmt: skip
    if form.is_valid():
        made = _ask(request, listing, form, who, matched, line)
        if made is not None:
            messages.success(request, _("Verstuurd. %(organisation)s krijgt een mail en antwoordt binnen de week.")
                             % {"organisation": listing.shown_organisation})  # fmt: skip
            return redirect("exchange", made.pk)
    if is_stream(listing):
        shown = {"periods": period_rows(listing, periods), "nothing_free": not known}
    else:
        shown = {"standing": standing_words(listing), "nothing_free": standing_of(listing).free <= 0}
    return request_page(request, listing, who, {"form": form} | shown)


def _matched(request: MemberRequest, listing: Listing, who: Askers) -> Listing | None:
    """The listing of who asks that the address or the form names."""
    given = request.POST.get("matched") or request.GET.get("voor", "")
    if not given.isdecimal() or len(given) > 18:
        return None
    rows = Listing.objects.filter(pk=int(given)).exclude(kind=listing.kind)
    if not who.on_behalf:
        return rows.editable_by(request.user).first()
    found = rows.public().select_related("organisation").first()
    return found if found is not None and askable_for_partners(request.user, [(found, listing)]) else None


def _ask(
    request: MemberRequest, listing: Listing, form: RequestForm, who: Askers,
    matched: Listing | None, line: PlanLine | None,
) -> Exchange | None:  # fmt: skip
    given, whose = form.cleaned_data, for_whom(form, who)
    try:
        return services.request_exchange(
            by=request.user, organisation=whose, listing=listing, quantity=given["quantity"],
            wanted_on=given["wanted_on"], message=given["message"], idempotency_key=given["key"],
            matched=matched if matched and matched.organisation_id == whose.pk else None,
            plan=line.plan if line else None, behalf_note=given.get("behalf_note", ""),
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return None


@login_required
@require_GET
def exchange(request: MemberRequest, exchange_id: int) -> HttpResponse:
    found = found_exchange(request, exchange_id)
    context = exchange_context(found, request.user)
    if context["may_read"]:
        services.mark_read(by=request.user, conversation=found.conversation)
    return render(request, "exchanges/exchange.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def take_step(request: MemberRequest, exchange_id: int, name: str) -> HttpResponse:
    """Take a step; one that is refused comes back with why. Whoever asks for that page again gets the exchange."""
    if name not in SERVICES:
        raise Http404
    found = found_exchange(request, exchange_id)
    if request.method == "GET":
        return redirect("exchange", found.pk)
    form, moved = _step_form(request, name, found, request.POST), []
    if form.is_valid():
        try:
            SERVICES[name](by=request.user, exchange=found, **form.given())
            return redirect("exchange", found.pk)
        except ExchangeMoved as error:
            found, moved = found_exchange(request, exchange_id), error.messages
            form = _step_form(request, name, found, at_version(request.POST, found.version))
            form.add_error(None, [*error.messages, say_still_there()])
        except ValidationError as error:
            add_errors(form, error)
            form.ask_whether_sure()
    context = exchange_context(found, request.user, failed=(name, form))
    if not shows_step(context):
        messages.error(request, " ".join(moved or refusals(form)))
        if moved:
            return redirect("exchange", found.pk)
    return render(request, "exchanges/exchange.html", context | {"failed": form}, status=409)


def _step_form(request: MemberRequest, name: str, found: Exchange, data: Any) -> StepForm:
    """Of staff of a hub that act for a side it asks who of it asked them to."""
    (leg,) = found.legs.all()
    leg.listing = found.listing
    mediates = Role.HUB in STEPS[name].actors
    on_behalf = not mediates and acts_for_hub(request.user, found)
    return FORMS.get(name, StepForm)(data, request.FILES, leg=leg, on_behalf=on_behalf)


@login_required
@require_http_methods(["GET", "POST"])
def state_hours(request: MemberRequest, exchange_id: int) -> HttpResponse:
    """The hours that one's maatwerkbedrijf worked on it, or a partner of one's hub."""
    found = found_exchange(request, exchange_id)
    if request.method == "GET":
        return redirect("exchange", found.pk)
    parties = Organisation.objects.filter(pk__in=[found.requester_id, found.owner_id])
    own = parties.filter(memberships__user=request.user)
    partners = parties.filter(partnerships__in=partnerships_of(request.user)).distinct()
    on_behalf = not own.exists() and partners.exists()
    form = HoursForm(request.POST, prefix="hours", on_behalf=on_behalf)
    if form.is_valid():
        organisation = get_object_or_404(partners if on_behalf else own, pk=form.cleaned_data.pop("organisation"))
        try:
            services.state_hours(by=request.user, exchange=found, organisation=organisation, **form.cleaned_data)
            messages.success(request, _("De uren staan bij deze uitwisseling."))
            return redirect(f"{found.get_absolute_url()}#uren")
        except ValidationError as error:
            add_errors(form, error)
    context = exchange_context(found, request.user, refused_hours=form)
    return render(request, "exchanges/exchange.html", context, status=409)


@login_required
@require_GET
def weighing_slip(request: MemberRequest, exchange_id: int, statement_id: int) -> HttpResponse:
    """The photo of the slip that a weight rests on."""
    found = found_exchange(request, exchange_id)
    slip = get_object_or_404(WeighingSlip, statement=statement_id, statement__leg__exchange=found)
    response = HttpResponse(bytes(slip.webp), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@login_required
@require_GET
def appointment_calendar(request: MemberRequest, exchange_id: int) -> HttpResponse:
    """The appointment as a file for one's calendar."""
    found = found_exchange(request, exchange_id)
    (leg,) = found.legs.all()
    body = calendar_of(found, leg, place_of(found))
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="werkstof-{found.pk}.ics"'
    return response


@login_required
@require_GET
def my_exchanges(request: MemberRequest) -> HttpResponse:
    """Those of one's organisations; what waits for oneself comes first."""
    found = (
        Exchange.objects.of_members(request.user)
        .mine_to_act_on_first(request.user)
        .for_cards()
        .prefetch_related("legs__appointments")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    own = {organisation.pk for organisation in Organisation.objects.of(request.user)}
    unread = Message.objects.unread_by(request.user)
    by_exchange = Message.objects.unread_about(request.user, "exchange", page)
    know_parties(page, request.user)
    rows = [row_of(one, own) | {"unread": by_exchange.get(one.pk, 0)} for one in page]
    feed = CalendarFeed.objects.filter(user=request.user).first()
    address = request.build_absolute_uri(reverse("calendar-feed", args=[feed.token])) if feed else ""
    proposals = list(Proposal.objects.of_members(request.user).waiting(timezone.now()).for_rows()[:PAGE_SIZE])
    know_owners([side for proposal in proposals for side in proposal.sides.values()], request.user)
    mine = {proposal.pk for proposal in proposals if _awaits(proposal, own)}
    by_agreement = unread.exclude(conversation__agreement=None).counts_by("agreement")
    context = {"here": "my-exchanges", "page": page, "rows": rows, "feed_address": address, "proposals": proposals,
               "unread_answers": unread.exclude(conversation__enquiry=None).count(),
               "mine": mine} | agreement_lists(request, by_agreement)  # fmt: skip
    return render(request, "exchanges/my_exchanges.html", context)


def _awaits(proposal: Proposal, own: set[int]) -> bool:
    """Whether one of these organisations hasn't answered yet."""
    return any(
        listing.organisation_id in own and not getattr(proposal, f"{side}_answer")
        for side, listing in proposal.sides.items()
    )


def row_of(found: Exchange, own: set[int]) -> dict[str, Any]:
    """`when` is what one wants to know of its time: the appointment, until when somebody may act, or since when it is
    over.
    """
    (leg,) = found.legs.all()
    other = found.shown_owner if found.requester_id in own else found.requester
    met = next((one for one in leg.appointments.all() if one.state == AppointmentState.CONFIRMED), None)
    if found.state == ExchangeState.SCHEDULED and met is not None:
        when = moment_words(met.period)
    else:
        since = figures.short_day(timezone.localdate(found.state_since))
        when = until_words(found) or _("Sinds %(day)s") % {"day": since}
    amount = figures.stored_amount(leg.current_quantity, leg.unit)
    return {"exchange": found, "amount": amount, "other": other, "when": when}


def found_exchange(request: MemberRequest, exchange_id: int) -> Exchange:
    """That others exist is nobody's affair."""
    visible = Exchange.objects.visible_to(request.user).select_related(
        "listing__material", "listing__site", "requester", "owner", "conversation", "arrangement", "agreement",
        "via__site",
    )  # fmt: skip
    return get_object_or_404(visible, pk=exchange_id)
