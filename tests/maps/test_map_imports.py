"""A file for a layer: compared before anything is taken, taken as a whole or row by row, and undone as one change."""

import json
import random
from copy import copy
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.models import Event
from maps import services
from maps.enums import Power, Visibility
from maps.exports import exported
from maps.files import reading as files
from maps.files.child.sniffing import Format
from maps.files.reading import Choice, read
from maps.history import versions_of
from maps.imports import reading
from maps.imports.choice import Decided
from maps.imports.finding import has_unnamed_wrong, said_of
from maps.imports.reading import run_read
from maps.imports.report import mistakes_csv
from maps.imports.rows import drawn_rows_of, extent_of, rows_of, rows_page
from maps.imports.taking import run_take
from maps.imports.values import ValueReader
from maps.mistakes import told
from maps.models import MapFeature, MapImport, MapImportRow
from maps.services.bulk import BulkWriter
from maps.sight import sight_of
from maps.standing import standing_of
from materials.recognise import recogniser
from tests.makers import make_organisation, make_user
from tests.maps.geodata import POINT, SQUARE, geojson, lambert, write
from tests.maps.makers import SQUARE as WITH_HOLE
from tests.maps.makers import Story, point, shape, staff_of
from tests.maps.test_files_bad import BOW_TIE
from tests.maps.test_imports import COLUMNS, near, row, take
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def given(story: Story, path: Path, by: User | None = None, *, guessing: bool = False) -> MapImport:
    """A file that was read and compared: by its columns `ref` and `soort`, or as it is guessed."""
    upload = ContentFile(path.read_bytes(), name=path.name)
    made = services.start_map_import(by=by or story.editor, layer=story.layer, upload=upload)
    if not guessing:
        choice = Decided(id_column="ref", columns={"soort": "kind"}).as_json()
        MapImport.objects.filter(pk=made.pk).update(choice=choice)
    return read_again(made)


def read_again(made: MapImport) -> MapImport:
    made = MapImport.objects.get(pk=made.pk)
    run_read(made)
    made.refresh_from_db()
    return made


def taken(made: MapImport, by: User) -> MapImport:
    services.take_map_import(by=by, map_import=made)
    made = MapImport.objects.get(pk=made.pk)
    run_take(made)
    made.refresh_from_db()
    return made


def counts(made: MapImport) -> tuple[int, ...]:
    """New, changed, the same, gone, wrong."""
    assert made.state == "compared", (made.state, made.refusal, made.question)
    return tuple(made.counts[name] for name in ("added", "changed", "same", "gone", "wrong"))


def rows(made: MapImport, fate: str) -> list[MapImportRow]:
    return list(made.rows.filter(fate=fate).order_by("number", "pk"))


def layer_of_five(tmp_path: Path, **more: Any) -> tuple[Story, Path]:
    story = Story(**more)
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(1, 6)])
    take(story, path)
    return story, path


def test_what_is_new_changed_and_gone_is_shown_before_any_is_taken(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1), row(2, naam="Anders", soort="stroom"), (near(40), row(3)[1]), row(4), row(6)])
    before = list(MapFeature.objects.order_by("pk").values_list("title", "version"))

    made = given(story, path)

    assert counts(made) == (1, 2, 2, 1, 0)
    assert [(one.reference, one.changed) for one in rows(made, "changed")] == [
        ("p2", ["kind", "title"]),
        ("p3", ["geometry"]),
    ]
    assert [(one.reference, one.title, one.chosen) for one in rows(made, "added")] == [("p6", "Punt 6", True)]
    assert [(one.reference, one.chosen) for one in rows(made, "gone")] == [("p5", False)]
    assert list(MapFeature.objects.order_by("pk").values_list("title", "version")) == before
    seen, _next = rows_page(rows_of(made, sight_of(standing_of(story.editor), story.layer)).filter(fate="changed"), 10)
    assert [(one.label, one.before, one.after) for one in seen[0].fields] == [
        ("soort", "stock", "flow"),
        ("titel", "Punt 2", "Anders"),
    ]


