"""A GeoPackage of a hundred thousand features: compared with a layer and taken, against a bare COPY of the same.

Then a later edition of it is compared: a row in twenty is changed and as many are gone. And both beside each other, of
which nothing was taken.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
import shapely
from django.core.files.base import File
from django.db import connection
from pyogrio.raw import write_arrow

from accounts.models import HubStaff, User
from benchmarks import databases, report
from benchmarks.report import Target, median, say
from geo.models import Hub
from maps import services
from maps.files.reading import Choice, describe, read
from maps.imports.between import counts_between
from maps.imports.reading import run_read
from maps.imports.taking import run_take
from maps.models import MapFeature, MapImport, MapImportPair, MapLayer, MaterialMap
from maps.sight import sight_of
from maps.standing import standing_of
from materials.models import Material
from materials.units import allowed_units

#: Features lie in this box (west, south, east, north, degrees): all of it is Flanders.
BOX = (3.4, 50.9, 4.6, 51.1)
#: One row in so many is changed in the later edition, and as many are gone.
EACH = 20
SLUG = "benchmark-bestanden"


def measure(*, quick: bool) -> list[Target]:
    """Import into an empty layer, COPY the same rows, and compare a later edition, turn by turn."""
    rows, rounds = (2_000, 1) if quick else (100_000, 3)
    turns: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, databases.copy_of(databases.reference()) as own:
        first, later = Path(folder) / "eerste.gpkg", Path(folder) / "later.gpkg"
        write_file(first, rows, later=False)
        write_file(later, rows, later=True)
        layer = _layer()
        say(f"\nThe file has {rows} features, {first.stat().st_size / 1e6:.1f} MB; {rounds} turns")
        for _turn in range(rounds):
            _empty(layer)
            taken = _in_a_process(own, layer, first, take=True)
            copied = _copy_again(layer, rows)
            compared = _in_a_process(own, layer, later, take=False)
            turns.append({f"first: {name}": value for name, value in taken.items()} | {"COPY": copied}
                         | {f"later: {name}": value for name, value in compared.items()})  # fmt: skip
        beside = _beside(own, layer, (first, later), rounds)
    report.times(f"two files of {rows} beside each other", beside, against="asked again")
    names = ("COPY", "first: rows alone", "first: compare", "first: take", "later: rows alone", "later: compare")
    report.times(
        f"{rows} features of a GeoPackage", {name: [turn[name] for turn in turns] for name in names}, against="COPY"
    )
    ratio = median((turn["first: compare"] + turn["first: take"]) / turn["COPY"] for turn in turns)
    # What is compared is read too: reading the rows alone is taken off.
    compared_in = median(
        (turn["later: compare"] - turn["later: rows alone"]) / turn["later: rows alone"] for turn in turns
    )
    peak_mb = max(max(turn["first: memory"], turn["later: memory"]) for turn in turns)
    return [
        Target(f"import of {rows} features from GeoPackage ÷ COPY", ratio, 10, "at most"),
        Target("memory of the process that imports", peak_mb, 400, "at most", "MB"),
        Target(f"comparing two imports of {rows} ÷ reading them", compared_in, 3, "at most"),
        Target(f"two files of {rows} laid beside each other", median(beside["asked first"]), 3, "at most", "s"),
    ]


def write_file(path: Path, rows: int, *, later: bool) -> None:
    """A list of places as a GIS writes it; in the later edition some are changed, and some are gone."""
    draw = random.Random(2)
    grades = [(row.code, [unit.value for unit in allowed_units(row)]) for row in Material.objects.order_by("code")]
    names = ("bron_id", "naam", "soort_element", "materiaal", "hoeveelheid", "eenheid", "omschrijving")
    table: dict[str, list[Any]] = {name: [] for name in names}
    shapes = []
    for number in range(rows):
        code, units = draw.choice(grades)
        place = shapely.Point(draw.uniform(BOX[0], BOX[2]), draw.uniform(BOX[1], BOX[3]))
        amount, unit = float(draw.randint(1, 900)), draw.choice(units)
        if later and number % EACH == 1:
            continue
        shapes.append(shapely.to_wkb(place))
        table["bron_id"].append(f"B-{number}")
        table["naam"].append(f"Partij {number}{' (nagekeken)' if later and number % EACH == 0 else ''}")
        table["soort_element"].append("voorraad")
        table["materiaal"].append(code)
        table["hoeveelheid"].append(amount)
        table["eenheid"].append(unit)
        table["omschrijving"].append("Een partij die op een werf ligt, en hier om de zoveel tijd bij komt.")
    filled = pyarrow.table({**table, "geometry": pyarrow.array(shapes, pyarrow.binary())})
    write_arrow(filled, path, driver="GPKG", geometry_name="geometry", geometry_type="Point", crs="EPSG:4326")


def _layer() -> MapLayer:
    hub = Hub.objects.order_by("pk")[0]
    person = User.objects.create(email="bench@example.org", name="Benchmark")
    HubStaff.objects.create(hub=hub, user=person, role="manager")
    material_map = MaterialMap.objects.create(hub=hub, slug=SLUG, title="Bestanden")
    return MapLayer.objects.create(map=material_map, title="Partijen")


def _empty(layer: MapLayer) -> None:
    """A layer without elements, and tables without what the last turn left behind."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE maps_mapimportrow, maps_mapimport, maps_mapfeatureversion, maps_mapfeature CASCADE")
        cursor.execute("DELETE FROM maps_maplayercount")
        cursor.execute("DELETE FROM maps_maplayercell")
        cursor.execute("VACUUM ANALYZE maps_mapfeature, maps_maplayercell, maps_maplayercount")


