"""A file read in a layer: all of it or nothing, once and again, and undone."""

import re
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from journal.models import Event
from maps import services
from maps.enums import Power
from maps.files.reading import Choice, read
from maps.history import versions_of
from maps.imports.choice import Decided
from maps.imports.files import Plan
from maps.imports.services import Imported, ImportRefused, import_file
from maps.models import MapFeature, MapFeatureVersion, MapImport, MapLayerCount
from tests.makers import make_user
from tests.maps.geodata import POINT, SQUARE, geojson, lambert, write
from tests.maps.makers import HUB, Story

pytestmark = pytest.mark.django_db
COLUMNS = {"title": "naam", "kind": "soort"}


def near(number: int) -> shapely.Point:
    return shapely.Point(3.70 + number % 50 / 1000, 51.03 + number // 50 / 1000)


def row(number: int, **more: Any) -> tuple[Any, dict[str, Any]]:
    return near(number), {"ref": f"p{number}", "naam": f"Punt {number}", "soort": "voorraad"} | more


def take(story: Story, path: Path, by: Any = None, columns: dict[str, str] = COLUMNS, **more: Any) -> Imported:
    """Read a file as the command does, by its column `ref`."""
    choice = Decided(id_column="ref", columns={column: field for field, column in columns.items()})
    with read(path, Choice(id_column="ref")) as reading:
        return import_file(
            by=by or story.editor, layer=story.layer, reading=reading, choice=choice,
            plan=Plan(columns, [], "ref", []), file_name=path.name, **more,
        )  # fmt: skip


def counts(imported: Imported) -> tuple[int, ...]:
    return imported.added, imported.changed, imported.same, imported.gone


def state_of_everything() -> list[Any]:
    return [
        list(MapFeature.objects.order_by("pk").values_list("pk", "version", "state", "title", "updated_at")),
        list(MapLayerCount.objects.order_by("pk").values_list("layer", "state", "count")),
        MapFeatureVersion.objects.count(),
    ]


def test_a_file_twice_is_stored_once_and_one_undo_takes_it_back(tmp_path: Path) -> None:
    story, numbers = Story(), range(2_000)
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in numbers])

    assert counts(take(story, path)) == (2_000, 0, 0, 0)

    before = state_of_everything()
    assert counts(take(story, path)) == (0, 0, 2_000, 0)
    assert state_of_everything() == before

    # Given another file, in which five rows have another title and ten are gone.
    rows = [row(number, **({"naam": "Anders"} if number < 5 else {})) for number in numbers[:-10]]
    second = take(story, geojson(path, rows))
    assert counts(second) == (0, 5, 1_985, 10)
    assert set(MapFeature.objects.filter(title="Anders").values_list("version", flat=True)) == {2}
    assert MapFeature.objects.count() == 2_000

    undone = services.undo_batch(by=story.manager, layer=story.layer, change=second.change)
    assert undone == (5, 0, [])
    assert not MapFeature.objects.filter(title="Anders").exists()


def test_an_import_that_was_undone_can_come_again_but_what_a_person_withdrew_stays(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1), row(2)])
    first = take(story, path)
    services.undo_batch(by=story.manager, layer=story.layer, change=first.change)
    assert set(MapFeature.objects.values_list("state", flat=True)) == {"withdrawn"}

    assert counts(take(story, path)) == (2, 0, 0, 0)
    assert set(MapFeature.objects.values_list("state", flat=True)) == {"review"}

    services.withdraw_feature(by=story.editor, feature=MapFeature.objects.get(source_reference="p1"))
    again = take(story, path)
    assert (counts(again), again.withdrawn) == ((0, 0, 1, 0), 1)