def test_all_is_taken_as_one_change_which_is_undone_as_one(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1), row(2, naam="Anders"), row(3), row(4), row(6)])
    made = given(story, path)
    services.choose_rows(by=story.editor, map_import=made, chosen=True, fates=["gone"])

    made = taken(made, story.editor)

    assert (made.state, made.rows.count()) == ("done", 0)
    assert [made.counts[f"taken_{name}"] for name in ("added", "changed", "gone")] == [1, 1, 1]
    stored = {one.source_reference: one for one in MapFeature.objects.all()}
    assert (stored["p2"].title, stored["p2"].version) == ("Anders", 2)
    assert (stored["p5"].state, stored["p6"].state) == ("withdrawn", "review")
    assert stored["p6"].municipality is not None
    assert {versions_of(stored[name])[0].pgh_context_id for name in ("p2", "p5", "p6")} == {made.change}
    event = Event.objects.filter(verb="layer.imported").latest("pk")
    assert event.changes == {
        "file": "punten.geojson", "elements_added": 1, "elements_changed": 1, "elements_taken_out": 1,
        "elements_same": 3,
    }  # fmt: skip

    with pytest.raises(PermissionDenied):
        services.undo_map_import(by=story.editor, map_import=made)
    assert services.undo_map_import(by=story.manager, map_import=made).counts["undone"] == 3
    assert set(MapFeature.objects.exclude(source_reference="p6").values_list("state", flat=True)) == {"review"}
    assert MapFeature.objects.get(source_reference="p2").title == "Punt 2"
    assert MapFeature.objects.get(source_reference="p6").state == "withdrawn"
    with pytest.raises(ValidationError):
        services.undo_map_import(by=story.manager, map_import=made)

    # Once more, it comes again as it was.
    again = given(story, path)
    assert counts(again) == (1, 1, 3, 1, 0)
    assert taken(again, story.editor).state == "done"
    assert MapFeature.objects.get(source_reference="p6").state == "review"


def test_rows_are_taken_one_by_one_and_the_others_stay_as_they_are(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(number, naam=f"Anders {number}") for number in range(1, 6)])
    made = given(story, path)
    services.choose_rows(by=story.editor, map_import=made, chosen=False)
    with pytest.raises(ValidationError):
        services.take_map_import(by=story.editor, map_import=made)
    third = rows(made, "changed")[2]
    services.choose_rows(by=story.editor, map_import=made, chosen=True, ids=[third.pk])
    taken(made, story.editor)
    assert list(MapFeature.objects.filter(title__startswith="Anders").values_list("source_reference", flat=True)) == [
        "p3"
    ]


def test_what_somebody_changed_meanwhile_is_shown_and_not_overwritten(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1, naam="Uit het bestand"), row(2, naam="Ook"), row(3), row(4), row(5), row(9)])
    made = given(story, path)
    first, second = (MapFeature.objects.get(source_reference=name) for name in ("p1", "p2"))
    services.change_feature(by=story.manager, feature=first, version=1, title="Van een collega", form="los")
    # Somebody else wants just what the file says: that is no conflict.
    services.change_feature(by=story.manager, feature=second, version=1, title="Ook")
    services.add_feature(
        by=story.manager, layer=story.layer, kind="stock", title="Was er al", geometry=shape(WITH_HOLE),
        source_reference="p9",
    )  # fmt: skip

    made = taken(made, story.editor)

    assert (made.state, made.moved) == ("compared", 2)
    first.refresh_from_db()
    assert (first.title, first.version) == ("Van een collega", 2)
    assert MapFeature.objects.filter(source_reference="p9").count() == 1
    moved = {one.reference: one for one in rows(made, "changed")}
    assert {name: (one.moved, one.chosen) for name, one in moved.items()} == {
        "p1": (True, False), "p9": (True, False),
    }  # fmt: skip
    assert moved["p9"].changed == ["title", "geometry"]
    assert counts(made) == (0, 2, 4, 0, 0)

    # Whoever chooses it now has seen both; what the file doesn't say stays.
    services.choose_rows(by=story.editor, map_import=made, chosen=True, ids=[moved["p1"].pk])
    made = taken(made, story.editor)
    first.refresh_from_db()
    assert (made.state, first.title, first.form, first.version) == ("done", "Uit het bestand", "los", 3)
    assert MapFeature.objects.get(source_reference="p9").title == "Was er al"


def test_only_a_conflict_that_the_file_agrees_with_is_taken_at_once(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1, naam="Zelfde"), row(2, naam="Nieuw"), row(3), row(4), row(5)])
    made = given(story, path)
    first = MapFeature.objects.get(source_reference="p1")
    services.change_feature(by=story.manager, feature=first, version=1, title="Zelfde")
    made = taken(made, story.editor)
    assert (made.state, made.counts["taken_changed"], made.counts["same"]) == ("done", 1, 4)


