"""Whatever geometry comes: it is taken as it is, or refused with a reason; and numbers are what they look like."""

import math
import struct
from collections.abc import Sequence

import numpy as np
import pyarrow
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.files.child.gdal import _days
from maps.files.child.shapes import bring_to_degrees, check_validity, kind_of, parsed
from maps.files.child.systems import Proposal, proposals, srid_of, to_degrees
from maps.files.limits import MOST_VERTICES
from maps.files.refusals import TEXTS
from tests.maps.geodata import GROUND, SQUARE, lambert

#: Tiny, huge, and none: what a file can hold where a coordinate stands.
numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 5e-324, 1e308, -1e308, 4.0, 51.0, 1e5, 2e5])
)
places = st.tuples(numbers, numbers)
inside = st.tuples(st.floats(3.7, 4.7), st.floats(50.8, 51.2))


def wkb(kind: int, content: bytes) -> bytes:
    """A geometry byte by byte: Shapely makes none of what isn't finite."""
    return struct.pack("<bI", 1, kind) + content


def line_content(corners: Sequence[tuple[float, float]]) -> bytes:
    return struct.pack("<I", len(corners)) + b"".join(struct.pack("<dd", *corner) for corner in corners)


def of_parts(kind: int, parts: Sequence[bytes]) -> bytes:
    return wkb(kind, struct.pack("<I", len(parts)) + b"".join(parts))


points = places.map(lambda corner: wkb(1, struct.pack("<dd", *corner)))
lines = st.lists(places, max_size=6).map(lambda corners: wkb(2, line_content(corners)))
rings = st.lists(st.one_of(places, inside), min_size=3, max_size=8).map(
    lambda corners: line_content([*corners, corners[0]])
)
polygons = st.lists(rings, max_size=2).map(lambda found: wkb(3, struct.pack("<I", len(found)) + b"".join(found)))
shapes_of_all_kinds = st.one_of(
    points, lines, polygons,
    st.lists(points, max_size=3).map(lambda parts: of_parts(4, parts)),
    st.lists(polygons, max_size=3).map(lambda parts: of_parts(6, parts)),
    # Curves, surfaces and collections; and parts of another kind than their whole.
    st.tuples(st.integers(0, 20), st.lists(st.one_of(points, polygons), max_size=2)).map(lambda one: of_parts(*one)),
)  # fmt: skip


def taken(raw: list[bytes | None], srid: int = 4326, *, swapped: bool = False, repair: bool = False) -> list[object]:
    """Each geometry as it comes out, or the code of why it doesn't."""
    shapes = parsed(raw)
    bring_to_degrees(shapes, np.full(len(raw), srid), swapped=swapped, ground=GROUND)
    check_validity(shapes, repair=repair)
    for code, values in shapes.faults.values():
        assert TEXTS[code] % values
    return [shapes.faults[at][0] if at in shapes.faults else shapes.geometries[at] for at in range(len(raw))]


@settings(max_examples=60)
@given(
    st.lists(shapes_of_all_kinds, max_size=5), st.sampled_from([4326, 31370, 3812, 3857]), st.booleans(), st.booleans()
)
def test_what_is_taken_is_valid_bounded_and_in_belgium(
    raw: list[bytes], srid: int, swapped: bool, repair: bool
) -> None:
    found = taken(list(raw), srid, swapped=swapped, repair=repair)
    assert len(found) == len(raw)
    for shape in found:
        if isinstance(shape, shapely.Geometry):
            assert shape.is_valid
            assert not shape.is_empty
            assert not shape.has_z
            assert shapely.get_num_coordinates(shape) <= MOST_VERTICES
            assert GROUND.holds(shapely.get_coordinates(shape)).all()


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_bytes_that_are_no_geometry_are_refused(raw: list[bytes]) -> None:
    assert len(taken(list(raw))) == len(raw)


