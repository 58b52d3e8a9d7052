"""What a search asks: read from an address's parameters, checked whole, hashable for cursors."""

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Hub
from geo.points import metric, point_from
from listings.enums import Condition, ListingKind, ServiceKind
from materials.enums import Unit
from materials.models import Material

T = TypeVar("T")
DEFAULT_RADIUS_KM = 25.0
LARGEST_RADIUS_KM = 300.0
DEFAULT_DETOUR_KM = 10.0
LARGEST_DETOUR_KM = 100.0
DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
LONGEST_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class SearchParameters:
    """A checked search. `point` is WGS84; at least one of `point`, `hub` and `bbox` is given.

    `radius_km` is None only where `hub`, `bbox` or a route bounds the area. `bbox` is (west, south, east, north) in
    degrees. A route goes from `point` to `destination` (WGS84), by way of what costs at most `detour_km` more.
    """

    kind: ListingKind | None = None
    point: Point | None = None
    radius_km: float | None = None
    destination: Point | None = None
    detour_km: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    hub: Hub | None = None
    material: Material | None = None
    service: ServiceKind | None = None
    q: str = ""
    #: Words as they were typed, each with what stands in `q` instead (listings.search.lexicon).
    corrected: tuple[tuple[str, str], ...] = ()
    available_on: dt.date | None = None
    min_quantity: Decimal | None = None
    unit: Unit | None = None
    condition: Condition | None = None
    max_price: Decimal | None = None
    sort: str = "distance"
    cursor: str = ""
    page_size: int = DEFAULT_PAGE_SIZE

    @cached_property
    def place(self) -> Point | None:
        """`point` in metres."""
        return metric(self.point) if self.point is not None else None

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "SearchParameters":
        """Read and check every parameter. Raises ValidationError that names each wrong one and its remedy."""
        return _Reader(given).read()

    def to_query(self) -> dict[str, str]:
        """The parameters of an address that asks the same; without cursor and page size."""
        given: dict[str, Any] = {
            "kind": self.kind and self.kind.value,
            "lat": self.point and repr(self.point.y),
            "lon": self.point and repr(self.point.x),
            "radius_km": self.radius_km,
            "to_lat": self.destination and repr(self.destination.y),
            "to_lon": self.destination and repr(self.destination.x),
            "detour_km": self.detour_km,
            "bbox": self.bbox and ",".join(map(repr, self.bbox)),
            "hub": self.hub and self.hub.slug,
            "material": self.material and self.material.code,
            "service": self.service and self.service.value,
            "q": self.q,
            "available_on": self.available_on,
            "min_quantity": self.min_quantity,
            "unit": self.unit and self.unit.value,
            "condition": self.condition and self.condition.slug,
            "max_price": self.max_price,
            "sort": self.sort,
        }
        return {name: str(value) for name, value in given.items() if value not in (None, "")}

    def fingerprint(self) -> str:
        """The same for every page of one search, different for any other search."""
        parts = [
            f"{field.name}={_plain(getattr(self, field.name))}"
            for field in fields(self)
            if field.name not in ("cursor", "page_size", "corrected")
        ]
        return hashlib.blake2b("&".join(parts).encode(), digest_size=9).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, Point):
        return f"{value.x!r},{value.y!r}"
    if isinstance(value, (Hub, Material)):
        return str(value.pk)
    return str(value)