def test_what_a_layer_exports_is_the_same_when_it_comes_back(tmp_path: Path) -> None:
    """So the database and maps.fields write each value alike; a shape whose corners begin elsewhere is no change."""
    story = Story()
    full: dict[str, Any] = {
        "kind": "flow", "period": "week", "quantity": "12.5", "season_months": [11, 2], "form": "los",
        "composition": "baksteen\nen mortel", "contaminants": "gips", "declared_status": "waste",
        "eural_code": "17 01 02", "source_name": "School", "destination": "breker", "available_from": "2026-12-01",
        "available_until": "2027-12-31", "certainty": "confirmed", "source_reference": "A 7",
    }  # fmt: skip
    story.published(**full)
    story.published(geometry=shape(WITH_HOLE), title="Met een gat", material=None, quantity=None, unit="",
                    quantity_basis="unknown")  # fmt: skip
    for format_ in (Format.GEOJSON, Format.GEOPACKAGE):
        export = exported(story.layer, MapFeature.objects.filter(layer=story.layer), format_)
        path = tmp_path / export.file_name
        path.write_bytes(b"".join(export.chunks))
        made = given(story, path, by=story.manager, guessing=True)
        changed = [(one.changed, one.values) for one in rows(made, "changed")]
        assert changed == [], format_
        assert counts(made) == (0, 0, 2, 0, 0), format_


@pytest.mark.parametrize("seed", range(3))
def test_page_and_command_do_what_looking_at_one_after_the_other_comes_to(seed: int, tmp_path: Path) -> None:
    draw, by_page = random.Random(seed), Story()
    by_command = copy(by_page)
    by_command.layer = services.create_layer(by=by_page.manager, material_map=by_page.map, title="Nog eens")
    first = geojson(tmp_path / "een.geojson", [row(number) for number in range(60)])
    withdrawn = f"p{draw.randrange(60)}"
    for story in (by_page, by_command):
        take(story, first)
        features = MapFeature.objects.filter(layer=story.layer)
        services.withdraw_feature(by=story.editor, feature=features.get(source_reference=withdrawn))
    changes: list[dict[str, Any]] = [
        {}, {}, {"naam": "  Punt  anders "}, {"soort": "stroom"}, {"naam": None}, {"soort": "niets"},
    ]  # fmt: skip
    lines = [row(number, **draw.choice(changes)) for number in draw.sample(range(90), 70)]
    lines += [(near(draw.randrange(50)), row(draw.randrange(60))[1]) for _one in range(5)]
    second = geojson(tmp_path / "twee.geojson", [row(int(withdrawn[1:])), *lines, (None, row(91)[1])])

    made = given(by_page, second, by=by_page.manager)
    said = take(by_command, second, by=by_command.manager, skip_wrong=True)

    names = ("added", "changed", "same", "gone", "wrong", "withdrawn")
    expected = _one_by_one([row(number) for number in range(60)], withdrawn, _read(second))
    assert {name: made.counts[name] for name in names} == expected
    assert {name: getattr(said, name) for name in names} == expected
    assert min(expected.values()) > 0
    taken(made, by_page.manager)
    of_page, of_command = (
        list(
            MapFeature.objects.filter(layer=story.layer).order_by("source_reference")
            .values_list("source_reference", "title", "kind", "state", "version", "geometry", "municipality")
        )
        for story in (by_page, by_command)
    )  # fmt: skip
    assert of_page == of_command


def _read(path: Path) -> list[tuple[Any, dict[str, Any]]]:
    features = json.loads(path.read_text())["features"]
    return [(one["geometry"] and one["geometry"]["coordinates"], one["properties"]) for one in features]


def _one_by_one(before: list[Any], withdrawn: str, lines: list[Any]) -> dict[str, int]:
    """How many rows there are of each fate, by the rules as people say them."""
    known = {values["ref"]: ([place.x, place.y], values["naam"], values["soort"]) for place, values in before}
    found, seen = dict.fromkeys(("added", "changed", "same", "gone", "wrong", "withdrawn"), 0), set[str]()
    for place, values in lines:
        name, title = values["ref"], " ".join((values["naam"] or "").split())
        wrong = place is None or name in seen or not title or values["soort"] not in ("voorraad", "stroom")
        seen.add(name)
        if wrong:
            found["wrong"] += 1
        elif name not in known:
            found["added"] += 1
        elif name == withdrawn:
            found["withdrawn"] += 1
        else:
            found["same" if known[name] == (place, title, values["soort"]) else "changed"] += 1
    found["gone"] = len(known.keys() - seen - {withdrawn})
    return found