def test_an_element_has_all_that_follows_and_keeps_what_the_file_does_not_say(tmp_path: Path) -> None:
    story = Story()
    columns = COLUMNS | {
        "material": "mat", "quantity": "hoeveel", "unit": "eenheid", "period": "per", "season_months": "maanden",
        "available_from": "van", "declared_status": "statuut", "eural_code": "eural",
    }  # fmt: skip
    values = {
        "soort": "stroom", "mat": "building-bricks", "hoeveel": 2.5, "eenheid": "ton", "per": "maandelijks",
        "maanden": "10, 3", "van": "2026-12-31", "statuut": "afval", "eural": "17 01 02",
    }  # fmt: skip
    path = geojson(tmp_path / "een.geojson", [row(1, **values)])
    take(story, path, columns=columns)

    made = MapFeature.objects.get()
    assert made.municipality is not None
    assert made.mass_kg == 2_500
    assert (made.period, made.season_months, made.eural_code) == ("month", [3, 10], "170102")
    assert (made.state, made.created_by, made.source_reference) == ("review", story.editor, "p1")
    assert versions_of(made).get().pgh_context.metadata["verb"] == "layer.imported"

    services.change_feature(by=story.editor, feature=made, version=1, destination="Kringwinkel")
    take(story, geojson(path, [row(1, **values | {"hoeveel": 3})]), columns=columns)
    made.refresh_from_db()
    assert made.mass_kg == 3_000
    assert (made.destination, made.version) == ("Kringwinkel", 3)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"naam": None}, "titel: "),
        ({"naam": "x" * 200}, "titel: "),
        ({"soort": "iets"}, "soort: “iets” ken ik niet"),
        ({"hoeveel": 0}, "hoeveelheid: Geef een hoeveelheid van meer dan 0"),
        ({"hoeveel": 5}, "eenheid: Een hoeveelheid heeft een eenheid nodig"),
        ({"hoeveel": "5 kg", "eenheid": "ton"}, "eenheid: De hoeveelheid noemt een andere eenheid"),
        ({"mat": "qwxz"}, "materiaal: “qwxz” ken ik niet als materiaal"),
        ({"maanden": "zomer"}, "maanden: Schrijf maanden als getallen"),
        ({"maanden": "6"}, "maanden: Kies maanden van 1 tot 12, en enkel bij een stroom"),
        ({"van": "2026-02-30"}, "beschikbaar van: "),
        ({"eural": "99"}, "euralcode: Een euralcode heeft zes cijfers"),
        ({"zicht": "geheim"}, "zichtbaar voor: “geheim” ken ik niet"),
    ],
)
def test_a_wrong_row_is_named_in_words_and_nothing_is_stored(
    values: dict[str, Any], words: str, tmp_path: Path
) -> None:
    story = Story()
    columns = COLUMNS | {
        "material": "mat", "quantity": "hoeveel", "unit": "eenheid", "season_months": "maanden",
        "available_from": "van", "eural_code": "eural", "visibility": "zicht",
    }  # fmt: skip
    path = geojson(tmp_path / "fout.geojson", [row(1), row(2, **values), row(3)])

    with pytest.raises(ImportRefused) as refused:
        take(story, path, columns=columns)

    assert refused.value.wrong == 1
    (mistake,) = refused.value.mistakes
    assert mistake.row == 2
    assert f"{mistake.field}: {mistake.words}".startswith(words)
    assert not MapFeature.objects.exists()
    assert not Event.objects.filter(verb="layer.imported").exists()

    imported = take(story, path, columns=columns, skip_wrong=True)
    assert (imported.added, imported.wrong) == (2, 1)
    assert imported.mistakes == (mistake,)


def test_an_element_is_not_shown_more_widely_nor_shaped_otherwise_than_its_layer(tmp_path: Path) -> None:
    story = Story(visibility=2, geometry_kind="points")
    shapes = [(SQUARE, {"ref": "a", "naam": "Vlak", "soort": "voorraad", "zicht": "hub"}), row(2, zicht="public")]
    path = geojson(tmp_path / "fout.geojson", shapes)
    with pytest.raises(ImportRefused) as refused:
        take(story, path, columns=COLUMNS | {"visibility": "zicht"})
    assert [one.words for one in refused.value.mistakes] == [
        "Deze laag heeft enkel punten.",
        "Deze laag is zichtbaar voor de hub, en wie er een recht op heeft: dit ook, of voor minder.",
    ]