def _in_a_process(own: databases.Database, layer: MapLayer, path: Path, *, take: bool) -> dict[str, float]:
    """What child() does, in a fresh process: its peak memory is that of the work."""
    code = f"import django; django.setup(); from benchmarks.map_files import child; child({layer.pk}, {take})"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env=os.environ | {"DATABASE_URL": own.url}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def child(layer_id: int, take: bool) -> None:
    """Print seconds and megabytes as JSON: reading the rows of a file alone, comparing it, and taking all of it."""
    path, layer = Path(sys.argv[1]), MapLayer.objects.get(pk=layer_id)
    by = User.objects.get(email="bench@example.org")
    found: dict[str, float] = {"rows alone": report.seconds(lambda: _read_alone(path))}
    with path.open("rb") as file:
        made = services.start_map_import(by=by, layer=layer, upload=File(file, name=path.name))
    found["compare"] = report.seconds(lambda: run_read(made))
    _check(made, "compared", ("wrong",))
    if take:
        services.take_map_import(by=by, map_import=made)
        made = MapImport.objects.get(pk=made.pk)
        found["take"] = report.seconds(lambda: run_take(made))
        _check(made, "done", ("wrong",))
    made.file.delete(save=False)
    # Linux counts it in kilobytes.
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(found) + "\n")


def _beside(own: databases.Database, layer: MapLayer, paths: Sequence[Path], rounds: int) -> dict[str, list[float]]:
    """Seconds of saying what two files differ of which nothing is taken, so that each row of both is kept."""
    _empty(layer)
    for path in paths:
        _in_a_process(own, layer, path, take=False)
    earlier, later = layer.imports.order_by("pk")
    sight = sight_of(standing_of(User.objects.get(email="bench@example.org")), layer)
    found: dict[str, list[float]] = {"asked first": [], "asked again": []}
    for _turn in range(rounds):
        MapImportPair.objects.all().delete()
        for name in found:
            found[name].append(report.seconds(lambda: counts_between(later, earlier, sight)))
    return found


def _read_alone(path: Path) -> None:
    found = describe(path).layers[0]
    with read(path, Choice(layer=found.name, id_column=found.id_column)) as reading:
        count = sum(1 for _row in reading.rows())
    assert count == reading.read


def _check(made: MapImport, state: str, none_of: Sequence[str]) -> None:
    if made.state != state or any(made.counts[name] for name in none_of):
        raise RuntimeError(f"{made.state}: {made.counts} {made.refusal} {made.question}")


def _copy_again(layer: MapLayer, rows: int) -> float:
    """Seconds of COPY FROM of the elements into an empty table with the same indexes and constraints."""
    columns = ", ".join(str(field.column) for field in MapFeature._meta.concrete_fields if not field.generated)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute("CREATE TABLE bench_copy (LIKE maps_mapfeature INCLUDING ALL)")
        source = f"SELECT {columns} FROM maps_mapfeature WHERE layer_id = {layer.pk}"
        with cursor.copy(f"COPY ({source}) TO STDOUT") as out:
            text = b"".join(map(bytes, out))
        if (count := text.count(b"\n")) != rows:
            raise RuntimeError(f"COPY gave {count} of {rows}")

        def copy() -> None:
            with cursor.copy(f"COPY bench_copy ({columns}) FROM STDIN") as into:
                into.write(text)

        taken = report.seconds(copy)
        cursor.execute("DROP TABLE bench_copy")
    return taken
