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


def document(found: Iterable[Collection], site: Site) -> Document:
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
            "get": _operation(f"{of}.items", name, GEOJSON, *map(_known, OF_ITEMS), *asked)
        },
        f"{path}/items/{{featureId}}": {
            "get": _operation(f"{of}.item", name, GEOJSON, number, _known("crs"))
        },
    }  # fmt: skip


def _operation(name: str, summary: str, media_type: str, *parameters: Document) -> Document:
    shape = {"schema": {"type": "object"}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_known(FORMAT), *parameters],
        "responses": {
            "200": {"description": summary, "content": {media_type: shape, HTML: {"schema": {"type": "string"}}}},
            **{status: {"$ref": f"#/components/responses/{refusal}"} for status, refusal in _REFUSALS.items()},
        },
    }


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