def test_each_imports_by_their_right_in_the_layer(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    for nobody in (make_user(), story.holder(Power.SEE), story.proposer):
        with pytest.raises(PermissionDenied):
            take(story, path, by=nobody)

    take(story, path)
    made = MapFeature.objects.get()
    assert (made.state, made.created_by) == ("review", story.editor)

    # Given that it is published, who may only edit proposes; who publishes changes it.
    services.publish_feature(by=story.manager, feature=made)
    path = geojson(path, [row(1, naam="Anders")])
    with pytest.raises(ImportRefused) as refused:
        take(story, path)
    assert "Stel je wijziging voor" in refused.value.mistakes[0].words
    assert counts(take(story, path, by=story.manager)) == (0, 1, 0, 0)
    made.refresh_from_db()
    assert (made.state, made.title) == ("published", "Anders")


def test_one_event_tells_who_read_which_file_and_how_much(tmp_path: Path) -> None:
    story = Story()
    take(story, geojson(tmp_path / "punten.geojson", [row(1), row(2)]))
    event = Event.objects.get(verb="layer.imported")
    assert (event.by_id, event.subject_id, event.hub_ids) == (story.editor.pk, story.layer.pk, [story.hub.pk])
    assert event.changes == {"file": "punten.geojson", "elements_added": 2}


# ---- the command ----


def command(path: Path, story: Story, **options: Any) -> str:
    said = StringIO()
    options = {"hub": HUB, "map": story.map.slug} | options
    call_command("import_map", str(path), stdout=said, stderr=said, **options)
    return said.getvalue()


def refused_command(path: Path, story: Story, **options: Any) -> str:
    said = StringIO()
    options = {"hub": HUB, "map": story.map.slug} | options
    with pytest.raises(CommandError) as refused:
        call_command("import_map", str(path), stdout=said, stderr=said, **options)
    return f"{said.getvalue()}{refused.value}"


def test_the_command_says_how_it_reads_and_what_it_did(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1, kleur="rood"), row(2, naam=None, kleur="blauw")])
    given = {"set": ["title=Naamloos"], "column": ["soort=kind"]}

    said = command(path, story, dry_run=True, **given)
    assert "column “naam” is read as title (guessed)" in said
    assert "column “soort” is read as kind\n" in said
    assert "column “ref” holds the source's own ids (guessed)\n" in said
    assert "columns that aren't read: kleur" in said
    assert "2 added, 0 changed, 0 unchanged" in said
    assert "nothing was stored (dry run)" in said
    assert not MapFeature.objects.exists()

    said = command(path, story, by=story.manager.email, **given)
    assert "2 added" in said
    assert set(MapFeature.objects.values_list("title", "created_by")) == {
        ("Punt 1", story.manager.pk),
        ("Naamloos", story.manager.pk),
    }
    change = re.search(r"change (\S+)", said)
    assert change is not None
    assert services.undo_batch(by=story.manager, layer=story.layer, change=change[1]).undone == 2  # type: ignore[arg-type]


def test_the_command_names_wrong_rows_and_stores_nothing(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1), row(2, soort="iets"), (None, row(3)[1])])
    given = {"column": ["soort=kind"]}
    said = refused_command(path, story, **given)
    assert "row 2, soort: “iets” ken ik niet. Kies uit: Voorraad, Stroom, Plaats." in said
    assert "row 3: Deze rij heeft geen plek." in said
    assert "2 rows are wrong; nothing was stored." in said
    assert not MapFeature.objects.exists()
    assert "1 added" in command(path, story, skip_wrong=True, **given)


