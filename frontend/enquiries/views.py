"""Asking a hub something, the page of a question, one's own questions, and those of a hub."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation, User
from accounts.permissions import check_is_hub_staff, is_hub_staff
from exchanges.conversation_querysets import CONVERSATION_ABOUT
from exchanges.conversations import takes_part
from exchanges.enums import EnquiryState
from exchanges.models import LONGEST_SUBJECT, Enquiry, Message, MessagePhoto
from exchanges.reading import reads
from exchanges.routing import (
    Route,
    no_hub_words,
    route_of_listing,
    route_of_municipality,
    route_of_point,
    route_to,
)
from exchanges.services import ask_hub, close_enquiry, mark_read, send_message, take_enquiry
from frontend.components.form_fields import add_errors
from frontend.components.keys import key_in
from frontend.components.message_form import MessageForm
from frontend.components.paging import ROWS_PER_PAGE
from frontend.components.talk import talk_rows
from frontend.enquiries.destinations import goes_to, went_to
from frontend.enquiries.figures import taken_up_words
from frontend.enquiries.forms import AskForm
from frontend.requests import MemberRequest
from geo.models import Hub, Municipality
from geo.points import WGS84_SRID
from listings.models import Listing

PAGE_SIZE = 25


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: MemberRequest) -> HttpResponse:
    """The address says what it is about: a listing, a hub, a municipality or a point; else the form asks where."""
    listing = _listing(request)
    route = _route(request, listing)
    organisations = list(Organisation.objects.of(request.user))
    initial = {
        "key": uuid4().hex,
        "subject": listing.heading[:LONGEST_SUBJECT] if listing else request.GET.get("over", "")[:LONGEST_SUBJECT],
    }
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskForm(*sent, organisations=organisations, asks_place=route is None, initial=initial)
    if form.is_valid():
        route = route or _route_of_place(form)
        made = _ask(request, form, route, listing, organisations) if route else None
        if made is not None:
            messages.success(request, went_to(made))
            return redirect("enquiry", made.pk)
    context = {"here": "hubs", "form": form, "goes_to": goes_to(route) if route else "", "listing": listing}
    return render(request, "enquiries/ask.html", context, status=409 if form.errors else 200)


def _ask(
    request: MemberRequest, form: AskForm, route: Route, listing: Listing | None, organisations: list[Organisation]
) -> Enquiry | None:
    given = form.cleaned_data
    chosen = given.get("organisation")
    mine = organisations[0] if len(organisations) == 1 else None
    organisation = next((one for one in organisations if one.pk == chosen), mine)
    try:
        return ask_hub(
            by=request.user, route=route, subject=given["subject"], text=given["text"], listing=listing,
            organisation=organisation, idempotency_key=given["key"], photos=given["photos"],
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return None


def _listing(request: MemberRequest) -> Listing | None:
    number = _number(request, "zoekertje")
    return get_object_or_404(Listing.objects.visible_to(request.user), pk=number) if number else None


def _route(request: MemberRequest, listing: Listing | None) -> Route | None:
    """Where the address says that it goes; None where it says nothing, or a place that no hub is near to."""
    if listing is not None:
        return route_of_listing(listing)
    if slug := request.GET.get("hub", ""):
        return route_to(get_object_or_404(Hub, slug=slug.replace("\0", "")))
    if nis := request.GET.get("gemeente", ""):
        return route_of_municipality(get_object_or_404(Municipality, nis=nis.replace("\0", "")))
    point = _point(request)
    return route_of_point(point) if point else None


def _point(request: MemberRequest) -> Point | None:
    """As a search has it in its address; None for what is no point of the earth."""
    try:
        lat, lon = float(request.GET.get("lat", "")), float(request.GET.get("lon", ""))
    except ValueError:
        return None
    return Point(lon, lat, srid=WGS84_SRID) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _route_of_place(form: AskForm) -> Route | None:
    assert form.found is not None, "a place that isn't known is no valid form"
    route = route_of_point(Point(form.found.lon, form.found.lat, srid=WGS84_SRID))
    if route is None:
        form.add_error("place", no_hub_words())
    return route


def _number(request: MemberRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    number = key_in(given)
    if given and number is None:
        raise Http404
    return number


@login_required
@require_GET
def enquiry(request: MemberRequest, enquiry_id: int) -> HttpResponse:
    found = _found(request, enquiry_id)
    context = _context(request, found)
    mark_read(by=request.user, conversation=found.conversation)
    return render(request, "enquiries/enquiry.html", context)


@login_required
@require_POST
def write(request: MemberRequest, enquiry_id: int) -> HttpResponse:
    found = _found(request, enquiry_id)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            send_message(by=request.user, conversation=found.conversation, **form.cleaned_data)
            return redirect(f"{found.get_absolute_url()}#berichten")
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "enquiries/enquiry.html", _context(request, found) | {"form": form}, status=409)


@login_required
@require_POST
def take(request: MemberRequest, enquiry_id: int) -> HttpResponse:
    """See to it oneself, or give it to a colleague."""
    found = _found(request, enquiry_id)
    given = request.POST.get("owner", "")
    number = key_in(given)
    chosen = User.objects.filter(pk=number).first() if number else None
    if given and chosen is None:
        messages.error(request, _("Kies iemand die voor deze hub werkt."))
        return redirect("enquiry", found.pk)
    try:
        seen = key_in(request.POST.get("seen_owner", ""))
        take_enquiry(by=request.user, enquiry=found, owner=chosen, seen_owner=seen)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("enquiry", found.pk)


@login_required
@require_POST
def close(request: MemberRequest, enquiry_id: int) -> HttpResponse:
    found = _found(request, enquiry_id)
    close_enquiry(by=request.user, enquiry=found)
    messages.success(request, _("Afgesloten."))
    return redirect("enquiry", found.pk)


@login_required
@require_GET
def my_enquiries(request: MemberRequest) -> HttpResponse:
    rows = Enquiry.objects.filter(asker=request.user).order_by("-state_since", "-pk").for_rows()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"here": "my-exchanges", "page": page, "rows": _with_unread(page, request.user)}
    return render(request, "enquiries/my_enquiries.html", context)


@login_required
@require_GET
def hub_enquiries(request: MemberRequest, slug: str) -> HttpResponse:
    """A hub's questions; who waits longest comes first. For its staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    given = request.GET.get("stand", "")
    state = EnquiryState(given) if given in EnquiryState.values else EnquiryState.OPEN
    of_hub = Enquiry.objects.of_hub(found.pk)
    counts = of_hub.counts_by_state()
    page = Paginator(of_hub.in_state(state).for_rows(), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = _with_unread(page, request.user)
    for row in rows:
        row["days"] = (today - timezone.localdate(row["enquiry"].state_since)).days
    tabs = [{"state": one.value, "label": one.label, "count": counts.get(one.value, 0)} for one in EnquiryState]
    context = {"here": "hubs", "hub": found, "page": page, "rows": rows, "tabs": tabs, "chosen": state.value}
    return render(request, "enquiries/hub_enquiries.html", context | {"taken_up": taken_up_words(found)})


def _with_unread(enquiries: Iterable[Enquiry], user: User) -> list[dict[str, Any]]:
    """Questions as rows, each with how many messages of others the reader hasn't seen. One query."""
    found = list(enquiries)
    unread = Message.objects.unread_in_questions(user, found).counts_by("enquiry")
    return [{"enquiry": one, "unread": unread.get(one.pk, 0)} for one in found]


@login_required
@require_GET
def message_photo(request: MemberRequest, photo_id: int) -> HttpResponse:
    """A photo of a conversation, for those who read it."""
    photo = get_object_or_404(
        MessagePhoto.objects.select_related(*(f"message__conversation__{name}" for name in CONVERSATION_ABOUT)),
        pk=photo_id,
    )
    if not reads(request.user, photo.message.conversation):
        raise Http404
    response = HttpResponse(bytes(photo.webp), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _context(request: MemberRequest, found: Enquiry) -> dict[str, Any]:
    is_staff = is_hub_staff(request.user, found.hub)
    is_open = found.state != EnquiryState.CLOSED
    may_write = is_open and takes_part(request.user, found.conversation)
    return {
        "here": "hubs",
        "enquiry": found,
        "talk": talk_rows(found.conversation, request.user),
        "form": MessageForm(initial={"key": uuid4().hex}),
        "is_staff_here": is_staff,
        "may_write": may_write,
        "may_close": may_write,
        "colleagues": [row.user for row in found.hub.staff.select_related("user")] if is_staff and is_open else [],
    }


def _found(request: MemberRequest, enquiry_id: int) -> Enquiry:
    """That others exist is nobody's affair."""
    rows = Enquiry.objects.visible_to(request.user).for_rows().select_related("conversation", "listing")
    return get_object_or_404(rows, pk=enquiry_id)
