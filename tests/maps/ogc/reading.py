"""Reads /ogc/ as a program does, and makes layers with many elements to read."""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from maps.models import MapLayer
from maps.ogc import features
from maps.ogc.collections import collection_of
from maps.ogc.features import Page
from maps.ogc.parameters import asked_of

SITE = "http://testserver"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: What is always there.
ALWAYS = ["listings", "hub-regions", "municipalities"]


def ask(path: str, *, client: Client | None = None, accept: str = "application/json", **given: Any) -> Any:
    """The answer to GET /ogc/<path>. A parameter with a hyphen is given with an underscore."""
    query = urlencode({name.replace("bbox_crs", "bbox-crs"): value for name, value in given.items()})
    return (client or Client()).get(f"/ogc/{path}" + (f"?{query}" if query else ""), headers={"accept": accept})


def read(path: str, **given: Any) -> Any:
    """The same as JSON; it must be a success."""
    answer = ask(path, **given)
    assert answer.status_code == 200, body_of(answer)
    return json_of(answer)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def json_of(answer: Any) -> Any:
    return json.loads(body_of(answer))


def links_of(document: Any, rel: str) -> list[dict[str, str]]:
    return [link for link in document["links"] if link["rel"] == rel]


def follow(address: str) -> Any:
    """What stands at an address of this site, as JSON."""
    assert address.startswith(SITE)
    parts = urlsplit(address)
    answer = Client().get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200, body_of(answer)
    return json_of(answer)


def read_pages(path: str, **given: Any) -> list[Any]:
    """All pages of items, by their links to the next."""
    pages = [read(path, **given)]
    while following := links_of(pages[-1], "next"):
        pages.append(follow(following[0]["href"]))
    return pages


def features_of(path: str, **given: Any) -> list[Any]:
    """The features of all pages."""
    return [feature for page in read_pages(path, **given) for feature in page["features"]]


def refusal(path: str, **given: Any) -> dict[str, str]:
    """The words of a refusal, by parameter."""
    answer = ask(path, **given)
    assert answer.status_code == 400, body_of(answer)
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in json_of(answer)["errors"]}


def items_of(layer: MapLayer) -> str:
    return f"collections/layer-{layer.pk}/items"


#: All over Flanders.
_ANYWHERE = "2.6 + 3.2 * random(), 50.75 + 0.65 * random()"


def fill(layer: MapLayer, count: int, *, state: str = "published", seed: float = 0.5, at: str = _ANYWHERE) -> None:
    """Points in a layer, where SQL says (longitude, latitude), by one statement: triggers count and keep them too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s::float8)", [seed])
        cursor.execute(
            f"""INSERT INTO maps_mapfeature (
                layer_id, kind, state, visibility, title, description, quantity, unit, quantity_basis, period,
                season_months, form, composition, contaminants, declared_status, eural_code, source_name,
                source_reference, destination, certainty, geometry, published_at, review_note, version
            ) SELECT %s::bigint, CASE WHEN number %% 3 = 0 THEN 'flow' ELSE 'stock' END, %s::text, 4,
                'Nummer ' || number, '', 1 + number %% 40, 'kg', 'estimated',
                CASE WHEN number %% 3 = 0 THEN 'week' ELSE '' END, '{{}}', '', '', '', 'unsure', '', '', '', '',
                'unsure', ST_SetSRID(ST_MakePoint({at}), 4326),
                '2026-01-01T00:00Z', '', 1
            FROM generate_series(1, %s::int) AS number""",
            [layer.pk, state, count],
        )


def sent_by(name: str, parameters: dict[str, str]) -> tuple[str, Any]:
    """The statement of a page. What it sets before is set for the rest of the test."""
    collection = collection_of(AnonymousUser(), name)
    page = Page(collection, asked_of(collection, parameters))
    if "bbox" in parameters:
        with connection.cursor() as cursor:
            cursor.execute(features.IN_INDEX_ORDER)
    return page.statement()
