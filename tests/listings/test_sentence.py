"""What people type is understood: each part of a sentence asks what it says, and what isn't understood stays words."""

from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from listings.search.asking import ask
from listings.search.sentence.parts import Says, Sentence
from listings.search.sentence.reading import read
from listings.search.sentence.vocabulary import KIND_BY_PHRASE, SERVICE_BY_WORD
from tests.makers import material, published

pytestmark = pytest.mark.django_db
LAND = {"bbox": "2.5,49.4,6.5,51.6"}


def said(typed: str, language: str = "nl") -> dict[str, str]:
    """What a sentence says, by what it is about: names of places, else the values that it asks."""
    sentence = read(typed, language)
    return {
        piece.says.value: piece.label
        if piece.says in (Says.PLACE, Says.MATERIAL)
        else " ".join(text for _name, text in piece.parameters)
        for piece in sentence.pieces
    }


def words(sentence: Sentence) -> list[str]:
    return [sentence.of(span) for span in sentence.words]


@pytest.mark.parametrize(
    ("typed", "language", "says"),
    [
        ("paletten gent", "nl", {"material": "wood-pallets", "place": "Gent"}),
        ("hout 9000", "nl", {"material": "wood", "place": "9000 Gent"}),
        ("9000 hout", "nl", {"material": "wood", "place": "9000 Gent"}),
        ("2000 bakstenen", "nl", {"material": "building-bricks", "amount": "2000 piece"}),
        ("stoelen gratis", "nl", {"material": "furniture-chairs", "price": "0"}),
        (
            "50 bureaustoelen binnen 20 km van Aalst", "nl",
            {"material": "furniture-office-chairs", "amount": "50 piece", "radius": "20", "place": "Aalst"},
        ),
        (
            "frigo herstellen kortrijk", "nl",
            {"material": "appliances-fridges", "service": "repair", "place": "Kortrijk"},
        ),
        ("koelkast laten maken", "nl", {"material": "appliances-fridges", "service": "repair"}),
        ("fietsherstel", "nl", {"material": "bicycles", "service": "repair"}),
        ("wassen textiel", "nl", {"material": "textile", "service": "washing"}),
        ("reparatie laptops", "nl", {"material": "ict-laptops", "service": "repair"}),
        ("washing machine repair", "en", {"material": "appliances-washing-machines", "service": "repair"}),
        ("réparer vélos", "fr", {"material": "bicycles", "service": "repair"}),
        ("9120 Beveren", "nl", {"place": "9120 Beveren"}),
        ("tegels 9120 Beveren", "nl", {"material": "building-tiles", "place": "9120 Beveren"}),
        ("stoelen Berendrecht", "nl", {"material": "furniture-chairs", "place": "Berendrecht (Antwerpen)"}),
        ("hout rond Ham", "nl", {"material": "wood", "place": "Ham (Tessenderlo-Ham)"}),
        ("planken uit Sint-Niklaas", "nl", {"material": "wood-planks", "place": "Sint-Niklaas"}),
        ("pallets bruges", "en", {"material": "wood-pallets", "place": "Brugge"}),
        ("bureaus tot 50 euro", "nl", {"material": "furniture-desks", "price": "50"}),
        ("bureaus voor minder dan 50 euro", "nl", {"material": "furniture-desks", "price": "50"}),
        ("tapijt 100 vierkante meter", "nl", {"material": "textile-carpet", "amount": "100 m2"}),
        ("meubels onder 10 €", "nl", {"material": "furniture", "price": "10"}),
        ("stoelen tussen 10 en 50 euro", "nl", {"material": "furniture-chairs", "price": "50"}),
        ("desks under 50 euro", "en", {"material": "furniture-desks", "price": "50"}),
        ("2 ton hout", "nl", {"material": "wood", "amount": "2 tonne"}),
        ("500 kg textiel", "nl", {"material": "textile", "amount": "500 kg"}),
        ("1.500 kg textiel", "nl", {"material": "textile", "amount": "1500 kg"}),
        ("5 pallets bakstenen", "nl", {"material": "building-bricks", "amount": "5 pallet"}),
        ("houten balken max 500 kg", "nl", {"material": "wood-beams", "mass": "500"}),
        ("gezocht: pallets", "nl", {"material": "wood-pallets", "kind": "demand"}),
        ("vraag naar stoelen", "nl", {"material": "furniture-chairs", "kind": "demand"}),
        ("nieuwe laptops", "nl", {"material": "ict-laptops", "condition": "new"}),
        ("gratis hout op te halen", "nl", {"material": "wood", "price": "0"}),
        ("ik zoek een koelkast in mechelen", "nl", {"material": "appliances-fridges", "place": "Mechelen"}),
        ("100 m kabel", "nl", {"material": "cables", "amount": "100 m"}),
        ("10 rollen tapijt", "nl", {"material": "textile-carpet", "amount": "10 roll"}),
        ("radiator 2000 watt", "nl", {"material": "building-radiators"}),
        ("stoelen bureau", "nl", {"material": "furniture-office-chairs"}),
        ("vélos à réparer", "fr", {"material": "bicycles"}),
        ("stro in balen", "nl", {"material": "straw"}),
        ("balken 4 m", "nl", {"material": "wood-beams"}),
        ("bureau 2 personen", "nl", {"material": "furniture-desks"}),
    ],
)  # fmt: skip
def test_each_part_asks_what_it_says(typed: str, language: str, says: dict[str, str]) -> None:
    assert said(typed, language) == says


