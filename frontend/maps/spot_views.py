"""Adding on the spot, by phone: a page that works without a connection too (docs/adr/0056).

Its scripts (src/spot/) keep what is added in the browser, and send it to `spot_send` once that can be; without them
the page is a form like any other.
"""

import json
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from frontend.components.form_fields import add_errors
from frontend.maps.spot_form import SpotForm
from frontend.maps.spot_page import brought_materials, kept_assets, spot_layers, spot_words, stored_words
from frontend.maps.views import number_in
from frontend.requests import MemberRequest, PageRequest
from listings.photo_reader import LONGEST_SIDE_PX
from listings.photos import PATIENCE_S, PhotosBusy
from maps import services
from maps.models import SpotEntry
from maps.permissions import can_see
from maps.services.spot import MOST_SPOT_PHOTOS, SentBefore, find_entry
from maps.standing import standing_of
from materials.models import Material
from sandbox import sizes


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def spot(request: MemberRequest) -> HttpResponse:
    """The page, for whoever may add a point to some layer. Its headers say what a browser needs to keep it."""
    here = reverse("spot")
    if request.method == "GET" and request.path != here:
        # One address for each language: the browser keeps the page by it.
        return redirect(f"{here}?{request.GET.urlencode()}" if request.GET else here)
    layers = spot_layers(standing_of(request.user))
    if not layers:
        raise PermissionDenied(_("Je mag op geen enkele kaart iets toevoegen. Vraag het aan je hub."))
    asked = request.GET.get("laag", "")
    form = SpotForm(request.POST or None, layers=layers, layer_id=number_in(asked) if asked else None)
    before, status = "", 200
    try:
        if form.is_valid() and (entry := _add(request, form, request.user)) is not None:
            messages.success(request, stored_words(entry))
            return redirect("spot")
        status = 409 if form.errors else 200
    except SentBefore as sent:
        form.add_error(None, sent)
        # Saved once more, it is another.
        given = request.POST.copy()
        given["key"] = str(uuid4())
        form.data = given
        before, status = _address(sent.entry, request.user), 409
    except PhotosBusy as busy:
        form.add_error(None, str(busy))
        status = 503
    context = {
        "before": before,
        "here": "maps",
        "form": form,
        "materials": brought_materials(),
        "material": Material.objects.filter(code=form["material"].value() or "").first(),
        "words": spot_words(),
        "most_photos": MOST_SPOT_PHOTOS,
        "longest_side": LONGEST_SIDE_PX,
        "largest_bytes": sizes.LARGEST_ATTACHMENT_BYTES,
    }
    answer = render(request, "maps/spot.html", context, status=status)
    if status == 503:
        answer["Retry-After"] = str(PATIENCE_S)
    answer["X-Kept-For"], answer["X-Kept-With"] = str(request.user.pk), kept_assets()
    return answer


@never_cache
@require_POST
def spot_send(request: PageRequest) -> HttpResponse:
    """One that a phone kept: stored (201), refused with what is wrong (409), not this person's to send (401), or not
    now (503).
    """
    user = request.user
    if not isinstance(user, User) or request.POST.get("person") != str(user.pk):
        return JsonResponse({"person": user.pk}, status=401)
    layers = spot_layers(standing_of(user))
    if not layers:
        words = _("Je mag op geen enkele kaart iets toevoegen. Vraag het aan je hub.")
        return JsonResponse({"refusals": [{"field": "", "label": "", "words": words}]}, status=409)
    form = SpotForm(request.POST, layers=layers)
    address, sent_before = "", False
    try:
        if form.is_valid() and (entry := _add(request, form, user)) is not None:
            return JsonResponse(_told(entry, user), status=201)
    except SentBefore as before:
        form.add_error(None, before)
        address, sent_before = _address(before.entry, user), True
    except PhotosBusy as busy:
        return JsonResponse({"detail": str(busy)}, status=503, headers={"Retry-After": str(PATIENCE_S)})
    answer = {"address": address, "refusals": form.refusals(), "sent_before": sent_before}
    return JsonResponse(answer, status=409)


@never_cache
@require_GET
def spot_who(request: PageRequest) -> HttpResponse:
    """Who is logged in, and the token that goes with what they send: a phone asks before it sends. With a key
    (`sleutel`) also what became of what it sent, of which the answer may be lost: before somebody mends that.
    """
    user, entry = request.user, None
    if isinstance(user, User) and (key := _key_in(request.GET.get("sleutel", ""))) is not None:
        entry = find_entry(person=user, key=key)
    stored = _told(entry, user) if entry is not None and isinstance(user, User) else None
    return JsonResponse({"person": user.pk, "token": get_token(request), "stored": stored})


@cache_control(no_cache=True)
@require_GET
def spot_worker(_request: PageRequest) -> HttpResponse:
    """The service worker of the page and of nothing else: its address says how far it reaches."""
    script = f"importScripts({json.dumps(static('build/spot-worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _add(request: PageRequest, form: SpotForm, user: User) -> SpotEntry | None:
    """What a valid form came to; None where it was refused, with why in the form. Raises SentBefore."""
    given = form.cleaned_data
    try:
        return services.add_on_the_spot(
            by=user, layer=form.layer_chosen, key=given["key"], photos=request.FILES.getlist("photo"),
            accuracy_m=given["accuracy_m"], noted_at=given["noted_at"], submit=given["submit"],
            **form.fields_of_element(),
        )  # fmt: skip
    except SentBefore:
        raise
    except ValidationError as error:
        add_errors(form, error)
        return None


def _told(entry: SpotEntry, user: User) -> dict[str, str]:
    """What a phone hears of what is stored."""
    return {"address": _address(entry, user), "words": stored_words(entry)}


def _address(entry: SpotEntry, user: User) -> str:
    """The page of its element; "" where that no longer shows to who sent it."""
    is_shown = can_see(standing_of(user), entry.feature)
    return reverse("map-element", args=[entry.feature.pk]) if is_shown else ""


def _key_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
