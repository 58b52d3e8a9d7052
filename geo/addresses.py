"""Where a house stands, asked of the address service that an operator names, and remembered; without one nobody is
asked.

Three kinds of service are spoken with: the Flemish geolocation API, Nominatim and Photon. What comes back counts only
if it is that house number in that postal code, near its town: a service that knows only the street says so by leaving
the number out.
"""

import datetime as dt
import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils import timezone

from geo.models import House
from geo.names import name_key
from geo.points import metric, point_from
from geo.towns import Town

logger = logging.getLogger(__name__)

#: A house lies at most so far from the point of its town, in kilometres: no postal code reaches further.
FARTHEST_KM = 20
#: Bytes of an answer that are read: one address takes some thousands.
LARGEST_ANSWER = 262_144
#: Letters of a street and a number that are looked at.
LONGEST = 120
#: One list asks at most so many addresses, and for so many seconds: the others stand at their town.
MOST_ASKED, LONGEST_ASKED_S = 500, 60.0
#: A service is asked about a house again after this long; until then it stands where it was found.
ASKED_AGAIN_AFTER = dt.timedelta(days=180)
#: "Kerkstraat 12", "Kerkstraat 12 bus 3", "Kerkstraat 12A": the street, and the first number behind it.
_HOUSE = re.compile(r"^(?P<street>\d*[^\d]*[^\d\s,])[\s,]+(?P<number>\d{1,4}(?:\s?[a-zA-Z])?)\b")


class AddressServiceDown(Exception):
    """The service gave no answer that can be read, in time."""


@dataclass(frozen=True)
class Address:
    """A house in a town. A street without a number isn't one."""

    street: str
    number: str
    town: Town

    @property
    def text(self) -> str:
        return f"{self.street} {self.number}, {self.town.code} {self.town.name}"

    @property
    def key(self) -> str:
        """The same for every way to write it: "KERKSTRAAT  12a" in Gent is "Kerkstraat 12A" there."""
        return "|".join(name_key(part) for part in (self.town.name, self.street)) + f"|{self.number.casefold()}"


@dataclass(frozen=True)
class _Answer:
    """What a service says of the address that it found."""

    lat: float
    lon: float
    number: str
    code: str


def is_configured() -> bool:
    return bool(settings.ADDRESS_SERVICE)


def address_from(street: str, town: Town, number: str = "") -> Address | None:
    """The address in a text such as "Kerkstraat 12 bus 3", or of a street and a number apart; None without number."""
    text = " ".join(f"{street} {number}".split())[:LONGEST]
    found = _HOUSE.match(text)
    if not found or not town.code:
        return None
    return Address(found["street"].strip(" ,"), found["number"].replace(" ", ""), town)


