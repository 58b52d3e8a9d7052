"""Shapes from outside: read right or refused early, with where they are wrong and what may be meant."""

import json
import math
from typing import Any

import pytest
import shapely
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from geo.shapes import TURNED, ShapeRefused, as_geojson, read_shape, read_shape_text
from geo.shapes import turned as turned_shape
from tests.maps.makers import LINE, SQUARE
from tests.maps.ogc.geojson import turned

MOST = 200
BOWTIE = {"type": "Polygon", "coordinates": [[[3.7, 51], [3.8, 51.1], [3.8, 51], [3.7, 51.1], [3.7, 51]]]}


def read(shape: Any, **more: Any) -> Any:
    return read_shape(shape, most_vertices=MOST, **more)


def refused(shape: Any, **more: Any) -> ShapeRefused:
    with pytest.raises(ShapeRefused) as found:
        read(shape, **more)
    assert set(found.value.message_dict) == {"geometry"}
    return found.value


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [3.72, 51.05]},
        {"type": "MultiPoint", "coordinates": [[3.72, 51.05], [3.73, 51.05]]},
        LINE,
        {"type": "MultiLineString", "coordinates": [LINE["coordinates"], [[3.8, 51], [3.81, 51]]]},
        SQUARE,
        {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[4, 51], [4.1, 51], [4.1, 51.1], [4, 51]]]]},
    ],
    ids=lambda shape: shape["type"],
)
def test_every_type_comes_back_as_it_was_given(shape: dict[str, Any]) -> None:
    """Areas are turned as GeoJSON has them, each edge from where it began."""
    expected = turned(shape) if "Polygon" in shape["type"] else shape
    text = json.dumps({"type": "Feature", "geometry": shape})
    assert as_geojson(read(shape)) == expected
    assert as_geojson(read_shape_text(text, most_vertices=MOST)) == expected
    assert as_geojson(read_shape_text(shapely.from_geojson(json.dumps(shape)).wkt, most_vertices=MOST)) == expected


def test_edges_go_against_the_clock_and_holes_with_it_whichever_way_they_were_drawn() -> None:
    def around(ring: list[Any]) -> list[Any]:
        return ring[::-1]

    edge, hole = turned(SQUARE)["coordinates"]
    assert shapely.LinearRing(edge).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    for rings in ([edge, hole], [around(edge), hole], [edge, around(hole)], [around(edge), around(hole)]):
        assert as_geojson(read({"type": "Polygon", "coordinates": rings}))["coordinates"] == [edge, hole]
        several = {"type": "MultiPolygon", "coordinates": [rings]}
        assert as_geojson(read(several))["coordinates"] == [[edge, hole]]
    # What is proposed is GeoJSON too.
    wrong = {"type": "Polygon", "coordinates": [[[y, x] for x, y in edge]]}
    assert refused(wrong).proposal == {"type": "Polygon", "coordinates": [edge]}


@pytest.mark.django_db
def test_the_database_turns_as_we_do() -> None:
    parts = shapely.MultiPolygon([shapely.box(3.7, 51, 3.8, 51.1), shapely.box(4, 51, 4.1, 51.1, ccw=False)])
    for shape in (parts, shapely.from_geojson(json.dumps(SQUARE)), shapely.LineString(LINE["coordinates"])):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ST_AsBinary({TURNED.format('%s::geometry')})", [shape.wkt])
            (found,) = cursor.fetchone()
        assert shapely.equals_exact(shapely.from_wkb(bytes(found)), turned_shape(shape))


def test_heights_are_left_out() -> None:
    assert as_geojson(read({"type": "Point", "coordinates": [3.72, 51.05, 12.5]})) == {
        "type": "Point", "coordinates": [3.72, 51.05],
    }  # fmt: skip


_DEGREES = st.tuples(st.floats(3.0, 5.5), st.floats(50.9, 51.2)).map(list)


@given(st.lists(_DEGREES, min_size=2, max_size=20))
def test_no_figure_of_a_coordinate_is_lost(places: list[list[float]]) -> None:
    shape = {"type": "MultiPoint", "coordinates": places}
    assert as_geojson(read(shape)) == shape