def test_a_file_that_does_not_say_where_it_lies_asks_and_is_read_by_the_proposal(tmp_path: Path) -> None:
    story = Story()
    columns = {"ref": ["a", "b"], "naam": ["a", "b"], "soort": ["voorraad"] * 2}
    path = write(tmp_path / "lambert.gpkg", [lambert(POINT), lambert(near(3))], columns, crs=None)
    made = given(story, path)
    assert (made.state, made.question["code"]) == ("asked", "no-crs")
    best = made.question["proposals"][0]
    assert (best["srid"], best["fits"], best["of"]) == (31370, 2, 2)
    services.reread_map_import(by=story.editor, map_import=made, srid=best["srid"], swapped=best["swapped"])
    assert counts(read_again(made)) == (2, 0, 0, 0, 0)

    swapped = [shapely.Point(shape.y, shape.x) for shape in (POINT, near(3))]
    made = given(story, geojson(tmp_path / "om.geojson", [(one, row(4)[1]) for one in swapped]))
    assert made.state == "asked"
    assert made.question["proposals"][0]["swapped"]


def test_a_file_with_several_layers_asks_which_and_a_broken_one_says_why(tmp_path: Path) -> None:
    story = Story()
    path = tmp_path / "twee.gpkg"
    write(path, [POINT], {"naam": ["a"]}, layer="bomen")
    write(path, [POINT], {"naam": ["b"]}, layer="banken", append=True)
    made = given(story, path)
    assert (made.state, made.question["code"], made.reading["layers"]) == ("asked", "which-layer", ["bomen", "banken"])
    services.reread_map_import(by=story.editor, map_import=made, layer="banken")
    assert [one.title for one in rows(read_again(made), "added")] == ["b"]

    broken = tmp_path / "stuk.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [')
    made = given(story, broken)
    assert (made.state, made.refusal["code"]) == ("failed", "not-read")
    assert not MapFeature.objects.exists()


def test_a_guess_is_corrected_and_counts_for_the_next_file(tmp_path: Path) -> None:
    story = Story()
    features = [(near(1), {"ref": "a", "wat": "Puin", "naam": "Werf 3"})]
    path = geojson(tmp_path / "werven.geojson", features)
    made = given(story, path, guessing=True)
    guessed = {one["name"]: (one["field"], one["guessed"]) for one in made.reading["columns"]}
    assert guessed == {"ref": ("", True), "wat": ("", False), "naam": ("title", True)}
    assert (made.reading["id_column"], made.reading["given"]) == ("ref", {"kind": "stock"})
    columns = {"wat": "title", "naam": "source_name"}
    services.reread_map_import(by=story.editor, map_import=made, columns=columns, given={"kind": "flow"})
    made = read_again(made)
    taken(made, story.editor)
    stored = MapFeature.objects.get()
    assert (stored.title, stored.source_name, stored.kind) == ("Puin", "Werf 3", "flow")

    again = given(story, path, guessing=True)
    assert counts(again) == (0, 0, 1, 0, 0)
    # What is said of new ones changes none that is there: somebody may have mended it.
    services.reread_map_import(by=story.editor, map_import=again, given={"kind": "stock"})
    assert counts(read_again(again)) == (0, 0, 1, 0, 0)


def test_a_blank_cell_of_a_file_empties_a_field_but_never_says_who_sees_an_element(tmp_path: Path) -> None:
    story = Story(visibility=Visibility.PUBLIC)
    known = story.draft(
        source_reference="p1", visibility=Visibility.HUB, form="los", geometry=point(near(1).x, near(1).y)
    )
    features = [row(1, verpakking="", zichtbaarheid=None), row(2, verpakking="los", zichtbaarheid=" ")]
    made = given(story, geojson(tmp_path / "zicht.geojson", features))
    choice = {"columns": {"soort": "kind"}, "given": {"visibility": "public"}}
    for choices in ({"columns": choice["columns"]}, choice):
        services.reread_map_import(by=story.editor, map_import=made, **choices)
        made = read_again(made)
        assert counts(made) == (1, 1, 0, 0, 0)
        (changed,) = rows(made, "changed")
        assert set(changed.changed) == {"title", "form"}
    assert taken(made, story.editor).state == "done"
    known.refresh_from_db()
    assert (known.form, known.visibility) == ("", Visibility.HUB)
    assert MapFeature.objects.get(source_reference="p2").visibility == Visibility.PUBLIC


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"columns": {"a": "kleur"}}, "“kleur” is geen veld"),
        ({"columns": {"a": "title", "b": "title"}}, "hetzelfde veld voor twee kolommen: “a” en “b”"),
        ({"given": {"kind": "hoop"}}, "“hoop” ken ik niet"),
    ],
)
def test_a_choice_that_no_file_can_be_read_by_is_refused(choices: Any, words: str, tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, path)
    with pytest.raises(ValidationError) as refused:
        services.reread_map_import(by=story.editor, map_import=made, **choices)
    assert words in " ".join(refused.value.messages)
    made.refresh_from_db()
    assert made.state == "compared"


