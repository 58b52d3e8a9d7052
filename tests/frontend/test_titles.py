"""A title that is the name of a material is read in the reader's own language; what people wrote stays as it is."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.makers import material, published

pytestmark = pytest.mark.django_db


def page_of(client: Client, listing_pk: int, language: str) -> str:
    return client.get(reverse("listing", args=[listing_pk]), headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize(
    ("language", "name", "says"),
    [
        ("nl", "Houten paletten", ""),
        ("en", "Wooden pallets", "The description is in this language: Dutch."),
        ("fr", "Palettes en bois", "La description est dans cette langue : "),
    ],
)
def test_a_title_made_from_the_material_is_in_the_readers_language(
    client: Client, language: str, name: str, says: str
) -> None:
    listing = published(material=material("wood-pallets"), title="Houten paletten", description="Op te halen.")
    page = page_of(client, listing.pk, language)
    assert f"<h1>{name}</h1>" in page
    assert says in page
    assert "Titel en beschrijving" not in page


def test_a_title_that_somebody_wrote_stays_and_says_its_language(client: Client) -> None:
    listing = published(material=material("wood-pallets"), title="Paletten van de brouwerij")
    assert '<h1 lang="nl">Paletten van de brouwerij</h1>' in page_of(client, listing.pk, "en")


def test_a_material_named_in_another_language_counts_as_made_from_it() -> None:
    listing = published(material=material("wood-pallets"), title="Wooden pallets", language="en")
    with translation.override("fr"):
        assert listing.heading == "Palettes en bois"
    assert str(listing) == "Wooden pallets"
