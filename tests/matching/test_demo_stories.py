"""The demo's stories: pairing finds each by itself, among all that is drawn."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoDbBlocker

from accounts.demo import LOGINS
from accounts.models import Membership, Organisation
from geo.models import Hub
from listings.demo.written import Story, read_stories
from listings.models import Listing, ListingPhoto
from matching.chains.find import chains_of
from matching.models import Match
from tests.databases import demo_listings

pytestmark = pytest.mark.django_db
STORIES = read_stories()


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as `script/server` makes it, at half its size."""
    with django_db_blocker.unblock(), demo_listings(2_000, seed=1, paired=True):
        yield


def listing(reference: str) -> Listing:
    return Listing.objects.for_cards().get(reference=reference, is_fictional=True)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_pairing_finds_each_story(story: Story) -> None:
    supply, demand = listing(story.supply), listing(story.demand)
    hub = Hub.objects.get(slug=story.hub)
    if not story.service:
        assert Match.objects.current().in_hub(hub.pk).filter(supply=supply, demand=demand).exists()
        return
    found = [
        (chain.service.reference, chain.demand.reference, hub.pk in chain.hub_ids)
        for chain in chains_of(supply, at=timezone.now())
    ]
    assert (story.service, story.demand, True) in found, found


@pytest.mark.parametrize("hub", sorted({story.hub for story in STORIES}))
def test_a_hubs_page_shows_a_story_of_its_own_among_its_best(hub: str, client: Client) -> None:
    page = client.get(reverse("hub", args=[hub])).content.decode()
    of_hub = [story for story in STORIES if story.hub == hub]
    shown = [
        all(f">{escape(str(listing(side)))}</a>" in page for side in (story.supply, story.demand)) for story in of_hub
    ]
    assert any(shown)


def test_each_log_in_belongs_to_who_has_a_part_in_a_story() -> None:
    for email, _name, role in LOGINS[:3]:
        own = Organisation.objects.get(memberships__user__email=email)
        assert own.kind == role.value
        assert own.listings.filter(reference__startswith="gent-stoel").exists(), own
        assert Membership.objects.filter(user__email=email).count() == 1


def test_pictures_are_marked_and_served(client: Client) -> None:
    photo = ListingPhoto.objects.get(listing__reference="gent-stoelen")
    assert photo.alt.startswith("Illustratie:")
    with_photo = ListingPhoto.objects.filter(listing__is_fictional=True).values("listing").distinct().count()
    assert with_photo > 700
