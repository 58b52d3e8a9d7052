"""Boundaries as agencies publish them: GeoPackage, shapefile or GeoJSON, in any system, from disk or by HTTP."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from geo import official
from geo.boundaries import current_quality, municipality_at
from geo.models import Boundary, Municipality, Quality
from geo.official import download, read_areas
from geo.points import point_from
from sandbox import sizes
from tests.makers import GENT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def areas(django_db_setup: None, django_db_blocker: Any) -> str:
    """The approximate areas as an agency's GeoJSON in degrees, some municipalities in several parts."""
    features = []
    with django_db_blocker.unblock():
        for boundary in Boundary.objects.of_quality(Quality.APPROXIMATE).select_related("municipality"):
            code = {"NISCODE": boundary.municipality.nis}
            boundary.geometry.transform(4326)
            features += [
                {"type": "Feature", "properties": code, "geometry": json.loads(part.geojson)}
                for part in boundary.geometry
            ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def published_areas(areas: str, tmp_path: Path) -> Path:
    path = tmp_path / "areas.geojson"
    path.write_text(areas)
    return path


def converted(source: Path, name: str, *options: str) -> Path:
    program = shutil.which("ogr2ogr")
    assert program, "ogr2ogr is not installed: script/test installs gdal-bin"
    path = source.with_name(name)
    subprocess.run([program, *options, str(path), str(source)], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.shp", "areas.geojson", "areas.fgb"])
def test_every_usual_form_in_lambert_72_gives_the_same_areas(published_areas: Path, name: str) -> None:
    path = published_areas
    if not name.endswith(".geojson"):
        path = converted(published_areas, name, "-t_srs", "EPSG:31370")
    call_command("load_boundaries", str(path), nis_column="NISCODE", source="Agentschap", licence="vrij", verbosity=0)
    assert current_quality() == Quality.OFFICIAL
    assert Boundary.objects.of_quality(Quality.OFFICIAL).count() == Municipality.objects.count() == 304
    found = municipality_at(point_from(lat=GENT[0], lon=GENT[1]))
    assert found is not None
    assert found.name_nl == "Gent"
    stored = Boundary.objects.get(quality=Quality.OFFICIAL, municipality=found)
    before = Boundary.objects.get(quality=Quality.APPROXIMATE, municipality=found)
    assert (stored.source, stored.licence) == ("Agentschap", "vrij")
    # Without a grid file the two Lambert systems agree to a few metres.
    assert stored.geometry.sym_difference(before.geometry).area < before.geometry.area * 0.003


def test_codes_kept_as_numbers_are_the_same_codes(published_areas: Path) -> None:
    numbers = "SELECT CAST(NISCODE AS integer) AS NISCODE, geometry FROM areas"
    path = converted(published_areas, "numbers.gpkg", "-dialect", "sqlite", "-sql", numbers)
    assert len(read_areas(path, "NISCODE")) == 304


def test_a_shapefile_without_its_coordinate_system_is_refused(published_areas: Path) -> None:
    path = converted(published_areas, "areas.shp", "-t_srs", "EPSG:31370")
    path.with_suffix(".prj").unlink()
    with pytest.raises(ValidationError, match="coördinatenstelsel"):
        read_areas(path, "NISCODE")


def test_a_file_of_another_land_is_refused(published_areas: Path) -> None:
    areas = json.loads(published_areas.read_text())
    for feature in areas["features"]:
        feature["properties"]["NISCODE"] = "99999"
    published_areas.write_text(json.dumps(areas))
    with pytest.raises(ValidationError, match="Geen enkele code"):
        read_areas(published_areas, "NISCODE")


def test_a_layer_that_isn_t_there_is_refused(published_areas: Path) -> None:
    with pytest.raises(ValidationError, match="geen kaartbestand"):
        read_areas(published_areas, "NISCODE", layer=7)


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_said: Any) -> None:
        """Nothing: tests read what a command says."""


class Slow(BaseHTTPRequestHandler):
    """Begins to answer, and then says nothing more until it is released."""

    released = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"{")
        self.wfile.flush()
        self.released.wait(timeout=10)

    def log_message(self, *_said: Any) -> None:
        """Nothing."""


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """Starts a server of this machine for a handler; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(handler: Any) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = False
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    Slow.released.clear()
    yield serve
    Slow.released.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_boundaries_are_loaded_from_an_address(served: Callable[[Any], str], published_areas: Path) -> None:
    address = served(partial(Silent, directory=str(published_areas.parent)))
    call_command("load_boundaries", f"{address}/areas.geojson?version=2", nis_column="NISCODE", verbosity=0)
    assert current_quality() == Quality.OFFICIAL
    assert Boundary.objects.of_quality(Quality.OFFICIAL)[0].source == "areas.geojson"


def test_an_address_without_the_file_says_so(served: Callable[[Any], str], tmp_path: Path) -> None:
    address = served(partial(Silent, directory=str(tmp_path)))
    with pytest.raises(CommandError, match="404"):
        call_command("load_boundaries", f"{address}/nothing.gpkg", verbosity=0)


def test_nobody_at_the_address_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="antwoordt niet"):
        download("http://127.0.0.1:9/areas.gpkg", tmp_path)


def test_an_answer_that_stops_halfway_ends_in_time(
    served: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official, "DOWNLOAD_TIMEOUT_S", 0.3)
    started = time.monotonic()
    with pytest.raises(ValidationError, match="antwoordt niet"):
        download(f"{served(Slow)}/areas.gpkg", tmp_path)
    assert time.monotonic() - started < 2


def test_a_file_past_the_limit_isn_t_fetched_whole(
    served: Callable[[Any], str], published_areas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "LARGEST_FILE_BYTES", 1_000)
    address = served(partial(Silent, directory=str(published_areas.parent)))
    folder = tmp_path / "fetched"
    folder.mkdir()
    with pytest.raises(ValidationError, match="groter dan"):
        download(f"{address}/areas.geojson", folder)
    assert (folder / "areas.geojson").stat().st_size <= 1_000


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/areas.gpkg", "gopher://x"])
def test_only_the_web_is_an_address(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="http"):
        download(address, tmp_path)
