"""What the API's fields say when they refuse a value: plain words in the reader's language, with an example."""

import gettext
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rest_framework
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from rest_framework import serializers

from exchanges.api.views import ExchangeStepSerializer, RequestSerializer
from listings.api.capacity import BookingSerializer
from listings.api.serializers import ListingWriteSerializer
from matching.api.dismissals import DismissalSerializer

ROOMS = ("accounts.", "exchanges.", "geo.", "listings.", "matching.", "materials.")


def refusal(serializer: type[serializers.Serializer], field: str, value: Any, language: str) -> str:
    """What a field of a serializer says of a value."""
    with translation.override(language):
        found = serializer().fields[field]
        with pytest.raises((serializers.ValidationError, ValidationError)) as raised:
            found.run_validation(value)
        refused = raised.value
        (message,) = refused.messages if isinstance(refused, ValidationError) else _flat(refused.detail)  # type: ignore[attr-defined]
        return message


def _flat(detail: Any) -> list[str]:
    if isinstance(detail, dict):
        return [message for value in detail.values() for message in _flat(value)]
    if isinstance(detail, list):
        return [message for value in detail for message in _flat(value)]
    return [str(detail)]


@pytest.mark.parametrize("value", ["31/03/2027", "31-03-2027", "morgen", "2027-02-30", 20270331, True, {"day": 1}])
@pytest.mark.parametrize(
    ("serializer", "field"),
    [
        (ListingWriteSerializer, "available_from"),
        (ListingWriteSerializer, "available_until"),
        (BookingSerializer, "week_start"),
        (RequestSerializer, "wanted_on"),
        (ExchangeStepSerializer, "wanted_on"),
    ],
)
def test_a_wrong_date_is_answered_with_a_right_one(
    serializer: type[serializers.Serializer], field: str, value: Any
) -> None:
    assert refusal(serializer, field, value, "nl") == "Schrijf een datum als 2027-03-31."
    assert refusal(serializer, field, value, "en") == "Write a date like 2027-03-31."
    assert refusal(serializer, field, value, "fr") == "Écrivez une date comme 2027-03-31."


@pytest.mark.parametrize("value", ["31/03/2027 14:00", "2027-03-31T25:00", "14:00", 14, None, ["2027-03-31"]])
def test_a_wrong_moment_is_answered_with_a_right_one(value: Any) -> None:
    said = {
        language: refusal(ExchangeStepSerializer, "times", [{"start": value, "end": "2027-03-31T16:00"}], language)
        for language in ("nl", "en", "fr")
    }
    if value is None:
        assert said["nl"] == "Dit mag niet leeg zijn."
    else:
        assert said == {
            "nl": "Schrijf een dag met een uur als 2027-03-31T14:00.",
            "en": "Write a day with a time, like 2027-03-31T14:00.",
            "fr": "Écrivez un jour avec une heure, comme 2027-03-31T14:00.",
        }


@pytest.mark.parametrize(
    ("serializer", "field", "value", "nl", "en", "fr"),
    [
        (ListingWriteSerializer, "quantity", True, "Geef een getal, als 12.5.", "Give a number, like 12.5.",
         "Donnez un nombre, comme 12.5."),
        (ListingWriteSerializer, "quantity", [], "Geef een getal, als 12.5.", "Give a number, like 12.5.",
         "Donnez un nombre, comme 12.5."),
        (ListingWriteSerializer, "quantity", 10**12, "Geef hoogstens 11 cijfers voor de komma.",
         "Give at most 11 digits before the decimal point.", "Donnez au plus 11 chiffres avant la virgule."),
        (ListingWriteSerializer, "quantity", 1.23456, "Geef hoogstens 3 cijfers achter de komma.",
         "Give at most 3 digits after the decimal point.", "Donnez au plus 3 chiffres après la virgule."),
        (ListingWriteSerializer, "reach_km", {}, "Geef een heel getal, als 12.", "Give a whole number, like 12.",
         "Donnez un nombre entier, comme 12."),
        (ListingWriteSerializer, "reach_km", 0, "Geef 1 of meer.", "Give 1 or more.", "Donnez 1 ou plus."),
        (ListingWriteSerializer, "reach_km", 10**6, "Geef hoogstens 300.", "Give at most 300.", "Donnez au plus 300."),
        (ExchangeStepSerializer, "version", "twee", "“twee” is geen getal. Schrijf het als 1250 of 12,5.",
         "“twee” is not a number. Write it as 1250 or 12.5.",
         "« twee » n'est pas un nombre. Écrivez-le comme 1250 ou 12,5."),
        (ListingWriteSerializer, "kind", "gift", "“gift” ken ik niet. Kies uit: supply, demand, service.",
         "We do not know “gift”. Choose from: supply, demand, service.",
         "Nous ne connaissons pas « gift ». Choisissez parmi : supply, demand, service."),
        (DismissalSerializer, "reason", 3, "“3” ken ik niet. Kies uit: ", "We do not know “3”. Choose from: ",
         "Nous ne connaissons pas « 3 ». Choisissez parmi : "),
        (ExchangeStepSerializer, "step", "buy", "“buy” ken ik niet. Kies uit: ", "We do not know “buy”. Choose from: ",
         "Nous ne connaissons pas « buy ». Choisissez parmi : "),
    ],
)  # fmt: skip
def test_a_wrong_number_or_choice_is_answered_in_the_readers_language(
    serializer: type[serializers.Serializer], field: str, value: Any, nl: str, en: str, fr: str
) -> None:
    for language, words in (("nl", nl), ("en", en), ("fr", fr)):
        said = refusal(serializer, field, value, language).replace("\N{NO-BREAK SPACE}", " ")
        assert said.replace("\N{NARROW NO-BREAK SPACE}", " ").startswith(words), language


def test_no_field_of_the_api_speaks_rest_frameworks_own_dutch() -> None:
    importlib.import_module(settings.ROOT_URLCONF)
    folder = Path(rest_framework.__file__).parent / "locale"
    its_dutch = gettext.translation("django", folder, ["nl"])
    with translation.override(None):
        its_own = {str(text) for field in _classes(serializers.Field, "rest_framework.") for text in _words(field)}
    assert len(its_own) > 40
    foreign, count = set(), 0
    for field in {field for one in _classes(serializers.Serializer, *ROOMS) for field in _fields(one())}:
        for code, message in field.error_messages.items():
            with translation.override(None):
                source = str(message)
            with translation.override("nl"):
                words = str(message)
            count += 1
            if source in its_own and words in (source, its_dutch.gettext(source)):
                foreign.add(f"{type(field).__name__} {code}: {words}")
    assert count > 200
    assert foreign == set()


def _classes(base: Any, *modules: str) -> Iterator[Any]:
    """What is derived from a class in these modules."""
    waiting = [base]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith(modules):
            yield found


def _words(field: Any) -> Any:
    return vars(field).get("default_error_messages", {}).values()


def _fields(field: Any) -> Iterator[serializers.Field]:
    """A field with all that is in it."""
    yield field
    for inner in getattr(field, "fields", {}).values():
        yield from _fields(inner)
    for name in ("child", "child_relation"):
        if inner := getattr(field, name, None):
            yield from _fields(inner)
