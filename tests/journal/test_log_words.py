"""The journal's words: each verb has a sentence and each field a label, and each choice is said as forms say it."""

from string import Formatter
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation

from accounts.services.hubs import HUB_FIELDS, NAMES, REGION_FIELDS
from accounts.services.organisations import ORGANISATION_FIELDS
from accounts.services.sites import SITE_FIELDS
from accounts.services.users import USER_FIELDS
from frontend.log.fields import field_of, in_words
from frontend.log.sentences import WORDS
from frontend.log.subjects import VERBS
from listings.services import SETS, WRITABLE
from maps.fields import WRITABLE as ELEMENT_FIELDS
from maps.services.layers import LAYER_FIELDS
from maps.services.maps import MAP_FIELDS
from matching.weights.default_weights import WEIGHT_POINTS
from programme.services import ACTIVITY_FIELDS
from tests.journal.reading import check_label

#: What services may change, by the kind of what they change.
CHANGED = {
    "accounts.user": USER_FIELDS,
    "accounts.organisation": ORGANISATION_FIELDS,
    "accounts.site": SITE_FIELDS,
    "accounts.membership": {"role"},
    "accounts.hubstaff": {"role", "is_shown"},
    "accounts.invitation": {"role"},
    "geo.hub": HUB_FIELDS | NAMES | set(WEIGHT_POINTS),
    "geo.hubregion": REGION_FIELDS | {"municipalities"},
    "listings.listing": WRITABLE | set(SETS) | {"status", "reason", "why"},
    "maps.materialmap": MAP_FIELDS,
    "maps.maplayer": LAYER_FIELDS | {"person", "group", "power"},
    "maps.mapfeature": set(ELEMENT_FIELDS) | {"state"},
    "maps.partnergroup": {"name"},
    "programme.activity": ACTIVITY_FIELDS | {"cancel_reason"},
    "listings.reservation": {"quantity", "supply", "organisation"},
}
#: Units and words that code and people write alike.
SYMBOLS = {"kg", "m", "hackathon"}
EVERY = [(kind, name) for kind, names in CHANGED.items() for name in sorted(names)]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_field_has_a_label(kind: str, name: str) -> None:
    check_label(kind, name)


def choices_of(field: "models.Field[Any, Any] | None") -> list[Any]:
    base = getattr(field, "base_field", field)
    return [value for value, _label in base.flatchoices if value not in ("", None)] if base is not None else []


@pytest.mark.parametrize(("kind", "name"), [one for one in EVERY if choices_of(field_of(*one))])
def test_every_choice_is_said_in_words(kind: str, name: str) -> None:
    field = field_of(kind, name)
    many = hasattr(field, "base_field")
    for value in choices_of(field):
        said = {}
        for language in settings.LANGUAGE_CODES:
            with translation.override(language):
                said[language] = in_words(kind, name, [value] if many else value)
        assert all(words and "_" not in words for words in said.values()), said
        assert value in SYMBOLS or any(words.lower() != str(value) for words in said.values()), said


def test_more_than_a_dozen_fields_have_choices() -> None:
    assert len([one for one in EVERY if choices_of(field_of(*one))]) > 12


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_sentence_with_the_same_names_in_each_language(verb: str) -> None:
    sentences = {}
    for language in settings.LANGUAGE_CODES:
        with translation.override(language):
            sentences[language] = str(VERBS[verb])
    names = [
        sorted(name for _text, name, _spec, _how in Formatter().parse(text) if name) for text in sentences.values()
    ]
    assert names[0] == names[1] == names[2]
    assert set(names[0]) <= {"who", *WORDS}
    assert len(set(sentences.values())) == 3
    assert all(text.endswith(".") for text in sentences.values())


def test_every_table_that_events_tell_of_exists() -> None:
    assert all(apps.get_model(kind) for kind in CHANGED)


@pytest.mark.parametrize(
    ("kind", "name", "value", "unit", "words"),
    [
        ("listings.listing", "available_from", "2026-08-03", "", "3 augustus 2026"),
        ("listings.listing", "quantity", "1250.5", "kg", "1\N{NARROW NO-BREAK SPACE}250,5\N{NO-BREAK SPACE}kg"),
        ("listings.listing", "quantity", "1", "piece", "1\N{NO-BREAK SPACE}stuk"),
        ("listings.listing", "price_eur", "3.5", "", "€\N{NO-BREAK SPACE}3,50"),
        ("listings.listing", "condition", 2, "", "te herstellen"),
        ("listings.listing", "needs_services", ["repair", "washing"], "", "herstellen, wassen"),
        ("listings.listing", "pickup", False, "", "nee"),
        ("listings.listing", "description", "", "", ""),
        ("listings.listing", "needs_services", [], "", ""),
        ("listings.listing", "unit", "barrels", "", "iets dat niet meer bestaat"),
        ("accounts.organisation", "enterprise_number", "0403170701", "", "0403.170.701"),
        ("geo.hub", "buffer_km", "2.5", "", "2,5"),
        ("geo.hub", "distance", 0, "", "0"),
        ("programme.activity", "starts_at", "2026-08-03T22:30:00+00:00", "", "4 augustus 2026, 00:30"),
    ],
)
def test_a_value_is_shown_as_people_say_it(kind: str, name: str, value: Any, unit: str, words: str) -> None:
    assert in_words(kind, name, value, unit) == words