def test_wrong_rows_are_left_out_and_told_as_a_list(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    features = [
        row(1), row(2, soort="iets"), row(3, naam=None), (None, row(4)[1]), row(6, naam="=1+1"), row(1),
        (BOW_TIE, row(8)[1]),
    ]  # fmt: skip
    made = given(story, geojson(path, features))
    # p2, p3 and p4 are there, though wrong: the column says whose row each is.
    assert counts(made) == (1, 0, 1, 1, 5)
    assert [one.reference for one in rows(made, "gone")] == ["p5"]
    lines = "".join(mistakes_csv(made)).splitlines()
    assert lines[0] == "\ufeffRij;Nummer bij de bron;Veld;Wat te doen"
    assert any(line.startswith("2;p2;soort;“iets” ken ik niet") for line in lines)
    assert any(line.startswith("3;p3;titel;") for line in lines)
    assert any(line.startswith("4;p4;") and "geen plek" in line for line in lines)
    assert any(line.startswith("7;p8;") and "kruist" in line for line in lines)
    assert taken(made, story.editor).counts["taken_added"] == 1
    assert MapFeature.objects.filter(title="=1+1").count() == 1


@pytest.mark.parametrize(("by_column", "gone"), [(True, ["p3"]), (False, ["p2", "p3"])])
def test_an_element_whose_shape_is_wrong_is_gone_only_where_nothing_says_whose_it_is(
    by_column: bool, gone: list[str], tmp_path: Path
) -> None:
    story = Story()
    take(story, geojson(tmp_path / "nu.geojson", [row(number) for number in range(1, 4)]))
    features = [row(1), (BOW_TIE, row(2)[1])]
    if not by_column:
        features[1][1]["ref"] = None
    made = given(story, geojson(tmp_path / "later.geojson", features))
    assert counts(made) == (0, 0, 1, len(gone), 1)
    assert [one.reference for one in rows(made, "gone")] == gone
    page = of(story.editor).get(reverse("map-import", args=[made.pk]) + "?soort=gone").content.decode()
    assert ("waarvan we het nummer niet konden lezen" in page) != by_column
    # Who then ticks all that is gone and takes it, withdraws no element that the file has.
    services.choose_rows(by=story.editor, map_import=made, chosen=True, fates=["gone"])
    assert taken(made, story.editor).counts["taken_gone"] == len(gone)
    assert list(MapFeature.objects.filter(state="withdrawn").order_by("source_reference")
                .values_list("source_reference", flat=True)) == gone  # fmt: skip


def test_a_file_knows_its_rows_by_their_own_numbers_though_their_shapes_are_wrong(tmp_path: Path) -> None:
    story = Story()
    columns = {"naam": ["een", "twee"], "soort": ["voorraad"] * 2}
    first = given(story, write(tmp_path / "punten.gpkg", [near(1), near(2)], columns), guessing=True)
    taken(first, story.editor)
    again = given(story, write(tmp_path / "later.gpkg", [near(1), BOW_TIE], columns), guessing=True)
    assert counts(again) == (0, 0, 1, 0, 1)
    assert [one.reference for one in rows(again, "wrong")] == ["2"]


def test_of_two_rows_of_one_number_the_second_is_refused_also_where_the_first_is_wrong(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    features = [(BOW_TIE, row(1)[1]), row(1), row(2), (BOW_TIE, row(2)[1])]
    made = given(story, geojson(path, features))
    assert counts(made) == (0, 0, 1, 3, 3)
    assert [(one.number, one.reference) for one in rows(made, "wrong")] == [(1, "p1"), (2, ""), (4, "")]
    lines = "".join(mistakes_csv(made)).splitlines()
    assert "Nummer “p1” staat al op rij 1." in lines[2]
    assert not has_unnamed_wrong(made)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hoeveel": 5}, "heeft een eenheid nodig"),
        ({"hoeveel": 5, "eenheid": "ton", "soort": "stroom"}, "per wat de hoeveelheid is"),
        ({"van": "2026-12-31", "tot": "2026-01-01"}, "einddatum ligt voor de begindatum"),
        ({"mat": "building-bricks", "hoeveel": 5, "eenheid": "liter"}, "past niet bij"),
        ({"naam": "x" * 141}, "140"),
    ],
)
def test_what_only_the_database_would_refuse_is_told_before_it_is_taken(
    values: dict[str, Any], words: str, tmp_path: Path
) -> None:
    story = Story()
    columns = {"mat": "material", "hoeveel": "quantity", "eenheid": "unit", "van": "available_from"}
    every: dict[str, Any] = dict.fromkeys(("mat", "hoeveel", "eenheid", "van", "tot"))
    right = {"mat": "building-bricks", "hoeveel": 5, "eenheid": "ton", "van": "2026-01-01", "tot": "2026-12-31"}
    features = [row(1, **right), row(2, **every | values), row(3, **every | values), row(4, **right)]
    path = geojson(tmp_path / "fout.geojson", features)
    made = given(story, path)
    columns |= {"tot": "available_until", "naam": "title", "soort": "kind"}
    services.reread_map_import(by=story.editor, map_import=made, columns=columns)
    made = read_again(made)
    assert counts(made) == (2, 0, 0, 0, 2)
    for one in rows(made, "wrong"):
        assert any(words in said for _field, said in told([one.mistakes])[0]), one.mistakes
    made = taken(made, story.editor)
    stored = MapFeature.objects.get(source_reference="p1")
    assert made.state == "done"
    assert stored.mass_kg == 5_000
    assert stored.quantity == 5
    assert stored.municipality is not None


