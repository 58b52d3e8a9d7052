"""What counts how much is each hub's own business."""

import random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, User
from geo.models import Hub
from listings.models import Listing
from matching.models import Match, PairingWeights
from matching.pairs.batch import pair_all, pair_by_new_weights
from matching.pairs.best import best_pairs
from matching.pairs.incremental import pair
from matching.pairs.tasks import pair_waiting_regions
from matching.weights.default_weights import MOST_POINTS, WEIGHT_POINTS, WEIGHTS
from matching.weights.hub_weights import HubWeights, points_of, waits
from matching.weights.services import set_points
from tests.listings.test_cells_at_once import at_once
from tests.makers import keep_at_most, make_user, published
from tests.matching.test_pairing import assert_holds_what_brute_force_finds, scatter

pytestmark = pytest.mark.django_db
MECHELEN, GHENT, REPAIR = "ce-hub-regio-mechelen", "sociaal-circulaire-hub-gent", "repair-zkt-hubs"
#: Here no other hub has a say.
THERE = (51.0281, 4.4804)
PAGE, ADDRESS = f"/hubs/{MECHELEN}/gewichten/", f"/api/v1/hubs/{MECHELEN}/weights/"
#: Nearness alone.
NEAR = dict.fromkeys(WEIGHT_POINTS, 0) | {"distance": 10}


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=MECHELEN)


@pytest.fixture
def manager(hub: Hub) -> User:
    return HubStaff.objects.create(hub=hub, user=make_user(), role="manager").user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_hub_that_says_nothing_weighs_by_the_standard(hub: Hub) -> None:
    assert HubWeights().of([hub.pk]) == HubWeights().of([]) == WEIGHTS
    assert points_of(hub) == WEIGHT_POINTS


def test_hubs_that_share_a_region_weigh_by_the_mean(hub: Hub) -> None:
    other = Hub.objects.get(slug=REPAIR)
    PairingWeights.objects.create(hub=hub, changed_at=timezone.now(), **NEAR)
    weights = HubWeights()
    assert weights.of([hub.pk])["distance"] == 1
    both = weights.of([hub.pk, other.pk])
    assert both["distance"] == pytest.approx((1 + WEIGHTS["distance"]) / 2)
    assert sum(both.values()) == pytest.approx(1)


