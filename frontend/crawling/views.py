"""What search engines read: which pages there are, and which are none of their business."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.db import connection
from django.db.models import Exists, Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from geo.models import Hub
from listings.models import Listing
from maps.models import MapLayer, MaterialMap
from maps.ogc.collections.layers import public_features
from maps.standing import Standing
from materials.models import Material
from programme.models import Activity

#: Numbers of listings, or of elements of maps, that one part covers, whether they are still there or not: a part may
#: hold 50,000 addresses.
PART = 20_000
#: Part numbers that are looked at.
_LONGEST = 12
#: For how many seconds whoever reads it needn't ask again.
_FRESH_S = 3_600
_PAGES = ("home", "hubs", "maps", "agenda", "about", "help", "impact-method", "contact", "privacy", "terms")
_OF_HUB = ("hub", "hub-pairs", "hub-impact", "hub-statistics")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: What is for who is logged in, what programs read, and pages that only lead to others.
CLOSED = (
    "/account/", "/aantallen/", "/admin/", "/api/", "/demo/", "/import/", "/klopt-nog/", "/meldingen/",
    "/mijn/", "/nog-beschikbaar/", "/organisatie/", "/plaatsen/", "/post/", "/taal/", "/ter-plaatse/", "/tiles/",
    "/uitnodiging/", "/uitwisselingen/", "/voorstellen/", "/vraag/",
)  # fmt: skip

#: An address with when it last changed, if that is known.
Place = tuple[str, dt.datetime | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    prefixes = ["", *(f"/{code}" for code in settings.LANGUAGE_CODES if code != settings.LANGUAGE_CODE)]
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in CLOSED for prefix in prefixes)]
    # Printing a map takes seconds of work, and the table of a layer has an address for each choice and order. Files
    # for calendars say what a page says, or are somebody's own.
    lines += [
        "Disallow: /*cursor=",
        "Disallow: /*/afdruk/",
        "Disallow: /*/tabel/?",
        "Disallow: /*.ics",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return _sent(request, "\n".join(lines) + "\n", "text/plain; charset=utf-8")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The parts: one of pages, maps, cards and activities, and one for each range of numbers in which there is a
    published listing, or an element that everyone may see.
    """
    parts = [
        reverse("sitemap-pages"),
        *(reverse("sitemap-listings", args=[part]) for part in listing_parts()),
        *(reverse("sitemap-elements", args=[part]) for part in element_parts()),
    ]
    body = "".join(f"<sitemap><loc>{escape(settings.SITE_URL + path)}</loc></sitemap>\n" for path in parts)
    return _xml(request, "sitemapindex", body)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        return _xml(request, "urlset", _urls([*_fixed(), *_maps(), *_cards(), *_activities()]))


@require_safe
def listings(request: HttpRequest, part: int) -> HttpResponse:
    """The published listings of one part, in the order of their numbers."""
    return _part(request, part, _listings)


@require_safe
def elements(request: HttpRequest, part: int) -> HttpResponse:
    """The elements of one part that everyone may see, in the order of their numbers."""
    return _part(request, part, _elements)


def _part(request: HttpRequest, part: int, places: Callable[[int], Iterator[Place]]) -> HttpResponse:
    """Raises Http404 where nothing is in it."""
    if len(str(part)) > _LONGEST:
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        body = _urls(places(part))
    if not body:
        raise Http404
    return _xml(request, "urlset", body)