def test_a_layer_that_changed_since_refuses_all_and_says_which(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "een.geojson", [row(1), (SQUARE, row(2)[1])])
    made = given(story, path)
    services.update_layer(by=story.manager, layer=story.layer, geometry_kind="points")
    made = taken(made, story.editor)
    assert counts(made) == (1, 0, 0, 0, 1)
    assert said_of(made) == "Er is niets overgenomen. Rijen die niet meer kunnen: 1. Kijk ze na bij de fouten."
    assert told([rows(made, "wrong")[0].mistakes]) == [[("plek", "Deze laag heeft enkel punten.")]]
    assert not MapFeature.objects.exists()


# ---- rights ----


def test_who_edits_in_the_layer_compares_and_others_do_not(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    upload = ContentFile(path.read_bytes(), name=path.name)
    for nobody in (make_user(), story.holder(Power.SEE), story.proposer):
        with pytest.raises(PermissionDenied):
            services.start_map_import(by=nobody, layer=story.layer, upload=upload)
    made = given(story, path, by=story.holder(Power.EDIT))
    for act in (
        lambda: services.reread_map_import(by=story.proposer, map_import=made, repair=True),
        lambda: services.choose_rows(by=story.proposer, map_import=made, chosen=True),
        lambda: services.take_map_import(by=story.proposer, map_import=made),
        lambda: services.cancel_map_import(by=story.proposer, map_import=made),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_who_lost_the_right_meanwhile_takes_nothing(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1, naam="Anders")])
    made = given(story, path)
    services.take_map_import(by=story.editor, map_import=made)
    story.editor.hub_roles.all().delete()
    made = MapImport.objects.get(pk=made.pk)
    run_take(made)
    assert (made.state, "bewerkt" in said_of(made)) == ("failed", True)
    assert not MapFeature.objects.filter(title="Anders").exists()


def reread(made: MapImport, by: User) -> MapImport:
    services.reread_map_import(by=by, map_import=made, repair=True)
    return read_again(made)


def test_a_file_that_is_read_anew_is_compared_by_the_rights_of_who_asks(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    MapFeature.objects.filter(source_reference="p1").update(visibility=Visibility.OWNER, title="Geheim")
    MapFeature.objects.filter(source_reference="p2").update(visibility=Visibility.OWNER, title="Geheim")
    MapFeature.objects.update(created_by=None)
    services.publish_feature(by=story.manager, feature=MapFeature.objects.get(source_reference="p3"))
    geojson(path, [row(1), row(3, naam="Anders"), row(4), row(5)])

    made = given(story, path, by=story.manager)
    assert counts(made) == (0, 2, 2, 1, 0)
    # Given that an editor reads anew what a manager gave: they neither see all, nor change what is published.
    made = reread(made, story.editor)
    assert counts(made) == (0, 0, 2, 0, 2)
    assert "Geheim" not in str(list(made.rows.values()))
    assert (made.created_by, made.read_by) == (story.manager, story.editor)
    # And the other way round.
    made = reread(given(story, path), story.manager)
    assert counts(made) == (0, 2, 2, 1, 0)


def test_a_colleague_reads_anew_what_somebody_gave_who_may_nothing_any_more(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(1, naam="Anders")]))
    story.editor.hub_roles.all().delete()
    assert counts(reread(made, story.manager)) == (0, 1, 0, 4, 0)
    story.editor.delete()
    assert counts(reread(made, story.manager)) == (0, 1, 0, 4, 0)


