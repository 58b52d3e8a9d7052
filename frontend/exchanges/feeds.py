"""A person's appointments for their calendar, at an address that only they know."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from exchanges import services
from exchanges.calendar import feed_of
from exchanges.models import CalendarFeed, Exchange
from exchanges.parties import place_of
from frontend.requests import MemberRequest, PageRequest

#: Appointments of so long ago stay in the feed.
KEPT = dt.timedelta(days=60)
MOST = 500


@require_GET
def calendar_feed(request: PageRequest, token: str) -> HttpResponse:
    """Without a log-in: calendars have none. Whoever is no member any more sees what is theirs now."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("user"), token=token, user__is_active=True)
    mine = Exchange.objects.of_members(feed.user).with_appointments_since(timezone.now() - KEPT)
    with translation.override(feed.user.language):
        body = feed_of((one, place_of(one)) for one in mine.order_by("-pk")[:MOST])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def renew_feed(request: MemberRequest) -> HttpResponse:
    services.renew_calendar_feed(by=request.user)
    messages.success(request, _("Je agenda heeft een nieuw adres. Een adres van vroeger werkt niet meer."))
    return redirect("my-exchanges")


@login_required
@require_POST
def stop_feed(request: MemberRequest) -> HttpResponse:
    services.stop_calendar_feed(by=request.user)
    messages.success(request, _("Het adres van je agenda werkt niet meer."))
    return redirect("my-exchanges")
