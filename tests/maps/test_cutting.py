"""Splitting and joining: nothing of a shape or a quantity is lost, and both are undone as one change."""

import math
from decimal import Decimal
from typing import Any

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from geo import cutting
from geo.cutting import MOST_CORNERS, MOST_KNIFE_CORNERS, MOST_MEETINGS, MOST_PIECES, join_shapes, split_shape
from geo.shapes import read_shape
from maps import services
from maps.conflicts import Conflict
from maps.enums import DocumentKind, Power
from maps.models import MapFeature, MapFeatureListing
from tests.makers import material, published
from tests.maps.makers import ACROSS, LINE, SQUARE, Story, pdf, point, shape
from tests.maps.stories import webp
from tests.maps.test_pages import of

#: Two squares that touch along an edge, and one that lies apart.
LEFT, RIGHT, APART = ((lon, 51.0, lon + 0.01, 51.01) for lon in (3.7, 3.71, 3.75))


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def line(*places: tuple[float, float]) -> Any:
    return shape({"type": "LineString", "coordinates": places})


def plain(one: Any) -> Any:
    return shapely.from_wkb(bytes(one.wkb))


def refused(call: Any) -> list[str]:
    with pytest.raises(ValidationError) as found:
        call()
    return list(found.value.message_dict)


# ---- shapes ----

_angles = st.floats(0, 6.28)
_radii = st.lists(st.floats(0.004, 0.02), min_size=3, max_size=12)


def _star(radii: list[float]) -> Any:
    """An area around Gent whose corners lie so far from its middle: valid for every list of radii."""
    rays = [_on_circle(2 * math.pi * number / len(radii)) for number in range(len(radii))]
    corners = [(3.72 + radius * x, 51.05 + radius * y) for radius, (x, y) in zip(radii, rays, strict=True)]
    hole = shapely.box(3.7199, 51.0499, 3.7201, 51.0501)
    return shape(shapely.geometry.mapping(shapely.Polygon(corners).difference(hole)))


def _on_circle(angle: float) -> tuple[float, float]:
    return math.cos(angle), math.sin(angle)


@given(radii=_radii, angle=_angles, aside=st.floats(-0.0015, 0.0015))
def test_pieces_of_an_area_add_up_and_don_t_overlap(radii: list[float], angle: float, aside: float) -> None:
    whole = _star(radii)
    x, y = _on_circle(angle)
    middle = (3.72 - y * aside, 51.05 + x * aside)
    across = line((middle[0] - x * 0.05, middle[1] - y * 0.05), (middle[0] + x * 0.05, middle[1] + y * 0.05))
    pieces = split_shape(whole, across)
    assert len(pieces) >= 2
    assert sum(plain(one).area for one in pieces) == pytest.approx(plain(whole).area, rel=1e-9)
    assert plain(pieces[0]).area == max(plain(one).area for one in pieces)
    assert shapely.area(shapely.intersection(plain(pieces[0]), plain(pieces[1]))) < 1e-15
    back = pieces[0]
    for piece in pieces[1:]:
        back = join_shapes(back, piece)
    assert shapely.area(shapely.symmetric_difference(plain(back), plain(whole))) < 1e-12


_lats = st.floats(51.03, 51.07)


@given(
    st.tuples(st.floats(3.7, 3.715), _lats),
    st.lists(st.tuples(st.floats(3.7, 3.74), _lats), max_size=9),
    st.tuples(st.floats(3.725, 3.74), _lats),
)
def test_pieces_of_a_line_are_as_long_as_it_was(
    start: tuple[float, float], between: list[tuple[float, float]], end: tuple[float, float]
) -> None:
    whole = line(start, *between, end)
    pieces = split_shape(whole, line((3.72, 51.0), (3.7201, 51.1)))
    assert len(pieces) >= 2
    assert sum(plain(one).length for one in pieces) == pytest.approx(plain(whole).length, rel=1e-9)


