"""Fields of the API that say, when they refuse a value, which values they take."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from geo.points import PROJECTED_SRIDS, point_from, point_from_projected
from listings.enums import Condition, Precision, PriceBasis, PriceKind
from listings.numbers import UNSURE, coordinate, euros, number, whole

#: How many letters of a wrong value a refusal repeats.
LONGEST_ECHO = 60
#: Letters in a code or slug that the API looks up, at most.
LONGEST_CODE = 100

LOCATION = {
    "type": "object",
    "description": "WGS84 degrees, or metres in EPSG:31370 (Lambert 72) or EPSG:3812 (Lambert 2008).",
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "lat": {"type": "number"},
                "lon": {"type": "number"},
                "precision": {"type": "string", "enum": Precision.values},
            },
            "required": ["lat", "lon"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "x": {"type": "number"},
                "y": {"type": "number"},
                "srid": {"type": "integer", "enum": list(PROJECTED_SRIDS)},
                "precision": {"type": "string", "enum": Precision.values},
            },
            "required": ["x", "y", "srid"],
            "additionalProperties": False,
        },
    ],
}


@extend_schema_field(LOCATION)
class LocationField(serializers.Field[Any, Any, Any, Any]):
    """`{"lat": 51.05, "lon": 3.72}`, or `{"x": 104880, "y": 193860, "srid": 31370}`.

    `precision` may stand beside them; the serializer has taken it out before the value comes here.
    """

    def to_internal_value(self, data: Any) -> Any:
        names = frozenset(data) if isinstance(data, dict) else frozenset()
        try:
            if names == {"lat", "lon"}:
                return point_from(lat=_number(data, "lat"), lon=_number(data, "lon"))
            if names == {"x", "y", "srid"}:
                srid = data["srid"] if isinstance(data["srid"], int) else 0
                return point_from_projected(x=_number(data, "x"), y=_number(data, "y"), srid=srid)
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from None
        raise serializers.ValidationError(
            _('Geef een plek als {"lat": …, "lon": …}, of als {"x": …, "y": …, "srid": 31370}.')
        )

    def to_representation(self, value: Any) -> dict[str, float]:
        return {"lat": value.y, "lon": value.x}


PRICE = {
    "type": "object",
    "description": "In one piece, as it is read: in place of price_kind, price_eur and price_basis.",
    "properties": {
        "kind": {"type": "string", "enum": PriceKind.values},
        "eur": {"type": "number", "nullable": True},
        "basis": {"type": "string", "enum": PriceBasis.values},
    },
    "additionalProperties": False,
}


@extend_schema_field(PRICE)
class PriceField(serializers.Field[Any, Any, Any, Any]):
    """`{"kind": "fixed", "eur": 3.5, "basis": "lot"}`.

    The serializer has made three fields of it before: whatever still comes here isn't written so, and is refused.
    """

    def to_internal_value(self, data: Any) -> Any:
        raise serializers.ValidationError(_('Geef een prijs als {"kind": "fixed", "eur": 3.5, "basis": "lot"}.'))

    def to_representation(self, value: Any) -> Any:
        return value


#: How fields of numbers say which they take.
_NUMBERS: dict[str, Any] = {
    "max_value": gettext_lazy("Geef hoogstens {max_value}."),
    "min_value": gettext_lazy("Geef {min_value} of meer."),
    "max_string_length": gettext_lazy("Dit getal is veel te lang."),
}


class NumberField(serializers.DecimalField):
    """A JSON number, or a text with a number as people write it.

    In a text "1.250" may be a thousand or one and a bit: programs and Belgians differ there, and it is refused.
    """

    default_error_messages = _NUMBERS | {
        "invalid": gettext_lazy("Geef een getal, als 12.5."),
        "max_digits": gettext_lazy("Geef een getal van hoogstens {max_digits} cijfers."),
        "max_decimal_places": gettext_lazy("Geef hoogstens {max_decimal_places} cijfers achter de komma."),
        "max_whole_digits": gettext_lazy("Geef hoogstens {max_whole_digits} cijfers voor de komma."),
    }

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(self.read(data) if isinstance(data, str) else data)

    def read(self, text: str) -> Decimal:
        return number(text, UNSURE)


class EuroField(NumberField):
    """The same for an amount of money: "12,50 euro", but no other currency."""

    def read(self, text: str) -> Decimal:
        return euros(text, UNSURE)


class WholeField(serializers.IntegerField):
    """A JSON number without decimals, or a text with one."""

    default_error_messages = _NUMBERS | {"invalid": gettext_lazy("Geef een heel getal, als 12.")}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(whole(data) if isinstance(data, str) else data)


class DayField(serializers.DateField):
    """A day as ISO 8601 writes it."""

    default_error_messages = {
        "invalid": gettext_lazy("Schrijf een datum als 2027-03-31."),
        "datetime": gettext_lazy("Schrijf een datum als 2027-03-31, zonder uur."),
    }


class MomentField(serializers.DateTimeField):
    """A day with a time, as ISO 8601 writes them; on Belgian clocks where no time zone stands behind them."""

    default_error_messages = {
        "invalid": gettext_lazy("Schrijf een dag met een uur als 2027-03-31T14:00."),
        "date": gettext_lazy("Schrijf ook het uur, als 2027-03-31T14:00."),
        "make_aware": gettext_lazy("Dit uur bestaat niet: de klok springt dan vooruit."),
        "overflow": gettext_lazy("Deze dag ligt te ver weg."),
    }


class ClockField(serializers.TimeField):
    """A time of the day on Belgian clocks, as "09:30"."""

    default_error_messages = {"invalid": gettext_lazy("Schrijf een uur als 09:30.")}


class OneOfField(serializers.ChoiceField):
    """One of some words. A refusal names them all."""

    def fail(self, key: str, **about: Any) -> Any:
        if key != "invalid_choice":
            return super().fail(key, **about)
        known = ", ".join(str(choice) for choice in self.choices)
        raise serializers.ValidationError(
            _("“%(text)s” ken ik niet. Kies uit: %(known)s.")
            % {"text": str(about.get("input"))[:LONGEST_ECHO], "known": known},
            code=key,
        )


class ConditionField(OneOfField):
    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[choice.slug for choice in Condition], **more)

    def to_internal_value(self, data: Any) -> Any:
        return Condition.from_slug(super().to_internal_value(data))

    def to_representation(self, value: Any) -> str:
        return Condition(value).slug


class ByCodeField(serializers.SlugRelatedField[Any]):
    """A row by its code. A refusal says in which list (`where`) the codes stand."""

    default_error_messages = {"unknown": gettext_lazy("“{text}” is er niet bij. Kies er een uit {where}.")}

    def __init__(self, slug_field: str, where: str, **more: Any) -> None:
        self.where = where
        super().__init__(slug_field, **more)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) > LONGEST_CODE:
            self.fail("unknown", text=str(data)[:LONGEST_ECHO], where=self.where)
        return super().to_internal_value(data)

    def fail(self, key: str, **about: Any) -> Any:
        if key == "does_not_exist":
            key, about = "unknown", {"text": about["value"], "where": self.where}
        return super().fail(key, **about)


class ByNumberField(serializers.PrimaryKeyRelatedField[Any]):
    """A row by its number. A refusal says in which list (`where`) the numbers stand."""

    default_error_messages = {
        "unknown": gettext_lazy("Nummer {number} is er niet bij. Kies er een uit {where}."),
        "incorrect_type": gettext_lazy("Geef een nummer uit {where}."),
    }

    def __init__(self, where: str, **more: Any) -> None:
        self.where = where
        super().__init__(**more)

    def fail(self, key: str, **about: Any) -> Any:
        if key == "does_not_exist":
            key, about = "unknown", {"number": str(about["pk_value"])[:LONGEST_ECHO]}
        return super().fail(key, **about, where=self.where)


def _number(data: dict[str, Any], name: str) -> float:
    """A JSON number, or one in a text. NaN and infinity pass: point_from() refuses them."""
    value = data[name]
    try:
        if isinstance(value, bool):
            raise TypeError
        return coordinate(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError, ValidationError):
        raise ValidationError({name: _("Geef een gewoon getal.")}) from None