@given(st.lists(inside, min_size=4, max_size=9))
def test_a_mended_shape_is_where_the_crossing_one_was(corners: list[tuple[float, float]]) -> None:
    shape = shapely.Polygon(corners)
    (as_it_is,), (mended,) = taken([shapely.to_wkb(shape)]), taken([shapely.to_wkb(shape)], repair=True)
    if shape.is_valid:
        assert shapely.equals(as_it_is, shape)
        assert shapely.equals(mended, shape)
    else:
        assert isinstance(as_it_is, str)
        assert isinstance(mended, str) or shapely.within(mended, shapely.convex_hull(shape).buffer(1e-9))


@given(st.sampled_from([shapely.force_3d(SQUARE, 1.5), shapely.force_3d(SQUARE, -1e308), SQUARE]), st.booleans())
def test_heights_are_seen_in_both_notations(shape: shapely.Geometry, iso: bool) -> None:
    wkb = shapely.to_wkb(shape, flavor="iso" if iso else "extended", output_dimension=3)
    assert kind_of(wkb) == (3, shape.has_z, False)
    (found,) = taken([wkb])
    assert shapely.equals(found, SQUARE)


@given(st.lists(inside, min_size=1, max_size=20), st.sampled_from([4326, 31370, 3812, 28992]), st.booleans())
def test_the_first_proposal_is_what_the_numbers_were(
    where: list[tuple[float, float]], srid: int, swapped: bool
) -> None:
    lying = np.array([point for point in where if GROUND.score(np.array([point]))[1]]).reshape(-1, 2)
    if not len(lying):
        return
    numbers_given = shapely.get_coordinates([lambert(shapely.Point(one), srid) for one in lying])
    found = proposals(numbers_given[:, ::-1] if swapped else numbers_given, None, GROUND)
    assert Proposal(srid, swapped, len(lying), len(lying)) in found
    # Metres near the middle of the country lie in it either way; then the usual order comes first.
    assert (found[0].srid, found[0].fits) == (srid, len(lying))
    if not swapped:
        assert not found[0].swapped
        assert proposals(numbers_given, srid, GROUND) == []


@given(st.lists(places, max_size=10), st.sampled_from([None, 4326, 31370]))
def test_no_number_breaks_the_proposals(where: list[tuple[float, float]], declared: int | None) -> None:
    for one in proposals(np.array(where).reshape(-1, 2), declared, GROUND):
        assert 0 < one.fits <= one.of <= len(where)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_a_system(text: str) -> None:
    assert srid_of(text) is None or text.upper().startswith(("EPSG:", "OGC:"))


def test_systems_are_known_by_the_texts_that_programs_write() -> None:
    esri = (
        'PROJCS["Belge_Lambert_1972",GEOGCS["GCS_Belge_1972",DATUM["D_Belge_1972",SPHEROID["International_1924",6378388.0,'
        '297.0]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
        'PARAMETER["False_Easting",150000.013],PARAMETER["False_Northing",5400088.438],PARAMETER["Central_Meridian",'
        '4.36748666666667],PARAMETER["Standard_Parallel_1",51.1666672333333],PARAMETER["Standard_Parallel_2",49.8333339],'
        'PARAMETER["Latitude_Of_Origin",90.0],UNIT["Meter",1.0]]'
    )
    said = ["EPSG:31370", "epsg:3812", "OGC:CRS84", "EPSG:4979", esri, "EPSG:999999", "EPSG:5710", "", "Lambert"]
    assert [srid_of(text) for text in said] == [31370, 3812, 4326, 4326, 31370, None, None, None, None]


def test_numbers_without_a_place_are_nowhere_in_belgium() -> None:
    moved = to_degrees(np.array([[1e30, 1e30], [math.nan, 1.0], [math.inf, 1.0], [150_000.0, 170_000.0]]), 31370)
    assert GROUND.holds(moved).tolist() == [False, False, False, True]


def test_days_of_any_year_are_texts() -> None:
    column = pyarrow.array([-719_528, -719_162, 19_782, None, 2_932_896], pyarrow.int32()).cast(pyarrow.date32())
    assert _days(column) == ["0000-01-01", "0001-01-01", "2024-02-29", None, "9999-12-31"]