def test_a_hole_stays_a_hole_and_parts_that_aren_t_cut_stay_with_the_largest() -> None:
    given_shape = {
        "type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], square(*APART)["coordinates"]],
    }  # fmt: skip
    first, second = split_shape(shape(given_shape), shape(ACROSS))
    assert (first.geom_type, second.geom_type) == ("MultiPolygon", "Polygon")
    assert [len(part.interiors) for part in shapely.get_parts(plain(first))] == [1, 0]
    through_hole = line((3.715, 51.03), (3.715, 51.09))
    assert [len(plain(one).interiors) for one in split_shape(shape(SQUARE), through_hole)] == [0, 0]


@pytest.mark.parametrize(
    ("whole", "knife"),
    [
        (SQUARE, [(3.6, 51.0), (3.65, 51.0)]),
        (SQUARE, [(3.705, 51.0), (3.705, 51.05)]),
        ({"type": "Point", "coordinates": [3.72, 51.05]}, [(3.7, 51.0), (3.8, 51.1)]),
        (LINE, [(3.70, 51.04), (3.71, 51.045)]),
        (SQUARE, [(3.69 + n % 2 * 0.06, 51.041 + n * 0.0012) for n in range(2 * MOST_PIECES)]),
    ],
    ids=["beside", "ends-inside", "point", "along", "too-many"],
)
def test_what_doesn_t_cut_is_refused(whole: dict[str, Any], knife: list[tuple[float, float]]) -> None:
    assert refused(lambda: split_shape(shape(whole), line(*knife))) == ["line"]


def test_what_touches_becomes_one_and_what_lies_apart_stays_two_parts() -> None:
    joined = join_shapes(shape(square(*LEFT)), shape(square(*RIGHT)))
    assert (joined.geom_type, plain(joined).area) == ("Polygon", pytest.approx(0.0002))
    assert join_shapes(shape(square(*LEFT)), shape(square(*APART))).geom_type == "MultiPolygon"
    assert join_shapes(point(), point(3.73)).geom_type == "MultiPoint"
    ends_meet = join_shapes(line((3.7, 51), (3.71, 51)), line((3.72, 51), (3.71, 51)))
    assert [tuple(place) for place in plain(ends_meet).coords] in (
        [(3.7, 51), (3.71, 51), (3.72, 51)], [(3.72, 51), (3.71, 51), (3.7, 51)],
    )  # fmt: skip
    crossing = join_shapes(line((3.7, 51), (3.72, 51)), line((3.71, 50.99), (3.71, 51.01)))
    assert [len(part.coords) for part in shapely.get_parts(plain(crossing))] == [2, 2]
    assert refused(lambda: join_shapes(point(), shape(LINE))) == ["other"]


# ---- elements ----


@pytest.mark.django_db
def test_a_split_keeps_fields_and_divides_the_quantity() -> None:
    story = Story()
    feature = story.draft(geometry=shape(SQUARE), quantity=10, quantity_basis="measured", source_reference="A-7")
    first, second = services.split_feature(by=story.editor, feature=feature, version=1, line=shape(ACROSS))
    assert (first.pk, first.version, first.source_reference, first.title) == (feature.pk, 2, "A-7", feature.title)
    assert (second.source_reference, second.title) == ("", f"{feature.title} (2)")
    assert [row.quantity for row in (first, second)] == [Decimal("8.667"), Decimal("1.333")]
    assert first.quantity_basis == second.quantity_basis == "estimated"
    for name in ("kind", "material", "unit", "state", "visibility", "layer"):
        assert getattr(first, name) == getattr(second, name) == getattr(feature, name), name
    assert [row.mass_kg for row in (first, second)] == [8_667, 1_333]


@pytest.mark.django_db
def test_counted_things_stay_whole_and_too_little_is_unknown() -> None:
    story = Story()
    counted = story.draft(geometry=shape(SQUARE), material=None, quantity=3, unit="pallet")
    pieces = services.split_feature(by=story.editor, feature=counted, version=1, line=shape(ACROSS))
    assert [piece.quantity for piece in pieces] == [3, None]
    assert (pieces[1].unit, pieces[1].quantity_basis) == ("", "unknown")


