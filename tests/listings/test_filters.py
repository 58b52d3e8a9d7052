"""Every filter of the search, held against its parts: what it reads, prints, refuses, asks, describes and says."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from listings.api.search import PARAMETERS
from listings.models import Listing
from listings.search.filters import FILTERS
from listings.search.filters.base import Filter
from listings.search.filters.what import AMONG, MATERIAL, WORDS
from listings.search.filters.where import HUB
from listings.search.parameters import SearchParameters
from tests.databases import demo_listings
from tests.listings.searching import everything

pytestmark = pytest.mark.django_db
LANGUAGES = settings.LANGUAGE_CODES
LAND = {"bbox": "2.5,49.4,6.5,51.6"}
GENT = {"lat": "51.0543", "lon": "3.7174"}

#: Of each filter by its first parameter: addresses that put it on and leave some listings out.
RIGHT: dict[str, list[dict[str, str]]] = {
    "kind": [{"kind": "supply"}, {"kind": "demand"}, {"kind": "service"}],
    "material": [
        {"material": "wood"}, {"material": "wood", "kind": "supply"}, {"material": "furniture", "kind": "demand"},
        {"material": "appliances", "kind": "service"},
    ],
    "among": [
        {"among": "wood"}, {"among": "wood-beams,metals", "kind": "supply"},
        {"among": "furniture,ict", "kind": "demand"},
    ],
    "q": [{"q": "houten"}, {"q": "houten paletten"}],
    "lat": [GENT | {"radius_km": "7.5"}, GENT | {"radius_km": "30"}],
    "to_lat": [GENT | {"to_lat": "51.22", "to_lon": "4.4", "detour_km": "4.5"}],
    "bbox": [{"bbox": "3.6,51.0,3.8,51.1"}, {"bbox": "3.5,50.8,4.5,51.2"}],
    "hub": [{"hub": "sociaal-circulaire-hub-gent"}],
    "service": [{"service": "repair"}, {"service": "repair", "kind": "supply"}],
    "condition": [{"condition": "used"}, {"condition": "new", "kind": "supply"}],
    "available_on": [{"available_on": "today"}, {"available_on": "2031-12-31"}],
    "min_quantity": [{"min_quantity": "12.5", "unit": "tonne"}, {"min_quantity": "64", "unit": "piece"}],
    "max_price": [{"max_price": "0"}, {"max_price": "64"}, {"max_price": "99.95"}],
    "max_mass": [{"max_mass": "64"}, {"max_mass": "250.5"}, {"max_mass": "20000", "kind": "supply"}],
}  # fmt: skip
#: And one that it refuses.
WRONG = {
    "kind": {"kind": "gift"},
    "material": {"material": "unobtainium"},
    "among": {"among": "wood,unobtainium"},
    "q": {"q": "x" * 201},
    "lat": {"lat": "3.7", "lon": "51"},
    "to_lat": GENT | {"to_lat": "40", "to_lon": "4"},
    "bbox": {"bbox": "4,51,3,52"},
    "hub": {"hub": "nowhere"},
    "service": {"service": "magic"},
    "condition": {"condition": "shiny"},
    "available_on": {"available_on": "soon"},
    "min_quantity": {"min_quantity": "0", "unit": "kg"},
    "max_price": {"max_price": "-1"},
    "max_mass": {"max_mass": "0"},
}


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Listings as the demo makes them."""
    with django_db_blocker.unblock(), demo_listings(800, seed=3):
        yield


def asked_by(address: dict[str, str]) -> SearchParameters:
    return SearchParameters.parse(LAND | address)


every_filter = pytest.mark.parametrize("filter", FILTERS, ids=lambda filter: filter.names[0])
every_address = pytest.mark.parametrize(
    ("filter", "address"),
    [(filter, address) for filter in FILTERS for address in RIGHT[filter.names[0]]],
    ids=lambda value: "" if isinstance(value, Filter) else "&".join(f"{name}={text}" for name, text in value.items()),
)


@every_address
def test_it_parses_what_it_prints(filter: Filter[Any, Any], address: dict[str, str]) -> None:
    asked = asked_by(address)
    value = filter.of(asked)
    assert value is not None
    printed = {name: str(text) for name, text in filter.written(value).items()}
    assert set(printed) <= set(filter.names)
    again = SearchParameters.parse(LAND | address | printed)
    assert filter.of(again) == value
    assert again.to_query() == asked.to_query()
    assert printed.items() <= asked.to_query().items()