def test_the_command_refuses_what_it_does_not_understand(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    assert "There is no map nergens" in refused_command(path, story, map="nergens")
    assert "There is no file" in refused_command(tmp_path / "weg.geojson", story)
    assert "There is nobody with the address" in refused_command(path, story, by="nobody@example.org")
    assert "“Bedrijven”" in refused_command(path, story, layer="Bedrijvn")
    assert "a layer “Bedrijven” already" in refused_command(path, story, layer="bedrijven", new=True)
    assert "Give the new layer a title" in refused_command(path, story, new=True)
    assert "--file-layer" in refused_command(path, story, file_layer="nergens")
    assert "“kleur” is geen veld van een element" in refused_command(path, story, set=["kleur=rood"])
    assert "--set" in refused_command(path, story, set=["rood"])
    assert "leest er bestanden in" in refused_command(path, story, by=make_user().email)
    assert "The file has no column “kleur”. There are: ref, naam, soort." in refused_command(
        path, story, column=["kleur=title"]
    )
    assert not MapFeature.objects.exists()


def test_the_command_makes_a_layer_where_that_is_said_and_none_where_it_fails(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    new = {"layer": "Punten", "new": True, "by": story.editor.email}
    wrong = geojson(tmp_path / "fout.geojson", [row(1, naam=None)])
    assert "1 rows are wrong" in refused_command(wrong, story, **new)
    assert not story.map.layers.filter(title="Punten").exists()
    command(path, story, dry_run=True, column=["soort=kind"], **new)
    assert not story.map.layers.filter(title="Punten").exists()
    assert "made the layer “Punten”" in command(path, story, column=["soort=kind"], **new)
    layer = story.map.layers.get(title="Punten")
    assert (layer.licence, layer.attribution, layer.features.count()) == (story.map.licence, story.map.attribution, 1)


def test_the_command_gives_a_new_layer_its_licence_and_its_source(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    said = {"layer": "Punten", "licence": "odbl", "attribution": "© OpenStreetMap", "column": ["soort=kind"]}
    assert "give --new too" in refused_command(path, story, **said)
    assert "geen geldige keuze" in refused_command(path, story, **said | {"new": True, "licence": "eigen"})
    assert "200" in refused_command(path, story, **said | {"new": True, "attribution": "x" * 201})
    assert not story.map.layers.filter(title="Punten").exists()
    assert "made the layer “Punten”" in command(path, story, new=True, **said)
    layer = story.map.layers.get(title="Punten")
    assert (layer.licence, layer.attribution) == ("odbl", "© OpenStreetMap")


def test_a_system_that_nobody_knows_is_asked_for_with_proposals(tmp_path: Path) -> None:
    story = Story()
    shapes = [lambert(POINT), lambert(near(3))]
    columns = {"naam": ["a", "b"], "soort": ["voorraad"] * 2}
    path = write(tmp_path / "lambert.gpkg", shapes, columns, crs=None)
    said = refused_command(path, story, column=["soort=kind"])
    assert "--srid 31370: EPSG:31370" in said
    assert "2 added" in command(path, story, srid=31370, column=["soort=kind"])
    assert MapFeature.objects.order_by("pk")[0].geometry.distance(MapFeature.objects.order_by("pk")[1].geometry) > 0.1


class _Interrupted(StringIO):
    """Somebody who presses Ctrl-C once all rows are there."""

    def write(self, text: str) -> int:
        if "rows can be read" in text:
            raise KeyboardInterrupt
        return super().write(text)


def test_ctrl_c_stores_nothing(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    with pytest.raises(CommandError, match="nothing was stored") as stopped:
        call_command(
            "import_map", str(path), hub=HUB, map=story.map.slug, column=["soort=kind"], stdout=StringIO(),
            stderr=_Interrupted(),
        )  # fmt: skip
    assert stopped.value.returncode == 130
    assert not MapFeature.objects.exists()


def test_what_the_command_read_is_an_import_of_the_layer_that_its_page_undoes(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1), row(2, naam=None)])
    said = command(path, story, skip_wrong=True, column=["soort=kind"])
    made = MapImport.objects.get()
    assert (made.state, made.name, made.file.name, made.created_by) == ("done", "punten.geojson", "", None)
    assert str(made.change) in said
    assert (made.taken, made.counts["wrong"], made.choice["columns"]) == (1, 1, {"soort": "kind"})
    assert [(one["name"], one["field"]) for one in made.reading["columns"]] == [("naam", "title"), ("soort", "kind")]
    undone = services.undo_map_import(by=story.manager, map_import=made)
    assert (undone.state, MapFeature.objects.get().state) == ("undone", "withdrawn")


def test_the_command_says_what_it_guesses_of_elements_that_no_row_says_it_of(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(1)])
    assert "no column is kind: new elements are stock (guessed; --set kind=…)" in command(path, story)
    # What is said of new ones changes none that is there.
    assert "0 added, 0 changed, 1 unchanged" in command(path, story, set=["kind=flow"])
    assert MapFeature.objects.get().kind == "stock"


def test_two_thousand_points_take_less_than_ten_seconds(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "veel.geojson", [row(number) for number in range(2_027)])
    started = time.monotonic()
    assert "2027 added" in command(path, story, column=["soort=kind"])
    assert time.monotonic() - started < 10