@pytest.mark.parametrize("lost", ["role", "layer", "account"])
def test_who_asked_and_may_no_longer_is_told_so_and_nothing_is_read(lost: str, tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    colleague = staff_of(story.hub, "editor")
    made = given(story, geojson(path, [row(1, naam="Anders")]))
    services.reread_map_import(by=colleague, map_import=made, id_column="naam")
    if lost == "role":
        colleague.hub_roles.all().delete()
    elif lost == "layer":
        # It is for its managers alone from now on.
        services.update_layer(by=story.manager, layer=story.layer, visibility=Visibility.OWNER)
    else:
        colleague.delete()
    made = read_again(made)
    words = "heeft geen account meer" if lost == "account" else "Alleen wie in deze laag bewerkt"
    assert (made.state, words in said_of(made)) == ("failed", True)
    assert made.reading["id_column"] == "ref"
    with pytest.raises(ValidationError, match="nog niet vergeleken"):
        services.choose_rows(by=story.manager, map_import=made, chosen=True)
    with pytest.raises(ValidationError, match="nog niet vergeleken"):
        services.take_map_import(by=story.manager, map_import=made)
    # Who may, reads it again.
    assert made.rows.exists()
    assert reread(made, story.manager).state == "compared"


def test_an_editor_proposes_where_only_who_publishes_changes(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    services.publish_feature(by=story.manager, feature=MapFeature.objects.get(source_reference="p1"))
    geojson(path, [row(1, naam="Anders"), row(2, naam="Anders"), row(3), row(4), row(5)])
    made = given(story, path)
    assert counts(made) == (0, 1, 3, 0, 1)
    assert "Stel je wijziging voor" in told([rows(made, "wrong")[0].mistakes])[0][0][1]
    assert counts(given(story, path, by=story.manager)) == (0, 2, 3, 0, 0)


def test_what_an_editor_does_not_see_stays_hidden(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    hidden = MapFeature.objects.filter(source_reference__in=["p1", "p2"])
    hidden.update(visibility=Visibility.OWNER, title="Geheim", created_by=None)
    geojson(path, [row(1), row(3), row(4), row(5)])
    by_editor, by_manager = given(story, path), given(story, path, by=story.manager)
    assert counts(by_manager) == (0, 1, 3, 1, 0)
    assert counts(by_editor) == (0, 0, 3, 0, 1)
    assert "Geheim" not in str(list(by_editor.rows.values()))
    # A manager's comparison shows an editor no more than the layer does.
    sight = sight_of(standing_of(story.editor), story.layer)
    assert list(rows_of(by_manager, sight)) == []
    assert rows_of(by_manager, sight_of(standing_of(story.manager), story.layer)).count() == 2


# ---- stopping ----


def test_a_file_that_was_stopped_is_not_read_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, path = layer_of_five(tmp_path)
    upload = ContentFile(path.read_bytes(), name=path.name)
    made = services.start_map_import(by=story.editor, layer=story.layer, upload=upload)
    services.cancel_map_import(by=story.editor, map_import=made)
    assert read_again(made).state == "cancelled"

    geojson(path, [row(9)])
    describe = files.describe

    def stopped_meanwhile(*args: Any, **more: Any) -> Any:
        services.cancel_map_import(by=story.editor, map_import=MapImport.objects.latest("pk"))
        return describe(*args, **{**more, "meanwhile": None})

    monkeypatch.setattr(reading, "describe", stopped_meanwhile)
    made = given(story, path)
    assert (made.state, made.rows.count()) == ("cancelled", 0)


def test_a_taking_that_was_stopped_takes_nothing(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(9)]))
    services.take_map_import(by=story.editor, map_import=made)
    services.cancel_map_import(by=story.editor, map_import=made)
    run_take(MapImport.objects.get(pk=made.pk))
    assert MapImport.objects.get(pk=made.pk).state == "cancelled"
    assert not MapFeature.objects.filter(source_reference="p9").exists()


def test_a_step_taken_twice_does_its_work_once(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(9)]))
    run_read(MapImport.objects.get(pk=made.pk))
    assert made.rows.filter(fate="added").count() == 1
    services.take_map_import(by=story.editor, map_import=made)
    for _time in range(2):
        run_take(MapImport.objects.get(pk=made.pk))
    assert MapFeature.objects.filter(source_reference="p9").count() == 1
    assert MapImport.objects.to_resume(at=timezone.now()) == ([], [], [])


