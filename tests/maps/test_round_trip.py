"""What goes out of a layer in any format comes in as it was, all that is known of an element, and nothing by hand.

Elements are random, each of every sort of shape, with all their fields, texts as long as they may be, and with signs
that some format has its own ideas of.
"""

import datetime as dt
import zipfile
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import call_command
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from listings.enums import DeclaredStatus
from maps import services
from maps.enums import Certainty, FeatureKind, Period, QuantityBasis, Visibility
from maps.exports import FIELDS
from maps.fields import WRITABLE, plain_values, reference_of
from maps.files.child.sniffing import Format
from maps.files.reading import Choice
from maps.models import MapFeature, MapLayer
from maps.models.feature import LONGEST_DESCRIPTION, LONGEST_LINE, LONGEST_TEXT, LONGEST_TITLE
from materials.models import Material
from materials.units import allowed_units
from tests.makers import make_organisation, make_user
from tests.maps.geodata import features_of
from tests.maps.makers import HUB, Story
from tests.maps.test_exports import content, export
from tests.maps.test_files_writing import geometries

pytestmark = pytest.mark.django_db
#: Elements in one layer. A file takes processes and seconds: they go together.
_ELEMENTS = 40
#: What isn't for a file to say: where a source has its sites, and who looks after an element at the hub.
_NOT_WRITTEN = {"site", "owner"}
#: Layers of a shapefile, which holds shapes of one sort each.
_SORTS = ("punten", "lijnen", "vlakken")

_SIGNS = "aZ09 éÉœ€ß中🙂\"'’<>&;,=+-@\\/|%_[]{}"


