"""Which town a postal code and a name mean, and that every way in gives the same."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from frontend.organisations.forms import SiteForm
from geo.gazetteer import look_up, namesakes, recognise
from geo.models import Place, PostalCode
from geo.names import name_key, words_of
from geo.points import metric, point_from
from geo.reference import DATA, _rows
from geo.towns import LoadedTowns, StoredTowns, find_town, is_sure, split, towns_named

pytestmark = pytest.mark.django_db
#: Where a local would put a place: at most so far off, in metres.
NEAR_M = 2_000


@cache
def all_towns() -> LoadedTowns:
    """All towns, read once: these tests change none."""
    return LoadedTowns()


def away_m(point: Any, lat: float, lon: float) -> float:
    return metric(point).distance(metric(point_from(lat=lat, lon=lon)))


@pytest.mark.parametrize(
    ("code", "name", "lat", "lon"),
    [
        ("9120", "Beveren", 51.212, 4.256),
        ("9120", "Beveren-Waas", 51.212, 4.256),
        ("9120", "", 51.212, 4.256),
        ("9120", "Beveren-Kruibeke-Zwijndrecht", 51.212, 4.256),
        ("3740", "", 50.873, 5.518),
        ("3700", "Tongeren-Borgloon", 50.781, 5.465),
        ("3700", "Tongres", 50.781, 5.465),
        ("", "Tongeren-Borgloon", 50.781, 5.465),
        ("9820", "Merelbeke-Melle", 50.994, 3.746),
        ("9090", "Merelbeke-Melle", 51.002, 3.797),
        ("2070", "", 51.220, 4.327),
        ("2870", "", 51.074, 4.288),
        ("2870", "Puurs-Sint-Amands", 51.074, 4.288),
        ("", "Beveren", 51.212, 4.256),
        ("2040", "Berendrecht", 51.345, 4.319),
        ("2040", "Antwerpen", 51.345, 4.319),
        ("", "Zandvliet", 51.36, 4.309),
        ("", "Lillo", 51.304, 4.289),
        ("9042", "Sint-Kruis-Winkel", 51.154, 3.823),
        ("9042", "St-Kruis-Winkel", 51.154, 3.823),
        ("3945", "Ham", 51.11, 5.18),
        ("", "Ham", 51.11, 5.18),
        ("9130", "Doel", 51.31, 4.26),
        ("8301", "Heist-aan-Zee", 51.339, 3.239),
        ("8301", "Heist", 51.339, 3.239),
        ("8301", "", 51.339, 3.239),
        ("", "Kruisem", 50.902, 3.526),
        ("", "Oudsbergen", 51.043, 5.583),
        ("8640", "Vleteren", 50.933, 2.741),
        ("8950", "Heuvelland", 50.783, 2.827),
        ("3270", "Scherpenheuvel-Zichem", 50.981, 4.976),
        ("3790", "Fourons", 50.748, 5.813),
        ("3798", "Fouron-le-Comte", 50.759, 5.761),
        ("", "Saint-Trond", 50.817, 5.186),
        ("", "Ghent", 51.050, 3.717),
        ("", "Brussels", 50.850, 4.349),
        ("", "Rhode-St-Genèse", 50.746, 4.358),
        ("8691", "Beveren-aan-den-IJzer", 50.939, 2.640),
        ("9890", "Asper", 50.914, 3.651),
        ("2861", "O.L.V.-Waver", 51.063, 4.579),
        ("3630", "Mechelen a/d Maas", 50.966, 5.691),
        ("2000", "Antwerpn", 51.220, 4.400),
        ("9000", "Gent Centrum", 51.050, 3.717),
    ],
)
def test_a_town_lies_where_a_local_would_put_it(code: str, name: str, lat: float, lon: float) -> None:
    assert away_m(find_town(code, name, StoredTowns()).location, lat, lon) <= NEAR_M


@pytest.mark.parametrize("code", ["9000 Gent", "B-9000", "BE-9000", "B 9000", "be9000", "9000.0", "9000,0", "9 000",
                                  "9.000", " 9000\u00a0", "B-9000 Gent", "9000, Gent", "９０００"])  # fmt: skip
@pytest.mark.parametrize("name", ["", "Gent", "9000 Gent", "GENT", "Gent, België", "Gent (9000)"])
def test_a_cell_with_a_postal_code_is_read_however_it_is_written(code: str, name: str) -> None:
    assert split(code, name)[0] == "9000"
    assert find_town(code, name, StoredTowns()).words == "9000 Gent"


@pytest.mark.parametrize(
    ("code", "name", "field", "says"),
    [
        ("3000", "Rotterdam", "town", "ken ik niet bij postcode 3000: dat is Leuven"),
        ("9000", "Charleroi", "town", "dat is Gent"),
        ("9000", "Antwerpen", "town", "Antwerpen heeft postcode 2000"),
        ("9000", "Oostakker", "town", "Oostakker heeft postcode 9041, en 9000 is Gent"),
        ("9000", "123", "town", "dat is Gent"),
        ("9000", "ゲント", "town", "dat is Gent"),
        ("9000", "9050 Gentbrugge", "town", "Hier staat 9050, en als postcode 9000"),
        ("8647", "Londerzeel", "town", "Londerzeel heeft postcode 1840"),
        ("90000", "Gent", "postal_code", "“90000” is geen postcode. Geef vier cijfers"),
        ("Gent", "", "postal_code", "is geen postcode"),
        ("-", "Gent", "postal_code", "is geen postcode"),
        ("4000", "Luik", "postal_code", "4000 is geen postcode van Vlaanderen of Brussel"),
        ("9999", "", "postal_code", "geen postcode van Vlaanderen of Brussel"),
        ("", "Rotterdam", "town", "ligt buiten Vlaanderen en Brussel"),
        ("", "Berg", "town", "Geef ook de postcode: 1910, 3700"),
        ("", "", "town", "ken ik niet"),
    ],
)
def test_what_contradicts_itself_or_is_not_known_is_refused_at_its_field(
    code: str, name: str, field: str, says: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        find_town(code, name, StoredTowns())
    assert list(refused.value.message_dict) == [field]
    assert says in refused.value.message_dict[field][0]


def test_each_code_has_one_main_town_that_the_post_knows() -> None:
    codes = set(PostalCode.objects.values_list("code", flat=True))
    main = PostalCode.objects.filter(is_main=True)
    assert sorted(main.values_list("code", flat=True)) == sorted(codes)
    assert not main.filter(is_everyday=True).exists()


def test_hardly_any_town_lies_on_the_middle_of_its_municipality_and_those_say_so() -> None:
    middles = [find_town(row.code, row.name, all_towns()).words for row in PostalCode.objects.filter(is_middle=True)]
    assert middles == ["3350 Linter (midden van Linter)"]
    assert look_up("3350 Linter")[0].middle_of == "Linter"
    assert look_up("3350 Linter")[0].label == "3350 Linter (midden van Linter)"
    assert recognise("3350 Linter (midden van Linter)") == look_up("3350 Linter")[0]
    assert look_up("9000 Gent")[0].middle_of == ""


def test_each_name_of_each_code_is_found_in_the_database_as_in_memory() -> None:
    loaded, stored = all_towns(), StoredTowns()
    rows = PostalCode.objects.all()
    assert rows.count() > 1_200
    for row in rows:
        town = find_town(row.code, row.name, loaded)
        assert (town.code, name_key(town.name), town.location) == (row.code, row.key, row.location)
        assert find_town(row.code, row.name, stored) == town
        assert towns_named(row.name, stored) == towns_named(row.name, loaded)


SPELLINGS: list[Callable[[str], str]] = [
    str.upper, str.lower, str.title, lambda name: name.replace("-", " "), lambda name: name.replace(" ", "-"),
    lambda name: name.replace("Sint", "St."), lambda name: name.replace("Sint", "Saint"),
    lambda name: name.replace("Saint", "St"), lambda name: f"  {name} ", lambda name: f"{name}, België",
    lambda name: name.replace("è", "e").replace("é", "e").replace("ê", "e"), lambda name: name.replace("'", "’"),
]  # fmt: skip
NAMES = [(row["code"], row["name"]) for row in _rows("postal_codes.csv")]


@settings(max_examples=300, deadline=None)
@given(row=st.sampled_from(NAMES), spellings=st.lists(st.sampled_from(SPELLINGS), max_size=4))
def test_a_name_means_the_same_however_it_is_spelled(
    row: tuple[str, str], spellings: list[Callable[[str], str]]
) -> None:
    code, name = row
    spelled = name
    for spell in spellings:
        spelled = spell(spelled)
    assert words_of(spelled.removesuffix(", België")) == words_of(name) or "," in spelled
    assert find_town(code, spelled, StoredTowns()).location == find_town(code, name, StoredTowns()).location


@settings(max_examples=200, deadline=None)
@given(code=st.text(max_size=120), name=st.text(max_size=120))
def test_any_two_texts_are_answered_with_a_town_or_with_words(code: str, name: str) -> None:
    refused: set[str] = set()
    try:
        find_town(code, name, StoredTowns())
    except ValidationError as error:
        refused = set(error.message_dict)
    assert refused <= {"postal_code", "town"}
    assert isinstance(look_up(f"{code} {name}"), list)


ASKED = [
    ("9120", "Beveren"), ("9000", "Gent"), ("9050", "Gent"), ("1050", "Brussel"), ("8301", "Heist-aan-Zee"),
    ("3945", "Ham"), ("2040", "Berendrecht"), ("3700", "Tongeren-Borgloon"), ("3740", "Bilzen"), ("3800", "Aalst"),
    ("1082", "Berchem"), ("9051", "Sint-Denijs"), ("2220", "Heist o/d Berg"), ("1640", "Rhode-Saint-Genèse"),
    ("B-9000", "Gent"), ("9000", "Gent-Centrum"), ("3350", "Linter"), ("9042", "Sint-Kruis-Winkel"),
    ("3000", "Rotterdam"), ("9000", "Antwerpen"), ("9000", "Oostakker"), ("8647", "Londerzeel"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name"), [*ASKED, *NAMES[::23]])
def test_search_box_import_form_and_api_give_one_answer(client: Client, code: str, name: str) -> None:
    """Given a code and a name, each way in puts the pin at one point, or none takes them for a town of that code."""
    asked = f"{code} {name}"
    box = recognise(asked)
    answers = client.get("/api/v1/geocode/", {"q": asked}).json()["results"]
    site = SiteForm({"name": "Atelier", "postal_code": code, "place_name": name})
    try:
        town = find_town(code, name, all_towns())  # what an import does with each row
    except ValidationError:
        assert not site.is_valid()
        # The box may still know the name, but not with this code.
        assert box is None or box.postal_code != split(code, name)[0]
        return
    assert site.is_valid(), site.errors
    assert box is not None
    points = {
        (round(lat, 7), round(lon, 7))
        for lat, lon in [
            (town.location.y, town.location.x), (box.lat, box.lon), (answers[0]["lat"], answers[0]["lon"]),
            (site.cleaned_data["location"].y, site.cleaned_data["location"].x),
        ]
    }  # fmt: skip
    assert len(points) == 1


@pytest.mark.parametrize("name", sorted({name for _code, name in NAMES})[::7])
def test_a_name_alone_gives_one_answer_in_box_and_import_or_each_names_the_choices(name: str) -> None:
    towns = towns_named(name, all_towns())
    box = recognise(name)
    if is_sure(towns):
        assert box is not None
        assert math.isclose(box.lat, towns[0].location.y)
        assert math.isclose(box.lon, towns[0].location.x)
        assert find_town("", name, all_towns()) == towns[0]
    else:
        assert box is None
        assert len(namesakes(name)) == len(towns)
        with pytest.raises(ValidationError, match="meer plaatsen"):
            find_town("", name, all_towns())


def test_a_place_is_suggested_by_its_label_again() -> None:
    for label in ("Berg (Kampenhout)", "Ledeberg (Gent)", "Ham (Tessenderlo-Ham)", "Gent"):
        found = recognise(label)
        assert found is not None
        assert found.label == label


def test_an_address_that_ends_in_a_name_of_several_places_is_asked_about() -> None:
    assert recognise("Dorpstraat 3 Berg") is None
    labels = [found.label for found in look_up("Dorpstraat 3 Berg")]
    assert {"Berg (Kampenhout)", "Berg (Tongeren-Borgloon)"} <= set(labels)
    assert recognise("Dorpstraat 3 Doel").label == "Doel (Beveren-Kruibeke-Zwijndrecht)"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("asked", "lat", "lon"),
    [
        ("9120 Beveren", 51.212, 4.256),
        ("Grote Markt 1, 9120 Beveren", 51.212, 4.256),
        ("8301 Heist", 51.339, 3.239),
        ("3740", 50.873, 5.518),
        ("Ham", 51.11, 5.18),
        ("Berendrecht", 51.345, 4.32),
        ("Doel", 51.31, 4.26),
        ("Gent 9000", 51.05, 3.717),
        ("B-9000 Gent", 51.05, 3.717),
        ("Antwerp", 51.22, 4.4),
        ("Kortrijksesteenweg 1000 Gent", 51.05, 3.717),
    ],
)
def test_what_is_typed_in_the_search_box_lies_where_a_local_would_put_it(asked: str, lat: float, lon: float) -> None:
    found = recognise(asked)
    assert found is not None
    assert away_m(point_from(lat=found.lat, lon=found.lon), lat, lon) <= NEAR_M
    assert look_up(asked)[0] == found


def test_the_search_page_asks_which_of_several_places_is_meant(client: Client) -> None:
    page = client.get("/", {"place": "Berg", "radius_km": "5"}).content.decode()
    assert "Er zijn meer plaatsen die “Berg” heten" in page
    assert "Berg (Kampenhout)" in page


def test_a_hamlet_that_the_post_does_not_name_lies_at_its_own_point() -> None:
    hamlet = Place.objects.get(name="Aalterbrug")
    town = find_town("9880", "Aalterbrug", StoredTowns())
    assert (town.words, town.location) == ("9880 Aalterbrug", hamlet.location)


def test_what_is_set_by_hand_lies_in_its_municipality_and_is_named_once() -> None:
    rows = _rows("by_hand/places.csv")
    assert len({row["geonameid"] for row in rows}) == len({(row["name"], row["nis"]) for row in rows}) == len(rows)
    assert (DATA / "by_hand" / "postal_names.csv").exists()
