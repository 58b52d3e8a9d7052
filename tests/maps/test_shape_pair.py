"""A changed shape is drawn over the one it was, and said in numbers."""

import math
import re

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from frontend.maps.shape_pair import HEIGHT, WIDTH, ShapePair, shape_pair
from maps import services
from maps.models import MapFeature
from tests.maps.makers import LINE, SQUARE, Story, point, shape

#: A degree of latitude, in metres, to within a thousandth hereabouts.
DEGREE_M = 111_250


def square(metres: float, north: float = 0.0) -> GEOSGeometry:
    """A square near Gent with sides of so many metres, moved north by so many."""
    lat = 51.05 + north / DEGREE_M
    high, wide = metres / DEGREE_M, metres / (DEGREE_M * math.cos(math.radians(51.05)))
    corners = [[3.7, lat], [3.7 + wide, lat], [3.7 + wide, lat + high], [3.7, lat + high], [3.7, lat]]
    return shape({"type": "Polygon", "coordinates": [corners]})


def drawn(before: object, after: object) -> ShapePair:
    pair = shape_pair(before, after)
    assert pair is not None
    return pair


def said(before: object, after: object) -> str:
    return ", ".join(drawn(before, after).words).replace("\N{NO-BREAK SPACE}", " ")


def test_numbers_say_what_moved_grew_or_became_longer() -> None:
    assert re.fullmatch(r"1[12] m verschoven", said(square(30), square(30, north=12)))
    grown = said(square(30), square(35))
    found = re.search(r"([\d\s]+) m² groter, van ([\d\s]+) m² naar ([\d\s.]+) m²", grown)
    assert found, grown
    more, before, after = (int(re.sub(r"\D", "", number)) for number in found.groups())
    assert more == pytest.approx(325, abs=8)
    assert before == pytest.approx(900, abs=8)
    assert after == pytest.approx(1_225, abs=10)
    assert "kleiner" in said(square(35), square(30))
    longer = {"type": "LineString", "coordinates": [*LINE["coordinates"], [3.76, 51.05]]}
    assert re.search(r"(6|7)\d\d m langer", said(LINE, longer))
    assert "een ander soort vorm" in said(point(), square(30))
    two = {"type": "MultiPoint", "coordinates": [[3.70, 51.05], [3.71, 51.05]]}
    assert "van 1 naar 2 delen" in said(point(3.705, 51.05), two)


def test_what_is_the_same_or_stands_alone_is_not_drawn() -> None:
    assert shape_pair(SQUARE, SQUARE) is None
    assert shape_pair(None, SQUARE) is None
    assert shape_pair(SQUARE, None) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [(SQUARE, LINE), (point(3.70, 51.04), point(3.75, 51.08)), (point(), point(3.717401, 51.0543)), (LINE, SQUARE)],
)
def test_all_of_both_lies_within_the_drawing_at_one_scale(before: object, after: object) -> None:
    pair = drawn(before, after)
    places = [
        (float(x), float(y))
        for one in (pair.before, pair.after)
        for x, y in [*one.points, *re.findall(r"(-?[\d.]+) (-?[\d.]+)", one.path)]
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert len(set(places)) > 1 or len(places) == 2


def test_a_hole_stays_a_hole_and_thousands_of_corners_become_few() -> None:
    assert drawn(SQUARE, square(30)).before.path.count("M") == 2
    circle = point().buffer(0.01, quadsegs=2_000)
    assert drawn(circle, circle.buffer(0.001)).before.path.count("L") < 400


@pytest.mark.django_db
def test_history_a_proposal_and_a_conflict_show_both_shapes() -> None:
    story = Story()
    feature = story.published(geometry=square(30))
    services.propose_change(by=story.proposer, feature=feature, version=feature.version, geometry=square(30, north=12))
    client = Client()
    client.force_login(story.editor)
    text = client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert text.count('class="shapepair"') == 1
    assert "m verschoven" in text
    services.change_feature(by=story.manager, feature=feature, version=feature.version, geometry=square(35))
    text = client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert text.count('class="shapepair"') == 2
    assert "m² groter" in text
    client.force_login(story.manager)
    answer = client.post(
        f"/kaarten/element/{feature.pk}/wijzigen/",
        {
            "title": feature.title, "kind": "stock", "shape": square(40).wkt, "quantity": "40", "unit": "tonne",
            "quantity_basis": "estimated", "declared_status": "unsure", "certainty": "likely", "visibility": "4",
            "version": feature.version,
        },
    )  # fmt: skip
    assert answer.status_code == 409
    assert answer.content.decode().count('class="shapepair"') == 2
    assert MapFeature.objects.get().geometry.area == pytest.approx(square(35).area)
