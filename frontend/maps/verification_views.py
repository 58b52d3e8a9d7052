"""Where the source of elements says whether these are still so: by the link of a letter, without a log-in."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.maps.page import quantity_words
from frontend.maps.views import number_in
from frontend.requests import PageRequest
from maps.enums import SourceAnswer
from maps.verification.answers import ANSWERS, answer_verification
from maps.verification.links import Asked, asked_by_link

#: How long what was answered still stands on the page, and how many elements it shows.
SHOWN_FOR, MOST_SHOWN = dt.timedelta(days=30), 200


@require_http_methods(["GET", "POST"])
def verification(request: PageRequest, token: str) -> HttpResponse:
    """Opening the link shows what is asked; only POST answers, since programs that look through mail follow links."""
    asked = asked_by_link(token)
    if asked is None:
        raise Http404(_("Deze link klopt niet, of is te oud. Vraag het aan de hub die de kaart bijhoudt."))
    if request.method == "POST":
        _answer(request, asked)
        return redirect("map-verification", token)
    since = timezone.now() - SHOWN_FOR
    rounds = asked.rounds()
    waiting = rounds.open().order_by("due_at", "pk")[:MOST_SHOWN]
    ended = rounds.filter(ended_at__gte=since).order_by("-ended_at", "-pk")[:MOST_SHOWN]
    context = {"waiting": [(one, quantity_words(one.feature)) for one in waiting], "ended": ended}
    return render(request, "maps/verification.html", context)


def _answer(request: PageRequest, asked: Asked) -> None:
    """Do what a button says, and say what came of it."""
    number, _colon, answer = request.POST.get("answer", "").partition(":")
    if answer not in ANSWERS:
        raise Http404(_("Dit antwoord bestaat niet."))
    one = get_object_or_404(asked.rounds(), pk=number_in(number))
    version, words = number_in(request.POST.get("version", "")), request.POST.get("words", "")
    try:
        done = answer_verification(
            by=asked.person, asked=one, version=version, answer=answer, words=words, at=timezone.now()
        )
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        return
    if not done:
        messages.info(request, _("Daar is al op geantwoord: er verandert niets meer."))
    else:
        told = {"title": one.feature.title, "answer": SourceAnswer(answer).label}
        messages.success(request, _("Genoteerd: “%(title)s”: %(answer)s.") % told)
