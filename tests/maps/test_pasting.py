"""Rows that somebody pasted from a spreadsheet: compared with the layer as a file is, and taken the same way."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from geo.gazetteer import point_of
from maps import services
from maps.enums import Visibility
from maps.files.reading import describe
from maps.imports import placing
from maps.imports.choice import decided
from maps.imports.rows import draw, drawn_rows_of, extent_of
from maps.imports.taking import run_take
from maps.models import MapFeature, MapImport
from maps.services.map_imports import LONGEST_PASTE
from maps.sight import sight_of
from maps.standing import standing_of
from tests.makers import material
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
    assert extent_of(drawn_rows_of(made, sight)) is not None
    assert draw(drawn_rows_of(made, sight), 8, 130, 85)
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


def test_a_blank_cell_that_is_pasted_keeps_what_is_there() -> None:
    story = Story(visibility=Visibility.PUBLIC)
    kept: dict[str, Any] = {
        "kind": "flow", "period": "month", "quantity": Decimal("12"), "unit": "tonne", "description": "Op de koer",
        "destination": "Breker", "visibility": Visibility.OWNER, "eural_code": "170102", "season_months": [3, 10],
        "available_from": dt.date(2026, 12, 1), "certainty": "confirmed",
    }  # fmt: skip
    known = story.draft(source_reference="S-1", owner=story.editor, **kept)
    header = "ref\ttitel\tkind\tperiode\thoeveelheid\teenheid\tbeschrijving\tbestemming\tzichtbaarheid\teuralcode"
    made = pasted(
        story, f"{header}\tmaanden\tbeschikbaar van\tzekerheid\tmateriaal\tgemeente",
        "S-1\tAnders" + "\t" * 5 + " \t\u200b", "S-2\tNieuw\tstroom" + "\t" * 12 + "Gent",
    )  # fmt: skip
    assert counts(made) == (1, 1, 0, 0, 0)
    (row,) = rows(made, "changed")
    assert (row.changed, row.values) == (["title"], {"title": "Anders"})
    (new,) = rows(made, "added")
    assert (set(new.changed), set(new.values)) == ({"title", "kind", "geometry"}, {"title", "kind"})
    assert taken(made, story.editor).state == "done"
    known.refresh_from_db()
    assert {name: getattr(known, name) for name in kept} == kept
    assert (known.title, known.material) == ("Anders", material("building-bricks"))


def test_what_is_said_for_new_rows_changes_none_that_is_there() -> None:
    story = Story(visibility=Visibility.PUBLIC)
    known = story.draft(source_reference="S-1", visibility=Visibility.HUB)
    made = pasted(
        story, "ref\ttitel\tkind\tzichtbaarheid\tgemeente", "S-1\tAnders\t\t\t", "S-2\tNieuw\t\t\tGent",
    )  # fmt: skip
    services.reread_map_import(by=story.editor, map_import=made, given={"kind": "flow", "visibility": "partners"})
    made = read_again(made)
    assert counts(made) == (1, 1, 0, 0, 0)
    assert taken(made, story.editor).state == "done"
    known.refresh_from_db()
    new = MapFeature.objects.get(source_reference="S-2")
    assert (known.kind, known.visibility) == ("stock", Visibility.HUB)
    assert (new.kind, new.visibility) == ("flow", Visibility.PARTNERS)


STREETS = "naam\tstraat\tnummer\tbus\tpostcode\tgemeente\tmateriaal\thoeveelheid\teenheid"


def test_a_number_beside_a_street_is_that_of_a_house(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def asking(text: str) -> Point:
        asked.append(text)
        return point_of(text)

    monkeypatch.setattr(placing, "point_of", asking)
    story = Story()
    # An element that a colleague numbered as a house is none of these rows.
    other = story.draft(title="Van een collega", source_reference="12", geometry=point(3.75, 51.06))
    made = pasted(
        story, STREETS, "School\tKerkstraat\t12\t\t9000\tGent\tbakstenen\t40\tton",
        "Loods\tDorpsstraat\t12\t3\t9120\tBeveren\thout\t3\tton", "Werf\tNieuwstraat\t7A\t\t\tGent\thout\t1\tton",
    )  # fmt: skip
    assert counts(made) == (3, 0, 0, 0, 0)
    assert (made.reading["id_column"], made.reading["address"]) == (
        "", ["straat", "nummer", "bus", "postcode", "gemeente"],
    )  # fmt: skip
    assert asked == ["Kerkstraat 12, 9000 Gent", "Dorpsstraat 12 bus 3, 9120 Beveren", "Nieuwstraat, Gent"]
    assert taken(made, story.editor).counts["taken_added"] == 3
    other.refresh_from_db()
    assert (other.version, other.title) == (1, "Van een collega")
    page = of(story.editor).get(reverse("map-import", args=[pasted(story, STREETS, "A" + "\t" * 4 + "9000").pk]))
    assert "straat, nummer, bus, postcode, gemeente" in page.content.decode()


@pytest.mark.parametrize(
    ("header", "values", "known_by"),
    [
        ("nummer", ["1", "2", "3"], "nummer"),
        # What is new has no number yet.
        ("nummer", ["1", "", "3"], "nummer"),
        ("Number", ["", "", "3"], "Number"),
        ("numéro", ["1", "2", "3"], "numéro"),
        # That of a phase, or of a kind of waste.
        ("nummer", ["1", "1", "1"], ""),
        ("code", ["A", "B", "A "], ""),
        ("code", ["A", "", "B"], ""),
        ("Code", ["A", "B", "C"], "Code"),
        ("nr", ["1", "2", "3"], ""),
        # What surely is the source's own number may still lack for what is new.
        ("Nummer bij de bron", ["1", "", "3"], "Nummer bij de bron"),
        ("Numéro chez la source", ["1", "", "3"], "Numéro chez la source"),
    ],
)
def test_a_column_of_ids_is_guessed_by_its_name_and_by_what_is_in_it(
    header: str, values: list[str], known_by: str
) -> None:
    story = Story()
    lines = [f"{value}\tTitel {number}\tGent" for number, value in enumerate(values)]
    made = pasted(story, f"{header}\ttitel\tgemeente", *lines)
    assert counts(made) == (3, 0, 0, 0, 0)
    assert made.reading["id_column"] == known_by
    shown = {one["name"]: one["guessed"] for one in made.reading["columns"]}
    assert shown == {header: bool(known_by), "titel": True, "gemeente": False}


def listed(path: Path, name: str, numbers: Iterable[object]) -> Path:
    lines = [f"{number};Titel {place};51.05;3.72" for place, number in enumerate(numbers)]
    path.write_text("\n".join([f"{name};titel;lat;lon", *lines]))
    return path


@pytest.mark.parametrize(
    ("name", "apart", "known_by"),
    [
        ("nummer", 1_100, ""), ("nummer", 1_200, "nummer"), ("nummer", 1_300, "nummer"),
        ("code", 1_299, ""), ("code", 1_300, "code"),
    ],
)  # fmt: skip
def test_a_number_that_repeats_often_behind_the_first_thousand_rows_is_no_id(
    name: str, apart: int, known_by: str, tmp_path: Path
) -> None:
    (layer,) = describe(listed(tmp_path / "lijst.csv", name, (number % apart for number in range(1_300)))).layers
    assert layer.id_column == known_by


@pytest.mark.parametrize("name", ["nummer", "ref"])
def test_a_row_that_repeats_or_lacks_its_number_in_a_file_is_refused_and_the_others_are_known(
    name: str, tmp_path: Path
) -> None:
    story, numbers = Story(), [str(number) for number in range(20)]
    story.draft(source_reference="7", title="Titel 7", geometry=point(3.72, 51.05))
    path = listed(tmp_path / "lijst.csv", name, [*numbers, "3", ""])
    made = given(story, path, guessing=True)
    assert (made.reading["id_column"], counts(made)[0]) == (name, 19)
    wrong = {one.number: str(one.mistakes) for one in rows(made, "wrong")}
    assert set(wrong) == {22, 23}
    assert "staat al op rij" in wrong[22]
    assert "de kolom met het nummer" in wrong[23]
    assert not rows(made, "gone")
    # Where more rows repeat it than people make mistakes, it is another number.
    (layer,) = describe(listed(path, name, [*numbers, *numbers[:5]])).layers
    assert layer.id_column == ""


def test_old_and_new_rows_pasted_together_are_known_by_the_numbers_that_there_are() -> None:
    story = Story()
    known = [story.draft(title=f"Oud {number}", source_reference=str(number)) for number in (327, 328)]
    made = pasted(
        story, "nummer\ttitel\tpostcode\tgemeente", "327\tAnders\t\t", "328\tOud 328\t\t", "\tNieuw\t9000\tGent",
        "328\tNog eens\t\t",
    )  # fmt: skip
    assert counts(made) == (1, 1, 1, 0, 1)
    assert [(one.feature_id, one.changed) for one in rows(made, "changed")] == [(known[0].pk, ["title"])]
    assert [one.title for one in rows(made, "added")] == ["Nieuw"]
    assert "staat al op rij" in str(rows(made, "wrong")[0].mistakes)
    page = of(story.editor).get(reverse("map-import", args=[made.pk])).content.decode()
    assert "Geen kolom heeft het nummer" not in page
    assert taken(made, story.editor).state == "done"
    assert MapFeature.objects.count() == 3


@pytest.mark.parametrize("place", ["9000\tGent\t\t", "\t\t51,05\t3,72"])
def test_what_somebody_added_meanwhile_stays_where_they_put_it(place: str) -> None:
    story = Story()
    header = "ref\ttitel\tpostcode\tgemeente\tlat\tlon"
    made = pasted(story, header, f"S-1\tUit de lijst\t{place}", "S-2\tVan mij\t9000\tGent\t\t")
    theirs = story.draft(
        by=story.manager, title="Van een collega", source_reference="S-1", geometry=point(3.75, 51.06)
    )
    services.take_map_import(by=story.editor, map_import=made)
    made = MapImport.objects.get(pk=made.pk)
    run_take(made)
    made.refresh_from_db()
    # Given that one row means an element that nobody saw, nothing is taken, and it is shown without another place.
    assert (made.state, made.moved, MapFeature.objects.count()) == ("compared", 1, 1)
    (row,) = rows(made, "changed")
    assert (row.changed, row.moved, row.chosen, row.feature_id) == (["title"], True, False, theirs.pk)
    page = of(story.editor).get(reverse("map-import", args=[made.pk]) + "?soort=changed").content.decode()
    assert "Wat iemand intussen toevoegde, blijft liggen waar het ligt." in page
    services.choose_rows(by=story.editor, map_import=made, chosen=True)
    assert taken(made, story.editor).state == "done"
    theirs.refresh_from_db()
    assert (theirs.title, theirs.geometry.coords) == ("Uit de lijst", (3.75, 51.06))
    assert MapFeature.objects.get(source_reference="S-2").title == "Van mij"


def test_rows_without_a_number_that_two_people_paste_at_once_move_nothing() -> None:
    story = Story()
    lines = ("titel\tpostcode\tgemeente", "Loods\t9000\tGent")
    mine, theirs = pasted(story, *lines), pasted(story, *lines)
    assert taken(theirs, story.manager).state == "done"
    added = MapFeature.objects.get()
    services.change_feature(by=story.manager, feature=added, version=1, geometry=point(3.75, 51.06))
    services.take_map_import(by=story.editor, map_import=mine)
    mine = MapImport.objects.get(pk=mine.pk)
    run_take(mine)
    mine.refresh_from_db()
    assert (mine.state, mine.counts["same"], mine.rows.count()) == ("done", 1, 0)
    assert MapFeature.objects.get().geometry.coords == (3.75, 51.06)


def test_a_quote_that_begins_a_cell_is_a_sign_of_the_text() -> None:
    story = Story()
    made = pasted(
        story, "ref\ttitel\tbeschrijving\tgemeente", 'S-1\t"5 mm" plaat\t"oud"\tGent',
        'S-2\t"""oud"" hout"\t"eerste regel\r\nen ""tweede"""\tGent', 'S-3\t3/4" buis\t"\tGent',
    )  # fmt: skip
    assert counts(made) == (3, 0, 0, 0, 0)
    assert {one.reference: (one.values["title"], one.values["description"]) for one in rows(made, "added")} == {
        "S-1": ('"5 mm" plaat', '"oud"'), "S-2": ('"oud" hout', 'eerste regel\nen "tweede"'),
        "S-3": ('3/4" buis', '"'),
    }  # fmt: skip


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
