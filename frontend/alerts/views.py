"""Saved searches: saving one, the list of one's own, changing one; alerts of matches; the link that stops alerts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts import services
from alerts.enums import Frequency
from alerts.models import LONGEST_NAME, MatchAlerts, SavedSearch
from alerts.names import names_of
from alerts.stopping import Stop, stop_of
from alerts.words import called_in, name_of, words_of
from frontend.alerts.forms import FrequencyForm, NewSearchForm, SavedSearchForm
from frontend.alerts.page import rows_of
from frontend.components.form_fields import add_errors
from frontend.requests import MemberRequest, PageRequest
from frontend.search.page import Asked, read_address


@login_required
@require_GET
def alerts(request: MemberRequest) -> HttpResponse:
    """One's own saved searches, the newest first, and alerts of matches."""
    return _page(request, _matches_form(request))


@login_required
@require_http_methods(["GET", "POST"])
def new_search(request: MemberRequest) -> HttpResponse:
    """What will be told, before it is saved. The address is that of the search page."""
    asked = read_address(request.GET, for_later=True)
    if asked.parameters is None or asked.errors:
        return render(request, "alerts/wrong.html", {"asked": asked}, status=400)
    called = _called(asked)
    others = list(SavedSearch.objects.of(request.user).newest_first())
    initial = {"name": name_of(asked.parameters, called)[:LONGEST_NAME], "frequency": Frequency.DAILY}
    form = NewSearchForm(request.POST or None, others=others, initial=initial)
    if form.is_valid() and _save(request, form, asked, others):
        messages.success(request, _("Bewaard. Wat er vanaf nu bij komt en past, melden we je."))
        return redirect("alerts")
    context = {"form": form, "asked": asked, "words": words_of(asked.parameters, called)}
    return render(request, "alerts/new.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def saved_search(request: MemberRequest, search_id: int) -> HttpResponse:
    """One of one's own: its name, and how often it tells."""
    search = _found(request, search_id)
    name = names_of([search])[search.pk]
    form = SavedSearchForm(request.POST or None, initial={"name": name, "frequency": search.frequency})
    if form.is_valid():
        try:
            services.change_search(by=request.user, search=search, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("alerts")
    (row,) = rows_of([search])
    return render(request, "alerts/search.html", {"form": form, "row": row}, status=409 if form.errors else 200)


@login_required
@require_POST
def pause_search(request: MemberRequest, search_id: int) -> HttpResponse:
    """Pause a search or let it go on, as the form says."""
    paused = request.POST.get("paused") == "on"
    services.change_search(by=request.user, search=_found(request, search_id), paused=paused)
    messages.success(request, _("Gepauzeerd.") if paused else _("Je krijgt weer meldingen."))
    return redirect("alerts")


@login_required
@require_POST
def delete_search(request: MemberRequest, search_id: int) -> HttpResponse:
    search = _found(request, search_id)
    name = names_of([search])[search.pk]
    services.delete_search(by=request.user, search=search)
    messages.success(request, _("“%(name)s” is verwijderd.") % {"name": name})
    return redirect("alerts")


@login_required
@require_POST
def match_alerts(request: MemberRequest) -> HttpResponse:
    """How often one hears of new matches."""
    form = FrequencyForm(request.POST, prefix="matches")
    if not form.is_valid():
        return _page(request, form, status=409)
    services.choose_match_alerts(by=request.user, frequency=form.cleaned_data["frequency"])
    messages.success(request, _("Bewaard."))
    return redirect("alerts")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: PageRequest, token: str) -> HttpResponse:
    """Opening the link asks; only POST stops, since programs that look through mail follow links.

    A mail program may POST by itself, without a session (RFC 8058): the signed link is proof enough.
    """
    found = stop_of(token)
    if found is None:
        raise Http404(_("Deze link klopt niet. Neem ze over uit de mail."))
    if request.method == "POST":
        services.stop_alerts(stop=found)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=200)
        messages.success(request, _("Gestopt. Bij “Meldingen” zet je ze weer aan."))
        return redirect("home")
    return render(request, "alerts/stop.html", {"names": _names(found), "matches": found.matches})


def _page(request: MemberRequest, form: FrequencyForm, status: int = 200) -> HttpResponse:
    rows = rows_of(SavedSearch.objects.of(request.user).with_told().newest_first())
    context = {"here": "alerts", "rows": rows, "matches_form": form, "matches": _matches(request)}
    return render(request, "alerts/alerts.html", context, status=status)


def _matches(request: MemberRequest) -> MatchAlerts | None:
    return MatchAlerts.objects.filter(owner=request.user).first()


def _matches_form(request: MemberRequest) -> FrequencyForm:
    mine = _matches(request)
    frequency = mine.frequency if mine is not None and not mine.paused else Frequency.OFF
    return FrequencyForm(prefix="matches", initial={"frequency": frequency})


def _called(asked: Asked) -> dict[str, str]:
    """What the page calls the points of a search: as they were typed, or as the words say."""
    assert asked.parameters is not None
    typed = {"lat": asked.place, "to_lat": asked.to}
    return called_in(asked.parameters) | {name: label for name, label in typed.items() if label}


def _save(request: MemberRequest, form: NewSearchForm, asked: Asked, others: list[SavedSearch]) -> bool:
    """Save the search, or have it take the place of another; whether that was possible."""
    given: dict[str, Any] = {"asked": asked.parameters, "given": request.GET.dict(), "called": _called(asked)}
    fields = dict(form.cleaned_data)
    replaces = fields.pop("replaces", "")
    try:
        if replaces:
            (search,) = (one for one in others if str(one.pk) == replaces)
            services.change_search(by=request.user, search=search, **given, **fields)
        else:
            services.save_search(by=request.user, **given, **fields)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _names(found: Stop) -> list[str]:
    searches = SavedSearch.objects.filter(owner=found.person_id, pk__in=found.search_ids)
    return list(names_of(searches.newest_first()).values())


def _found(request: MemberRequest, search_id: int) -> SavedSearch:
    """That others exist is nobody's affair."""
    return get_object_or_404(SavedSearch.objects.of(request.user).with_told(), pk=search_id)
