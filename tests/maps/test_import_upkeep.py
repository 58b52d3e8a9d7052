"""What becomes of files for layers: cleared away after a month, and undone by a worker where that is much."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone, translation

from journal.models import Event
from maps import services
from maps.imports import tasks
from maps.imports.finding import said_of
from maps.imports.report import mistakes_csv
from maps.imports.undoing import run_undo
from maps.mistakes import told
from maps.models import MapFeature, MapImport
from maps.models.imported import KEPT
from maps.services import map_imports, undo
from tests.maps.geodata import SQUARE, geojson
from tests.maps.makers import Story
from tests.maps.test_import_pages import page, text_of
from tests.maps.test_imports import row
from tests.maps.test_map_imports import given, layer_of_five, read_again, taken
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


def touched(made: MapImport, ago: dt.timedelta) -> None:
    MapImport.objects.filter(pk=made.pk).update(touched_at=timezone.now() - ago)


# ---- clearing away ----


def test_a_month_after_it_was_taken_a_file_is_cleared_away_and_can_still_be_undone(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1, naam="Anders"), row(2), row(3), row(4), row(5), row(6, naam=None)])
    made = taken(given(story, path), story.editor)
    kept = str(made.file.name)
    touched(made, KEPT - dt.timedelta(minutes=1))
    assert tasks.clear_map_imports() == 0
    assert default_storage.exists(kept)
    assert f"Doe je er {KEPT.days} dagen niets mee" in text_of(of(story.manager), page(made))

    touched(made, KEPT + dt.timedelta(minutes=1))
    assert tasks.clear_map_imports() == 1
    assert tasks.clear_map_imports() == 0

    made.refresh_from_db()
    assert (made.state, made.file.name, made.rows.count()) == ("done", "", 0)
    assert made.cleared_at is not None
    assert not default_storage.exists(kept)
    assert Event.objects.filter(verb="map_file.cleared", by_id=None).count() == 1
    shown = text_of(of(story.manager), page(made))
    assert "ruimden we het bestand en zijn rijen op" in shown
    assert "Terugdraaien kan nog altijd" in shown
    assert "De fouten als lijst" not in shown
    assert services.undo_map_import(by=story.manager, map_import=made).counts["undone"] == 1
    assert MapFeature.objects.get(source_reference="p1").title == "Punt 1"


def test_what_was_left_lying_is_stopped_and_what_somebody_is_at_is_not(tmp_path: Path) -> None:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(1, naam="Anders")])
    left, chosen, running = given(story, path), given(story, path), given(story, path)
    broken = tmp_path / "stuk.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [')
    failed = given(story, broken)
    services.take_map_import(by=story.editor, map_import=running)
    for made in (left, chosen, running, failed):
        touched(made, KEPT + dt.timedelta(minutes=1))
    services.choose_rows(by=story.editor, map_import=chosen, chosen=False)

    assert tasks.clear_map_imports() == 2

    states = {made.pk: MapImport.objects.get(pk=made.pk) for made in (left, chosen, running, failed)}
    assert [one.state for one in states.values()] == ["cancelled", "compared", "taking", "failed"]
    assert [bool(one.file) for one in states.values()] == [False, True, True, False]
    assert [one.rows.count() > 0 for one in (left, chosen, running)] == [False, True, True]
    assert page(left) not in text_of(of(story.editor), reverse("hub-map-work", args=[story.hub.slug]))
    assert "Opnieuw opladen" in text_of(of(story.editor), page(failed))
    with pytest.raises(ValidationError, match="opgeruimd"):
        services.reread_map_import(by=story.editor, map_import=failed, repair=True)


def test_files_are_looked_at_each_night() -> None:
    scheduled = [one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()]
    assert scheduled.count("maps.imports.tasks.clear_map_imports") == 1


# ---- undoing what is much ----


@pytest.fixture
def much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three elements are more than a request waits for, and two are brought back at once."""
    monkeypatch.setattr(map_imports, "MOST_UNDONE_AT_ONCE", 2)
    monkeypatch.setattr(undo, "ROWS_AT_ONCE", 2)


def much_taken(tmp_path: Path) -> tuple[Story, MapImport]:
    story, path = layer_of_five(tmp_path)
    geojson(path, [row(number, naam=f"Anders {number}") for number in range(1, 6)])
    return story, taken(given(story, path), story.editor)


