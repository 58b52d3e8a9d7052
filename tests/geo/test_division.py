"""An outline is divided among municipalities by their places and areas, without gaps or overlaps."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.division import LARGEST_CRUMB_M2, Seed, divide, joined

#: Ten by eight kilometres.
FIELD = shapely.box(600_000, 650_000, 610_000, 658_000)
#: What squares of 50 m along the borders of a field may be off, as a share of it.
ROUGHLY = 0.02


def seed(x_km: float, y_km: float, population: int = 1_000) -> Seed:
    """A place so many kilometres east and north of the south-western corner of the field."""
    return Seed(600_000 + x_km * 1_000, 650_000 + y_km * 1_000, population)


def share(part: shapely.Geometry) -> float:
    return float(part.area / FIELD.area)


def test_a_canton_of_one_municipality_is_its_boundary() -> None:
    assert divide(FIELD, {"11001": 1.0}, {"11001": [seed(5, 4)]}) == {"11001": FIELD}


def test_two_alike_meet_halfway() -> None:
    parts = divide(FIELD, {"1": 40e6, "2": 40e6}, {"1": [seed(2.5, 4)], "2": [seed(7.5, 4)]})
    assert share(parts["1"]) == pytest.approx(0.5, abs=ROUGHLY)
    assert parts["1"].bounds[2] == pytest.approx(605_000, abs=100)


def test_of_two_the_larger_gets_more_whatever_its_people() -> None:
    parts = divide(FIELD, {"1": 60e6, "2": 20e6}, {"1": [seed(2.5, 4, 600)], "2": [seed(7.5, 4, 90_000)]})
    assert share(parts["1"]) == pytest.approx(0.75, abs=ROUGHLY)


def test_of_two_places_the_one_with_more_people_reaches_further() -> None:
    around = {"1": [seed(2.5, 4)], "2": [seed(7.5, 6.5, 90_000), seed(7.5, 1.5, 500)]}
    part = divide(FIELD, {"1": 40e6, "2": 40e6}, around)["2"]
    north, south = (part.intersection(shapely.box(600_000, y, 610_000, y + 100)) for y in (656_500, 651_500))
    assert north.bounds[0] < south.bounds[0] - 500


def test_a_place_beyond_the_outline_draws_what_lies_on_its_side() -> None:
    parts = divide(FIELD, {"1": 60e6, "2": 20e6}, {"1": [seed(4, 4)], "2": [seed(13, 4)]})
    assert share(parts["2"]) == pytest.approx(0.25, abs=ROUGHLY)
    assert parts["2"].contains(shapely.Point(609_900, 654_000))


def test_a_small_piece_apart_without_a_place_goes_to_those_around_it() -> None:
    # An arm leaves the west, and runs above the field to the east: its far end lies nearer to the eastern place.
    arm = [shapely.box(600_000, 658_000, 600_500, 659_500), shapely.box(600_500, 659_000, 610_000, 659_500)]
    outline = shapely.union_all([FIELD, *arm])
    parts = divide(outline, {"1": 42e6, "2": 42e6}, {"1": [seed(2.5, 4)], "2": [seed(7.5, 4)]})
    assert arm[1].area / 2 < LARGEST_CRUMB_M2
    assert len(shapely.get_parts(parts["2"])) == 1
    assert parts["1"].contains(shapely.Point(609_900, 659_250))


def test_a_piece_apart_that_holds_a_place_stays() -> None:
    arm = [shapely.box(600_000, 658_000, 600_200, 659_300), shapely.box(600_200, 659_000, 610_000, 659_300)]
    around = {"1": [seed(2.5, 4)], "2": [seed(7.5, 4), seed(9, 9.15)]}
    parts = divide(shapely.union_all([FIELD, *arm]), {"1": 42e6, "2": 42e6}, around)
    assert min(piece.area for piece in shapely.get_parts(parts["2"])) < LARGEST_CRUMB_M2
    assert len(shapely.get_parts(parts["2"])) == 2
    assert parts["2"].contains(shapely.Point(609_900, 659_150))


def test_enclaves_abroad_stay_together() -> None:
    enclaves = [shapely.box(x, 661_000, x + 300, 661_300) for x in (600_500, 601_500, 607_000)]
    around = {"1": [seed(8, 3, 20_000)], "2": [seed(1, 7)]}
    parts = divide(shapely.union_all([FIELD, *enclaves]), {"1": 60e6, "2": 20e6}, around)
    assert all(parts["2"].covers(enclave) for enclave in enclaves)


municipalities = st.lists(
    st.tuples(
        st.lists(st.tuples(st.floats(0.2, 9.8), st.floats(0.2, 7.8), st.integers(0, 100_000)), min_size=1, max_size=3),
        st.floats(5, 30),
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(given_=municipalities)
def test_whatever_the_places_the_parts_fill_the_outline_and_touch_without_overlap(
    given_: list[tuple[list[tuple[float, float, int]], float]],
) -> None:
    areas = {str(number): hectares for number, (_places, hectares) in enumerate(given_)}
    around = {str(number): [seed(*place) for place in places] for number, (places, _hectares) in enumerate(given_)}
    parts = divide(FIELD, areas, around)
    assert sum(part.area for part in parts.values()) == pytest.approx(FIELD.area)
    assert shapely.union_all(list(parts.values())).area == pytest.approx(FIELD.area)
    whole = joined(sorted(parts.items()))
    assert shapely.coverage_is_valid(list(whole.values()))
    assert sum(part.area for part in whole.values()) == pytest.approx(FIELD.area, rel=0.001)


def test_parts_of_one_municipality_in_two_cantons_become_one_area() -> None:
    west, east = shapely.box(0, 0, 3_000, 3_000), shapely.box(3_000, 0, 6_000, 3_000)
    north = shapely.box(0, 3_000, 6_000, 5_000)
    whole = joined([("1", west), ("1", east), ("2", north)])
    assert whole["1"].equals(shapely.box(0, 0, 6_000, 3_000))
    assert shapely.coverage_is_valid(list(whole.values()))


def test_a_corner_on_another_s_straight_line_is_a_corner_of_both() -> None:
    # Where three meet, the line of the third bends a little: rounding would leave a gap.
    west = shapely.Polygon([(0, 0), (2_000, 0), (2_000.3, 1_500.4), (0, 1_499.2)])
    east = shapely.Polygon([(2_000, 0), (5_000, 0), (5_000, 1_502.4), (2_000.3, 1_500.4)])
    north = shapely.Polygon([(0, 1_499.2), (5_000, 1_502.4), (5_000, 4_000), (0, 4_000)])
    whole = joined([("1", west), ("2", east), ("3", north)])
    assert shapely.coverage_is_valid(list(whole.values()))
    assert len(shapely.union_all(list(whole.values())).interiors) == 0
    assert all((shapely.get_coordinates(area) % 1 == 0).all() for area in whole.values())


def test_a_hole_that_belongs_to_nobody_stays_a_hole() -> None:
    hole = shapely.box(604_000, 653_000, 605_000, 654_000)
    whole = joined([("1", FIELD.difference(hole))])
    assert whole["1"].area == pytest.approx(FIELD.area - hole.area)
