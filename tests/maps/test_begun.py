"""Who reads who of a partner asked its hub to begin a listing: on the element, on the listing, and by the API."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import HubStaff, Organisation, User
from geo.models import Hub
from journal.models import Event
from listings.models import Listing
from maps import services
from maps.begun import beginning_of, begun_for
from maps.enums import Power
from maps.models import MapFeature
from maps.permissions import knows_who_asked
from maps.standing import Standing, standing_of
from tests.makers import make_organisation, make_user
from tests.maps.makers import HUB, partner_of, staff_of
from tests.maps.test_listing_for_source import COMPLETE, NOTE, Asked, page
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db


class Begun(Asked):
    """The same with a draft that the editor began, and all who may want to read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.listing = self.begin()
        self.colleague = make_user()
        self.partner.memberships.create(user=self.colleague, role="member")
        elsewhere = Hub.objects.exclude(slug=HUB).order_by("pk")[0]
        #: By what somebody is: who they are, and whether they read who asked.
        self.readers: dict[str, tuple[User | None, bool]] = {
            "stranger": (None, False),
            "signed in": (make_user(), False),
            "operator": (make_user(is_superuser=True), False),
            "proposes in the layer": (self.proposer, False),
            "publishes in the layer": (self.holder(Power.PUBLISH), False),
            "member of another partner": (partner_of(self.hub)[0], False),
            "staff of another hub": (staff_of(elsewhere), False),
            "staff": (self.editor, True),
            "manager": (self.manager, True),
            "admin of the partner": (self.member, True),
            "member of the partner": (self.colleague, True),
        }

    def publish(self) -> None:
        Listing.objects.filter(pk=self.listing.pk).update(
            **COMPLETE, status="published", published_at="2026-01-01T00:00Z"
        )


def told(reader: User | None, feature: MapFeature) -> list[dict[str, Any]]:
    """What the API says of who asked."""
    answer = of(reader).get(f"/api/v1/maps/elements/{feature.pk}/")
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json()["begun_for"]
    return rows


def read_by(story: Begun, feature: MapFeature) -> dict[str, bool]:
    return {
        name: bool(begun_for(feature, standing_of(user or AnonymousUser())))
        for name, (user, _knows) in story.readers.items()
    }


def test_the_page_of_the_element_says_who_asked_to_whom_that_concerns_alone() -> None:
    story = Begun()
    for name, (reader, knows) in story.readers.items():
        text = page(of(reader), story.feature)
        assert (NOTE in text, f"Namens {story.partner.name} begonnen door" in text) == (knows, knows), name
    assert {knows for _reader, knows in story.readers.values()} == {True, False}


def test_the_api_says_it_to_the_same() -> None:
    story = Begun()
    begun_at = parse_datetime(told(story.member, story.feature)[0]["begun_at"])
    assert begun_at == story.listing.map_features.get().created_at
    row = {
        "listing": story.listing.pk,
        "organisation": {"slug": story.partner.slug, "name": story.partner.name},
        "behalf_note": NOTE,
    }
    for name, (reader, knows) in story.readers.items():
        rows = told(reader, story.feature)
        assert [{key: one[key] for key in row} for one in rows] == ([row] if knows else []), name


def test_the_page_of_the_listing_says_it_to_the_same() -> None:
    story = Begun()
    story.publish()
    said = f"{story.hub.name} begon dit zoekertje namens {story.partner.name}."
    for name, (reader, knows) in story.readers.items():
        text = of(reader).get(f"/zoekertje/{story.listing.pk}/").content.decode()
        assert (said in text, NOTE in text) == (True, knows), name


def test_a_hub_only_listing_says_which_hub_began_it_to_those_alone_who_know_whose_it_is() -> None:
    story = Begun()
    story.publish()
    Listing.objects.filter(pk=story.listing.pk).update(hub_only=True, precision="blurred")
    said = f"{story.hub.name} begon dit zoekertje"
    read = {
        name: said in of(reader).get(f"/zoekertje/{story.listing.pk}/").content.decode()
        for name, (reader, _knows) in story.readers.items()
    }
    assert {name for name, reads in read.items() if reads} == {
        "operator", "staff", "manager", "admin of the partner", "member of the partner",
    }  # fmt: skip
    # Its members read it where they complete it too.
    edit = of(story.member).get(reverse("listing-edit", args=[story.listing.pk])).content.decode()
    assert f"{said} namens {story.partner.name}." in edit


