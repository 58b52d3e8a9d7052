"""A map on paper and in somebody else's page: what is drawn, where, and for whom."""

import re
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from frontend.maps import print_views
from frontend.maps.print_child import HouseFonts
from maps import services, sheet
from maps.enums import Visibility
from maps.models import MapFeature
from maps.sight import sight_of
from maps.standing import standing_of
from maps.style import color_of
from sandbox.limited import Limits
from tests.maps.makers import HUB, LINE, SQUARE, Story, point, shape

pytestmark = pytest.mark.django_db

BOX = (3.6, 51.0, 3.8, 51.1)
A4 = {"width_mm": 205, "height_mm": 164}


def page_of(story: Story, more: str = "") -> str:
    return f"/kaarten/{HUB}/{story.map.slug}/afdruk/{more}"


# ---- the frame ----


@given(west=st.floats(2.6, 5.8), south=st.floats(50.7, 51.4), across=st.floats(0.001, 0.4), down=st.floats(0.001, 0.2))
def test_a_frame_shows_all_of_its_box_at_one_scale(west: float, south: float, across: float, down: float) -> None:
    frame = sheet.frame_around((west, south, west + across, south + down), **A4)
    corners = [Point(west, south, srid=4326), Point(west + across, south + down, srid=4326)]
    for corner in corners:
        x, y = frame.on_paper(corner.transform(3812, clone=True))
        assert 0 <= x <= 205
        assert 0 <= y <= 164
    assert (frame.east_m - frame.west_m) * frame.mm_per_m == pytest.approx(205)
    assert (frame.north_m - frame.south_m) * frame.mm_per_m == pytest.approx(164)


def test_what_is_drawn_lies_where_it_is() -> None:
    story = Story()
    for title, geometry in (("Punt", point()), ("Lijn", shape(LINE)), ("Vlak met gat", shape(SQUARE))):
        story.published(title=title, geometry=geometry)
    story.published(title="Elders", geometry=point(lon=4.4, lat=51.2))
    story.draft(title="Concept")
    frame = sheet.frame_around(BOX, **A4)
    drawn = sheet.elements_in(frame, [story.layer], {story.layer.pk: sight_of(standing_of(story.editor), story.layer)})
    found = {one.feature.title: one for one in drawn[story.layer.pk]}
    assert sorted(found) == ["Concept", "Lijn", "Punt", "Vlak met gat"]
    here = frame.on_paper(point().transform(3812, clone=True))
    assert found["Punt"].points == [pytest.approx(here)]
    # A ring and its hole, each from its first corner on.
    assert found["Vlak met gat"].is_area
    assert found["Vlak met gat"].path.count("M") == 2
    lon, lat = LINE["coordinates"][0]
    first = frame.on_paper(Point(lon, lat, srid=4326).transform(3812, clone=True))
    start = re.match(r"M (-?[\d.]+) (-?[\d.]+)", found["Lijn"].path)
    assert start
    assert (float(start[1]), float(start[2])) == pytest.approx(first, abs=0.02)


def test_more_than_a_sheet_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    for number in range(3):
        story.published(title=f"Element {number}")
    monkeypatch.setattr(sheet, "MOST_ON_SHEET", 2)
    frame, sights = sheet.frame_around(BOX, **A4), {story.layer.pk: sight_of(standing_of(story.editor), story.layer)}
    with pytest.raises(ValidationError, match="te veel voor één blad"):
        sheet.elements_in(frame, [story.layer], sights)


def test_the_ground_is_the_region_with_its_places() -> None:
    story = Story()
    ground = sheet.ground_of(sheet.frame_around(BOX, **A4), story.hub.pk)
    assert len(ground.municipalities) > 3
    assert ground.region.startswith("M")
    assert {"nl": "Gent", "fr": "Gand", "en": "Ghent"} in [names for names, _x, _y in ground.places]


def test_names_cover_neither_each_other_nor_an_element() -> None:
    names = [("Gent", 50.0, 50.0), ("Gentbrugge", 53.0, 51.0), ("Evergem", 50.0, 80.0), ("Lochristi", 90.0, 50.0)]
    assert [name for name, _x, _y in print_views._apart(names, [(91.0, 51.0)])] == ["Gent", "Evergem"]


CLASSES = [{"from": 2, "color": "#000005"}, {"from": 5, "color": "#000006"}]


