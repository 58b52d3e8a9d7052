"""Colours of a layer as people write them: names in their language are stored as codes, and shown again."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from frontend.maps.forms import LayerForm, layer_initial
from frontend.maps.layer_colors import colors_text, read_colors
from maps.models import MapLayer
from maps.style import read_style
from materials.models import Material
from tests.maps.makers import HUB, Story
from tests.maps.test_pages import filled, of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "by", "lines", "codes"),
    [
        ("nl", "material", "hout #9a6b3f\nmetaal: #5b7fa3\nbuilding #8a4b2a", ["wood", "metals", "building"]),
        ("fr", "material", "Bois #9a6b3f\nmétaux=#5b7fa3", ["wood", "metals"]),
        ("en", "material", "Wood #9a6b3f\nMETALS #5b7fa3", ["wood", "metals"]),
        ("nl", "kind", "Voorraad #8a4b2a\nstroom #2b6a8f\nplace #2f6f5e", ["stock", "flow", "place"]),
        ("en", "kind", "stock #8a4b2a", ["stock"]),
        ("nl", "status", "concept #8a4b2a\nNa te kijken #2b6a8f\npublished #2f6f5e", ["draft", "review", "published"]),
    ],
)  # fmt: skip
def test_names_in_the_readers_language_and_codes_are_taken(
    language: str, by: str, lines: str, codes: list[str]
) -> None:
    with translation.override(language):
        found = read_colors(by, lines)
        style = read_style({"by": by, "color": "#7a7a72"} | found)
        assert list(found["colors"]) == codes
        assert read_colors(by, colors_text(style)) == found


@pytest.mark.parametrize(
    ("by", "lines", "words"),
    [
        ("material", "hout #9a6b3f\nflubberdieflub #5b7fa3", ["Regel 2", "flubberdieflub", "Hout", "Metalen"]),
        ("material", "bakstenn #9a6b3f", ["Regel 1", "bakstenn", "akste"]),
        ("material", "hout #9a6b3f\n\nwood #5b7fa3", ["Regel 3", "wood", "al"]),
        ("kind", "huis #8a4b2a", ["Regel 1", "huis", "Voorraad, Stroom, Plaats"]),
        ("status", "stock #8a4b2a", ["Regel 1", "stock", "Concept, Na te kijken"]),
        ("kind", "stroom #2b6a8f\nvoorraad bruin", ["Regel 2", "voorraad bruin"]),
        ("quantity", "0 #f0d9b5\nveel #8a4b2a", ["Regel 2", "veel"]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_line_with_what_may_stand_there(by: str, lines: str, words: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        read_colors(by, lines)
    (text,) = refused.value.messages
    for word in words:
        assert word in text, text


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_what_is_shown_of_any_material_is_read_back_as_that_one(language: str) -> None:
    codes = list(Material.objects.values_list("code", flat=True))
    colors = dict.fromkeys(codes, "#9a6b3f")
    with translation.override(language):
        text = colors_text({"by": "material", "color": "#7a7a72", "colors": colors})
        assert read_colors("material", text)["colors"] == colors
    kept = [line.rpartition(" ")[0] for line in text.splitlines()]
    assert len(codes) > 100
    assert sum(name in codes for name in kept) < len(codes) / 5


def test_the_page_of_a_layer_shows_names_and_stores_codes() -> None:
    story = Story()
    client, path = of(story.editor), reverse("map-layer", args=[story.layer.pk])
    given = filled(client, path) | {"style_by": "material", "colors": "hout #9a6b3f\nflubberdieflub #5b7fa3"}
    refused = client.post(path, given)
    assert refused.status_code == 409
    assert "Regel 2" in refused.content.decode()
    assert client.post(path, given | {"colors": "hout #9a6b3f"}).status_code == 302
    layer = MapLayer.objects.get(pk=story.layer.pk)
    assert layer.style["colors"] == {"wood": "#9a6b3f"}
    assert layer_initial(layer)["colors"] == "Hout #9a6b3f"
    again = LayerForm(layer_initial(layer))
    assert again.is_valid(), again.errors
    assert again.cleaned_data["style"] == layer.style


def test_a_material_that_does_not_exist_gets_no_colour() -> None:
    with pytest.raises(ValidationError, match="hout"):
        read_style({"by": "material", "color": "#7a7a72", "colors": {"hout": "#9a6b3f"}})


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"style_by": "quantity", "colors": ""}, "colors", "Kleur naar hoeveelheid vraagt minstens één regel"),
        ({"style_by": "quantity", "colors": "5 #8a4b2a\n2 #2b6a8f"}, "colors", "Elke klasse begint hoger"),
        (
            {"style_by": "quantity", "colors": "\n".join(f"{number} #8a4b2a" for number in range(10))},
            "colors", "Geef 1 tot 9 klassen.",
        ),
        ({"style_by": "kind", "colors": "stroom #2b6a8f", "color": "rood"}, "color", "Geef een kleur als #rrggbb."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_colours_is_said_at_their_field_and_nothing_is_stored(
    given: dict[str, str], field: str, words: str
) -> None:
    story = Story()
    client = of(story.editor)
    paths = [reverse("map-layer", args=[story.layer.pk]), reverse("map-layer-new", args=[HUB, story.map.slug])]
    for path in paths:
        answer = client.post(path, filled(client, path) | {"title": "Gekleurd"} | given)
        assert answer.status_code == 409, path
        errors = answer.context["form"].errors
        assert (list(errors), words in errors[field][0]) == ([field], True), path
        assert f'<div id="id_{field}_error"><p class="field__error">' in answer.content.decode()
    (layer,) = MapLayer.objects.all()
    assert (layer.title, layer.style["by"]) == ("Bedrijven", "single")