def listing_parts() -> list[int]:
    """Parts that hold a published listing, read by leaps over an index: one for each part, however many it holds."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAPS, {"size": PART})
        return [part for (part,) in cursor.fetchall()]


_LEAPS = """
WITH RECURSIVE parts AS (
    (SELECT id / %(size)s::bigint AS part FROM listings_listing WHERE status = 'published' ORDER BY id LIMIT 1)
    UNION ALL
    SELECT following.part FROM parts CROSS JOIN LATERAL (
        SELECT id / %(size)s::bigint AS part FROM listings_listing
        WHERE status = 'published' AND id >= (parts.part + 1) * %(size)s::bigint ORDER BY id LIMIT 1
    ) following
)
SELECT part FROM parts"""


def element_parts() -> list[int]:
    """Parts that hold an element that everyone may see: of each layer by leaps over its index."""
    layers = list(MapLayer.objects.seen_by(Standing()).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_LEAPS_IN_LAYERS, {"size": PART, "layers": layers})
        return [part for (part,) in cursor.fetchall()]


_LEAPS_IN_LAYERS = """
WITH RECURSIVE parts AS (
    SELECT of_layer.id AS layer_id, first.part FROM unnest(%(layers)s::bigint[]) AS of_layer (id) CROSS JOIN LATERAL (
        SELECT id / %(size)s::bigint AS part FROM maps_mapfeature
        WHERE maps_mapfeature.layer_id = of_layer.id AND state = 'published' AND visibility = 4
        ORDER BY id LIMIT 1
    ) first
    UNION ALL
    SELECT parts.layer_id, following.part FROM parts CROSS JOIN LATERAL (
        SELECT id / %(size)s::bigint AS part FROM maps_mapfeature
        WHERE maps_mapfeature.layer_id = parts.layer_id AND state = 'published' AND visibility = 4
            AND id >= (parts.part + 1) * %(size)s::bigint
        ORDER BY id LIMIT 1
    ) following
)
SELECT DISTINCT part FROM parts ORDER BY part"""


def _elements(part: int) -> Iterator[Place]:
    layers = MapLayer.objects.seen_by(Standing()).values("pk")
    rows = public_features().filter(layer__in=layers, pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
    pattern = reverse("map-element", args=[0])
    for pk, updated_at in rows.values_list("pk", "updated_at"):
        yield pattern.replace("/0/", f"/{pk}/"), updated_at


def _cards() -> Iterator[Place]:
    """The card of each material of which a hub's own maps show everyone something. One probe of an index each."""
    layers = MapLayer.objects.seen_by(Standing())
    for hub_id, slug in Hub.objects.order_by("slug").values_list("pk", "slug"):
        of_hub = layers.filter(map__hub=hub_id).values("pk")
        there = public_features().filter(material=OuterRef("pk"), layer__in=of_hub)
        for code in Material.objects.filter(Exists(there)).order_by("tree_left").values_list("code", flat=True):
            yield reverse("material-card", args=[slug, code]), None


def _listings(part: int) -> Iterator[Place]:
    rows = Listing.objects.published().filter(pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
    # One address as a pattern: a reverse for each would take most of the time.
    pattern = reverse("listing", args=[0])
    for pk, updated_at in rows.values_list("pk", "updated_at"):
        yield pattern.replace("/0/", f"/{pk}/"), updated_at


def _fixed() -> Iterator[Place]:
    for name in _PAGES:
        yield reverse(name), None
    for slug in Hub.objects.order_by("slug").values_list("slug", flat=True):
        for name in _OF_HUB:
            yield reverse(name, args=[slug]), None


def _maps() -> Iterator[Place]:
    """Maps that a stranger sees, with when something that they may see last changed on its own layers."""
    newest = public_features().filter(layer=OuterRef("pk")).order_by("-updated_at").values("updated_at")[:1]
    layers = MapLayer.objects.seen_by(Standing()).annotate(changed_at=Subquery(newest))
    changed = dict(layers.order_by().values_list("map").annotate(Max("changed_at")))
    for one in MaterialMap.objects.seen_by(Standing()).select_related("hub").order_by("pk"):
        yield reverse("map", args=[one.hub.slug, one.slug]), changed.get(one.pk)


def _activities() -> Iterator[Place]:
    """Those that everyone may see, what is over too; the last PART of them."""
    rows = Activity.objects.public().order_by("-starts_at", "-pk")
    pattern = reverse("activity", args=[0])
    for pk, updated_at in rows.values_list("pk", "updated_at")[:PART]:
        yield pattern.replace("/0/", f"/{pk}/"), updated_at


def _urls(places: Iterable[Place]) -> str:
    return "".join(f"<url><loc>{escape(settings.SITE_URL + path)}</loc>{_changed(at)}</url>\n" for path, at in places)


def _changed(at: dt.datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""


def _xml(request: HttpRequest, name: str, body: str) -> HttpResponse:
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_NAMESPACE}">\n{body}</{name}>\n'
    return _sent(request, whole, "application/xml; charset=utf-8")


def _sent(request: HttpRequest, text: str, media_type: str) -> HttpResponse:
    """304 where the reader has it."""
    body = text.encode()
    response = HttpResponse(body, content_type=media_type)
    response["ETag"] = etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response["Cache-Control"] = f"public, max-age={_FRESH_S}"
    return get_conditional_response(request, etag=etag, response=response) or response