def test_who_asked_stands_in_no_answer_that_others_read() -> None:
    story = Begun()
    story.publish()
    number, layer = story.feature.pk, story.layer.pk
    for path in (
        f"/api/v1/maps/layers/{layer}/elements/",
        f"/api/v1/listings/{story.listing.pk}/",
        f"/ogc/collections/layer-{layer}/items/{number}?f=json",
        f"/ogc/collections/listings/items/{story.listing.pk}?f=json",
    ):
        for reader in (None, story.editor, story.member):
            answer = of(reader).get(path)
            assert answer.status_code == 200, path
            assert NOTE not in answer.content.decode(), path
    assert not [event for event in Event.objects.all() if NOTE in json.dumps(event.changes)]


def test_who_leaves_reads_it_no_more() -> None:
    story = Begun()
    HubStaff.objects.filter(user=story.editor).delete()
    story.partner.memberships.filter(user=story.colleague).delete()
    read = read_by(story, story.feature)
    assert {name for name, reads in read.items() if reads} == {"manager", "admin of the partner"}


def test_of_an_element_that_is_about_another_organisation_since_each_reads_what_was_asked_by_their_own() -> None:
    story = Begun()
    newcomer, other = partner_of(story.hub)
    changed = services.change_feature(
        by=story.manager, feature=story.feature, version=story.feature.version, source_organisation=other
    )
    second = story.begin(note="Jef Claes, op de markt", feature=changed)
    assert (second.organisation, second) == (other, Listing.objects.latest("pk"))
    for reader, notes in (
        (story.member, [NOTE]),
        (newcomer, ["Jef Claes, op de markt"]),
        (story.editor, ["Jef Claes, op de markt", NOTE]),
        (story.proposer, []),
    ):
        assert [row["behalf_note"] for row in told(reader, changed)] == notes
        text = page(of(reader), changed)
        assert [note for note in ("Jef Claes, op de markt", NOTE) if note in text] == notes


def test_the_hub_that_began_it_reads_for_whom_though_it_is_shown_to_few() -> None:
    story = Begun()
    Listing.objects.filter(pk=story.listing.pk).update(hub_only=True, precision="blurred")
    for reader in (story.editor, story.member):
        assert f"Namens {story.partner.name} begonnen door" in page(of(reader), story.feature)


def test_a_draft_that_is_thrown_away_is_told_no_more() -> None:
    story = Begun()
    assert f"begonnen door {story.editor}" in page(of(story.member), story.feature)
    story.editor.delete()
    assert "begonnen door iemand die geen account meer heeft" in page(of(story.member), story.feature)
    story.listing.delete()
    assert begun_for(story.feature, standing_of(story.manager)) == []
    assert NOTE not in page(of(story.manager), story.feature)


def test_what_a_member_lists_of_an_element_was_begun_by_nobody_else() -> None:
    story = Asked()
    made = services.list_feature(by=story.member, feature=story.feature, organisation=story.partner)
    assert beginning_of(made) is None
    assert begun_for(story.feature, standing_of(story.manager)) == []
    assert told(story.manager, story.feature) == []
    # That draft is its own: what staff begin is another one.
    assert story.begin() != made


def test_the_rule_is_of_the_hub_and_the_organisation_and_of_nothing_else() -> None:
    story = Begun()
    other: Organisation = make_organisation(make_user())
    hub_id, partner_id = story.hub.pk, story.partner.pk
    assert not knows_who_asked(Standing(), hub_id, partner_id)
    for user, hub, organisation, knows in (
        (story.member, hub_id, partner_id, True),
        (story.member, hub_id, other.pk, False),
        (story.editor, hub_id, other.pk, True),
        (story.editor, hub_id + 1, partner_id, False),
    ):
        assert knows_who_asked(standing_of(user), hub, organisation) is knows


def test_the_answer_of_the_api_takes_as_many_queries_however_many_were_begun() -> None:
    story = Begun()
    client, path = of(story.editor), f"/api/v1/maps/elements/{story.feature.pk}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).json()["begun_for"]
        return len(seen)

    queries()
    before = queries()
    for _time in range(3):
        Listing.objects.filter(status="draft").update(**COMPLETE, status="withdrawn")
        story.begin()
    assert len(told(story.editor, story.feature)) == 4
    assert queries() == before