@pytest.mark.django_db
def test_a_split_is_undone_as_one_from_either_piece_and_redone() -> None:
    story = Story()
    for at in (0, 1):
        feature = story.draft(geometry=shape(SQUARE))
        pieces = services.split_feature(by=story.manager, feature=feature, version=1, line=shape(ACROSS))
        services.undo_feature(by=story.manager, feature=pieces[at], seen=pieces[at].version)
        first, second = (MapFeature.objects.get(pk=piece.pk) for piece in pieces)
        assert (first.geometry, first.quantity) == (feature.geometry, feature.quantity)
        assert second.state == "withdrawn"
        services.undo_feature(by=story.manager, feature=first, seen=first.version)
        again = [MapFeature.objects.get(pk=piece.pk) for piece in pieces]
        assert [one.geometry for one in again] == [piece.geometry for piece in pieces]
        assert again[1].state == "draft"


@pytest.mark.django_db
def test_a_piece_that_changed_since_holds_the_undoing_back() -> None:
    story = Story()
    feature = story.draft(geometry=shape(SQUARE))
    first, second = services.split_feature(by=story.editor, feature=feature, version=1, line=shape(ACROSS))
    services.change_feature(by=story.editor, feature=second, version=1, title="Anders")
    with pytest.raises(ValidationError, match="Anders"):
        services.undo_feature(by=story.editor, feature=first, seen=first.version)
    assert MapFeature.objects.get(pk=first.pk).version == 2


@pytest.mark.django_db
def test_a_join_adds_up_and_is_undone_as_one() -> None:
    story = Story()
    one, other = (story.draft(geometry=shape(square(*box)), quantity=4) for box in (LEFT, RIGHT))
    joined = services.join_features(by=story.editor, feature=one, version=1, other=other, other_version=1)
    assert (joined.pk, joined.quantity, joined.geometry.geom_type) == (one.pk, Decimal(8), "Polygon")
    assert MapFeature.objects.get(pk=other.pk).state == "withdrawn"
    services.undo_feature(by=story.manager, feature=joined, seen=2)
    back = [MapFeature.objects.get(pk=row.pk) for row in (one, other)]
    assert [(row.quantity, row.state, row.geometry) for row in back] == [
        (Decimal(4), "draft", one.geometry), (Decimal(4), "draft", other.geometry),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"unit": "kg"},
        {"material": None},
        {"kind": "flow", "period": "week"},
        {"visibility": 2},
        {"geometry": shape(LINE)},
    ],
    ids=["unit", "material", "kind", "visibility", "shape"],
)
def test_what_doesn_t_add_up_isn_t_joined(other: dict[str, Any]) -> None:
    story = Story()
    one, two = story.draft(), story.draft(**other)
    call: dict[str, Any] = {"by": story.editor, "feature": one, "version": 1, "other": two, "other_version": 1}
    assert refused(lambda: services.join_features(**call)) == ["other"]
    assert refused(lambda: services.join_features(**call | {"other": one})) == ["other"]
    assert MapFeature.objects.get(pk=two.pk).state == "draft"


@pytest.mark.django_db
def test_flows_of_other_months_don_t_add_up() -> None:
    story = Story()
    one, two = (story.draft(kind="flow", period="week", season_months=months) for months in ([6, 7], []))
    call: dict[str, Any] = {"by": story.editor, "feature": one, "version": 1, "other": two, "other_version": 1}
    assert refused(lambda: services.join_features(**call)) == ["other"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "words"),
    [
        ({"kind": "place"}, "Het ene is een plaats, het andere een voorraad."),
        ({"kind": "flow"}, "Het ene is een stroom, het andere een voorraad."),
    ],
)
def test_two_of_another_kind_are_named_as_what_they_are(first: dict[str, Any], words: str) -> None:
    story = Story()
    one = story.draft(**first, material=None, quantity=None, unit="", quantity_basis="unknown")
    with pytest.raises(ValidationError, match=words):
        services.join_features(by=story.editor, feature=one, version=1, other=story.draft(), other_version=1)


@pytest.mark.django_db
def test_an_unknown_quantity_takes_the_one_that_is_known() -> None:
    story = Story()
    one = story.draft(quantity=None, unit="", quantity_basis="unknown")
    joined = services.join_features(by=story.editor, feature=one, version=1, other=story.draft(), other_version=1)
    assert (joined.quantity, joined.unit, joined.quantity_basis) == (Decimal(40), "tonne", "estimated")


