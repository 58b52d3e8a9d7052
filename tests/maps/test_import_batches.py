"""A file is taken some rows at a time: others save meanwhile and lose nothing, and it can stop anywhere."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from journal.models import Event
from listings.imports.progress import reporter
from maps import services
from maps.imports import taking, tasks
from maps.imports.finding import said_of
from maps.models import MapFeature, MapFeatureVersion, MapImport
from tests.listings.test_import_resume import kill, soon, work
from tests.maps.geodata import SQUARE, geojson
from tests.maps.makers import Story, point
from tests.maps.test_import_resume import celery_asleep, lost
from tests.maps.test_imports import row, take
from tests.maps.test_map_imports import given
from tests.maps.test_pages import of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("celery_asleep")]
__all__ = ["celery_asleep"]
#: Seconds that somebody waits, at most, who saves while a file is taken.
MOST_WAITED_S = 2


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "ADDED_AT_ONCE", 2)
    monkeypatch.setattr(taking, "CHANGED_AT_ONCE", 2)


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> list[tuple[int, int]]:
    """Do something, as somebody else, between the first batch and the second; hears how far it was at each report."""
    heard: list[tuple[int, int]] = []

    def acted() -> None:
        act()
        connection.close()

    def watched(map_import: MapImport) -> Any:
        progress = reporter(map_import)

        def report(done: int, total: int) -> None:
            heard.append((done, total))
            if len(heard) == 1:
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(acted).result()
            progress(done, total)

        return report

    monkeypatch.setattr(taking, "reporter", watched)
    return heard


def run(made: MapImport, story: Story) -> MapImport:
    services.take_map_import(by=story.editor, map_import=made)
    return run_again(made)


def run_again(made: MapImport) -> MapImport:
    tasks.take_map_import(made.pk)
    return MapImport.objects.get(pk=made.pk)


def of_six(tmp_path: Path) -> tuple[Story, Path, MapImport]:
    """A layer of six elements, and a file that names each of them otherwise and has one more."""
    story, path = Story(), tmp_path / "punten.geojson"
    take(story, geojson(path, [row(number) for number in range(1, 7)]))
    rows = [row(number, naam=f"Anders {number}") for number in range(1, 7)]
    return story, path, given(story, geojson(path, [*rows, row(9)]))


@pytest.mark.usefixtures("two_at_once")
def test_who_saves_meanwhile_loses_nothing_and_their_row_is_to_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _path, made = of_six(tmp_path)
    fifth, sixth = (MapFeature.objects.get(source_reference=name) for name in ("p5", "p6"))

    def act() -> None:
        services.change_feature(by=story.manager, feature=fifth, version=1, title="Van een collega", form="los")
        # Just what the file says: that is no conflict.
        services.change_feature(by=story.manager, feature=sixth, version=1, title="Anders 6")

    heard = meanwhile(monkeypatch, act)
    made = run(made, story)

    assert heard[0] == (1, 7)
    assert [done for done, _total in heard] == sorted(done for done, _total in heard)
    assert (made.state, made.moved, made.counts["taken_added"], made.counts["taken_changed"]) == ("compared", 1, 1, 4)
    (left,) = made.rows.all()
    assert (left.reference, left.moved, left.chosen, left.changed) == ("p5", True, False, ["title"])
    fifth.refresh_from_db()
    assert (fifth.title, fifth.version) == ("Van een collega", 2)
    page = of(story.editor).get(f"/kaarten/bestand/{made.pk}/").content.decode()
    assert "Een deel is al overgenomen: 1 nieuw, 4 gewijzigd, 0 ingetrokken." in page
    assert not Event.objects.filter(verb="layer.imported", changes__elements_changed=4).exists()

    # Whoever chooses it now has seen both; all of the file is one change, told once.
    services.choose_rows(by=story.editor, map_import=made, chosen=True)
    made = run(made, story)
    fifth.refresh_from_db()
    assert (made.state, made.taken, fifth.title, fifth.form) == ("done", 6, "Anders 5", "los")
    assert MapFeatureVersion.objects.filter(pgh_context=made.change).count() == 6
    told = Event.objects.filter(verb="layer.imported").latest("pk").changes
    assert (told["elements_added"], told["elements_changed"]) == (1, 5)
    undone = services.undo_map_import(by=story.manager, map_import=made)
    assert (undone.counts["undone"], undone.counts["left"]) == (6, 0)
    assert MapFeature.objects.get(source_reference="p1").title == "Punt 1"


@pytest.mark.usefixtures("two_at_once")
def test_what_was_taken_when_somebody_stops_stays_and_can_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _path, made = of_six(tmp_path)
    meanwhile(monkeypatch, lambda: services.cancel_map_import(by=story.editor, map_import=made))
    stopped = run(made, story)
    assert (stopped.state, stopped.taken, stopped.counts["not_taken"], stopped.rows.count()) == ("done", 1, 6, 0)
    assert MapFeature.objects.filter(title__startswith="Anders").count() == 0
    page = of(story.manager).get(f"/kaarten/bestand/{made.pk}/").content.decode()
    assert "Je stopte: 6 rijen namen we niet over." in page
    assert Event.objects.filter(verb="layer.imported").latest("pk").changes["elements_added"] == 1
    assert services.undo_map_import(by=story.manager, map_import=stopped).counts["undone"] == 1
    assert MapFeature.objects.get(source_reference="p9").state == "withdrawn"


@pytest.mark.usefixtures("two_at_once")
def test_who_lost_the_right_halfway_is_told_and_a_colleague_takes_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _path, made = of_six(tmp_path)
    meanwhile(monkeypatch, lambda: story.editor.hub_roles.all().delete())
    made = run(made, story)
    assert (made.state, made.taken, "bewerkt" in said_of(made)) == ("compared", 1, True)
    with pytest.raises(ValidationError, match="al overgenomen"):
        services.reread_map_import(by=story.manager, map_import=made, repair=True)
    monkeypatch.setattr(taking, "reporter", reporter)
    services.take_map_import(by=story.manager, map_import=made)
    made = run_again(made)
    assert (made.state, made.taken) == ("done", 7)


@pytest.mark.usefixtures("two_at_once")
def test_a_row_that_no_longer_fits_halfway_is_wrong_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    shapes = [row(1), row(2), row(3), (SQUARE, row(4)[1]), row(5)]
    made = given(story, geojson(tmp_path / "punten.geojson", shapes))
    meanwhile(
        monkeypatch,
        lambda: services.update_layer(by=story.manager, layer=story.layer, geometry_kind="points"),
    )
    made = run(made, story)
    assert (made.state, made.taken, made.counts["wrong"]) == ("done", 4, 1)
    assert [one.number for one in made.rows.all()] == [4]
    assert MapFeature.objects.count() == 4


def test_a_worker_that_is_killed_leaves_what_it_took_and_another_goes_on(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(12_000)])
    file = ContentFile(path.read_bytes(), name=path.name)
    made = services.start_map_import(by=story.editor, layer=story.layer, upload=file)
    tasks.read_map_import(made.pk)
    services.take_map_import(by=story.editor, map_import=made)
    process = work("maps.imports", "take_map_import", made.pk)
    assert soon(lambda: MapFeature.objects.exists())
    kill(process)
    taken = MapFeature.objects.count()
    assert 0 < taken < 12_000
    assert taken % taking.ADDED_AT_ONCE == 0
    lost(made.pk)
    assert MapImport.objects.to_resume(at=timezone.now()) == ([], [made.pk], [])
    made = run_again(made)
    assert (made.state, made.counts["taken_added"], MapFeature.objects.count()) == ("done", 12_000, 12_000)
    assert MapFeatureVersion.objects.filter(pgh_context=made.change).count() == 12_000


def test_who_saves_while_much_is_taken_waits_two_seconds_at_most(tmp_path: Path) -> None:
    story = Story()
    hand = story.draft(title="Van ons", geometry=point(3.73))
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(12_000)])
    file = ContentFile(path.read_bytes(), name=path.name)
    made = services.start_map_import(by=story.editor, layer=story.layer, upload=file)
    tasks.read_map_import(made.pk)
    services.take_map_import(by=story.editor, map_import=made)
    waited, page, version = list[float](), of(story.editor), hand.version

    def move() -> None:
        to = point(3.70 + version / 10_000)
        services.change_feature(by=story.manager, feature=hand, version=version, geometry=to)

    # An element that moves, one that is new, and a tile: each is counted in the layer, or reads it.
    acts = (
        move,
        lambda: story.draft(title=f"Nieuw {version}", geometry=point(3.74)),
        lambda: page.get(f"/tiles/maps/{story.layer.pk}/12/2090/1368.mvt"),
    )

    def do_all() -> list[float]:
        took = []
        for act in acts:
            started = time.monotonic()
            act()
            took.append(time.monotonic() - started)
        return took

    # What it takes while nothing is taken: on a machine with much other work that is more.
    alone = max(do_all())
    version += 1
    process = work("maps.imports", "take_map_import", made.pk)
    assert soon(lambda: MapImport.objects.get(pk=made.pk).attempts > 0)
    while MapImport.objects.get(pk=made.pk).state == "taking":
        waited += do_all()
        version += 1
    process.wait()
    made.refresh_from_db()
    assert (made.state, made.taken) == ("done", 12_000)
    assert len(waited) >= 6
    assert max(waited) < MOST_WAITED_S + 3 * alone, (alone, sorted(waited)[-3:])
