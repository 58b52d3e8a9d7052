"""What describes the service and its collections, as JSON."""

from typing import Any

from django.utils.translation import gettext as _

from maps.ogc.collections import Collection
from maps.ogc.crs import CRS84, URIS
from maps.ogc.links import (
    AS_HTML,
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QUERYABLES,
    SCHEMA,
    Link,
    Site,
    link,
    self_and_alternate,
)
from maps.ogc.properties import Property

_SPEC = "http://www.opengis.net/spec"
CLASSES = [
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"

Document = dict[str, Any]


def title() -> str:
    return _("Werkstof: kaarten en zoekertjes als open data")


def description() -> str:
    return _(
        "Materiaalkaarten van de sociaal-circulaire hubs, zoekertjes, regio's van hubs en gemeenten, volgens "
        "OGC API – Features. QGIS, GDAL en websites lezen ze rechtstreeks."
    )


def landing(site: Site, links: list[Link]) -> Document:
    return {
        "title": title(),
        "description": description(),
        "links": [
            *links,
            link("service-desc", site.address("api"), OPENAPI, _("Beschrijving van deze API")),
            link("service-doc", site.address("api", f=AS_HTML), HTML, _("Beschrijving van deze API, om te lezen")),
            link("conformance", site.address("conformance"), JSON, _("Aan welke delen van de standaard dit voldoet")),
            link("data", site.address("collections"), JSON, _("De verzamelingen")),
        ],
    }


def conformance(links: list[Link]) -> Document:
    return {"conformsTo": CLASSES, "links": links}


def collections(found: list[Collection], site: Site, links: list[Link]) -> Document:
    return {
        "links": links,
        "collections": [collection(each, site, own_links(each, site)) for each in found],
        "crs": URIS,
    }


def own_links(each: Collection, site: Site) -> list[Link]:
    """Links of a collection to itself, as it stands in the list of all."""
    return self_and_alternate(site, ("collections", each.id), {}, JSON)


def collection(each: Collection, site: Site, links: list[Link]) -> Document:
    facts, parts = each.facts(), ("collections", each.id)
    linked = [
        *links,
        # Without a parameter: GDAL adds the number of a feature to it.
        link("items", site.address(*parts, "items"), GEOJSON, facts.title),
        link("items", site.address(*parts, "items", f=AS_HTML), HTML, facts.title),
        link("describedby", site.address(*parts, "schema"), SCHEMA),
        link(QUERYABLES, site.address(*parts, "queryables"), SCHEMA),
    ]
    if facts.licence_address:
        linked.append(link("license", facts.licence_address, HTML, facts.licence))
    made: Document = {
        "id": each.id,
        "title": facts.title,
        "description": facts.description,
        "itemType": "feature",
        "crs": URIS,
        "storageCrs": each.stored.uri,
        "links": linked,
    }
    if facts.attribution:
        made["attribution"] = facts.attribution
    extent: Document = {}
    if (box := each.extent()) is not None:
        extent["spatial"] = {"bbox": [[round(corner, 6) for corner in box]], "crs": CRS84.uri}
    if each.time:
        extent["temporal"] = {"interval": [[None, None]]}
    return made | ({"extent": extent} if extent else {})


def schema(each: Collection, site: Site) -> Document:
    """What a feature looks like."""
    return {
        "$schema": _DRAFT,
        "$id": site.address("collections", each.id, "schema"),
        "title": each.facts().title,
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"format": each.shape},
            "properties": {
                "type": "object",
                "required": [one.name for one in each.properties if one.always],
                "properties": {one.name: _described(one) for one in each.properties},
            },
        },
    }


def _described(one: Property) -> Document:
    """A field, of one type: GDAL takes a list of types for a text. That null is no value is said beside it."""
    return one.schema if one.always else one.schema | {"x-ogc-nullValues": [None]}


def queryables(each: Collection, site: Site) -> Document:
    """What a parameter can ask for. Any other name is refused."""
    return {
        "$schema": _DRAFT,
        "$id": site.address("collections", each.id, "queryables"),
        "title": each.facts().title,
        "type": "object",
        "properties": {
            "geometry": {"title": _("plek"), "format": each.shape},
            **{one.name: one.schema for one in each.properties if one.is_queryable},
        },
        "additionalProperties": False,
    }