@pytest.mark.parametrize(
    "shape",
    [
        None, "POINT(3.72 51.05)", [], {}, {"type": "Point"}, {"type": "Point", "coordinates": None},
        {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [3.72]},
        {"type": "Point", "coordinates": ["3.72", "51.05"]}, {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [3.72, None]}, {"type": "Point", "coordinates": [math.nan, 51.05]},
        {"type": "Point", "coordinates": [math.inf, 51.05]}, {"type": "Point", "coordinates": [[3.72, 51.05]]},
        {"type": "Point", "coordinates": [3.72, 51.05, 1, 2, 3]}, {"type": "LineString", "coordinates": [[3.7, 51]]},
        {"type": "LineString", "coordinates": []}, {"type": "MultiPoint", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[3.7, 51], [3.8, 51], [3.8, 51.1]]]},
        {"type": "Polygon", "coordinates": [[[3.7, 51], [3.8, 51], [3.8, 51.1], [3.7, 51.1]]]},
        {"type": "Polygon", "coordinates": [[[3.7, 51], [3.7, 51]]]}, {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": []}, {"type": "MultiPolygon", "coordinates": [[]]},
        {"type": "GeometryCollection", "geometries": []}, {"type": "CircularString", "coordinates": [[3.7, 51]]},
        {"type": "Feature", "geometry": None}, {"type": ["Point"], "coordinates": [3.7, 51]},
        {"type": "LineString", "coordinates": [[3.7, 51], [3.7, 51]]},
    ],
)  # fmt: skip
def test_what_is_no_shape_is_refused(shape: Any) -> None:
    refused(shape)


@pytest.mark.parametrize(
    "text", ["", "POINT", "{", "[]", "POINT(3.7)", '{"type": "Feature"}', "POINT EMPTY", "x" * 99]
)
def test_what_is_no_shape_in_text_is_refused(text: str) -> None:
    with pytest.raises(ShapeRefused):
        read_shape_text(text, most_vertices=MOST)


def test_too_many_corners_are_refused_before_anything_is_made_of_them() -> None:
    assert "te veel punten" in str(refused({"type": "LineString", "coordinates": [[3.7, 51]] * (MOST + 1)}))
    with pytest.raises(ShapeRefused):
        read_shape_text("[" * 3_000_000, most_vertices=MOST)


def test_a_shape_that_crosses_itself_says_where_and_proposes_a_whole_one() -> None:
    error = refused(BOWTIE)
    assert error.where == pytest.approx((3.75, 51.05))
    assert "3.75" in str(error)
    assert error.proposal is not None
    mended = read(error.proposal)
    assert mended.valid
    assert mended.geom_type == "MultiPolygon"
    assert read(BOWTIE, repair=True).equals(mended)


def test_a_shape_is_only_mended_when_somebody_says_so() -> None:
    """And only to something of the same sort: an area of which a line is left is no area."""
    flat = {"type": "Polygon", "coordinates": [[[3.7, 51], [3.8, 51], [3.7, 51], [3.7, 51]]]}
    assert refused(flat, repair=True).proposal is None


@pytest.mark.parametrize(
    ("coordinates", "words"),
    [
        ([51.05, 3.72], "omgewisseld"),
        ([104_880.0, 193_860.0], "31370"),
        ([193_860.0, 104_880.0], "31370, met x en y"),
        ([604_893.0, 693_846.0], "3812"),
    ],
)
def test_exchanged_axes_and_metres_come_back_as_a_proposal(coordinates: list[float], words: str) -> None:
    error = refused({"type": "Point", "coordinates": coordinates})
    assert words in str(error)
    assert error.proposal is not None
    lon, lat = error.proposal["coordinates"]
    assert (lon, lat) == pytest.approx((3.72, 51.05), abs=0.02)
    read(error.proposal)


def test_a_line_in_metres_is_proposed_whole() -> None:
    error = refused({"type": "LineString", "coordinates": [[104_880, 193_860], [105_880, 193_860]]})
    assert error.proposal is not None
    assert error.proposal["type"] == "LineString"


@pytest.mark.parametrize("coordinates", [[2.35, 48.85], [0, 0], [500, 500], [1e9, 1e9], [-3.7, 51], [4.9, 52.37]])
def test_what_lies_elsewhere_is_refused_without_a_guess(coordinates: list[float]) -> None:
    error = refused({"type": "Point", "coordinates": coordinates})
    assert error.proposal is None
    assert "België" in str(error)


def test_metres_are_read_where_their_system_is_named() -> None:
    shape = read({"type": "Point", "coordinates": [104_880, 193_860]}, srid=31370)
    assert (shape.x, shape.y) == pytest.approx((3.72, 51.05), abs=0.02)
    assert shape.srid == 4326
    refused({"type": "Point", "coordinates": [3.72, 51.05]}, srid=31370)
    refused({"type": "Point", "coordinates": [1e300, 1e300]}, srid=3812)
    refused({"type": "Point", "coordinates": [3.72, 51.05]}, srid=28992)


def test_one_corner_abroad_is_enough() -> None:
    refused({"type": "LineString", "coordinates": [[3.72, 51.05], [5.12, 52.09]]})


def test_a_refusal_is_a_validation_error_of_the_field() -> None:
    assert isinstance(refused(BOWTIE), ValidationError)