class _Reader:
    """Reads one parameter at a time and gathers what is wrong with each."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.errors: dict[str, str] = {}

    def read(self) -> SearchParameters:
        point = self._point("lat", "lon")
        destination, detour_km = self._route(point)
        bbox = self._read("bbox", _bbox)
        hub = self._read("hub", _hub)
        radius_km = self._read("radius_km", _radius)
        if radius_km is not None and point is None and not {"lat", "lon"} & self.errors.keys():
            self.errors["radius_km"] = _("Een straal heeft een punt nodig: geef ook lat en lon.")
        if point is None and bbox is None and hub is None and not self.errors:
            self.errors["lat"] = _("Zeg waar je zoekt: geef lat en lon, een hub, of een bbox.")
        if point is not None and radius_km is None and bbox is None and hub is None and destination is None:
            radius_km = DEFAULT_RADIUS_KM
        parameters = {
            "kind": self._read("kind", _choice(ListingKind)),
            "material": self._read("material", _material),
            "service": self._read("service", _choice(ServiceKind)),
            "q": self._read("q", _text) or "",
            "available_on": self._read("available_on", _date),
            "min_quantity": self._read("min_quantity", _positive),
            "unit": self._read("unit", _choice(Unit)),
            "condition": self._read("condition", _condition),
            "max_price": self._read("max_price", _price),
            "sort": self._read("sort", _sort) or "distance",
            "page_size": self._read("page_size", _page_size) or DEFAULT_PAGE_SIZE,
            "cursor": self.given.get("cursor", "")[:500],
        }
        if parameters["min_quantity"] is not None and parameters["unit"] is None and "unit" not in self.errors:
            self.errors["unit"] = _("Zeg in welke eenheid de hoeveelheid is, bijvoorbeeld unit=kg.")
        if self.errors:
            raise ValidationError(dict(self.errors))
        return SearchParameters(
            point=point, destination=destination, detour_km=detour_km, radius_km=radius_km, bbox=bbox, hub=hub,
            **parameters,  # type: ignore[arg-type]
        )  # fmt: skip

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.given.get(name, "").strip()
        if not text:
            return None
        if "\x00" in text:
            self.errors[name] = _("Deze tekst bevat een teken dat niet te bewaren is. Haal het weg.")
            return None
        try:
            return parse(text)
        except ValidationError as error:
            self.errors[name] = " ".join(error.messages)
            return None

    def _point(self, lat_name: str, lon_name: str) -> Point | None:
        lat, lon = self._read(lat_name, _number), self._read(lon_name, _number)
        if {lat_name, lon_name} & self.errors.keys() or (lat is None and lon is None):
            return None
        if lat is None or lon is None:
            self.errors[lat_name if lat is None else lon_name] = _("Een punt heeft lat en lon allebei nodig.")
            return None
        try:
            return point_from(lat=lat, lon=lon)
        except ValidationError as error:
            names = {"lat": lat_name, "lon": lon_name}
            for field, messages in _by_field(error).items():
                self.errors[names.get(field, field)] = " ".join(messages)
            return None

    def _route(self, start: Point | None) -> tuple[Point | None, float | None]:
        """Where a route ends, and how much longer it may get."""
        destination, detour_km = self._point("to_lat", "to_lon"), self._read("detour_km", _detour)
        if destination is not None and start is None and not {"lat", "lon"} & self.errors.keys():
            self.errors["to_lat"] = _("Een route begint ergens: geef ook lat en lon.")
        if detour_km is not None and destination is None and not {"to_lat", "to_lon"} & self.errors.keys():
            self.errors["detour_km"] = _("Een omweg hoort bij een route: geef ook to_lat en to_lon.")
        if destination is None:
            return None, None
        return destination, DEFAULT_DETOUR_KM if detour_km is None else detour_km


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"lat": error.messages}


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValidationError(_no_number(text)) from None
    if not math.isfinite(number):
        raise ValidationError(_("“%(text)s” is geen eindig getal.") % {"text": text[:40]})
    return number


def _no_number(text: str) -> str:
    """A comma is no point here: in 1,250 nobody knows which of both it is."""
    return _("“%(text)s” is geen getal. Schrijf decimalen na een punt, zoals 2.5.") % {"text": text[:40]}


def _radius(text: str) -> float:
    radius_km = _number(text)
    if not 0 < radius_km <= LARGEST_RADIUS_KM:
        raise ValidationError(
            _("De straal moet meer dan 0 km zijn en hoogstens %(most)d km.") % {"most": LARGEST_RADIUS_KM}
        )
    return radius_km


def _detour(text: str) -> float:
    detour_km = _number(text)
    if not 0 < detour_km <= LARGEST_DETOUR_KM:
        raise ValidationError(
            _("De omweg moet meer dan 0 km zijn en hoogstens %(most)d km.") % {"most": LARGEST_DETOUR_KM}
        )
    return detour_km


def _bbox(text: str) -> tuple[float, float, float, float]:
    parts = text.split(",")
    if len(parts) != 4:
        raise ValidationError(_("Een bbox is vier getallen met komma's ertussen: west,zuid,oost,noord in graden."))
    west, south, east, north = (_number(part) for part in parts)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValidationError(
            _("De volgorde van een bbox is west,zuid,oost,noord, in graden, met west < oost en zuid < noord.")
        )
    return west, south, east, north


def _hub(text: str) -> Hub:
    hub = Hub.objects.filter(slug=text[:100]).first()
    if hub is None:
        raise ValidationError(_("Er is geen hub “%(text)s”. Kies er een uit /api/v1/hubs/.") % {"text": text[:60]})
    return hub


@lru_cache(maxsize=1000)
def _material(text: str) -> Material:
    """Read once per process: the tree changes only with a new version of Werkstof, and then processes start anew."""
    material = Material.objects.filter(code=text[:100]).first()
    if material is None:
        raise ValidationError(
            _("Er is geen materiaal “%(text)s”. Kies er een uit /api/v1/materials/.") % {"text": text[:60]}
        )
    return material


def _choice(choices: Callable[[str], T]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        try:
            return choices(text)
        except ValueError:
            known = ", ".join(str(choice.value) for choice in choices)  # type: ignore[attr-defined]
            raise ValidationError(
                _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % {"text": text[:40], "known": known}
            ) from None

    return parse


def _condition(text: str) -> Condition:
    try:
        return Condition.from_slug(text)
    except KeyError:
        known = ", ".join(choice.slug for choice in Condition)
        raise ValidationError(
            _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % {"text": text[:40], "known": known}
        ) from None


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("Zoek met hoogstens %(most)d tekens.") % {"most": LONGEST_TEXT})
    return text


def _date(text: str) -> dt.date:
    if text == "today":
        return timezone.localdate()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("Schrijf een datum als 2026-12-31.")) from None


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationError(_no_number(text)) from None
    if not number.is_finite() or not -(10**9) <= number <= 10**9:
        raise ValidationError(_("Geef een getal tot een miljard."))
    # Finer than any stored number; a millionth of a millionth is more than the database can read.
    return round(number, 6)


def _positive(text: str) -> Decimal:
    number = _decimal(text)
    if number <= 0:
        raise ValidationError(_("Geef een getal groter dan 0."))
    return number


def _price(text: str) -> Decimal:
    number = _decimal(text)
    if number < 0:
        raise ValidationError(_("Een prijs is 0 of meer."))
    return number


def _sort(text: str) -> str:
    if text not in ("distance", "newest"):
        raise ValidationError(_("Sorteer op distance of op newest."))
    return text


def _page_size(text: str) -> int:
    number = _number(text)
    if number != int(number) or not 1 <= number <= LARGEST_PAGE_SIZE:
        raise ValidationError(_("Een pagina heeft 1 tot %(most)d resultaten.") % {"most": LARGEST_PAGE_SIZE})
    return int(number)