@every_address
def test_a_cursor_of_one_search_is_none_of_a_search_without_it(
    filter: Filter[Any, Any], address: dict[str, str]
) -> None:
    without = {name: text for name, text in (LAND | address).items() if name not in filter.names} or GENT
    assert asked_by(address).fingerprint() != SearchParameters.parse(without).fingerprint()


@every_filter
def test_it_refuses_in_three_languages_and_names_the_parameter(filter: Filter[Any, Any]) -> None:
    said = set()
    for language in LANGUAGES:
        with translation.override(language), pytest.raises(ValidationError) as refused:
            asked_by(WRONG[filter.names[0]])
        (field,) = refused.value.message_dict
        assert field in filter.names
        said.add(refused.value.message_dict[field][0])
    assert len(said) == len(LANGUAGES)


@every_filter
def test_a_text_with_a_null_is_refused(filter: Filter[Any, Any]) -> None:
    for name in filter.names:
        with pytest.raises(ValidationError) as refused:
            asked_by({name: "1\x00"})
        assert "niet te bewaren" in refused.value.message_dict[name][0]


@every_filter
def test_it_is_off_where_its_parameters_are_empty(filter: Filter[Any, Any]) -> None:
    asked = SearchParameters.parse((LAND if "bbox" not in filter.names else GENT) | dict.fromkeys(filter.names, " "))
    assert filter.of(asked) is None
    assert filter not in [on for on, _value in asked.filters]


@every_filter
def test_the_api_s_document_describes_its_parameters(filter: Filter[Any, Any]) -> None:
    described = {parameter.name: parameter.description for parameter in PARAMETERS}
    assert all(described.get(name) for name in filter.names)


def test_no_parameter_is_read_twice() -> None:
    names = [parameter.name for parameter in PARAMETERS]
    assert len(names) == len(set(names))


@every_address
def test_it_says_in_three_languages_what_it_asks(filter: Filter[Any, Any], address: dict[str, str]) -> None:
    asked = asked_by(address)
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(filter.words(filter.of(asked), {"lat": "Gent", "to_lat": "Antwerpen"}))
    assert all(said)
    if filter is not HUB:  # whose name is the same everywhere
        assert len(set(said)) > 1, said


@every_address
def test_it_leaves_some_listings_out_and_not_all(
    many: None, filter: Filter[Any, Any], address: dict[str, str]
) -> None:
    everywhere = {"bbox": "-180,-85,180,85"}
    context = {name: text for name, text in address.items() if name not in filter.names and name in ("kind",)}
    whole = set(everything(SearchParameters.parse({"page_size": "100"} | everywhere | context)))
    found = set(everything(SearchParameters.parse({"page_size": "100"} | everywhere | address)))
    assert found < whole
    assert found


@every_address
def test_it_holds_for_a_listing_at_hand_where_a_search_finds_that_and_nowhere_else(
    many: None, filter: Filter[Any, Any], address: dict[str, str]
) -> None:
    """And it lies in the filter's box: else a saved search would miss it."""
    asked = SearchParameters.parse(LAND | address | {"page_size": "100"})
    listings = Listing.objects.published().not_over(timezone.localdate())
    holding = [one for one in listings if all(on.holds(one, value, asked) for on, value in asked.filters)]
    assert {listing.pk for listing in holding} == set(everything(asked))
    assert holding
    box = filter.box(filter.of(asked))
    assert box is None or all(box.intersects(listing.position) for listing in holding)


@every_address
def test_whatever_meets_it_has_one_of_its_tokens(
    many: None, filter: Filter[Any, Any], address: dict[str, str]
) -> None:
    """Else the inverted index would miss it. Some filters have no tokens, and leave the index to the others."""
    asked = asked_by(address)
    value = filter.of(asked)
    published = Listing.objects.published()
    meets = filter.checked(filter.placed(published, value, asked), value, asked)
    tokens = filter.tokens(value, asked)
    if filter in (WORDS, AMONG) or (filter is MATERIAL and not asked.is_of_goods):
        # Each of the materials of which any will do is looked up as a search by itself.
        assert tokens == []
        return
    assert meets.exists()
    found = published.with_facets([tokens])
    assert set(meets.values_list("pk", flat=True)) <= set(found.values_list("pk", flat=True))
    # Nothing that is published ended in an earlier year.
    assert found.count() < published.count() or address == {"available_on": "today"}
