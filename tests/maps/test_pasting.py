"""Rows that somebody pasted from a spreadsheet: compared with the layer as a file is, and taken the same way."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from maps import services
from maps.imports.choice import decided
from maps.imports.rows import draw_rows, extent_of
from maps.imports.taking import run_take
from maps.models import MapFeature, MapImport
from maps.services.map_imports import LONGEST_PASTE
from maps.sight import sight_of
from maps.standing import standing_of
from tests.maps.geodata import geojson
from tests.maps.makers import Story, point
from tests.maps.test_imports import row
from tests.maps.test_map_imports import counts, given, layer_of_five, read_again, rows, taken
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def pasted(story: Story, *lines: str) -> MapImport:
    return read_again(services.paste_rows(by=story.editor, layer=story.layer, text="\r\n".join(lines)))


def test_pasted_rows_change_elements_by_their_number_and_leave_the_others() -> None:
    story = Story()
    known = story.draft(title="Stenen", source_reference="S-1", geometry=point(3.71, 51.05))
    own, other = story.draft(title="Hout"), story.draft(title="Glas")
    made = pasted(
        story, "Nummer bij de bron\tTitel\tHoeveelheid\tEenheid\tGemeente",
        "S-1\tStenen\t1.250,5\tton\tBrugge", f"werkstof:{own.pk}\tBalken\t40\tton\tGent",
    )  # fmt: skip
    # Elements that aren't among them aren't gone, and what is there stays where it is.
    assert counts(made) == (0, 2, 0, 0, 0)
    assert {tuple(sorted(row.changed)) for row in rows(made, "changed")} == {("quantity",), ("title",)}
    sight = sight_of(standing_of(story.editor), story.layer)
    assert extent_of(made, sight) is not None
    assert draw_rows(made, sight, 8, 130, 85)
    assert taken(made, story.editor).state == "done"
    known.refresh_from_db()
    own.refresh_from_db()
    assert (known.quantity, known.geometry.coords) == (Decimal("1250.5"), point(3.71, 51.05).coords)
    assert (own.title, MapFeature.objects.get(pk=other.pk).version) == ("Balken", 1)
    made.refresh_from_db()
    assert made.change is not None
    services.undo_batch(by=story.manager, layer=story.layer, change=made.change)
    own.refresh_from_db()
    assert own.title == "Hout"


def test_what_is_new_lies_at_its_coordinates_or_its_address() -> None:
    story = Story()
    known = story.draft(source_reference="S-1")
    made = pasted(
        story, "ref\ttitel\tstraat\tpostcode\tgemeente\tlat\tlon",
        "S-1\tAnders\t\t\t\t\t", "S-2\tBij coördinaten\t\t\t\t51,05\t3,72", "S-3\tBij een plaats\t\t9000\tGent\t\t",
        "\tZonder nummer\t\t9000\tGent\t\t", "S-5\tNergens\t\t\t\t\t", "S-6\tElders\t\t\tAtlantis\t\t",
    )  # fmt: skip
    assert counts(made) == (3, 1, 0, 0, 2)
    words = {row.reference: str(row.mistakes) for row in rows(made, "wrong")}
    assert "adres met gemeente" in words["S-5"]
    assert "Deze plaats kennen we niet" in words["S-6"]
    assert taken(made, story.editor).state == "done"
    found = {one.title: one for one in MapFeature.objects.filter(layer=story.layer)}
    assert found["Bij coördinaten"].geometry.coords == (3.72, 51.05)
    for title in ("Bij een plaats", "Zonder nummer"):
        assert str(found[title].municipality) == "Gent"
    assert MapFeature.objects.get(pk=known.pk).geometry == known.geometry


def test_what_somebody_moved_meanwhile_stays_where_they_put_it() -> None:
    story = Story()
    feature = story.draft(source_reference="S-1", geometry=point(3.71, 51.05))
    made = pasted(story, "ref\ttitel", "S-1\tAnders")
    services.change_feature(by=story.manager, feature=feature, version=1, geometry=point(3.75, 51.06))
    services.take_map_import(by=story.editor, map_import=made)
    made = MapImport.objects.get(pk=made.pk)
    run_take(made)
    made.refresh_from_db()
    assert (made.state, made.moved) == ("compared", 1)
    services.choose_rows(by=story.editor, map_import=made, chosen=True)
    assert taken(made, story.editor).state == "done"
    feature.refresh_from_db()
    assert (feature.title, feature.geometry.coords) == ("Anders", (3.75, 51.06))


def test_what_is_no_list_is_refused_row_by_row_or_as_a_whole() -> None:
    story = Story()
    story.draft(source_reference="S-1")
    for text, said in (("ref\ttitel", "minstens twee regels"), ("x\ty\n" * LONGEST_PASTE, "in stukken")):
        with pytest.raises(ValidationError, match=said):
            services.paste_rows(by=story.editor, layer=story.layer, text=text)
    with pytest.raises(PermissionDenied):
        services.paste_rows(by=story.proposer, layer=story.layer, text="ref\ttitel\n1\tA")
    made = pasted(
        story, "ref\ttitel\thoeveelheid\teenheid", "S-1\tGoed\t3\tton", "S-1\tTwee keer\t3\tton", "S-2\tX\tveel\tton"
    )
    assert counts(made) == (0, 1, 0, 0, 2)


def test_a_file_after_pasted_rows_is_read_as_the_file_before(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    assert taken(given(story, geojson(path, [row(1, naam="Anders")])), story.editor).state == "done"
    assert taken(pasted(story, "ref\tomschrijving", "p1\tNog anders"), story.editor).state == "done"
    upload = ContentFile(path.read_bytes(), name="punten.geojson")
    later = decided(services.start_map_import(by=story.editor, layer=story.layer, upload=upload).choice)
    assert (later.pasted, later.id_column, later.columns) == (False, "ref", {"soort": "kind"})


def test_rows_are_pasted_by_a_form() -> None:
    story = Story()
    client = of(story.editor)
    page = reverse("map-import-new", args=[story.layer.pk])
    answer = client.post(page, {"rows": "ref\ttitel\tgemeente\nS-1\tStenen\tGent"})
    made = MapImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("map-import", args=[made.pk]))
    assert made.name == "geplakte rijen"
    refused = client.post(page, {"rows": "één regel"})
    assert refused.status_code == 409
    assert "één regel</textarea>" in refused.content.decode()