def locate(address: Address) -> Point | None:
    """The point of a house; None where the service doesn't know it. Raises AddressServiceDown."""
    if settings.ADDRESS_SERVICE not in _SERVICES:
        raise ImproperlyConfigured(f"ADDRESS_SERVICE is one of: {', '.join(_SERVICES)}.")
    ask, read = _SERVICES[settings.ADDRESS_SERVICE]
    document = _fetch(f"{settings.ADDRESS_SERVICE_URL}?{urlencode(ask(address))}")
    try:
        answers = [read(row) for row in _rows(document)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        logger.warning("The address service answered in another form: %r", error)
        raise AddressServiceDown from error
    return next(filter(None, (_point(answer, address) for answer in answers)), None)


@dataclass(frozen=True)
class Pin:
    """Where an address is put: at the house itself, or else at its town.

    `is_down`: the service didn't answer. `is_left`: it wasn't asked, though it might know the house.
    """

    point: Point
    is_house: bool = False
    is_down: bool = False
    is_left: bool = False


def pin_of(town: Town, street: str, number: str = "") -> Pin:
    """The house where it was found before, or a service is configured and knows it; else its town."""
    address = address_from(street, town, number)
    if address is None:
        return Pin(town.location)
    return _pin(address, House.objects.filter(code=town.code, key=address.key).first(), asks=is_configured())


class Pins:
    """Pins of a list's addresses. Each is asked once; after too many, or one without an answer, none is.

    A house that was found before is where it was then. `left` counts the rows whose address nobody was asked about,
    or in vain. Without `asks` nobody is asked at all, and those rows aren't counted.
    """

    def __init__(self, *, asks: bool = True) -> None:
        self.left = 0
        self._pins: dict[tuple[str, Town], Pin] = {}
        self._known: dict[str, dict[str, House]] = {}
        self._asks = asks and is_configured()
        self._asked = 0
        self._ends = time.monotonic() + LONGEST_ASKED_S
        self._is_down = False

    def of(self, town: Town, street: str) -> Pin:
        key = (street, town)
        if key not in self._pins:
            self._pins[key] = self._find(town, street)
        pin = self._pins[key]
        self.left += pin.is_down or pin.is_left
        return pin

    def _find(self, town: Town, street: str) -> Pin:
        address = address_from(street, town)
        if address is None:
            return Pin(town.location)
        known = self._houses(town.code).get(address.key)
        if known and not _is_old(known):
            return Pin(known.location, is_house=True)
        asks = self._asks and not self._is_down and self._asked < MOST_ASKED and time.monotonic() < self._ends
        self._asked += asks
        pin = _pin(address, known, asks=asks)
        self._is_down = self._is_down or pin.is_down
        return pin if asks or pin.is_house else replace(pin, is_down=self._is_down, is_left=self._asks)

    def _houses(self, code: str) -> dict[str, House]:
        """What is known of a postal code, all at once: a list has many addresses of few codes."""
        if code not in self._known:
            self._known[code] = {house.key: house for house in House.objects.filter(code=code)}
        return self._known[code]


def _pin(address: Address, known: House | None, *, asks: bool) -> Pin:
    """Where a house stands that is `known`, or that the service finds. What was found once stays found."""
    before = Pin(known.location, is_house=True) if known else Pin(address.town.location)
    if not asks or (known and not _is_old(known)):
        return before
    try:
        point = locate(address)
    except AddressServiceDown:
        return before if known else replace(before, is_down=True)
    if point is None:
        return before
    House.objects.update_or_create(
        code=address.town.code, key=address.key, defaults={"location": point, "found_at": timezone.now()}
    )
    return Pin(point, is_house=True)


def _is_old(house: House) -> bool:
    return house.found_at < timezone.now() - ASKED_AGAIN_AFTER


def _point(answer: _Answer, address: Address) -> Point | None:
    """The point of an answer, if it is the house that was asked for."""
    if answer.code != address.town.code or answer.number.replace(" ", "").lower() != address.number.lower():
        return None
    try:
        point = point_from(lat=answer.lat, lon=answer.lon)
    except ValidationError:
        return None
    near = metric(point).distance(metric(address.town.location)) <= FARTHEST_KM * 1000
    return point if near else None


class _NoRedirects(HTTPRedirectHandler):
    """Only the host that the operator named is asked."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def _fetch(address: str) -> Any:
    """The JSON at an address, within the time-out as a whole: a service that sends a letter a second is down too."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise ImproperlyConfigured("ADDRESS_SERVICE_URL begins with http:// or https://.")
    ends = time.monotonic() + settings.ADDRESS_SERVICE_TIMEOUT_S
    request = Request(address, headers={"Accept": "application/json", "User-Agent": f"Werkstof ({settings.SITE_URL})"})
    try:
        with build_opener(_NoRedirects).open(request, timeout=settings.ADDRESS_SERVICE_TIMEOUT_S) as response:
            body = b""
            while part := response.read1(LARGEST_ANSWER):
                body += part
                if len(body) > LARGEST_ANSWER or time.monotonic() > ends:
                    raise TimeoutError("too long")
        return json.loads(body)
    except (URLError, HTTPException, OSError, ValueError, RecursionError) as error:
        logger.warning("The address service doesn't answer: %r", error)
        raise AddressServiceDown from error


def _rows(document: Any) -> list[Any]:
    """The addresses in an answer of any of the services."""
    if isinstance(document, dict):
        document = document["LocationResult"] if "LocationResult" in document else document["features"]
    if not isinstance(document, list):
        raise TypeError("not a list of addresses")
    return document[:5]


def _ask_geolocation(address: Address) -> dict[str, str]:
    return {"q": address.text, "c": "5"}


def _read_geolocation(row: dict[str, Any]) -> _Answer:
    point = row["Location"]
    return _Answer(
        float(point["Lat_WGS84"]), float(point["Lon_WGS84"]),
        str(row.get("Housenumber") or ""), str(row.get("Zipcode") or ""),
    )  # fmt: skip


def _ask_nominatim(address: Address) -> dict[str, str]:
    town = address.town
    return {
        "street": f"{address.number} {address.street}", "city": town.name, "postalcode": town.code,
        "countrycodes": "be", "addressdetails": "1", "format": "jsonv2", "limit": "5",
    }  # fmt: skip


def _read_nominatim(row: dict[str, Any]) -> _Answer:
    parts = row["address"]
    return _Answer(
        float(row["lat"]), float(row["lon"]), str(parts.get("house_number", "")), str(parts.get("postcode", ""))
    )


def _ask_photon(address: Address) -> dict[str, str]:
    town = address.town.location
    return {"q": address.text, "limit": "5", "lat": f"{town.y:.4f}", "lon": f"{town.x:.4f}"}


def _read_photon(row: dict[str, Any]) -> _Answer:
    lon, lat = row["geometry"]["coordinates"][:2]
    parts = row["properties"]
    return _Answer(float(lat), float(lon), str(parts.get("housenumber", "")), str(parts.get("postcode", "")))


#: What each kind of service is asked, and how a row of its answer reads.
_SERVICES: dict[str, tuple[Callable[[Address], dict[str, str]], Callable[[dict[str, Any]], _Answer]]] = {
    "geolocation": (_ask_geolocation, _read_geolocation),
    "nominatim": (_ask_nominatim, _read_nominatim),
    "photon": (_ask_photon, _read_photon),
}
