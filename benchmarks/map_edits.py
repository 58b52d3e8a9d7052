"""How soon an edit is in its tile, in a layer of a million elements: for who made it, and for everybody else."""

import http.client
import json
import random
import time
import uuid

from django.conf import settings
from django.test import Client as Browser
from rest_framework.authtoken.models import Token

from accounts.models import HubStaff, User
from benchmarks import report
from benchmarks.databases import Database, copy_of
from benchmarks.report import Target
from benchmarks.server import serving
from benchmarks.tiles import tile_at
from geo.tiles import DEEPEST_ZOOM
from maps.models import MapFeature, MapLayer

#: Seconds after which an edit that still isn't in its tile counts as never there.
_PATIENCE_S = 30


def measure(database: Database, layer_id: int, *, rounds: int) -> list[Target]:
    """Change elements of a copy over the API as somebody of the hub; ask for their tiles as them and a stranger."""
    with copy_of(database) as copy, serving(copy, workers=1) as port:
        return _measure(port, layer_id, rounds)


def _measure(port: int, layer_id: int, rounds: int) -> list[Target]:
    layer, chance = MapLayer.objects.select_related("map__hub").get(pk=layer_id), random.Random(9)
    by = _manager(layer)
    writing = {"Authorization": f"Token {Token.objects.create(user=by).key}", "Content-Type": "application/json"}
    browser = Browser()
    browser.force_login(by)
    looking = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"}
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    first, last = (MapFeature.objects.filter(layer=layer).order_by(order)[0].pk for order in ("pk", "-pk"))
    by_editor, by_others, asked = list[float](), list[float](), list[int]()
    for _round in range(rounds):
        feature = MapFeature.objects.filter(layer=layer, pk__gte=chance.randint(first, last)).order_by("pk")[0]
        title = _retitled(client, feature, writing)
        at = tile_at(feature.geometry.y, feature.geometry.x, DEEPEST_ZOOM)
        tile = f"/tiles/maps/{layer.pk}/{at.z}/{at.x}/{at.y}.mvt"
        seconds, times = _until_shown(client, tile, looking, title)
        by_editor.append(seconds)
        asked.append(times)
        by_others.append(_until_shown(client, tile, {}, title)[0])
    client.close()
    report.times(
        "An edit is in its tile", {"for who made it": by_editor, "for others": by_others}, against="for who made it"
    )
    return [
        Target("requests until an edit is in the tile of who made it", max(asked), 1, "at most"),
        Target("an edit is in its tile for others", max(by_others), 5, "at most", "s"),
    ]


def _retitled(client: http.client.HTTPConnection, feature: MapFeature, writing: dict[str, str]) -> str:
    """Give an element another title over the API; returns it. Raises RuntimeError where that is refused."""
    title = f"Gewijzigd {uuid.uuid4()}"
    # Elements of the benchmark are kilograms of whatever material, which isn't sold so in all cases.
    client.request(
        "PATCH", f"/api/v1/maps/elements/{feature.pk}/", json.dumps({"title": title, "material": None}),
        writing | {"If-Match": f'"{feature.version}"'},
    )  # fmt: skip
    answer = client.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"The server said {answer.status}: {said!r}")
    return title


def _until_shown(
    client: http.client.HTTPConnection, tile: str, headers: dict[str, str], title: str
) -> tuple[float, int]:
    """Seconds until a tile has a title, and in how many requests."""
    started, times = time.monotonic(), 0
    while time.monotonic() - started < _PATIENCE_S:
        times += 1
        client.request("GET", tile, headers={**headers, "Accept-Encoding": "identity"})
        answer = client.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"The server said {answer.status} to {tile}")
        if title.encode() in body:
            return time.monotonic() - started, times
        time.sleep(0.1)
    return float("inf"), times


def _manager(layer: MapLayer) -> User:
    """Somebody who publishes in the layer."""
    by = User.objects.create(email="bench-edits@example.org", name="Benchmark")
    HubStaff.objects.create(hub=layer.map.hub, user=by, role="manager")
    return by
