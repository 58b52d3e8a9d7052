"""Municipalities and hubs of points, held against plain loops over Shapely: random regions, buffers and policies."""

from dataclasses import dataclass
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from geo.boundaries import NEAR_MISS_M, municipality_at, municipality_ids_at
from geo.hubs import Placement, placement_of, placements_of, reach_of, reach_of_hubs
from geo.models import Boundary, Hub, HubRegion, Municipality, Quality, RegionKind
from geo.points import METRIC_SRID

pytestmark = pytest.mark.django_db
#: The south-western corner of the squares in which municipalities and points are drawn: somewhere in Flanders.
CORNER = (600_000, 680_000)
#: Coordinates are multiples of this, in metres, so that points often lie on an edge, or exactly a buffer away.
STEP_M = 500

Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True)
class DrawnHub:
    """A hub's regions, each as the numbers of its municipalities, and its border policy."""

    regions: list[list[int]]
    buffer_km: float
    shows_neighbours: bool


@dataclass(frozen=True)
class World:
    """Municipalities as rectangles in order of their NIS codes (overlaps and gaps included), hubs, and points."""

    municipalities: list[Rectangle]
    hubs: list[DrawnHub]
    points: list[tuple[int, int]]


def _metres(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most // STEP_M).map(lambda steps: steps * STEP_M)


@st.composite
def rectangles(draw: Any) -> Rectangle:
    x, y = CORNER[0] + draw(_metres(6_000)), CORNER[1] + draw(_metres(6_000))
    return x, y, x + STEP_M + draw(_metres(3_000)), y + STEP_M + draw(_metres(3_000))


@st.composite
def worlds(draw: Any) -> World:
    municipalities = draw(st.lists(rectangles(), min_size=1, max_size=5))
    numbers = st.integers(0, len(municipalities) - 1)
    hub = st.builds(
        DrawnHub,
        regions=st.lists(st.lists(numbers, max_size=2, unique=True), max_size=2),
        buffer_km=st.sampled_from([0, 0.5, 1, 2.5, 6]),
        shows_neighbours=st.booleans(),
    )
    point = st.tuples(_metres(14_000), _metres(14_000)).map(
        lambda point: (CORNER[0] - 2_000 + point[0], CORNER[1] - 2_000 + point[1])
    )
    hubs, points = st.lists(hub, min_size=1, max_size=4), st.lists(point, min_size=4, max_size=12)
    return World(municipalities, draw(hubs), draw(points))


def by_loops(world: World, x: float, y: float) -> tuple[int | None, list[int]]:
    """The numbers of the municipality that holds a point and of the hubs that show it: the rules, once more."""
    point = shapely.Point(x, y)
    away = [shapely.box(*rectangle).distance(point) for rectangle in world.municipalities]
    nearest = min(range(len(away)), key=lambda number: (away[number], number))
    municipality = nearest if away[nearest] <= NEAR_MISS_M else None
    members = [{number for region in hub.regions for number in region} for hub in world.hubs]
    is_in_a_hub = any(municipality in numbers for numbers in members)
    shown = []
    for number, hub in enumerate(world.hubs):
        near = any(away[member] <= hub.buffer_km * 1000 for member in members[number])
        reaches = hub.buffer_km > 0 and near and (hub.shows_neighbours or not is_in_a_hub)
        if municipality in members[number] or reaches:
            shown.append(number)
    return municipality, shown


def build(world: World) -> tuple[list[int], list[int]]:
    """Store a world in place of the reference data; returns the ids of its municipalities and hubs, by number."""
    Hub.objects.all().delete()
    rows = list(Municipality.objects.order_by("nis")[: len(world.municipalities)])
    # Where any official boundaries are loaded, they alone count.
    Boundary.objects.bulk_create(
        Boundary(municipality=row, quality=Quality.OFFICIAL, geometry=_area(rectangle), source="test")
        for row, rectangle in zip(rows, world.municipalities, strict=True)
    )
    hubs = []
    for number, drawn in enumerate(world.hubs):
        hub = Hub.objects.create(
            slug=f"hub-{number}", name=f"Hub {number}", buffer_km=drawn.buffer_km,
            shows_neighbours=drawn.shows_neighbours,
        )  # fmt: skip
        hubs.append(hub.pk)
        for place, members in enumerate(drawn.regions):
            kind = list(RegionKind)[place % len(RegionKind)]
            region = HubRegion.objects.create(hub=hub, name=f"Regio {place}", kind=kind)
            region.municipalities.set([rows[member] for member in members])
    return [row.pk for row in rows], hubs


def _area(rectangle: Rectangle) -> MultiPolygon:
    made = GEOSGeometry(shapely.MultiPolygon([shapely.box(*rectangle)]).wkt, srid=METRIC_SRID)
    assert isinstance(made, MultiPolygon)
    return made


#: On the edge of a hub without a buffer, and in a municipality without a hub.
_ON_THE_EDGE = World(
    [(600_000, 680_000, 601_000, 681_000), (601_000, 680_000, 602_000, 681_000)],
    [DrawnHub([[1]], 0, False)],
    [(601_000, 680_500)],
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
@example(world=_ON_THE_EDGE)
def test_points_lie_where_loops_say(world: World) -> None:
    with transaction.atomic():
        municipality_ids, hub_ids = build(world)
        expected = []
        for x, y in world.points:
            municipality, hubs = by_loops(world, x, y)
            municipality_id = None if municipality is None else municipality_ids[municipality]
            expected.append(Placement(municipality_id, [hub_ids[number] for number in hubs]))
        own = {hub_id for hub_id, hub in zip(hub_ids, world.hubs, strict=True) if hub.regions}
        event("in a hub" if any(placement.hub_ids for placement in expected) else "in no hub")
        assert placements_of(world.points) == expected
        assert municipality_ids_at(world.points) == [placement.municipality_id for placement in expected]
        point = Point(*world.points[0], srid=METRIC_SRID)
        assert placement_of(point) == expected[0]
        found = municipality_at(point)
        assert (found.pk if found else None) == expected[0].municipality_id
        for (x, y), placement in zip(world.points, expected, strict=True):
            for hub_id in own & set(placement.hub_ids):
                assert _holds(reach_of(Hub.objects.get(pk=hub_id)), x, y)
            assert not placement.hub_ids or _holds(reach_of_hubs(placement.hub_ids), x, y)
        transaction.set_rollback(True)


def _holds(box: Any, x: float, y: float) -> bool:
    west, south, east, north = box.extent
    return west <= x <= east and south <= y <= north


def test_the_loops_tell_each_part_of_the_policy_apart() -> None:
    """Two municipalities side by side, each with a hub, and one further east without."""
    squares = [(0, 0, 1_000, 1_000), (1_000, 0, 2_000, 1_000), (2_000, 0, 3_000, 1_000)]

    def shown(x: int, *, shows_neighbours: bool = False, buffer_km: float = 1) -> list[int]:
        first = DrawnHub([[0]], buffer_km=buffer_km, shows_neighbours=shows_neighbours)
        return by_loops(World(squares, [first, DrawnHub([[1]], 0, False)], []), x, 500)[1]

    assert shown(500) == [0]
    assert shown(1_000) == [0]  # on the border: the lower NIS code
    assert shown(1_500) == [1]
    assert shown(1_500, shows_neighbours=True) == [0, 1]
    assert shown(2_500) == []
    assert shown(2_500, buffer_km=1.5) == [0]
    assert shown(2_500, buffer_km=1.4) == []