@pytest.mark.parametrize(
    "typed", ["Brugse steen", "Gentse stoelen", "Parijse balken", "boomse pannen", "Luikse tegels"]
)
def test_no_place_is_seen_inside_a_name_of_a_thing(typed: str) -> None:
    assert "place" not in said(typed)
    assert "material" in said(typed)


@pytest.mark.parametrize("typed", ["Ham", "hout Ham", "Peer", "boom", "stro balen", "mol"])
def test_a_place_that_may_as_well_be_a_word_is_offered_and_not_taken(typed: str) -> None:
    assert "place" not in said(typed)
    if "balen" not in typed:
        assert read(typed, "nl").offers or "material" in said(typed)


def test_what_stands_between_quotation_marks_is_a_word() -> None:
    assert said('stoelen "gent"') == {"material": "furniture-chairs"}
    assert said('"paletten" gent') == {"place": "Gent"}
    assert said("stoelen OR gent") == {}


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("houten balken", []), ("oude eiken balken", ["oude", "eiken"]), ("metalen kast", ["metalen"]),
        ("osb platen", []),
        ("rode stoelen gent", ["rode"]), ("stoelen en tafels", []), ("ik zoek een stoel", []),
    ],
)  # fmt: skip
def test_other_words_stay_words(typed: str, left: list[str]) -> None:
    assert words(read(typed, "nl")) == left


def test_things_that_are_joined_or_listed_are_all_asked_for() -> None:
    for typed in ("stoelen en tafels", "stoelen, tafels", "stoelen tafels"):
        asked = ask(LAND | {"q": typed})
        assert {one.code for one in asked.among} == {"furniture-chairs", "furniture-tables"}, typed
    assert [one.code for one in ask(LAND | {"q": "kisten hout"}).among] == ["wood-pallet-collars"]


def test_what_the_address_asks_itself_wins_and_the_rest_is_said() -> None:
    asked = ask({"q": "stoelen kortrijk gratis", "lat": "51.05", "lon": "3.72", "max_price": "20"})
    assert asked.point is not None
    assert (asked.point.y, float(asked.max_price or 0)) == (51.05, 20.0)
    assert asked.reading is not None
    assert [asked.reading.sentence.of(span) for span in asked.reading.passed] == ["kortrijk", "gratis"]


def test_a_distance_without_a_place_is_not_silently_dropped() -> None:
    asked = ask(LAND | {"q": "stoelen binnen 20 km"})
    assert asked.radius_km is None
    assert asked.reading is not None
    assert [asked.reading.sentence.of(span) for span in asked.reading.passed] == ["binnen 20 km"]


def test_a_least_price_is_understood_and_said_not_to_count() -> None:
    sentence = read("kast vanaf 100 euro", "nl")
    assert [sentence.of(span) for span in sentence.unmet] == ["vanaf 100 euro"]
    assert "price" not in said("kast vanaf 100 euro")


def test_a_sentence_that_names_a_place_needs_no_other(client: Client) -> None:
    here = published(title="Paletten")
    published(title="Paletten", at=(50.93, 5.34))
    answer = client.get("/api/v1/search/", {"q": "paletten gent"}).json()
    assert [row["id"] for row in answer["results"]] == [here.pk]
    assert answer["radius_km"] == 25
    assert [part["text"] for part in answer["understood"]] == ["paletten", "gent"]
    assert client.get("/api/v1/search/", {"q": "paletten"}).status_code == 400


