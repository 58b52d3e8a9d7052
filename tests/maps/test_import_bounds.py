"""Work on a file grows with its rows, whatever the database believes of tables that were small a moment ago."""

from pathlib import Path

import pytest
from django.db import connection

from maps.imports import taking
from tests.maps.geodata import geojson
from tests.maps.makers import Story
from tests.maps.test_imports import near, row
from tests.maps.test_map_imports import counts, given, taken

pytestmark = pytest.mark.django_db
ROWS = 2_000


def test_a_first_large_file_is_compared_by_reading_each_row_a_few_times(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(1, ROWS + 1)])
    _measure_tables_while_they_are_small()

    made = given(story, path)

    assert counts(made) == (ROWS, 0, 0, 0, 0)
    read = _rows_read()
    assert 0 < read["compared_row"] <= 10 * ROWS
    assert read["maps_mapimportrow"] <= 10 * ROWS


def test_the_next_file_too_is_compared_with_what_has_just_been_taken(tmp_path: Path) -> None:
    story = Story()
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(1, ROWS + 1)])
    _measure_tables_while_they_are_small()
    taken(given(story, path), story.manager)
    geojson(path, [(near(number % 40), row(number)[1]) for number in range(1, ROWS + 1)])
    before = _rows_read()

    made = given(story, path)

    assert made.counts["added"] == made.counts["gone"] == 0
    after = _rows_read()
    assert {name: after[name] - before[name] <= 15 * ROWS for name in after} == dict.fromkeys(after, True)


def test_what_is_taken_into_an_empty_table_is_looked_up_and_not_read_through_for_each_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    monkeypatch.setattr(taking, "ADDED_AT_ONCE", 200)
    path = geojson(tmp_path / "punten.geojson", [row(number) for number in range(1, ROWS + 1)])
    with connection.cursor() as cursor:
        # What other tests left behind takes room, though nobody sees it.
        cursor.execute("TRUNCATE maps_mapfeature CASCADE")
    _measure_tables_while_they_are_small()
    made = given(story, path)
    before = _rows_read()

    taken(made, story.manager)

    after = _rows_read()
    assert story.layer.features.count() == ROWS
    assert after["maps_mapfeature"] - before["maps_mapfeature"] <= 30 * ROWS


def _measure_tables_while_they_are_small() -> None:
    """As they are on a new site, or right after the database last looked."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapimportrow, maps_mapfeature, maps_mapfeatureversion")


def _rows_read() -> dict[str, int]:
    """How many rows of tables this transaction has read so far, one by one or by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int FROM pg_stat_xact_all_tables "
            "WHERE relname = ANY(%s) GROUP BY relname",
            [["compared_row", "staged_row", "maps_mapimportrow", "maps_mapfeature", "maps_mapfeatureversion"]],
        )
        return dict(cursor.fetchall())
