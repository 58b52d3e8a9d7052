"""Towns outside Flanders and Brussels are refused as such, and a slip is looked past only where it surely is one."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from frontend.organisations.forms import SiteForm
from geo.gazetteer import look_up, recognise, why_none
from geo.names import is_slip
from geo.towns import StoredTowns, find_town

pytestmark = pytest.mark.django_db

OUTSIDE = (
    "Moeskroen Mouscron Doornik Tournai Bergen Mons Luik Liège Namen Namur Waver Wavre Nijvel "
    "Nivelles Edingen Enghien Komen Comines Geldenaken Jodoigne Charleroi Lessen Hoei Eupen Breda "
    "Tilburg Roosendaal Maastricht Sluis Terneuzen Hulst Eindhoven Rotterdam Amsterdam Utrecht "
    "Rijsel Duinkerke Dunkerque Valenciennes Parijs Londen Aken Keulen Luxemburg"
)


@pytest.mark.parametrize("name", OUTSIDE.split())
def test_a_town_of_elsewhere_is_refused_as_lying_outside_in_box_api_form_and_import(client: Client, name: str) -> None:
    for asked in (name, name.upper(), f"Grote Markt 3, {name}", f"Grote Markt 3 {name}"):
        assert recognise(asked) is None
        assert client.get("/api/v1/geocode/", {"q": asked}).json()["results"] == []
        assert "ligt buiten Vlaanderen en Brussel" in why_none(asked)
    with pytest.raises(ValidationError, match="ligt buiten Vlaanderen en Brussel"):
        find_town("", name, StoredTowns())
    site = SiteForm({"name": "Atelier", "postal_code": "7000", "place_name": name})
    assert not site.is_valid()


@pytest.mark.parametrize("asked", ["3000 Rotterdam", "3012 AB Rotterdam", "7700 Moeskroen", "4000 Luik", "3000 Gent"])
def test_a_code_with_a_name_that_is_not_its_own_is_refused_everywhere_in_the_same_words(
    client: Client, asked: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        find_town("", asked, StoredTowns())
    assert why_none(asked) == " ".join(refused.value.messages)
    assert recognise(asked) is None
    assert client.get("/api/v1/geocode/", {"q": asked}).json()["results"] == []


def test_the_search_page_says_that_a_place_lies_outside(client: Client) -> None:
    page = client.get("/", {"place": "Moeskroen", "radius_km": "10"}).content.decode()
    assert "Moeskroen ligt buiten Vlaanderen en Brussel" in page
    assert "Moen" not in page


@pytest.mark.parametrize("name", ["Lille", "Halle", "Middelburg", "Herent", "Hulste", "Moen", "Rotem"])
def test_a_name_of_a_town_here_is_that_town_wherever_else_there_is_one(name: str) -> None:
    found = recognise(name)
    assert found is not None
    assert found.label.startswith(name)


@pytest.mark.parametrize("typed", ["Rottem dam", "Moeskroon", "Xyzzy", "Brbra", "Amstrdam"])
def test_letters_that_are_only_a_little_alike_mean_no_place(typed: str) -> None:
    assert look_up(typed) == []
    assert recognise(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [("gnet", "gent", True), ("antwerpn", "antwerpen", True), ("moeskroen", "moen", False), ("lier", "lint", False),
     ("gen", "gent", False), ("ent", "gent", False), ("kent", "gent", False), ("rotterdam", "rotem", False)],
)  # fmt: skip
def test_what_is_a_slip(typed: str, meant: str, slip: bool) -> None:
    assert is_slip(typed, meant) is slip


@given(st.text("abcdefgh", min_size=4, max_size=12), st.data())
def test_one_letter_left_out_after_the_first_is_a_slip_and_another_first_letter_is_not(
    name: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(name) - 1))
    assert is_slip(name[:at] + name[at + 1 :], name) is (len(name) > 4)
    assert not is_slip("z" + name[1:], name)
