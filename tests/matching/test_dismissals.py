""" "Not for me": one side doesn't see a pair any more, the other does, and the next best takes the place."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import HubStaff
from geo.models import Hub
from listings.models import Listing
from matching.dismissals.services import dismiss_pair, take_back_dismissal
from matching.models import Dismissal, Match
from matching.pairs.batch import pair_all
from matching.pairs.incremental import pair
from matching.pairs.tasks import pair_waiting
from tests.makers import keep_at_most, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen_by(listing: Listing) -> list[int]:
    """The other listings in a listing's list, best first."""
    matches = Match.objects.current().shown_with(listing).best_first()
    return [match.demand_id if match.supply_id == listing.pk else match.supply_id for match in matches]


def dismiss(own: Listing, other: Listing, reason: str = "too_far", **words: str) -> Dismissal:
    return dismiss_pair(by=own.maker, listing=own, other=other, reason=reason, **words)  # type: ignore[attr-defined]


def test_a_dismissed_pair_is_gone_for_that_side_alone() -> None:
    supply, demand = published(), published("demand")
    pair_all(at=NOW)
    dismissal = dismiss(demand, supply)
    pair(listing_id=demand.pk, at=timezone.now())
    assert seen_by(demand) == []
    assert seen_by(supply) == [demand.pk]
    take_back_dismissal(by=demand.maker, dismissal=dismissal)  # type: ignore[attr-defined]
    pair(listing_id=demand.pk, at=timezone.now())
    assert seen_by(demand) == [supply.pk]


