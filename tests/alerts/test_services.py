"""What people do with saved searches: saving, changing, forgetting."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from alerts import services
from alerts.enums import Frequency
from alerts.models import Alert, SavedSearch, Watch
from alerts.reading import parameters_of
from alerts.words import words_of
from listings.search.asking import ask
from listings.search.parameters import SearchParameters
from tests.alerts.makers import HERE, NOON, saved, tell, told
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


def again(search: SavedSearch) -> SearchParameters:
    asked = parameters_of(search)
    assert asked is not None
    return asked


def test_a_search_keeps_what_it_asks_and_is_called_by_its_words() -> None:
    search = saved(kind="supply", material="wood-pallets", max_price="12.50", condition="used")
    assert again(search).to_query() == ask(HERE | {
        "kind": "supply", "material": "wood-pallets", "max_price": "12.50", "condition": "used",
    }).to_query()  # fmt: skip
    assert search.name.startswith("Aanbod · ")
    assert "binnen 10 km van dit punt" in words_of(again(search), search.called)


def test_a_sentence_is_kept_as_it_was_understood() -> None:
    given = {"q": "houten paletten onder 50 euro in Gent"}
    search = services.save_search(by=make_user(), asked=ask(given, for_later=True), given=given)
    assert search.asked["among"] == "wood-pallets"
    assert Decimal(search.asked["max_price"]) == 50
    assert search.called == {"lat": "Gent"}
    assert "q" not in search.asked
    assert any("Gent" in words for words in words_of(again(search), search.called))


@pytest.mark.parametrize("typed", ["paletten zeegroen", "zeegroen"])
def test_a_word_that_nothing_has_yet_is_waited_for(typed: str) -> None:
    search = saved(q=typed)
    assert search.asked["q"] == "zeegroen"
    tell(published())
    assert told(search.owner) == []
    listing = published(title="Zeegroen palet")
    tell(listing)
    assert told(search.owner) == [listing.pk]


def test_a_word_that_is_like_one_that_listings_have_stays_as_it_was_typed() -> None:
    published(title="Bruikbaar")
    assert ask(HERE | {"q": "bruikbar"}).q == "bruikbar"
    assert saved(q="bruikbar").asked["q"] == "bruikbar"


def test_more_than_fifty_searches_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_SEARCHES", 2)
    user = make_user()
    saved(by=user), saved(by=user, kind="supply")
    with pytest.raises(ValidationError, match="Verwijder er eerst een"):
        saved(by=user, kind="demand")
    saved()


def test_the_same_search_is_saved_once() -> None:
    first = saved(kind="supply")
    with pytest.raises(ValidationError, match=f"bewaar je al, als “{first.name}”"):
        saved(by=first.owner, kind="supply")
    assert saved(by=first.owner, kind="demand") != first
    assert saved(kind="supply").owner != first.owner


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"frequency": "hourly"}, "frequency"),
        ({"owner": 1}, "owner"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_field(fields: dict[str, object], name: str) -> None:
    search = saved()
    with pytest.raises(ValidationError) as refused:
        services.change_search(by=search.owner, search=search, **fields)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [name]


def test_a_search_is_its_owner_s_alone() -> None:
    search, stranger = saved(), make_user()
    for act in (
        lambda: services.change_search(by=stranger, search=search, name="Van mij"),
        lambda: services.delete_search(by=stranger, search=search),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_search_that_is_asked_anew_waits_for_what_it_asks_now() -> None:
    search = saved(frequency=Frequency.WEEKLY)
    tell(published())
    given = HERE | {"kind": "service"}
    services.change_search(by=search.owner, search=search, asked=ask(given), given=given)
    assert not Alert.objects.exists()
    tell(published())
    assert not Alert.objects.exists()
    service = published("service")
    tell(service)
    assert told(search.owner) == [service.pk]


def test_what_was_still_to_be_told_goes_at_the_new_moment() -> None:
    search = saved(frequency=Frequency.WEEKLY)
    tell(published(), at=NOON)
    later = Alert.objects.get().due_at
    services.change_search(by=search.owner, search=search, frequency=Frequency.DAILY)
    assert Alert.objects.get().due_at <= later
    services.change_search(by=search.owner, search=search, paused=True)
    assert not Alert.objects.exists()


def test_what_a_deleted_search_told_another_doesn_t_tell_again() -> None:
    user = make_user()
    first = saved(by=user)
    listing = published()
    tell(listing)
    Alert.objects.update(sent_at=NOON)
    services.delete_search(by=user, search=first)
    assert not Watch.objects.exists()
    saved(by=user)
    assert tell(listing) == 0
    assert Alert.objects.get().search is None


def test_a_new_search_hears_of_what_comes_not_of_what_is_there() -> None:
    listing = published()
    tell(listing)
    search = saved()
    assert tell(listing) == 0
    assert told(search.owner) == []


def test_choosing_match_alerts_ends_a_pause() -> None:
    user = make_user()
    made = services.choose_match_alerts(by=user, frequency=Frequency.DAILY)
    made.paused = True
    made.save()
    assert not services.choose_match_alerts(by=user, frequency=Frequency.WEEKLY).paused
    with pytest.raises(ValidationError):
        services.choose_match_alerts(by=user, frequency="hourly")