@pytest.mark.parametrize(
    ("by", "more", "per_year", "expected"),
    [
        ("single", {}, 5, "#000001"),
        ("kind", {"colors": {"stock": "#000002"}}, 5, "#000002"),
        ("kind", {"colors": {"flow": "#000002"}}, 5, "#000001"),
        ("status", {"colors": {"draft": "#000003"}}, 5, "#000003"),
        ("material", {"colors": {"bricks": "#000004"}}, 5, "#000004"),
        ("quantity", {"classes": CLASSES}, 5, "#000006"),
        ("quantity", {"classes": CLASSES}, 4.9, "#000005"),
        ("quantity", {"classes": CLASSES}, 1, "#000001"),
        ("quantity", {"classes": CLASSES}, None, "#000001"),
    ],
)
def test_an_element_has_the_colour_of_its_legend(
    by: str, more: dict[str, Any], per_year: float | None, expected: str
) -> None:
    style = {"by": by, "color": "#000001"} | more
    assert color_of(style, kind="stock", state="draft", material="bricks", per_year=per_year) == expected


# ---- the PDF ----


def read_by(program: str, pdf: bytes, *options: str) -> str:
    """What one of poppler's programs says of a PDF."""
    given, last = options[:1], options[1:]
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = [program, *given, file.name, *last]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


SIZES = {
    "a4": "841.89 x 595.276 pts (A4)",
    "a4-staand": "595.276 x 841.89 pts (A4)",
    "a3": "1190.55 x 841.89 pts (A3)",
    "a3-staand": "841.89 x 1190.55 pts (A3)",
}