def test_a_word_narrows_where_listings_have_it_and_is_left_out_where_none_has(client: Client) -> None:
    red = published(title="Rode stoelen", material=material("furniture-chairs"))
    other = published(title="Stoelen", material=material("furniture-chairs"))

    def asked(q: str) -> tuple[set[int], list[str]]:
        answer = client.get("/api/v1/search/", LAND | {"q": q}).json()
        return {row["id"] for row in answer["results"]}, answer["passed_over"]

    assert asked("stoelen") == ({red.pk, other.pk}, [])
    assert asked("rode stoelen") == ({red.pk}, [])
    assert asked("paarse stoelen") == ({red.pk, other.pk}, ["paarse"])
    assert asked('"paarse" stoelen') == ({red.pk, other.pk}, ['"paarse"'])


def test_a_word_that_listings_have_but_not_with_those_before_it_is_said_so(client: Client) -> None:
    # Given red chairs and large chairs, but none that are both,
    chairs = material("furniture-chairs")
    published(title="Rode stoelen", material=chairs)
    published(title="Grote stoelen", material=chairs)
    # then the page doesn't say that no chairs are large.
    page = unescape(client.get("/", {"q": "rode grote stoelen"}).content.decode())
    assert "In geen enkel zoekertje hiervan staat ook “grote”: dat telt niet mee." in page


def test_words_past_as_many_as_are_looked_up_are_said_not_to_be_looked_for(client: Client) -> None:
    # Given chairs that are all seven of these,
    words = ["zwarte", "hoge", "stapelbare", "mooie", "lange", "smalle", "dikke"]
    published(title=f"{' '.join(words)} stoelen", material=material("furniture-chairs"))
    typed = f"stoelen {' '.join(words)}"
    # then six are looked for, and of the seventh nobody says that it is in no listing.
    asked = ask({"q": typed} | LAND)
    assert asked.reading is not None
    assert (asked.q.split(), asked.reading.left_out, asked.reading.not_looked_up) == (words[:6], (), ("dikke",))
    assert client.get("/api/v1/search/", LAND | {"q": typed}).json()["passed_over"] == ["dikke"]
    page = unescape(client.get("/", {"q": typed}).content.decode())
    assert "Bij een materiaal zoek ik naar hoogstens 6 woorden: “dikke” zocht ik niet." in page
    assert "In geen enkel zoekertje" not in page


def test_by_relevance_things_come_before_services_on_every_page(client: Client) -> None:
    chairs = material("furniture-chairs")
    things = [published(material=chairs).pk for _number in range(3)]
    asked_for = published(kind="demand", material=chairs).pk
    services = [published(kind="service", materials=[chairs]).pk for _number in range(2)]
    found: list[int] = []
    address: dict[str, Any] | str = LAND | {"q": "stoelen", "sort": "relevance", "page_size": 2}
    while address:
        answer = (
            client.get("/api/v1/search/", address).json() if isinstance(address, dict) else client.get(address).json()
        )
        found += [row["id"] for row in answer["results"]]
        assert answer["count"] == {"value": 6, "exact": True}
        address = answer["next"]
    assert found == [*reversed(things), asked_for, *reversed(services)]


def test_however_much_is_typed_the_database_is_asked_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    published(title="Stoelen", material=material("furniture-chairs"))
    typed = (
        "stoelen zwarte hoge stapelbare houten leren kapotte mooie lange smalle dikke vierkante ronde modrne grijsze"
    )
    client.get("/api/v1/search/", LAND | {"q": "stoelen"})
    with django_assert_max_num_queries(16):
        client.get("/api/v1/search/", LAND | {"q": typed})


TYPED = st.text(max_size=60) | st.lists(
    st.sampled_from([
        "hout", "gent", "9000", "50", "2 ton", "binnen", "20 km", "van", "rond", "Ham", "tot", "€", "10 euro",
        '"', "-", "OR",
        "gratis", "stoelen", "en", "herstellen", "laten maken", "½", "İ", "ﬁets", "١٢", "rode",
        *list(KIND_BY_PHRASE)[:5],
        *list(SERVICE_BY_WORD)[:5],
    ]), max_size=8,
).map(" ".join)  # fmt: skip