@pytest.mark.django_db
def test_an_unknown_quantity_takes_the_months_in_which_the_known_one_comes() -> None:
    story = Story()
    flow: dict[str, Any] = {"kind": "flow", "period": "week"}
    one = story.draft(**flow, quantity=None, unit="", quantity_basis="unknown")
    joined = services.join_features(
        by=story.editor, feature=one, version=1, other=story.draft(**flow, season_months=[6, 7]), other_version=1
    )
    assert (joined.quantity, joined.season_months) == (Decimal(40), [6, 7])


@pytest.mark.django_db
def test_who_may_not_change_neither_splits_nor_joins() -> None:
    story = Story()
    shown, draft = story.published(geometry=shape(SQUARE)), story.draft(geometry=shape(SQUARE))
    for by, feature in ((story.editor, shown), (story.proposer, shown), (story.holder(Power.SEE), shown)):
        with pytest.raises(PermissionDenied):
            services.split_feature(by=by, feature=feature, version=feature.version, line=shape(ACROSS))
        with pytest.raises(PermissionDenied):
            services.join_features(by=by, feature=draft, version=1, other=feature, other_version=feature.version)
    with pytest.raises(Conflict):
        services.split_feature(by=story.editor, feature=draft, version=9, line=shape(ACROSS))
    with pytest.raises(Conflict):
        services.join_features(by=story.manager, feature=draft, version=1, other=shown, other_version=9)
    first, second = services.split_feature(by=story.manager, feature=shown, version=shown.version, line=shape(ACROSS))
    assert [first.state, second.state] == ["published", "published"]


