"""OGC API – Features under /ogc/: each view reads its parameters, calls one read, and answers as JSON or as a page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from maps.ogc import answers, documents, openapi, pages
from maps.ogc.collections import Collection, all_collections, collection_of
from maps.ogc.crs import Crs, crs_of
from maps.ogc.features import Page, one_feature
from maps.ogc.items import feature_collection, with_links
from maps.ogc.links import GEOJSON, JSON, OPENAPI, SCHEMA, Link, Site, link, self_and_alternate
from maps.ogc.parameters import asked_of, given_of, names_of, next_given

#: Digits of a feature's number that are looked at.
_LONGEST_NUMBER = 18


class OgcView(APIView):
    """What all of them share. They stand in a document of their own, not in that of the site's API."""

    permission_classes = ()
    schema = None
    http_method_names = ["get", "head", "options"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Each view decides by `f` and Accept together; an Accept that nothing meets gets JSON."""
        return JSONRenderer(), JSON

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Websites may read it from anywhere, as strangers: no cookie comes along."""
        made = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(made, ["Accept", "Authorization", "Cookie"])
        made["Access-Control-Allow-Origin"] = "*"
        made["Access-Control-Expose-Headers"] = "Content-Crs, ETag"
        return made


class LandingView(OgcView):
    def get(self, request: Request) -> HttpResponseBase:
        given, site = given_of(request), Site.of(request)
        if answers.wants_page(request, given):
            return answers.as_page(request, pages.landing(site))
        links = self_and_alternate(site, (), given, JSON)
        return answers.as_json(request, documents.landing(site, links))


class ConformanceView(OgcView):
    def get(self, request: Request) -> HttpResponseBase:
        given, site = given_of(request), Site.of(request)
        if answers.wants_page(request, given):
            return answers.as_page(request, pages.conformance(site))
        links = self_and_alternate(site, ("conformance",), given, JSON)
        return answers.as_json(request, documents.conformance(links))


class ApiView(OgcView):
    def get(self, request: Request) -> HttpResponseBase:
        given, site = given_of(request), Site.of(request)
        document = openapi.document(all_collections(request.user), site)
        if answers.wants_page(request, given, OPENAPI):
            return answers.as_page(request, pages.api(document, site))
        return answers.as_json(request, document, OPENAPI)


class CollectionsView(OgcView):
    def get(self, request: Request) -> HttpResponseBase:
        given, site = given_of(request), Site.of(request)
        found = list(all_collections(request.user))
        if answers.wants_page(request, given):
            return answers.as_page(request, pages.collections(found, site))
        links = self_and_alternate(site, ("collections",), given, JSON)
        return answers.as_json(request, documents.collections(found, site, links))


class CollectionView(OgcView):
    def get(self, request: Request, collection: str) -> HttpResponseBase:
        given, site, found = given_of(request), Site.of(request), collection_of(request.user, collection)
        if answers.wants_page(request, given):
            return answers.as_page(request, pages.collection(found, site))
        return answers.as_json(request, documents.collection(found, site, documents.own_links(found, site)))


class SchemaView(OgcView):
    def get(self, request: Request, collection: str) -> HttpResponseBase:
        given, site, found = given_of(request), Site.of(request), collection_of(request.user, collection)
        if answers.wants_page(request, given, SCHEMA):
            return answers.as_page(request, pages.fields(found, site, _("Velden"), last="schema"))
        return answers.as_json(request, documents.schema(found, site), SCHEMA)


class QueryablesView(OgcView):
    def get(self, request: Request, collection: str) -> HttpResponseBase:
        given, site, found = given_of(request), Site.of(request), collection_of(request.user, collection)
        if answers.wants_page(request, given, SCHEMA):
            return answers.as_page(request, pages.fields(found, site, _("Waarop je filtert"), last="queryables"))
        return answers.as_json(request, documents.queryables(found, site), SCHEMA)


class ItemsView(OgcView):
    def get(self, request: Request, collection: str) -> HttpResponseBase:
        found, site = collection_of(request.user, collection), Site.of(request)
        given = given_of(request, *names_of(found))
        asked = asked_of(found, given)
        if answers.wants_page(request, given, GEOJSON):
            shown = Page(found, replace(asked, limit=min(asked.limit, pages.MOST_ROWS)))
            return answers.as_page(request, _items_page(shown, site, given))
        pieces = feature_collection(Page(found, asked), lambda read: _links_of(read, site, given))
        return answers.as_it_comes(request, pieces, GEOJSON, **_in(asked.crs))


class ItemView(OgcView):
    def get(self, request: Request, collection: str, feature: str) -> HttpResponseBase:
        found, site = collection_of(request.user, collection), Site.of(request)
        given = given_of(request, "crs")
        crs = crs_of(given, "crs")
        text = one_feature(found, _number(feature), crs)
        if text is None:
            raise Http404
        if answers.wants_page(request, given, GEOJSON):
            return answers.as_page(request, pages.item(found, text, site, given))
        parts = ("collections", found.id, "items", feature)
        links = [
            *self_and_alternate(site, parts, given, GEOJSON),
            link("collection", site.address("collections", found.id), JSON, found.facts().title),
        ]
        return answers.whole(request, with_links(text, links), GEOJSON, **_in(crs))


def _in(crs: Crs) -> dict[str, str]:
    """The header that says in which system an answer is."""
    return {"Content_Crs": f"<{crs.uri}>"}


def _number(text: str) -> int:
    """Raises Http404 for what is no number of a feature."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER and str(int(text)) == text):
        raise Http404
    return int(text)


def _links_of(page: Page, site: Site, given: Mapping[str, str]) -> list[Link]:
    parts = ("collections", page.collection.id, "items")
    links = self_and_alternate(site, parts, given, GEOJSON)
    if page.next_place is not None:
        following = next_given(page.collection, given, page.next_place)
        links.append(link("next", site.asking(parts, following), GEOJSON))
    title = page.collection.facts().title
    return [*links, link("collection", site.address("collections", page.collection.id), JSON, title)]


def _items_page(page: Page, site: Site, given: Mapping[str, str]) -> pages.Context:
    collection: Collection = page.collection
    features = list(page.features())
    following = ""
    if page.next_place is not None:
        next_page = next_given(collection, given, page.next_place)
        following = site.asking(("collections", collection.id, "items"), next_page)
    counted = ""
    if page.matched is not None:
        words = ngettext("%(n)s object in totaal", "%(n)s objecten in totaal", page.matched)
        counted = words % {"n": page.matched}
    return pages.items(collection, features, site, given, counted, following)
