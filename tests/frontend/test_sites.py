"""The form of a site: its postal code and place belong together."""

import pytest

from frontend.organisations.forms import SiteForm

pytestmark = pytest.mark.django_db


def form(**given: str) -> SiteForm:
    return SiteForm({"name": "Atelier", **given})


@pytest.mark.parametrize(
    ("code", "place"),
    [("9051", "Sint-Denijs-Westrem"), ("9000", "Gent"), ("9000", "gand"), ("9051", "Gent"), ("1060", "Saint-Gilles"),
     ("1050", "Brussel"), ("1030", "Bruxelles"), ("1082", "Berchem"), ("B-9000", "Gent"), ("9000 Gent", "Gent"),
     ("3000", "Leuven"), ("2600", "Berchem")],
)  # fmt: skip
def test_a_place_of_the_postal_code_is_taken(code: str, place: str) -> None:
    site = form(postal_code=code, place_name=place)
    assert site.is_valid(), site.errors
    assert site.cleaned_data["location"]
    assert site.cleaned_data["postal_code"] == code.removeprefix("B-")[:4]


def test_a_place_that_nobody_knows_asks_for_a_point_on_the_map() -> None:
    assert "ken ik niet bij postcode 9000" in str(form(postal_code="9000", place_name="Ergens").errors["place_name"])
    assert form(postal_code="9000", place_name="Ergens", lat="51.05", lon="3.72").is_valid()


@pytest.mark.parametrize("code", ["90000", "Gent", "9", "abc"])
def test_a_code_that_is_none_is_refused_at_its_field(code: str) -> None:
    assert list(form(postal_code=code, place_name="Gent").errors) == ["postal_code"]


def test_the_page_says_that_the_pin_stands_at_the_village() -> None:
    site = form(postal_code="3350", place_name="Linter", street="Dorp", house_number="1")
    assert site.is_valid()
    assert (
        site.said == "De speld staat in 3350 Linter (midden van Linter), niet bij het adres. Versleep ze op de kaart."
    )


@pytest.mark.parametrize("point", [{}, {"lat": "51.05", "lon": "3.72"}])
def test_a_place_that_lies_elsewhere_is_refused_at_its_field(point: dict[str, str]) -> None:
    site = form(postal_code="9051", place_name="Antwerpen", **point)
    assert site.errors == {
        "place_name": ["Antwerpen heeft postcode 2000, 2018, 2020, en 9051 is Afsnee, Sint-Denijs-Westrem."]
    }


def test_a_postal_code_of_elsewhere_asks_for_a_point_on_the_map() -> None:
    assert "Of zet zelf een punt op de kaart" in str(form(postal_code="4000", place_name="Luik").errors)
    assert form(postal_code="4000", place_name="Luik", lat="50.64", lon="5.57").is_valid()
