"""Where owners say whether what they listed is still there: by the link of a letter, without a log-in."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from alerts.enums import Answer
from alerts.freshness.answers import ANSWERS, answer_round, relist
from alerts.freshness.links import answering_person
from alerts.models import FreshnessRound
from frontend.requests import PageRequest

#: The button that puts a listing online again.
RELIST = "relist"
#: How long what was answered still stands on the page, and how many listings it shows.
SHOWN_FOR, MOST_SHOWN = dt.timedelta(days=30), 200


@require_http_methods(["GET", "HEAD", "POST"])
def freshness(request: PageRequest, token: str) -> HttpResponse:
    """Opening the link shows what is asked; only POST answers, since programs that look through mail follow links."""
    person = answering_person(token)
    if person is None:
        raise Http404(_("Deze link klopt niet, of is te oud. Je zoekertjes vind je bij “Mijn zoekertjes”."))
    if request.method == "POST":
        _answer(request, person)
        return redirect("freshness", token)
    since = timezone.now() - SHOWN_FOR
    rows = FreshnessRound.objects.asked_of(person).for_letters()
    waiting = rows.open().order_by("due_at", "pk")[:MOST_SHOWN]
    ended = rows.filter(ended_at__gte=since).order_by("-ended_at", "-pk")[:MOST_SHOWN]
    return render(request, "alerts/freshness.html", {"waiting": waiting, "ended": ended})


def _answer(request: PageRequest, person: User) -> None:
    """Do what a button says, and say what came of it."""
    number, _colon, answer = request.POST.get("answer", "").partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19) or answer not in (*ANSWERS, RELIST):
        raise Http404(_("Dit antwoord bestaat niet."))
    asked = get_object_or_404(FreshnessRound.objects.asked_of(person).for_letters(), pk=int(number))
    try:
        if answer == RELIST:
            done = relist(by=person, asked=asked, at=timezone.now())
        else:
            done = answer_round(by=person, asked=asked, answer=answer, at=timezone.now())
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        return
    if not done:
        messages.info(request, _("Daar is al op geantwoord: er verandert niets meer."))
    elif answer == RELIST:
        messages.success(request, _("“%(title)s” staat weer online.") % {"title": asked.listing.heading})
    else:
        words = {"title": asked.listing.heading, "answer": Answer(answer).label}
        messages.success(request, _("Genoteerd: “%(title)s” is %(answer)s.") % words)