@pytest.mark.parametrize("seed", [5, 6])
def test_batch_one_by_one_and_brute_force_agree_where_hubs_weigh_otherwise(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_at_most(monkeypatch, 4)
    draw, hubs = random.Random(seed), list(Hub.objects.filter(slug__in=[GHENT, REPAIR]))
    rows = scatter(80, seed)
    for row in rows:
        row.hub_ids = sorted(one.pk for one in draw.sample(hubs, draw.randint(1, 2)))
    Listing.objects.bulk_update(rows, ["hub_ids"])
    for one in hubs:
        PairingWeights.objects.create(
            hub=one, changed_at=timezone.now(), **{part: draw.randint(0, MOST_POINTS) for part in WEIGHT_POINTS}
        )
    pair_all(at=timezone.now())
    assert assert_holds_what_brute_force_finds()
    Match.objects.all().delete()
    draw.shuffle(rows)
    for row in rows:
        pair(listing_id=row.pk, at=timezone.now())
    assert_holds_what_brute_force_finds()


def test_other_points_bring_other_pairs_to_the_top(hub: Hub, manager: User, tasks_run_at_once: Any) -> None:
    # Given much far away and little close by
    demand = published("demand", quantity=100, at=THERE)
    much = published(quantity=100, at=(51.08, 4.52))
    little = published(quantity=10, at=THERE)
    pair(listing_id=demand.pk, at=timezone.now())
    assert [match.supply for match in Match.objects.best_first()] == [much, little]
    # When a manager lets nearness alone count
    with tasks_run_at_once():
        set_points(by=manager, hub=hub, points=NEAR, at=timezone.now())
    # Then what is near comes first
    first = Match.objects.best_first()[0]
    assert (first.supply, first.score) == (little, 1.0)
    assert not waits(hub)


def test_should_the_broker_be_away_the_region_waits_for_the_minute_s_task(
    hub: Hub, manager: User, django_capture_on_commit_callbacks: Any, tasks_run_at_once: Any
) -> None:
    published(at=THERE, quantity=10)
    published("demand", at=THERE, quantity=100)
    pair_all(at=timezone.now())
    with django_capture_on_commit_callbacks(execute=False):
        assert set_points(by=manager, hub=hub, points=NEAR, at=timezone.now())
    assert waits(hub)
    assert Match.objects.get().score < 1
    with tasks_run_at_once():
        assert pair_waiting_regions() == 1
    assert not waits(hub)
    assert Match.objects.get().score == 1
    assert pair_waiting_regions() == 0
    # The same points once more change nothing.
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        assert not set_points(by=manager, hub=hub, points=NEAR, at=timezone.now())
    assert callbacks == []
    assert not waits(hub)


def test_points_that_change_while_a_region_is_paired_go_on_waiting(
    hub: Hub, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(at=THERE)
    published("demand", at=THERE)
    set_points(by=manager, hub=hub, points=NEAR, at=timezone.now())

    def meanwhile(*arguments: Any) -> Any:
        set_points(by=manager, hub=hub, points={"price": 20}, at=timezone.now())
        return best_pairs(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("matching.pairs.batch.best_pairs", meanwhile)
        assert pair_by_new_weights(hub=hub, at=timezone.now())
    assert waits(hub)
    assert pair_by_new_weights(hub=hub, at=timezone.now())
    assert pair_by_new_weights(hub=hub, at=timezone.now()) is None


@pytest.mark.parametrize(
    ("points", "wrong"),
    [
        ({"price": MOST_POINTS + 1}, "price"),
        ({"price": -1}, "price"),
        ({"smell": 3}, "smell"),
        (dict.fromkeys(WEIGHT_POINTS, 0), "__all__"),
    ],
)
def test_points_that_can_t_be_are_refused(hub: Hub, manager: User, points: dict[str, int], wrong: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_points(by=manager, hub=hub, points=points, at=timezone.now())
    assert list(refused.value.message_dict) == [wrong]
    assert points_of(hub) == WEIGHT_POINTS


def test_the_database_keeps_them_in_range_too(hub: Hub) -> None:
    for points in ({"price": 21}, dict.fromkeys(WEIGHT_POINTS, 0)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PairingWeights.objects.create(hub=hub, changed_at=timezone.now(), **points)


def test_editors_and_managers_of_other_hubs_don_t_set_them(hub: Hub) -> None:
    for where, role in ((hub, "editor"), (Hub.objects.get(slug=REPAIR), "manager")):
        user = HubStaff.objects.create(hub=where, user=make_user(), role=role).user
        with pytest.raises(PermissionDenied):
            set_points(by=user, hub=hub, points=NEAR, at=timezone.now())
        assert client_of(user).get(PAGE).status_code == client_of(user).post(PAGE, NEAR).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_both_have_their_say(hub: Hub, manager: User) -> None:
    other = HubStaff.objects.create(hub=hub, user=make_user(), role="manager").user
    at_once(
        lambda: set_points(by=manager, hub=hub, points={"price": 7}, at=timezone.now()),
        lambda: set_points(by=other, hub=hub, points={"timing": 8}, at=timezone.now()),
    )
    assert points_of(hub) == WEIGHT_POINTS | {"price": 7, "timing": 8}


def test_a_manager_sets_them_on_a_page_and_goes_back_to_the_standard(hub: Hub, manager: User) -> None:
    client = client_of(manager)
    assert "30\xa0%" in client.get(PAGE).content.decode()
    page = client.post(PAGE, NEAR, follow=True).content.decode()
    assert "worden opnieuw berekend" in page
    assert "100\xa0%" in page
    assert points_of(hub) == NEAR
    refused = client.post(PAGE, NEAR | {"distance": 0})
    assert "minstens één onderdeel" in refused.content.decode()
    assert points_of(hub) == NEAR
    client.post(PAGE, NEAR | {"action": "standard"})
    assert points_of(hub) == WEIGHT_POINTS


def test_a_region_s_pairs_say_what_counts(hub: Hub, client: Client) -> None:
    published(at=THERE)
    demand = published("demand", at=THERE)
    PairingWeights.objects.create(hub=hub, changed_at=timezone.now(), **NEAR)
    pair(listing_id=demand.pk, at=timezone.now())
    page = client.get(f"/hubs/{MECHELEN}/koppels/").content.decode()
    assert "100 van 100" in page
    (row,) = client.get(f"/api/v1/hubs/{MECHELEN}/pairs/").json()["results"]
    assert row["weights"] == dict.fromkeys(WEIGHT_POINTS, 0) | {"distance": 1}
    assert row["score"] == row["parts"]["distance"]


def test_the_api_reads_and_changes_them(hub: Hub, manager: User, client: Client) -> None:
    assert client.get(ADDRESS).json() == {"hub": MECHELEN, "points": WEIGHT_POINTS, "weights": WEIGHTS, "waits": False}
    own = client_of(manager)
    changed = own.patch(ADDRESS, {"price": 12}, content_type="application/json")
    assert changed.json()["points"] == WEIGHT_POINTS | {"price": 12}
    assert changed.json()["weights"]["price"] == 0.4
    assert changed.json()["waits"]
    for given, wrong in (({"price": "12"}, "price"), ({"price": 1.5}, "price"), ({"x": 1}, "x")):
        refused = own.patch(ADDRESS, given, content_type="application/json")
        assert refused.status_code == 400, given
        assert [error["field"] for error in refused.json()["errors"]] == [wrong]