@given(typed=TYPED, language=st.sampled_from(["nl", "fr", "en"]))
def test_whatever_is_typed_every_part_lies_in_it_and_none_in_another(typed: str, language: str) -> None:
    sentence = read(typed, language)
    spans = {piece.span for piece in sentence.pieces} | set(sentence.words) | set(sentence.unmet)
    ordered = sorted(spans)
    assert all(0 <= span.start < span.end <= len(typed) for span in ordered)
    assert all(one.end <= other.start for one, other in pairwise(ordered)), ordered
    assert len(
        {(piece.says, piece.parameters) for piece in sentence.pieces if piece.says is not Says.MATERIAL}
    ) == sum(piece.says is not Says.MATERIAL for piece in sentence.pieces)


@given(typed=TYPED)
def test_without_a_part_the_others_stay(typed: str) -> None:
    sentence = read(typed, "nl")
    for piece in sentence.pieces:
        if piece.says is Says.PLACE:
            again = read(sentence.without(piece.span), "nl")
            assert Says.MATERIAL not in {one.says for one in sentence.pieces} or Says.MATERIAL in {
                one.says for one in again.pieces
            }


@pytest.mark.parametrize(
    ("typed", "language", "material_code"),
    [("wooden pallets ghent", "nl", "wood-pallets"), ("wooden beams near Ghent", "nl", "wood-beams"),
     ("houten paletten gent", "en", "wood-pallets"), ("wooden pallets ghent", "en", "wood-pallets")],
)  # fmt: skip
def test_a_word_of_the_material_s_own_name_is_met_by_it_and_never_left_out(
    typed: str, language: str, material_code: str
) -> None:
    published(material=material(material_code), title="Partij uit een magazijn")
    with translation.override(language):
        asked = ask({"q": typed})
    assert [one.code for one in asked.among] == [material_code]
    assert asked.reading is not None
    assert (asked.q, asked.reading.left_out) == ("", ())