@pytest.mark.parametrize(("paper", "size"), SIZES.items())
def test_a_map_prints_as_vectors_with_its_legend_and_list(client: Client, paper: str, size: str) -> None:
    story = Story(attribution="Stad Gent")
    story.published(title="Bakstenen van de school", quantity=Decimal(40))
    story.draft(title="Nog te bespreken")
    answer = client.get(page_of(story, f"?papier={paper}&vak=3.6,51.0,3.8,51.1"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "reststromen-in-gent" in answer["Content-Disposition"]
    about = read_by("pdfinfo", answer.content)
    assert size in about
    # One sheet with map and legend, and the list behind it.
    assert re.search(r"Pages: +2\n", about)
    assert re.search(r"Tagged: +yes", about)
    text = " ".join(read_by("pdftotext", answer.content, "-layout", "-").split())
    for words in (
        "Reststromen in Gent", "schaal 1 : ", "Bedrijven", "Stad Gent", "Bakstenen van de school", "40 ton", "Gent",
        f"/kaarten/{HUB}/{story.map.slug}/",
    ):  # fmt: skip
        assert words in text, words
    assert "Nog te bespreken" not in text
    # Two lines of a head, and no picture below them: the map is made of lines.
    assert len(read_by("pdfimages", answer.content, "-list").splitlines()) == 2


@pytest.mark.parametrize(
    "wrong", ["papier=a5", "vak=1", "vak=nan,51,4,52", "vak=4,51,3,52", "vak=3,51,4,inf", "vak=-70,10,-60,20"]
)
def test_a_sheet_that_nobody_can_draw_is_refused_in_words(client: Client, wrong: str) -> None:
    story = Story()
    answer = client.get(page_of(story, f"?{wrong}"))
    assert answer.status_code == 400
    assert "Zo past het niet op papier" in answer.content.decode()


def test_a_sheet_reads_no_other_file(tmp_path: Path) -> None:
    face = tmp_path / "face.woff2"
    face.write_bytes(b"wOF2")
    fonts = HouseFonts({"font:400": str(face)})
    for address in ("file:///etc/passwd", f"file://{face}", "http://127.0.0.1/", "data:text/css,x", "font:900"):
        with pytest.raises(ValueError, match="nothing from elsewhere"):
            fonts.fetch(address)
    assert fonts.fetch("font:400").read(4) == b"wOF2"


def test_a_sheet_that_takes_too_much_is_refused_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    monkeypatch.setattr(print_views, "_LIMITS", Limits(memory_bytes=100_000_000, cpu_s=30, answer_bytes=1_000_000))
    answer = client.get(page_of(story))
    assert answer.status_code == 400
    assert "te zwaar om te maken" in answer.content.decode()


# ---- in somebody else's page ----


def test_only_the_map_in_a_frame_may_stand_in_a_frame(client: Client) -> None:
    story = Story()
    story.published()
    page = client.get(f"/kaarten/{HUB}/{story.map.slug}/insluiten/")
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    usual = client.get(f"/kaarten/{HUB}/{story.map.slug}/")
    assert "frame-ancestors 'none'" in usual["Content-Security-Policy"]
    assert usual["X-Frame-Options"] == "DENY"


def test_a_frame_shows_what_strangers_see_whoever_looks() -> None:
    story = Story(visibility=Visibility.HUB)
    client = Client()
    client.force_login(story.manager)
    assert client.get(f"/kaarten/{HUB}/{story.map.slug}/").status_code == 200
    assert client.get(f"/kaarten/{HUB}/{story.map.slug}/insluiten/").status_code == 404
    assert "<iframe" not in client.get(f"/kaarten/{HUB}/{story.map.slug}/").content.decode()


def test_the_page_has_a_snippet_with_the_chosen_layers(client: Client) -> None:
    story = Story()
    story.published()
    page = f"/kaarten/{HUB}/{story.map.slug}/"
    services.create_layer(by=story.manager, material_map=story.map, title="Tweede laag")
    assert "/insluiten/&quot; title" in client.get(page).content.decode()
    assert f"/insluiten/?laag={story.layer.pk}&quot;" in client.get(f"{page}?laag={story.layer.pk}").content.decode()


def frame_west_of(feature: MapFeature, inside_m: float) -> sheet.Frame:
    """A frame of 20 by 16 km whose west side lies so many metres west of the easternmost corner of an element."""
    assert feature.position is not None
    _west, south, east, north = feature.position.extent
    west, middle = east - inside_m, (south + north) / 2
    return sheet.Frame(west, middle - 8_000, west + 20_000, middle + 8_000, 0.01)


def sheet_of(story: Story, frame: sheet.Frame) -> list[sheet.Drawn]:
    sights = {story.layer.pk: sight_of(standing_of(story.editor), story.layer)}
    with CaptureQueriesContext(connection) as queries:
        found = sheet.elements_in(frame, [story.layer], sights)[story.layer.pk]
    assert len(queries) == 1
    return found


def area(*corners: tuple[float, float]) -> Any:
    return shape({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


def test_a_corner_too_small_to_see_is_left_out() -> None:
    story = Story()
    # A dent of 8 metres in a side of 100: on this scale less than a tenth of a millimetre.
    side, tip = 3.72, 3.72 + 8 / 70_000
    corners = (side, 51.0500), (tip, 51.05045), (side, 51.0509), (3.70, 51.0509), (3.70, 51.0500)
    feature = story.published(geometry=area(*corners))
    feature = MapFeature.objects.get(pk=feature.pk)
    assert sheet_of(story, frame_west_of(feature, 5)) == []
    assert len(sheet_of(story, frame_west_of(feature, 500))) == 1


def test_of_an_area_that_touches_the_frame_elsewhere_only_area_is_drawn() -> None:
    story = Story()
    # Two prongs to the east: the tip of the lower one lies on the frame, the upper one reaches far into it.
    corners = (3.70, 51.04), (3.72, 51.045), (3.70, 51.05), (3.70, 51.06), (3.76, 51.065), (3.70, 51.07), (3.69, 51.05)
    feature = MapFeature.objects.get(pk=story.published(geometry=area(*corners)).pk)
    ring = max(feature.position.coords, key=len)
    tip = sorted(ring, reverse=True)[1][0]
    _west, south, _east, north = feature.position.extent
    frame = sheet.Frame(tip, south - 5_000, tip + 20_000, north + 5_000, 0.01)
    cut = feature.position.intersection(frame.box)
    assert cut.geom_type == "GeometryCollection"
    (one,) = sheet_of(story, frame)
    assert (one.is_area, one.path.count("M")) == (True, 1)


def test_two_sheets_are_made_at_once_and_a_third_waits(client: Client) -> None:
    story = Story()
    with print_views._turn() as first, print_views._turn() as second:
        assert first
        assert second
        answer = client.get(page_of(story))
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "Probeer het zo dadelijk opnieuw" in answer.content.decode()
    assert client.get(page_of(story)).status_code == 200


def test_there_is_no_snippet_of_layers_that_strangers_do_not_see() -> None:
    story = Story()
    hidden = services.create_layer(
        by=story.manager, material_map=story.map, title="Voor de hub", visibility=Visibility.HUB
    )
    client = Client()
    client.force_login(story.manager)
    page = f"/kaarten/{HUB}/{story.map.slug}/"
    assert "data-embed" in client.get(page).content.decode()
    assert "data-embed" not in client.get(f"{page}?laag={hidden.pk}").content.decode()


def test_a_window_that_reaches_beyond_belgium_is_drawn_as_far_as_there_is_something(client: Client) -> None:
    story = Story()
    # As far as the map in the browser pans.
    widest = client.get(page_of(story, "?vak=0.5,49,8,53"))
    assert (widest.status_code, widest["Content-Type"]) == (200, "application/pdf")
    abroad = client.get(page_of(story, "?vak=0.5,52.7,0.9,52.9"))
    assert abroad.status_code == 400
    assert "ligt niet in België" in abroad.content.decode()


def test_a_frame_leaves_out_what_is_gone_and_says_so(client: Client) -> None:
    story = Story()
    gone = services.create_layer(by=story.manager, material_map=story.map, title="Tijdelijk")
    frame = f"/kaarten/{HUB}/{story.map.slug}/insluiten/"
    both, only = f"{frame}?laag={story.layer.pk}&laag={gone.pk}", f"{frame}?laag={gone.pk}"
    assert "is weg" not in client.get(both).content.decode()
    services.update_layer(by=story.manager, layer=gone, visibility=Visibility.HUB)
    left = client.get(both)
    text = left.content.decode()
    assert (left.status_code, "Bedrijven" in text, "Tijdelijk" in text) == (200, True, False)
    assert "een gekozen laag is weg" in text
    for empty in (only, f"{frame}?laag=x"):
        answer = client.get(empty)
        assert answer.status_code == 404
        assert "De lagen die hier stonden" in answer.content.decode()
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer


def test_a_frame_of_a_map_that_is_gone_says_so_in_the_frame(client: Client) -> None:
    story = Story()
    services.delete_map(by=story.manager, material_map=story.map)
    answer = client.get(f"/kaarten/{HUB}/{story.map.slug}/insluiten/")
    assert (answer.status_code, story.map.title in answer.content.decode()) == (404, False)
    assert "Deze kaart is er niet" in answer.content.decode()
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


def test_paper_shows_what_the_page_is_narrowed_to_and_says_so(client: Client) -> None:
    story = Story()
    story.published(title="Een stapel stenen")
    story.published(
        title="Kringwinkel Ledeberg", kind="place", quantity=None, unit="", quantity_basis="unknown",
        geometry=point(lon=3.74),
    )  # fmt: skip
    story.draft(title="Nog een concept", geometry=point(lon=3.73))
    editor = Client()
    editor.force_login(story.editor)

    def paper(reader: Client, query: str) -> str:
        answer = reader.get(page_of(story, query))
        assert answer.status_code == 200
        return " ".join(read_by("pdftotext", answer.content, "-layout", "-").split())

    whole = paper(client, "")
    assert "Kringwinkel Ledeberg" in whole
    assert "Een stapel stenen" in whole
    assert "Enkel" not in whole
    places = paper(client, "?soort=place")
    assert "Enkel soort: Plaats" in places
    assert "Kringwinkel Ledeberg" in places
    assert "Een stapel stenen" not in places
    drafts = paper(editor, "?soort=stock&status=draft")
    assert "Enkel soort: Voorraad, status: Concept" in drafts
    assert "Nog een concept" in drafts
    assert "Een stapel stenen" not in drafts
    assert client.get(page_of(story, "?soort=heap")).status_code == 404
    page = f"/kaarten/{HUB}/{story.map.slug}/?soort=place&status=published"
    form = client.get(page).content.decode().split("/afdruk/", 1)[1].split("</form>", 1)[0]
    assert '<input type="hidden" name="soort" value="place">' in form
    assert '<input type="hidden" name="status" value="published">' in form


def test_a_frame_elsewhere_shows_what_the_page_showed(client: Client) -> None:
    story = Story()
    story.published()
    page = f"/kaarten/{HUB}/{story.map.slug}/"
    assert "/insluiten/?soort=place&quot;" in client.get(f"{page}?soort=place").content.decode()
    drawn = client.get(f"{page}insluiten/?soort=place").context["drawn"]
    assert [layer["tiles"].rsplit("?", 1)[1] for layer in drawn] == ["kind=place"]
    assert "Plaats" in client.get(f"{page}insluiten/?soort=place").content.decode()