@pytest.mark.parametrize("again", ["all", "one"])
def test_the_next_best_takes_its_place_and_it_stays_away(again: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_at_most(monkeypatch, 2)
    demand = published("demand")
    supplies = [published(at=(51.0543 + number / 100, 3.7174)) for number in range(3)]
    pair_all(at=NOW)
    assert seen_by(demand)[:2] == [supplies[0].pk, supplies[1].pk]
    dismiss(demand, supplies[0])
    if again == "all":
        pair_all(at=timezone.now())
    else:
        pair(listing_id=demand.pk, at=timezone.now())
    assert seen_by(demand) == [supplies[1].pk, supplies[2].pk]
    assert (pair_all(at=timezone.now()).written, pair_all(at=timezone.now()).deleted) == (0, 0)


def test_a_dismissal_waits_for_pairing_and_starts_it(django_capture_on_commit_callbacks: Any) -> None:
    supply, demand = published(), published("demand")
    pair_all(at=NOW)
    for reason in ("too_far", "price"):
        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            dismissal = dismiss(supply, demand, reason)
        assert len(callbacks) == 1
        assert dismissal.reason == Dismissal.objects.get().reason == reason
        assert list(Listing.objects.waiting_for_pairing()) == [supply]
        assert pair_waiting() == 1
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        take_back_dismissal(by=supply.maker, dismissal=dismissal)  # type: ignore[attr-defined]
        take_back_dismissal(by=supply.maker, dismissal=dismissal)  # type: ignore[attr-defined]
    assert len(callbacks) == 1
    assert list(Listing.objects.waiting_for_pairing()) == [supply]


def test_only_members_dismiss_and_only_what_can_pair() -> None:
    supply, other_supply, demand = published(), published(), published("demand")
    with pytest.raises(PermissionDenied):
        dismiss_pair(by=make_user(), listing=demand, other=supply, reason="price")
    for own, other, reason, words, wrong in (
        (supply, other_supply, "price", "", "other"),
        (published("service"), demand, "price", "", "other"),
        (demand, supply, "other", "  ", "words"),
        (demand, supply, "smell", "", "reason"),
        (demand, supply, "other", "x" * 201, "words"),
    ):
        with pytest.raises(ValidationError) as refused:
            dismiss(own, other, reason, words=words)
        assert list(refused.value.message_dict) == [wrong]
    assert not Dismissal.objects.exists()
    assert dismiss(demand, supply, "price", words="geheim").words == ""


def test_a_page_hides_a_match_and_shows_it_again(client: Client) -> None:
    supply, demand = published(), published("demand")
    pair_all(at=NOW)
    own, page = client_of(demand.maker), f"/zoekertje/{demand.pk}/matches/"  # type: ignore[attr-defined]
    assert "Niet voor mij" in own.get(page).content.decode()
    assert "Niet voor mij" not in client.get(page).content.decode()
    wrong = own.post(f"{page}verbergen/", {"other": supply.pk, "reason": "other"}, follow=True).content.decode()
    assert "Zeg in enkele woorden waarom." in wrong
    shown = own.post(f"{page}verbergen/", {"other": supply.pk, "reason": "other", "words": "te zwaar"}, follow=True)
    assert "te zwaar" in shown.content.decode()
    assert "Niet voor mij" not in shown.content.decode()
    assert supply.title not in client.get(page).content.decode() or seen_by(demand) == []
    assert "Niet voor mij" in client_of(supply.maker).get("/mijn/matches/").content.decode()  # type: ignore[attr-defined]
    assert "Niet voor mij" not in own.get("/mijn/matches/").content.decode()
    again = own.post(f"{page}tonen/", {"other": supply.pk}, follow=True).content.decode()
    assert "te zwaar" not in again
    assert "Niet voor mij" in again
    assert own.post(f"{page}tonen/", {"other": "x"}).status_code == 302
    stranger = client_of(make_user())
    assert stranger.post(f"{page}verbergen/", {"other": supply.pk, "reason": "price"}).status_code == 403
    assert stranger.post(f"{page}tonen/", {"other": supply.pk}).status_code == 403


def test_one_goes_back_to_ones_own_matches(client: Client) -> None:
    supply, demand = published(), published("demand")
    pair_all(at=NOW)
    given = {"other": supply.pk, "reason": "solved", "back": "mine"}
    answer = client_of(demand.maker).post(f"/zoekertje/{demand.pk}/matches/verbergen/", given)  # type: ignore[attr-defined]
    assert answer["Location"] == "/mijn/matches/"


def test_the_api_dismisses_lists_and_takes_back(client: Client) -> None:
    supply, demand = published(), published("demand")
    pair_all(at=NOW)
    address, own = f"/api/v1/listings/{demand.pk}/dismissals/", client_of(demand.maker)  # type: ignore[attr-defined]
    made = own.post(address, {"other": supply.pk, "reason": "quantity"}, content_type="application/json")
    assert made.status_code == 201
    assert own.get(address).json()["results"] == [made.json()]
    assert client.get(f"/api/v1/listings/{demand.pk}/matches/").json()["results"] == []
    assert client.get(address).status_code in (401, 403)
    assert client_of(make_user()).get(address).status_code == 403
    for body, wrong in (({"other": demand.pk, "reason": "price"}, "other"), ({"other": supply.pk}, "reason")):
        refused = own.post(address, body, content_type="application/json")
        assert [error["field"] for error in refused.json()["errors"]] == [wrong]
    assert own.delete(f"{address}{supply.pk}/").status_code == 204
    assert own.delete(f"{address}{supply.pk}/").status_code == 404
    assert len(client.get(f"/api/v1/listings/{demand.pk}/matches/").json()["results"]) == 1


def test_a_hub_s_staff_see_how_often_and_why_and_nobody_else(client: Client) -> None:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    supplies, demand = [published() for _number in range(3)], published("demand")
    for supply, reason in zip(supplies, ("too_far", "too_far", "price"), strict=True):
        dismiss(demand, supply, reason)
    page = client_of(staff).get(f"/hubs/{hub.slug}/").content.decode()
    assert "<dt>te ver</dt><dd>2</dd>" in page
    assert "<dt>te duur</dt><dd>1</dd>" in page
    assert "te duur" not in client.get(f"/hubs/{hub.slug}/").content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_takes_the_same_queries_for_one_and_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    demand = published("demand")
    for _number in range(count):
        published()
        dismiss(demand, published())
    pair_all(at=NOW)
    own = client_of(demand.maker)  # type: ignore[attr-defined]
    address = f"/zoekertje/{demand.pk}/matches/"
    # What a process reads once and keeps, as the hubs' names, depends on which test came first.
    own.get(address)
    with django_assert_max_num_queries(25):
        page = own.get(address).content.decode()
    assert page.count("Toch tonen") == page.count("Verberg deze match") == count


def test_who_belongs_to_both_sides_speaks_for_the_listing_whose_page_it_is() -> None:
    both = make_user()
    one, other = (make_organisation(both) for _side in range(2))
    supply = published(by=both, organisation=one)
    demand = published("demand", by=both, organisation=other)
    pair_all(at=NOW)
    page = client_of(both).get(f"/zoekertje/{demand.pk}/matches/").content.decode()
    assert f"/zoekertje/{demand.pk}/matches/verbergen/" in page
    assert f"/zoekertje/{supply.pk}/matches/verbergen/" not in page
