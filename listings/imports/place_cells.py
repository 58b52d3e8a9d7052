"""Where a row of a list says that something is: by coordinates, by an address or a town, or not at all."""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.validators import one_line
from geo.addresses import FARTHEST_KM, Pins
from geo.points import WGS84_SRID, metric, point_from, point_from_projected, srid_from
from geo.towns import check_together, find_town, loaded_towns, split, towns_named
from listings.imports import values
from listings.imports.addresses import with_house
from listings.imports.row import Row
from listings.numbers import Marks, coordinate, number

#: Columns that say where something is.
PLACE = {"lat", "lon", "x", "y", "srid", "street", "house", "box", "postal_code", "town"}


class PlaceReader:
    """Reads the places of one file; a town or an address is looked up once. `marks` are those of number columns."""

    def __init__(self, organisation: Organisation, srid: int, marks: Mapping[str, Marks], *, asks: bool) -> None:
        self._site = organisation.sites.order_by("pk").first()
        self._srid, self._marks = srid, marks
        self._towns = loaded_towns()
        self.pins = Pins(asks=asks)

    def read(self, row: Row) -> Point | None:
        """The place that a row gives: by coordinates, else by its town, else that of the organisation's first site."""
        if row.broken & PLACE:
            return None
        if not any(row.get(name) for name in ("lat", "lon", "x", "y")):
            return self._town(row) if row.get("postal_code") or row.get("town") else self._first_site(row)
        name, other = ("lat", "lon") if row.get("lat") or row.get("lon") else ("x", "y")
        try:
            if name == "lat":
                point = point_from(lat=_degrees(row.get("lat")), lon=_degrees(row.get("lon")))
            else:
                point = self._projected(row)
        except ValidationError as error:
            row.wrong(name, _whole(error), f"{row.get(name)} / {row.get(other)}")
            return None
        if row.get("postal_code") or row.get("town"):
            self._check_near(row, point, name)
        return point

    def _projected(self, row: Row) -> Point:
        srid = srid_from(row.get("srid")) if row.get("srid") else self._srid
        if srid == WGS84_SRID:
            return point_from(lat=_degrees(row.get("y")), lon=_degrees(row.get("x")))
        x, y = (float(number(values.filled(row.get(name)), self._marks.get(name, Marks()))) for name in ("x", "y"))
        return point_from_projected(x=x, y=y, srid=srid)

    def _check_near(self, row: Row, point: Point, name: str) -> None:
        """Check that a row's coordinates lie near its town. A town that we don't know may be one."""
        try:
            code, town_name = split(row.get("postal_code"), row.get("town"))
            check_together(code, town_name, self._towns)
        except ValidationError as error:
            row.wrong_by_field(error)
            return
        towns = [*self._towns.of_code(code), *([] if code else towns_named(town_name, self._towns))]
        away_km = min((metric(point).distance(metric(town.location)) / 1000 for town in towns), default=0)
        if away_km > FARTHEST_KM:
            message = gettext_lazy("Dit punt ligt %(km)s km van %(town)s. Kijk na wat juist is.")
            row.wrong(name, ValidationError(message, params={"km": round(away_km), "town": towns[0].words}))

    def _town(self, row: Row) -> Point | None:
        """The place of a postal code, a town or both. Where the two contradict each other, we don't guess."""
        try:
            town = find_town(row.get("postal_code"), row.get("town"), self._towns)
        except ValidationError as error:
            row.wrong_by_field(error)
            return None
        row.parsed.place_words = town.words
        street = with_house(*(one_line(row.get(name)) for name in ("street", "house", "box")))
        if not street:
            return town.location
        pin = self.pins.of(town, street)
        words = _("%(street)s, %(town)s") if pin.is_house else _("%(town)s (het dorp, niet het adres)")
        row.parsed.place_words = words % {"street": street[:60], "town": town.words}
        return pin.point

    def _first_site(self, row: Row) -> Point | None:
        """The place of the organisation's first site. A row with a street but no town means some other place."""
        if row.get("street"):
            row.wrong("street", ValidationError(gettext_lazy("Geef bij de straat ook de postcode of de plaats.")))
            return None
        if self._site is None:
            message = gettext_lazy("Vul een postcode in, of geef je organisatie een vestiging.")
            row.wrong("postal_code", ValidationError(message), "")
            return None
        row.parsed.place_words = self._site.name
        return self._site.location


def _whole(error: ValidationError) -> ValidationError:
    """A refusal by field as one of all of them: coordinates are two cells that mean something only together."""
    errors: dict[str, Any] = getattr(error, "error_dict", {})
    return ValidationError([one for of_field in errors.values() for one in of_field]) if errors else error


def _degrees(text: str) -> float:
    return coordinate(values.filled(text))