#: What a cabinet or another thing may be made of, though not all of its kind are: language, sentence, material, words.
MADE_OF = [
    *(("nl", f"{of} kast", "furniture-cabinets", [of]) for of in (
        "metalen", "stalen", "ijzeren", "houten", "plastic", "kunststof", "glazen", "kartonnen", "lederen", "leren",
        "aluminium", "inox", "metal",
    )),
    ("nl", "metalen kasten", "furniture-cabinets", ["metalen"]),
    ("nl", "lederen bank", "furniture-sofas", ["lederen"]),
    ("nl", "rubberen laarzen", "textile-shoes", ["rubberen"]),
    ("nl", "houten speelgoed", "leisure-toys", ["houten"]),
    ("nl", "aluminium raam", "building-windows", ["aluminium"]),
    ("nl", "armoire en bois", "furniture-cabinets", ["bois"]),
    *(("en", f"{of} cabinet", "furniture-cabinets", [of]) for of in (
        "metal", "steel", "iron", "wooden", "plastic", "glass", "cardboard", "leather", "metalen",
    )),
    ("en", "cast iron radiator", "building-radiators", ["cast", "iron"]),
    ("en", "steel doors", "building-doors", ["steel"]),
    ("en", "leather sofa", "furniture-sofas", ["leather"]),
    ("fr", "armoire métallique", "furniture-cabinets", ["métallique"]),
    ("fr", "armoires métalliques", "furniture-cabinets", ["métalliques"]),
    *(("fr", f"armoire en {of}", "furniture-cabinets", [of]) for of in (
        "métal", "bois", "fer", "acier", "plastique", "verre", "carton", "cuir", "chêne", "inox",
    )),
    ("fr", "chaise en plastique", "furniture-chairs", ["plastique"]),
    ("fr", "radiateur en fonte", "building-radiators", ["fonte"]),
    ("fr", "porte métallique", "building-doors", ["métallique"]),
    ("fr", "châssis en bois", "building-windows", ["bois"]),
    ("fr", "jouets en bois", "leisure-toys", ["bois"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "typed", "code", "made_of"), MADE_OF)
def test_what_a_thing_is_made_of_narrows_or_is_said_not_to_count(
    client: Client, language: str, typed: str, code: str, made_of: list[str]
) -> None:
    # Given one such thing that doesn't say what it is made of, then that word is said not to count.
    published(material=material(code), title="Uit een magazijn")
    with translation.override(language):
        asked = ask({"q": typed} | LAND)
        assert [one.code for one in asked.among] == [code]
        assert asked.reading is not None
        assert (asked.q, asked.reading.left_out) == ("", tuple(made_of))
        page = client.get("/", {"q": typed}, headers={"accept-language": language}).content.decode()
        assert all(f"“{word}”" in page or f"«\u202f{word}\u202f»" in page or f"« {word} »" in page for word in made_of)
        # Given another that says so, then it narrows.
        published(material=material(code), title=" ".join(made_of))
        narrowed = ask({"q": typed} | LAND)
    assert narrowed.reading is not None
    assert (narrowed.q, narrowed.reading.left_out) == (" ".join(made_of), ())


@pytest.mark.parametrize(
    ("language", "typed", "code"),
    [
        ("nl", "houten paletten", "wood-pallets"),
        ("nl", "kartonnen doos", "packaging-boxes"),
        ("nl", "metalen vat", "metal-drums"),
        ("nl", "plastieken bak", "plastic-crates"),
        ("en", "cardboard boxes", "packaging-boxes"),
        ("fr", "tôle métallique", "steel-sheet"),
        ("fr", "fûts métalliques", "metal-drums"),
        ("fr", "pots en plastique", "packaging-trays"),
    ],
)
def test_what_all_things_of_a_kind_are_made_of_asks_no_more(language: str, typed: str, code: str) -> None:
    published(material=material(code), title="Uit een magazijn")
    with translation.override(language):
        asked = ask({"q": typed} | LAND)
    assert [one.code for one in asked.among] == [code]
    assert asked.reading is not None
    assert (asked.q, asked.reading.left_out) == ("", ())


@pytest.mark.parametrize(
    ("typed", "language", "codes"),
    [
        ("hout en beton", "nl", ["building-concrete", "wood"]),
        ("stoelen en tafels", "fr", ["furniture-chairs", "furniture-tables"]),
        ("tables et chaises", "fr", ["furniture-chairs", "furniture-tables"]),
        ("table en verre", "fr", ["furniture-tables"]),
        ("kast en bank", "nl", ["furniture-cabinets", "furniture-sofas"]),
    ],
)
def test_en_joins_things_in_dutch_and_says_what_they_are_made_of_in_french(
    typed: str, language: str, codes: list[str]
) -> None:
    assert (
        said(typed, language)["material"].split(",") == codes
        or sorted(piece.label for piece in read(typed, language).pieces) == codes
    )


@pytest.mark.parametrize(
    "often",
    ["per week", "per maand", "per jaar", "elke week", "wekelijks", "maandelijks", "par semaine", "chaque mois",
     "every week", "a month", "weekly"],
)  # fmt: skip
def test_how_often_is_said_not_to_count_and_never_looked_for_as_a_word(often: str) -> None:
    for typed, says in ((f"10 stoelen {often}", "10 piece"), (f"stoelen {often}", None)):
        asked = ask({"q": typed} | LAND)
        assert asked.reading is not None
        assert (asked.q, asked.reading.left_out) == ("", ())
        assert [asked.reading.sentence.of(span) for span in asked.reading.passed] == [often]
        assert said(typed) == {"material": "furniture-chairs"} | ({"amount": says} if says else {})


@pytest.mark.parametrize(
    ("typed", "service"),
    [("strijken", "washing"), ("hemden strijken", "washing"), ("naaien", "repair"), ("kleding verstellen", "repair"),
     ("stikken", "repair"), ("repassage", "washing"), ("ironing", "washing")],
)  # fmt: skip
def test_what_is_done_to_textiles_is_a_service(typed: str, service: str) -> None:
    assert said(typed)["service"] == service


def test_the_thing_itself_further_away_comes_before_what_is_akin_nearby(client: Client) -> None:
    """Given beams in Kortrijk and pallets in Gent, when beams around Gent are asked for, then the beams come first."""
    published(material=material("wood-pallets"), title="Paletten om de hoek")
    published(material=material("wood-beams"), title="Balken van verderop", at=(50.8279, 3.2649))
    page = client.get("/", {"q": "houten balken binnen 5 km van Gent"}).content.decode()
    assert "Verder weg" in page
    assert page.index("Balken van verderop") < page.index("Niet precies")


def test_a_search_for_a_service_shows_no_counters_that_ignore_it(client: Client) -> None:
    published(material=material("appliances-fridges"), title="Frigo uit een keuken")
    page = client.get("/", {"q": "frigo herstellen"}).content.decode()
    assert "Niets gevonden" in page
    assert "chip__count" not in page
