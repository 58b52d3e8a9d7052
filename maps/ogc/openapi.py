"""The service in OpenAPI 3.0. Paths are relative to the landing page, and each collection has its own: GDAL finds
there which properties it may ask for, and how long pages may be.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from maps.ogc import documents
from maps.ogc.collections import Collection
from maps.ogc.crs import CRS84, URIS
from maps.ogc.links import AS_HTML, AS_JSON, FORMAT, GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Site
from maps.ogc.parameters import CURSOR, DEFAULT_LIMIT, LARGEST_LIMIT, OF_ITEMS
from maps.ogc.properties import Property

Document = dict[str, Any]
_PROBLEM = "application/problem+json"
_REFUSALS = {"400": "Refused", "404": "NotThere", "503": "NoAnswer"}
_TEXT: Document = {"type": "string"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_SHAPES = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"]


def document(found: Iterable[Collection], site: Site) -> Document:
    found = list(found)
    paths: Document = {
        "/": {"get": _operation("landing", _("Waar alles begint"), JSON)},
        "/conformance": {"get": _operation("conformance", _("Aan welke delen van de standaard dit voldoet"), JSON)},
        "/api": {"get": _operation("api", _("Deze beschrijving"), OPENAPI)},
        "/collections": {"get": _operation("collections", _("De verzamelingen"), JSON)},
    }
    for each in found:
        paths |= _paths(each)
    return {
        "openapi": "3.0.3",
        "info": {"title": documents.title(), "description": documents.description(), "version": "1.0.0"},
        "servers": [{"url": site.root}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "schemas": _schemas(found),
            "responses": {
                name: {"description": words, "content": {_PROBLEM: {"schema": {"type": "object"}}}}
                for name, words in {
                    "Refused": _("Een parameter bestaat niet, of heeft een waarde die niet kan: er staat bij welke."),
                    "NotThere": _("Deze verzameling of dit object bestaat niet, of is niet voor iedereen."),
                    "NoAnswer": _("De databank antwoordt niet, of niet op tijd."),
                }.items()
            },
        },
    }


def _paths(each: Collection) -> Document:
    name, of = each.facts().title, each.id
    path = f"/collections/{of}"
    number = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer"}}
    asked = [_of_property(one) for one in each.properties if one.is_queryable]
    return {
        path: {"get": _operation(f"{of}.collection", name, JSON)},
        f"{path}/schema": {"get": _operation(f"{of}.schema", _("Velden: %(name)s") % {"name": name}, SCHEMA)},
        f"{path}/queryables": {
            "get": _operation(f"{of}.queryables", _("Waarop je filtert: %(name)s") % {"name": name}, SCHEMA)
        },
        f"{path}/items": {
            "get": _operation(
                f"{of}.items", name, GEOJSON, *map(_known, OF_ITEMS), *asked, answer=_page_of(each)
            )
        },
        f"{path}/items/{{featureId}}": {
            "get": _operation(f"{of}.item", name, GEOJSON, number, _known("crs"), answer=_shape(_name_of(each)))
        },
    }  # fmt: skip


def _operation(
    name: str, summary: str, media_type: str, *parameters: Document, answer: Document | None = None
) -> Document:
    shape = {"schema": answer or {"type": "object"}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_known(FORMAT), *parameters],
        "responses": {
            "200": {"description": summary, "content": {media_type: shape, HTML: {"schema": {"type": "string"}}}},
            **{status: {"$ref": f"#/components/responses/{refusal}"} for status, refusal in _REFUSALS.items()},
        },
    }


def _schemas(found: Iterable[Collection]) -> Document:
    """What answers hold. All layers have the same fields: their features are described once."""
    shape = {
        "type": "object",
        "nullable": True,
        "required": ["type"],
        "properties": {
            "type": {"type": "string", "enum": _SHAPES},
            "coordinates": {"type": "array", "items": {}},
            "geometries": {"type": "array", "items": {"type": "object"}},
        },
    }
    links = {"type": "array", "items": _object({"rel": _TEXT, "href": _TEXT, "type": _TEXT, "title": _TEXT}, "title")}
    return {"Geometry": shape, "Links": links} | {_name_of(each): _feature(each) for each in found}


def _feature(each: Collection) -> Document:
    told = _object({one.name: _told(one) for one in each.properties})
    members = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "integer"},
        "geometry": _shape("Geometry"),
        "properties": told,
        # A feature that stands alone has links of its own.
        "links": _shape("Links"),
    }
    return _object(members, "links")


def _page_of(each: Collection) -> Document:
    members = {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": _shape(_name_of(each))},
        "numberReturned": _COUNT,
        "numberMatched": _COUNT,
        "links": _shape("Links"),
    }
    return _object(members, "numberMatched")


def _told(one: Property) -> Document:
    """A field, which may be null where not every feature has a value."""
    described = one.schema
    if one.always:
        return described
    listed = {"enum": [*described["enum"], None]} if "enum" in described else {}
    return described | listed | {"nullable": True}


def _object(members: Document, *optional: str) -> Document:
    """An object with these members, all of them but those that may be left out."""
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "properties": members,
    }


def _name_of(each: Collection) -> str:
    """What the features of a collection are called: those of a layer as those of any other."""
    return f"{type(each).__name__.removesuffix('Collection')}Feature"


def _shape(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _known(name: str) -> Document:
    """A parameter that several operations have."""
    return {"$ref": f"#/components/parameters/{name}"}


def _of_property(one: Property) -> Document:
    schema = {name: value for name, value in one.schema.items() if name != "title"}
    return _parameter(one.name, str(one.title), schema)


def _parameter(name: str, words: str, schema: Document) -> Document:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": words,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _parameters() -> Document:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    systems = {"type": "string", "format": "uri", "enum": URIS, "default": CRS84.uri}
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    made = [
        _parameter(FORMAT, _("Als JSON of als bladzijde om te lezen"), {"type": "string", "enum": [AS_JSON, AS_HTML]}),
        _parameter("bbox", _("Een kader dat objecten raken: twee hoeken, in de volgorde van bbox-crs"), numbers),
        _parameter("bbox-crs", _("Het stelsel van bbox"), systems),
        _parameter("datetime", _("Een tijdstip, of een periode met een schuine streep ertussen"), {"type": "string"}),
        _parameter("limit", _("Hoeveel objecten er hoogstens op een bladzijde staan"), limit),
        _parameter("crs", _("Het stelsel van de antwoorden"), systems),
        _parameter(CURSOR, _("Waar de volgende bladzijde begint: neem de link “next” over"), {"type": "string"}),
    ]
    return {parameter["name"]: parameter for parameter in made}