def test_undoing_much_is_done_by_a_worker_and_shown(much: None, tmp_path: Path) -> None:
    story, made = much_taken(tmp_path)
    finished = made.finished_at
    client = of(story.manager)
    client.post(reverse("map-import-decide", args=[made.pk]), {"action": "undo"})
    made.refresh_from_db()
    assert (made.state, made.undone_by) == ("undoing", story.manager)
    shown = text_of(client, page(made))
    assert "We draaien terug wat uit het bestand kwam" in shown
    assert "Stoppen" in shown
    assert MapFeature.objects.filter(title__startswith="Anders").count() == 5

    run_undo(made)

    assert (made.state, made.counts["undone"], made.counts["left"]) == ("undone", 5, 0)
    assert made.finished_at == finished
    assert set(MapFeature.objects.values_list("version", flat=True)) == {3}
    assert not MapFeature.objects.filter(title__startswith="Anders").exists()
    assert "5 elementen zijn weer zoals voordien" in text_of(client, page(made))
    assert Event.objects.filter(verb="map_file.undone", by_id=story.manager.pk).count() == 1


def test_who_may_no_longer_undo_is_told_and_what_was_taken_stays(much: None, tmp_path: Path) -> None:
    story, made = much_taken(tmp_path)
    finished = made.finished_at
    made = services.undo_map_import(by=story.manager, map_import=made)
    story.manager.hub_roles.all().delete()
    run_undo(made)
    made.refresh_from_db()
    assert (made.state, made.finished_at) == ("done", finished)
    assert "Dit zet enkel wie in deze laag publiceert terug" in said_of(made)
    assert "Dit zet enkel wie in deze laag publiceert terug" in text_of(of(story.editor), page(made))
    assert MapFeature.objects.filter(title__startswith="Anders").count() == 5


# ---- in the language of who reads ----


def test_mistakes_are_said_in_the_language_of_who_reads_and_not_of_who_gave_the_file(tmp_path: Path) -> None:
    story = Story(visibility=2)
    story.editor.language = "fr"
    story.editor.save()
    columns = {
        "naam": "title", "soort": "kind", "mat": "material", "hoeveel": "quantity", "eenheid": "unit",
        "zicht": "visibility", "eural": "eural_code", "van": "available_from",
    }  # fmt: skip
    every = dict.fromkeys(("mat", "hoeveel", "eenheid", "zicht", "eural", "van"))
    wrong: list[dict[str, Any]] = [
        {"soort": "iets"}, {"naam": None}, {"naam": "x" * 141}, {"mat": "qwxz"}, {"hoeveel": 5}, {"zicht": "public"},
        {"mat": "building-bricks", "hoeveel": 5, "eenheid": "liter"}, {"eural": "99"}, {"eural": "99 01 02"},
        {"van": "1901-01-01"}, {"hoeveel": 0, "eenheid": "kg"},
    ]  # fmt: skip
    features = [row(number, **every | values) for number, values in enumerate(wrong)]
    features += [(None, row(90, **every)[1]), row(0, **every)]
    made = given(story, geojson(tmp_path / "fout.geojson", features))
    services.reread_map_import(by=story.editor, map_import=made, columns=columns)
    with translation.override("fr"):
        made = read_again(made)
    kept = [one.mistakes for one in made.rows.filter(fate="wrong").order_by("number")]
    assert len(kept) == made.counts["wrong"] == len(features), made.refusal
    said = {}
    for language in ("nl", "en", "fr"):
        with translation.override(language):
            said[language] = told(kept)
            assert "".join(mistakes_csv(made)).count("\n") > len(kept)
    for dutch, english, french in zip(*said.values(), strict=True):
        words = {dutch[0][1], english[0][1], french[0][1]}
        assert len(words) == 3, words
    told_by_all = [" ".join(mistake[1] for mistake in one) for rows in said.values() for one in rows]
    assert not [one for one in told_by_all if "%(" in one]
    assert any("qwxz" in one for one in told_by_all)
    assert any("140" in one for one in told_by_all)


def test_why_a_file_was_not_taken_is_said_in_the_language_of_who_reads(tmp_path: Path) -> None:
    story = Story()
    made = given(story, geojson(tmp_path / "een.geojson", [row(1), (SQUARE, row(2)[1])]))
    services.update_layer(by=story.manager, layer=story.layer, geometry_kind="points")
    made = taken(made, story.editor)
    with translation.override("en"):
        assert said_of(made).startswith("Nothing was taken")
        assert told([made.rows.get(fate="wrong").mistakes]) == [[("location", "This layer has only points.")]]
