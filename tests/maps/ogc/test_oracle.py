"""Random boxes, filters and pages, against looking at every element one by one."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from maps.models import MapFeature, MapLayer
from maps.ogc.collections import collection_of
from maps.ogc.features import Page
from maps.ogc.parameters import asked_of, next_given
from tests.maps.makers import Story, shape
from tests.maps.ogc.reading import CRS84, EPSG

pytestmark = pytest.mark.django_db
SYSTEMS = {CRS84: None, f"{EPSG}4326": None, f"{EPSG}3857": "EPSG:3857", f"{EPSG}3812": "EPSG:3812"}
_MOVED = {
    uri: Transformer.from_crs("OGC:CRS84", code, always_xy=True) for uri, code in SYSTEMS.items() if code is not None
}


@dataclass(frozen=True)
class Kept:
    """An element as the oracle knows it."""

    pk: int
    kind: str
    quantity: int
    starts: dt.date | None
    ends: dt.date | None
    shapes: dict[str, Any]

    def touches(self, uri: str, box: tuple[float, float, float, float]) -> bool:
        return bool(self.shapes[uri].intersects(shapely.box(*box)))


def in_system(geometry: Any, uri: str) -> Any:
    moved = _MOVED.get(uri)
    if moved is None:
        return geometry
    return shapely.transform(geometry, lambda x, y: moved.transform(x, y), interleaved=False)


def made_of(layer: MapLayer, count: int) -> list[Kept]:
    """Points, lines and areas around Gent, some on top of each other, some with days."""
    chance, kept = random.Random(7), []
    for number in range(count):
        lon, lat = 3.5 + chance.randrange(40) / 100, 50.9 + chance.randrange(30) / 100
        size = chance.choice([0.005, 0.02, 0.1])
        geometry: Any = {
            0: shapely.Point(lon, lat),
            1: shapely.LineString([(lon, lat), (lon + size, lat + size / 2)]),
            2: shapely.box(lon, lat, lon + size, lat + size),
        }[number % 3]
        starts = chance.choice([None, dt.date(2026, 1, 1) + dt.timedelta(chance.randrange(100))])
        ends = None if chance.random() < 0.5 else (starts or dt.date(2026, 1, 1)) + dt.timedelta(chance.randrange(60))
        kind, quantity = chance.choice(["stock", "flow"]), chance.randrange(1, 5)
        feature = MapFeature.objects.create(
            layer=layer, kind=kind, period="week" if kind == "flow" else "", state="published", title="Iets",
            published_at="2026-01-01T00:00Z", quantity=quantity, unit="kg", quantity_basis="estimated",
            available_from=starts, available_until=ends,
            geometry=shape(shapely.geometry.mapping(geometry)),
        )  # fmt: skip
        kept.append(Kept(feature.pk, kind, quantity, starts, ends, {uri: in_system(geometry, uri) for uri in SYSTEMS}))
    return kept


@st.composite
def questions(draw: Any) -> tuple[str, tuple[float, float, float, float] | None, dict[str, str]]:
    """A system, a box in degrees, and the other parameters. Sides lie between the places of elements."""
    uri = draw(st.sampled_from(list(SYSTEMS)))
    west = 3.4 + draw(st.integers(0, 60)) / 100 + 0.0031
    south = 50.8 + draw(st.integers(0, 50)) / 100 + 0.0029
    box = (west, south, west + draw(st.integers(1, 40)) / 100, south + draw(st.integers(1, 30)) / 100)
    asked: dict[str, str] = {"limit": str(draw(st.sampled_from([2, 7, 20, 200])))}
    if draw(st.booleans()):
        asked["kind"] = draw(st.sampled_from(["stock", "flow"]))
    if draw(st.booleans()):
        asked["quantity"] = str(draw(st.integers(1, 4)))
    if draw(st.booleans()):
        first = dt.date(2026, 1, 1) + dt.timedelta(draw(st.integers(0, 120)))
        last = first + dt.timedelta(draw(st.integers(0, 30)))
        asked["datetime"] = draw(st.sampled_from([f"{first}", f"{first}/{last}", f"{first}/..", f"../{last}"]))
    return uri, draw(st.sampled_from([box, box, None])), asked


def expected(
    kept: list[Kept], uri: str, box: tuple[float, float, float, float] | None, asked: dict[str, str]
) -> set[int]:
    first, last = None, None
    if "datetime" in asked:
        ends = asked["datetime"].split("/")
        first, last = (None if end == ".." else dt.date.fromisoformat(end) for end in (ends[0], ends[-1]))
    return {
        each.pk
        for each in kept
        if (box is None or each.touches(uri, box))
        and asked.get("kind", each.kind) == each.kind
        and int(asked.get("quantity", each.quantity)) == each.quantity
        and (last is None or each.starts is None or each.starts <= last)
        and (first is None or each.ends is None or each.ends >= first)
    }


def test_every_question_gets_what_looking_at_each_element_gives() -> None:
    layer = Story().layer
    kept = made_of(layer, 60)
    collection = collection_of(AnonymousUser(), f"layer-{layer.pk}")
    asked_for, found_in_all = 0, 0

    @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
    @given(questions())
    def ask(question: Any) -> None:
        nonlocal asked_for, found_in_all
        uri, in_degrees, asked = question
        box = None if in_degrees is None else tuple(in_system(shapely.box(*in_degrees), uri).bounds)
        parameters = dict(asked)
        if box is not None:
            corners = [box[1], box[0], box[3], box[2]] if uri.endswith("/4326") else list(box)
            parameters |= {"bbox": ",".join(map(repr, corners)), "bbox-crs": uri}
        found = numbers_of_pages(collection, parameters)
        assert len(found) == len(set(found))
        assert set(found) == expected(kept, uri, box, asked)  # type: ignore[arg-type]
        asked_for, found_in_all = asked_for + 1, found_in_all + len(found)

    ask()
    assert asked_for >= 70
    assert found_in_all > 300


def numbers_of_pages(collection: Any, parameters: dict[str, str]) -> list[int]:
    """The numbers of all features, page by page; what each page says of itself has to be so."""
    found: list[int] = []
    while True:
        page = Page(collection, asked_of(collection, parameters))
        features = list(page.features())
        assert page.returned == len(features) <= int(parameters["limit"])
        found += [int(feature.split('"id":')[1].split(",")[0]) for feature in features]
        if page.next_place is None:
            assert page.matched in (None, len(found))
            return found
        assert page.returned == int(parameters["limit"])
        parameters = next_given(collection, parameters, page.next_place)
