"""What a search asks: read from an address's parameters, checked whole, hashable for cursors."""

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Hub
from geo.points import point_from
from listings.enums import Condition, ListingKind, ServiceKind
from materials.enums import Unit
from materials.models import Material

T = TypeVar("T")
DEFAULT_RADIUS_KM = 25.0
LARGEST_RADIUS_KM = 300.0
DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
LONGEST_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class SearchParameters:
    """A checked search. `point` is WGS84; at least one of `point`, `hub` and `bbox` is given.

    `radius_km` is None only where `hub` or `bbox` bounds the area. `bbox` is (west, south, east, north) in degrees.
    """

    kind: ListingKind | None = None
    point: Point | None = None
    radius_km: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    hub: Hub | None = None
    material: Material | None = None
    service: ServiceKind | None = None
    q: str = ""
    available_on: dt.date | None = None
    min_quantity: Decimal | None = None
    unit: Unit | None = None
    condition: Condition | None = None
    max_price: Decimal | None = None
    sort: str = "distance"
    cursor: str = ""
    page_size: int = DEFAULT_PAGE_SIZE

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
            if field.name not in ("cursor", "page_size")
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
        point = self._point()
        bbox = self._read("bbox", _bbox)
        hub = self._read("hub", _hub)
        radius_km = self._read("radius_km", _radius)
        if radius_km is not None and point is None and not {"lat", "lon"} & self.errors.keys():
            self.errors["radius_km"] = _("Een straal heeft een punt nodig: geef ook lat en lon.")
        if point is None and bbox is None and hub is None and not self.errors:
            self.errors["lat"] = _("Zeg waar je zoekt: geef lat en lon, een hub, of een bbox.")
        if point is not None and radius_km is None and bbox is None and hub is None:
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
        return SearchParameters(point=point, radius_km=radius_km, bbox=bbox, hub=hub, **parameters)  # type: ignore[arg-type]

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

    def _point(self) -> Point | None:
        lat, lon = self._read("lat", _number), self._read("lon", _number)
        if {"lat", "lon"} & self.errors.keys() or (lat is None and lon is None):
            return None
        if lat is None or lon is None:
            self.errors["lat" if lat is None else "lon"] = _("Een punt heeft lat en lon allebei nodig.")
            return None
        try:
            return point_from(lat=lat, lon=lon)
        except ValidationError as error:
            for field, messages in _by_field(error).items():
                self.errors[field] = " ".join(messages)
            return None


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"lat": error.messages}


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is geen getal.") % {"text": text[:40]}) from None
    if not math.isfinite(number):
        raise ValidationError(_("“%(text)s” is geen eindig getal.") % {"text": text[:40]})
    return number


def _radius(text: str) -> float:
    radius_km = _number(text)
    if not 0 < radius_km <= LARGEST_RADIUS_KM:
        raise ValidationError(
            _("De straal moet meer dan 0 km zijn en hoogstens %(most)d km.") % {"most": LARGEST_RADIUS_KM}
        )
    return radius_km


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


def _material(text: str) -> Material:
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
        raise ValidationError(_("“%(text)s” is geen getal.") % {"text": text[:40]}) from None
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
