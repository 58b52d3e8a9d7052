"""A stand-in for an address service of each kind, on this machine."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Where it says that Kerkstraat 12 in Gent stands.
LAT, LON = 51.0601, 3.7201
GEOLOCATION = {"LocationResult": [{
    "Municipality": "Gent", "Zipcode": "9000", "Thoroughfarename": "Kerkstraat", "Housenumber": "12",
    "Location": {"Lat_WGS84": LAT, "Lon_WGS84": LON, "X_Lambert72": 104900, "Y_Lambert72": 194500},
    "LocationType": "basisregisters_adres",
}]}  # fmt: skip
NOMINATIM = [{"lat": str(LAT), "lon": str(LON), "address": {"road": "Kerkstraat", "house_number": "12",
              "postcode": "9000", "city": "Gent"}}]  # fmt: skip
PHOTON = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {
    "type": "Point", "coordinates": [LON, LAT]}, "properties": {"street": "Kerkstraat", "housenumber": "12",
    "postcode": "9000"}}]}  # fmt: skip
ANSWERS: dict[str, Any] = {"geolocation": GEOLOCATION, "nominatim": NOMINATIM, "photon": PHOTON}


class Service:
    """A stand-in: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.body: bytes = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.before: Callable[[], None] = lambda: None
        self.asked: list[dict[str, list[str]]] = []

    def answer(self, document: Any) -> None:
        self.body = json.dumps(document).encode()


def serving(settings: Any) -> Iterator[Service]:
    """A server that speaks for the service, named to the settings as the Flemish one."""
    stand_in = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stand_in.asked.append(parse_qs(urlsplit(self.path).query))
            stand_in.before()
            self.send_response(stand_in.status)
            for name, value in stand_in.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(stand_in.body)
            except OSError:
                return  # whoever asked has gone

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ADDRESS_SERVICE = "geolocation"
    settings.ADDRESS_SERVICE_URL = f"http://127.0.0.1:{server.server_port}/search"
    settings.ADDRESS_SERVICE_TIMEOUT_S = 0.5
    stand_in.answer(GEOLOCATION)
    yield stand_in
    server.shutdown()
    server.server_close()