def texts(most: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Nothing, a few words, or as much as fits."""
    words = st.text(st.sampled_from(_SIGNS + "\n" * lines), max_size=40)
    letters = st.sampled_from(["é", "x ", "🙂", "een woord of twee, "])
    longest = letters.map(lambda text: (text * most)[:most])
    return st.one_of(st.just(""), words, words, longest if lines else words | longest).map(str.strip)


@st.composite
def elements(draw: Any, organisations: list[Any], materials: list[Material]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["stock", "flow", "place"]))
    material = draw(st.none() | st.sampled_from(materials))
    quantity = None if kind == "place" else draw(st.none() | st.decimals("0.001", 10**9, places=3))
    start, end = draw(st.none() | _days), draw(st.none() | _days)
    if start and end and end < start:
        start, end = end, start
    source = draw(st.sampled_from([None, *organisations]))
    status = draw(st.sampled_from(DeclaredStatus.values))
    return {
        "kind": kind,
        "title": draw(texts(LONGEST_TITLE)) or "Zonder naam",
        "description": draw(texts(LONGEST_DESCRIPTION, lines=True)),
        "material": material,
        "quantity": quantity,
        "unit": draw(st.sampled_from(allowed_units(material) if material else ["kg", "m3"])) if quantity else "",
        "quantity_basis": draw(st.sampled_from(QuantityBasis.values)) if quantity else "unknown",
        "period": draw(st.sampled_from(Period.values)) if kind == "flow" else "",
        "season_months": sorted(draw(st.sets(st.integers(1, 12)))) if kind == "flow" else [],
        "form": draw(texts(LONGEST_LINE)),
        "composition": draw(texts(LONGEST_TEXT, lines=True)),
        "contaminants": draw(texts(LONGEST_TEXT, lines=True)),
        "declared_status": status,
        "eural_code": draw(st.sampled_from(["170201", "170204*"])) if status == "waste" else "",
        "source_organisation": source,
        "source_name": "" if source else draw(texts(LONGEST_LINE)),
        "destination": draw(texts(LONGEST_LINE)),
        "available_from": start,
        "available_until": end,
        "certainty": draw(st.sampled_from(Certainty.values)),
        "visibility": draw(st.sampled_from(Visibility.values)),
        "geometry": GEOSGeometry(draw(geometries).wkt, srid=4326),
    }


_days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


def random_layer(*, shown: bool = False) -> Story:
    """A layer full of random elements, some drafts, some published and verified; half with their source's number.

    Where they are `shown`, everyone may see all of them.
    """
    story = Story(attribution="Stad Gent", licence="cc_by")
    organisations = [make_organisation(make_user()) for _number in range(2)]
    materials = list(Material.objects.order_by("pk")[::9])
    drawn: list[dict[str, Any]] = []

    @settings(max_examples=_ELEMENTS, phases=[Phase.generate], database=None)
    @given(elements(organisations, materials))
    def draw(fields: dict[str, Any]) -> None:
        drawn.append(fields)

    draw()
    for number, fields in enumerate(drawn):
        reference = f"nr {number} é" if number % 2 else ""
        fields |= {"visibility": Visibility.PUBLIC} if shown else {}
        made = services.add_feature(by=story.manager, layer=story.layer, source_reference=reference, **fields)
        if shown or number % 3 == 0:
            services.publish_feature(by=story.manager, feature=made)
    return story


def imported(story: Story, path: Path, layer: str, file_layers: list[str]) -> list[str]:
    """What the command says of each layer of a file. It is given no column, no system and no ids."""
    said = []
    for name in file_layers:
        told = StringIO()
        more = {"file_layer": name} if name else {}
        call_command(
            "import_map", str(path), hub=HUB, map=story.map.slug, layer=layer, stdout=told, stderr=told, **more
        )
        said.append(told.getvalue())
    return said


@pytest.mark.parametrize("format_", list(Format))
def test_random_elements_come_back_as_they_were(format_: Format, tmp_path: Path) -> None:
    story = random_layer()
    was = {reference_of(one): one for one in story.layer.features.all()}
    assert len(was) == _ELEMENTS
    assert {one.kind for one in was.values()} == set(FeatureKind.values)
    path = tmp_path / "uit"
    path.write_bytes(content(export(story, story.manager, format_)))
    name = f"bedrijven-{story.layer.pk}"
    file_layers = [f"{name}-{sort}" for sort in _SORTS] if format_ is Format.SHAPEFILE else [""]

    # All that the file says, also what only steps of the hub set.
    verified = "verified_a" if format_ is Format.SHAPEFILE else "verified_at"
    rows = [row for one in file_layers for row in features_of(path, Choice(layer=one or None))]
    moments = [row.attributes.get(verified) for row in rows]
    assert len(rows) == _ELEMENTS
    assert sum(map(bool, moments)) == sum(one.verified_at is not None for one in was.values()) > 10

    # In its own layer it changes nothing.
    before, told = list(MapFeature.objects.order_by("pk").values_list("pk", "version")), told_of_all(story.layer)
    said = imported(story, path, "Bedrijven", file_layers)
    assert differences(told, told_of_all(story.layer)) == []
    assert all("0 added, 0 changed" in one and "0 wrong rows" in one for one in said), said
    assert list(MapFeature.objects.order_by("pk").values_list("pk", "version")) == before

    # In another it makes the same elements.
    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    imported(story, path, "Andere", file_layers)
    came = {one.source_reference: one for one in other.features.all()}
    assert came.keys() == was.keys()
    assert differences(told, told_of_all(other)) == []
    assert all(same_shape(came[reference], one) for reference, one in was.items())


def told_of(feature: MapFeature) -> dict[str, Any]:
    """All that is known of an element but for its place."""
    values = plain_values(feature, set(WRITABLE) - _NOT_WRITTEN - {"geometry", "source_reference"})
    return values | {"mass_kg": feature.mass_kg}


def told_of_all(layer: MapLayer) -> dict[str, dict[str, Any]]:
    return {reference_of(one): told_of(one) for one in layer.features.all()}


def differences(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    assert before.keys() == after.keys()
    return [
        (reference, name, value, after[reference][name])
        for reference, values in before.items() for name, value in values.items() if after[reference][name] != value
    ]  # fmt: skip


def same_shape(one: MapFeature, other: MapFeature) -> bool:
    """Whether two are the same place: formats begin an area at another corner, and know one part as several."""
    shapes = [shapely.normalize(_plain(shapely.from_wkb(bytes(each.geometry.wkb)))) for each in (one, other)]
    return bool(shapely.equals_exact(*shapes, tolerance=1e-12))


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def test_a_file_has_a_column_for_all_that_people_write_of_an_element() -> None:
    written = {field.name for field in FIELDS} | {"geometry"}
    called = {"source_organisation": "organisation_slug"}
    assert {called.get(name, name) for name in set(WRITABLE) - _NOT_WRITTEN} - written == set()


def test_a_shapefile_says_in_words_what_it_calls_otherwise_and_what_stands_in_parts(tmp_path: Path) -> None:
    story = Story()
    story.published(description="Een lange tekst. " * 60)
    path = tmp_path / "uit.zip"
    path.write_bytes(content(export(story, None, "shp")))
    with zipfile.ZipFile(path) as packed:
        words = packed.read("LEESMIJ.txt").decode()
    for line in ("avail_from = available_from", "avail_till = available_until", "org_slug = organisation_slug",
                 "descriptio + descri_p2 + descri_p3 + descri_p4 + descri_p5", "passen 254 bytes"):  # fmt: skip
        assert line in words
    assert "ingekort" not in words


@pytest.mark.parametrize("format_", [Format.CSV, Format.KML, Format.GML])
def test_an_amount_that_may_be_a_thousand_is_none_in_a_format_of_texts(format_: Format, tmp_path: Path) -> None:
    story = Story()
    story.published(quantity=Decimal("2.125"))
    path = tmp_path / "uit"
    path.write_bytes(content(export(story, None, format_)))
    (said,) = imported(story, path, "Bedrijven", [""])
    assert "0 added, 0 changed, 1 unchanged" in said
