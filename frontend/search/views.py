"""The home page: list and map in step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers

from frontend.components.cards import make_cards
from frontend.requests import PageRequest
from frontend.search.address import ENDS
from frontend.search.facets import read_facets
from frontend.search.help import DETOURS_KM, RADII_KM
from frontend.search.page import FIELDS, Asked, Results, find, fit_of, read_address
from frontend.search.summary import folded_line
from geo.models import Hub
from listings.enums import Condition, ServiceKind
from listings.models import Listing
from listings.search.filters import FILTERS
from listings.search.filters.where import DEFAULT_RADIUS_KM, HUB
from listings.search.path_header import tell_path
from materials.enums import Unit

#: The filters behind “more filters”, which stays open while one of them is on.
BEHIND = [filter for filter in FILTERS if filter is HUB or filter.narrows]


def home(request: PageRequest) -> HttpResponse:
    """The whole page; for htmx only the results, or only the next cards."""
    asked = read_address(request.GET)
    results = find(asked, request.user)
    template = "search/home.html"
    if request.htmx:
        template = "search/page.html" if request.GET.get("cursor") and results else "search/answer.html"
    response = render(request, template, _context(asked, results))
    if request.htmx.trigger == "search":
        # The form sent all of its fields: what people see and share is the address without those that ask nothing.
        response["HX-Push-Url"] = f"{request.path}?{asked.query.urlencode()}".removesuffix("?")
    patch_vary_headers(response, ["HX-Request", "HX-Trigger"])
    if results is not None:
        tell_path(response, results.page.path)
    return response


def facets(request: PageRequest) -> HttpResponse:
    """How many each filter would leave: for htmx the counts alone, else a page of links."""
    asked = read_address(request.GET)
    context = {"here": "home", "asked": asked, "facets": read_facets(asked)}
    response = render(request, f"search/{'facets' if request.htmx else 'facets_page'}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _context(asked: Asked, results: Results | None) -> dict[str, Any]:
    form = {name: asked.query.get(name, "") for name in FIELDS}
    radius_km = asked.parameters.radius_km if asked.parameters else None
    return {
        "here": "home",
        "asked": asked,
        "results": results,
        "folded_line": folded_line(asked, results),
        "fit": fit_of(asked),
        "form": form,
        "ends": ENDS,
        "radii": RADII_KM,
        "detours": DETOURS_KM,
        "radius_km": radius_km or DEFAULT_RADIUS_KM,
        "more_open": any(form[filter.names[0]] for filter in BEHIND),
        "hubs": Hub.objects.only("slug", "name"),
        "services": ServiceKind.choices,
        "conditions": [condition for condition in reversed(Condition) if condition > Condition.FOR_PARTS],
        "units": Unit.choices,
    }


def map_card(request: PageRequest, listing_id: int) -> HttpResponse:
    """The card that the map shows of one listing."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    return render(request, "search/map_card.html", {"card": make_cards([listing], request.user)[0]})