def test_the_reader_knows_values_that_count_where_a_row_says_nothing(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "een.geojson", [row(1, soort=None), row(2)])
    with read(path, Choice(id_column="ref")) as found:
        kinds = [
            ValueReader(COLUMNS, {"kind": "flow"}).read(one.attributes, {"kind": "", "title": ""})["kind"]  # type: ignore[union-attr]
            for one in found.rows()
        ]
    assert kinds == ["flow", "stock"]
    made = given(story, path)
    services.reread_map_import(
        by=story.editor, map_import=made, columns={"soort": "kind", "naam": "title"}, given={"kind": "flow"}
    )
    assert [one.values["kind"] for one in rows(read_again(made), "added")] == ["flow", "stock"]


def test_what_an_editor_may_not_take_out_tells_nothing_of_itself(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    MapFeature.objects.filter(source_reference="p2").update(visibility=Visibility.OWNER, created_by=None)
    made = given(story, geojson(path, [row(1), row(3), row(4)]), by=story.manager)
    assert counts(made) == (0, 0, 3, 2, 0)
    own, of_all = (
        extent_of(drawn_rows_of(made, sight_of(standing_of(by), story.layer))) for by in (story.editor, story.manager)
    )
    assert own is not None
    assert own != of_all
    client = Client()
    client.force_login(story.editor)
    shown = client.get(reverse("map-import", args=[made.pk])).context["tabs"]
    assert [count for _fate, _label, count in shown] == [0, 0, 1, 0]
    services.choose_rows(by=story.editor, map_import=made, chosen=True, fates=["gone"])
    made = taken(made, story.editor)
    assert counts(made) == (0, 0, 3, 1, 1)
    (wrong,) = rows(made, "wrong")
    assert (wrong.feature_id, wrong.geometry, wrong.reference, wrong.title) == (None, None, "", "")
    assert wrong.mistakes


def test_what_was_withdrawn_begins_again_only_by_who_sees_it(tmp_path: Path) -> None:
    story, _path = layer_of_five(tmp_path)
    MapFeature.objects.filter(source_reference="p2").update(
        visibility=Visibility.OWNER, created_by=None, state="withdrawn"
    )
    before = MapFeature.objects.get(source_reference="p2")
    for by, may in ((story.editor, False), (story.manager, True)):
        writer = BulkWriter(by, story.layer, lambda _row, _words: None)
        after = writer.changing(before)
        after.visibility = Visibility.PUBLIC
        if may:
            writer.check_step(before, after)
            continue
        with pytest.raises(PermissionDenied):
            writer.check_step(before, after)


def test_a_file_is_undone_though_people_of_its_elements_are_gone(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    source, owner = make_organisation(make_user()), staff_of(story.hub)
    first = MapFeature.objects.get(source_reference="p1")
    services.change_feature(
        by=story.editor, feature=first, version=first.version, source_organisation=source, owner=owner
    )
    made = given(story, geojson(path, [row(1, naam="Anders"), row(2), row(3), row(4), row(5)]))
    made = taken(made, story.editor)
    source.delete()
    owner.delete()
    assert services.undo_map_import(by=story.manager, map_import=made).counts["undone"] == 1
    back = MapFeature.objects.get(pk=first.pk)
    assert (back.title, back.source_organisation_id, back.owner_id) == ("Punt 1", None, None)


def test_rows_are_chosen_only_of_what_is_compared(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    made = given(story, geojson(path, [row(9)]))
    services.take_map_import(by=story.editor, map_import=made)
    with pytest.raises(ValidationError, match="nog niet vergeleken"):
        services.choose_rows(by=story.editor, map_import=made, chosen=False)


def test_a_word_for_a_material_is_looked_up_though_no_other_was_before_in_this_process(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "een.geojson", [row(1, mat="bakstenen"), row(2, mat="qwxz")])
    made = given(story, path)
    services.reread_map_import(
        by=story.editor, map_import=made, columns={"soort": "kind", "naam": "title", "mat": "material"}
    )
    recogniser.cache_clear()
    assert counts(read_again(made)) == (1, 0, 0, 0, 1)