def circle(corners: int) -> Any:
    ring = shapely.Point(3.72, 51.05).buffer(0.01, quad_segs=corners // 4)
    return read_shape(shapely.geometry.mapping(ring), most_vertices=2 * corners)


def test_work_without_end_is_refused_before_it_begins() -> None:
    long = line(*((3.69 + number * 0.0006, 51.041) for number in range(MOST_KNIFE_CORNERS + 1)))
    crossing = line((3.69, 51.05), (3.75, 51.05), (3.72, 51.09), (3.72, 51.03))
    whole = circle(MOST_CORNERS + 4)
    for one, knife in ((shape(SQUARE), long), (shape(SQUARE), crossing), (whole, shape(ACROSS))):
        assert refused(lambda one=one, knife=knife: split_shape(one, knife)) == ["line"]
    assert refused(lambda: join_shapes(whole, shape(SQUARE))) == ["other"]
    comb = line(*((3.70 + number * 0.0002, 51.04 + number % 2 * 0.02) for number in range(90)))
    assert refused(lambda: split_shape(comb, line((3.69, 51.05), (3.75, 51.05)))) == ["line"]


@pytest.mark.parametrize("kind", ["Polygon", "LineString"])
def test_a_line_that_crosses_thousands_of_times_is_refused_before_anything_is_cut(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A comb of a thousand teeth under a line that goes to and fro: a hundred thousand crossings."""
    teeth = [[3.70 + number / 100_000, 51.04 + number % 2 * 0.02] for number in range(MOST_CORNERS - 10)]
    back = [[3.73, 51.02], [3.69, 51.02], teeth[0]]
    comb = read_shape(
        {"type": kind, "coordinates": [[*teeth, *back]] if kind == "Polygon" else teeth}, most_vertices=MOST_CORNERS
    )
    knife = line(*((3.69 if number % 2 else 3.74, 51.045 + number / 10_000) for number in range(MOST_KNIFE_CORNERS)))

    def cut(*_given: Any) -> None:
        raise AssertionError("It was cut")

    monkeypatch.setattr(cutting, "_cut_area", cut)
    monkeypatch.setattr(cutting, "_cut_line", cut)
    with pytest.raises(
        ValidationError, match=rf"raakt of kruist het element \d+ keer. Dat kan hoogstens {MOST_MEETINGS} keer"
    ):
        split_shape(comb, knife)


@given(
    st.lists(st.tuples(st.floats(3.7, 3.74), _lats), min_size=2, max_size=30),
    st.lists(st.tuples(st.floats(3.7, 3.74), _lats), min_size=2, max_size=8),
)
def test_no_more_crossings_are_found_than_meetings_were_counted(
    corners: list[tuple[float, float]], knife: list[tuple[float, float]]
) -> None:
    whole, cut = shapely.LineString(corners), shapely.LineString(knife)
    met = shapely.intersection(whole, cut)
    points = [part for part in shapely.get_parts(met) if part.geom_type == "Point"]
    assert len(points) <= cutting._meetings(whole, cut)


@pytest.mark.django_db
@pytest.mark.parametrize("known", [0, 1])
def test_a_quantity_is_never_of_another_material(known: int) -> None:
    story = Story()
    unknown: dict[str, Any] = {"quantity": None, "unit": "", "quantity_basis": "unknown", "material": material("wood")}
    one, two = (story.draft(**({} if number == known else unknown)) for number in (0, 1))
    call: dict[str, Any] = {"by": story.editor, "feature": one, "version": 1, "other": two, "other_version": 1}
    assert refused(lambda: services.join_features(**call)) == ["other"]


def _hung(feature: MapFeature) -> tuple[int, int, list[int]]:
    links = feature.listings.order_by("listing").values_list("listing", flat=True)
    return feature.photos.count(), feature.documents.count(), list(links)


def _with_things(story: Story, box: tuple[float, float, float, float]) -> tuple[MapFeature, int]:
    """An element with a photo, a document and a listing, and the id of that."""
    feature = story.draft(geometry=shape(square(*box)), quantity=4)
    services.add_safe_photo(by=story.editor, feature=feature, safe=webp())
    services.add_known_document(by=story.editor, feature=feature, upload=pdf(), kind=DocumentKind.PDF)
    listing = published("supply")
    MapFeatureListing.objects.create(feature=feature, listing=listing)
    return feature, listing.pk


@pytest.mark.django_db
def test_what_hung_on_an_element_hangs_on_the_joined_one_and_undoing_brings_it_back() -> None:
    story = Story()
    (one, first), (other, second) = (_with_things(story, box) for box in (LEFT, RIGHT))
    # A listing of both stays where it is.
    MapFeatureListing.objects.create(feature=other, listing_id=first)
    joined = services.join_features(by=story.editor, feature=one, version=1, other=other, other_version=1)
    assert _hung(joined) == (2, 2, sorted([first, second]))
    assert [photo.position for photo in joined.photos.all()] == [0, 1]
    assert _hung(other) == (0, 0, [first])
    page = of(story.manager).get(f"/kaarten/element/{joined.pk}/").content.decode()
    assert page.count("Inventaris.pdf") >= 2

    back = services.undo_feature(by=story.manager, feature=joined, seen=2)
    assert (_hung(one), _hung(other)) == ((1, 1, [first]), (1, 1, sorted([first, second])))
    services.undo_feature(by=story.manager, feature=back, seen=back.version)
    assert (_hung(one)[:2], _hung(other)[:2]) == ((2, 2), (0, 0))


@pytest.mark.django_db
def test_an_element_that_goes_back_alone_takes_what_hung_on_it_along_but_not_what_is_gone() -> None:
    story = Story()
    (one, _first), (other, second) = (_with_things(story, box) for box in (LEFT, RIGHT))
    moved = other.photos.get()
    services.join_features(by=story.manager, feature=one, version=1, other=other, other_version=1)
    moved.refresh_from_db()
    services.remove_photo(by=story.manager, photo=moved)
    withdrawn = MapFeature.objects.get(pk=other.pk)
    services.undo_feature(by=story.manager, feature=withdrawn, seen=2, version=1)
    assert _hung(other) == (0, 1, [second])
    assert _hung(one)[0] == 1


@pytest.mark.django_db
def test_what_hung_on_a_piece_stays_with_the_whole_when_splitting_is_undone() -> None:
    story = Story()
    feature = story.draft(geometry=shape(SQUARE))
    first, second = services.split_feature(by=story.manager, feature=feature, version=1, line=shape(ACROSS))
    services.add_safe_photo(by=story.editor, feature=second, safe=webp())
    whole = services.undo_feature(by=story.manager, feature=first, seen=first.version)
    assert (_hung(whole)[0], _hung(second)[0]) == (1, 0)
    services.undo_feature(by=story.manager, feature=whole, seen=whole.version)
    assert (_hung(whole)[0], _hung(second)[0]) == (0, 1)
