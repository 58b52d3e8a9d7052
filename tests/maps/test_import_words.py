"""A file speaks the words of the form: its columns are called as the fields there, and its cells say what it offers.

What of a file isn't read is said on the comparison, which writes what it reads as its reader's language does.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from frontend.maps.forms import ElementForm
from maps.enums import Visibility
from maps.fields import column, label_of
from maps.files.mapping import guessed
from maps.imports.values import COLUMN_FIELDS, ValueReader
from maps.models import MapFeature, MapImport
from tests.maps.geodata import geojson
from tests.maps.makers import Story
from tests.maps.test_map_imports import counts, given, read_again, rows, taken
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
#: What the form calls a field where a file has another: an organisation is named there, and chosen here.
MEANT = {"source_organisation": "source_name"}


def words_of_form(name: str) -> Iterable[str]:
    """What the form, and what changes are told of, call a field in the active language."""
    return {str(ElementForm.base_fields[name].label), label_of(name)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COLUMN_FIELDS)
def test_columns_called_as_the_fields_of_the_form_are_read(name: str, language: str) -> None:
    with translation.override(language):
        headers = words_of_form(name)
    for header in headers:
        # In English and French this is what sorts of other things are called too.
        if header not in ("Type", "type"):
            assert [guess.field for guess in guessed([header])] == [MEANT.get(name, name)], header


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in COLUMN_FIELDS if column(name).flatchoices])
def test_cells_that_say_what_the_form_offers_are_read(name: str, language: str) -> None:
    reader = ValueReader({name: "kolom"}, {})
    empty = column(name).get_default()
    with translation.override(language):
        for value, label in column(name).flatchoices:
            for said in (str(label), str(label).upper()):
                assert reader.read({"kolom": said}, {name: empty})[name] == value, said


@pytest.mark.parametrize("said", ["3, 10", "Oktober en maart", "March and October", "mars et octobre"])
def test_months_are_read_as_numbers_and_by_name(said: str) -> None:
    assert ValueReader({"season_months": "kolom"}, {}).read({"kolom": said}, {}) == {"season_months": [3, 10]}


def page(made: MapImport, fate: str) -> str:
    address = reverse("map-import", args=[made.pk])
    return str(of(made.created_by).get(f"{address}?soort={fate}").content.decode())


LINES: list[dict[str, Any]] = [
    {"nummer": "1", "titel": "Snoeihout", "soort": "Stroom", "per": "per week", "hoeveelheid": "2", "eenheid": "ton"},
    {"nummer": "2", "titel": "Kringwinkel", "soort": "Plaats"},
    {"nummer": "3", "titel": "Stenen", "soort": "voorraad", "hoeveelheid": "40", "eenheid": "ton"},
    {"nummer": "4", "titel": "Iets", "soort": "zzz"},
]  # fmt: skip
NAMES = ("nummer", "titel", "soort", "per", "hoeveelheid", "eenheid", "kleur")


def as_list(path: Path) -> Path:
    lines = [";".join([*(line.get(name, "") for name in NAMES), "51,05", "3,72"]) for line in LINES]
    path.write_text("\n".join([";".join([*NAMES, "lat", "lon"]), *lines]), encoding="utf-8")
    return path


def as_geojson(path: Path) -> Path:
    return geojson(path, [(shapely.Point(3.72, 51.05), {name: line.get(name) for name in NAMES}) for line in LINES])


@pytest.mark.parametrize("write", [as_list, as_geojson])
def test_a_column_of_kinds_is_read_and_a_word_that_is_none_refused_by_row(write: Any, tmp_path: Path) -> None:
    story = Story()
    made = given(story, write(tmp_path / ("lijst.csv" if write is as_list else "punten.geojson")), guessing=True)
    assert counts(made) == (3, 0, 0, 0, 1)
    assert {one.reference: one.values["kind"] for one in rows(made, "added")} == {
        "1": "flow", "2": "place", "3": "stock",
    }  # fmt: skip
    (wrong,) = rows(made, "wrong")
    assert (wrong.reference, wrong.mistakes[0][0]) == ("4", "kind")
    shown = page(made, "wrong")
    assert "“zzz” ken ik niet. Kies uit: Voorraad, Stroom, Plaats." in shown
    assert "Is een kolom anders bedoeld" in shown
    # What isn't read is named; where a row lies, and its number, are.
    assert "Kolommen die we niet lezen: “kleur”." in shown
    assert taken(made, story.editor).state == "done"
    assert sorted(MapFeature.objects.values_list("kind", flat=True)) == ["flow", "place", "stock"]


def test_only_some_columns_that_are_not_read_are_named_and_none_where_all_are(tmp_path: Path) -> None:
    story = Story()
    many = {"titel": "A"} | {f"veld {number}": "x" for number in range(25)}
    made = given(story, geojson(tmp_path / "veel.geojson", [(shapely.Point(3.72, 51.05), many)]), guessing=True)
    shown = page(made, "added")
    assert "“veld 18”, “veld 19” en 5 andere." in shown
    assert "“veld 20”" not in shown
    path = geojson(tmp_path / "alles.geojson", [(shapely.Point(3.72, 51.05), {"titel": "A"})])
    assert "Kolommen die we niet lezen" not in page(given(story, path, guessing=True), "added")


@pytest.mark.parametrize(
    ("sorts", "kinds"),
    [(["Flux", "Lieu"], ["flow", "place"]), (["Flow", "shop"], ["flow"]), (["shop", "school"], ["stock", "stock"])],
)
def test_a_type_is_a_kind_where_it_says_one(sorts: list[str], kinds: list[str], tmp_path: Path) -> None:
    story = Story()
    features = [
        (
            shapely.Point(3.72, 51.05 + number / 100),
            {"ref": number, "titre": "A", "type": sort, "par": "par an" if sort in ("Flux", "Flow") else None},
        )
        for number, sort in enumerate(sorts)
    ]
    made = given(story, geojson(tmp_path / "punten.geojson", features), guessing=True)
    assert [one.values.get("kind", made.reading["given"].get("kind")) for one in rows(made, "added")] == kinds
    assert counts(made)[-1] == len(sorts) - len(kinds)
    assert ("“type”" in page(made, "added")) is ("flow" not in kinds)


def test_a_kind_that_somebody_chose_not_to_read_stays_unread(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [(shapely.Point(3.72, 51.05), {"naam": "Eik", "soort": "boom"})])
    made = given(story, path, guessing=True)
    assert counts(made) == (0, 0, 0, 0, 1)
    read = reverse("map-import-read", args=[made.pk])
    of(story.editor).post(read, {"column-0": "title", "column-1": "", "given-kind": "stock"})
    made = read_again(made)
    assert counts(made) == (1, 0, 0, 0, 0)
    assert "Kolommen die we niet lezen: “soort”." in page(made, "added")


#: A number, a day and months as each language writes them; then those that were there.
SAID = {
    "nl": (("1\u202f250,5", "1 februari 2026", "maart, oktober"), ("3,25", "31 december 2026", "januari")),
    "en": (("1,250.5", "1 February 2026", "March, October"), ("3.25", "31 December 2026", "January")),
    "fr": (("1\u202f250,5", "1er février 2026", "mars, octobre"), ("3,25", "31 décembre 2026", "janvier")),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_writes_numbers_days_and_months_as_its_reader_does(language: str, tmp_path: Path) -> None:
    story = Story(visibility=Visibility.PUBLIC)
    story.editor.language = language
    story.editor.save()
    story.draft(
        source_reference="2", title="Oud", kind="flow", period="week", quantity="3.250", unit="tonne",
        available_from="2026-12-31", season_months=[1],
    )  # fmt: skip
    path = tmp_path / "lijst.csv"
    values = "1250,5;ton;per week;stroom;01/02/2026;3 10;51,05;3,72"
    header = "nummer;titel;hoeveelheid;eenheid;periode;soort;beschikbaar van;maanden;lat;lon"
    path.write_text("\n".join([header, f"1;Nieuw;{values}", f"2;Oud;{values}"]), encoding="utf-8")
    made = given(story, path, guessing=True)
    assert counts(made) == (1, 1, 0, 0, 0)
    new, old = SAID[language]
    added, changed = page(made, "added"), page(made, "changed")
    for text in new:
        assert f"<ins>{text}</ins>" in added
        assert f"<ins>{text}</ins>" in changed
    for text in old:
        assert f"<del>{text}</del>" in changed
