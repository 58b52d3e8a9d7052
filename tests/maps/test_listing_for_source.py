"""Staff of a hub begin a listing of an element in the name of the partner that it is about, which completes it."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.behalf import LONGEST_BEHALF_NOTE
from accounts.models import Organisation, User
from exchanges.enums import Role
from exchanges.texts import check_behalf_note
from geo.models import Hub
from journal.models import Event, Letter
from listings.enums import ListingStatus
from listings.models import Listing
from listings.services import create_listing, publish_listing
from maps import services
from maps.enums import Visibility
from maps.models import MapFeature, MapFeatureListing
from tests.makers import make_organisation, make_user
from tests.maps.makers import HUB, Story, partner_of, staff_of
from tests.maps.test_pages import of

pytestmark = pytest.mark.django_db
#: Not the example that the form gives.
NOTE = "Roos Claes, aan de balie op 12 mei"
#: What its members add to the draft.
COMPLETE: dict[str, Any] = {"condition": 3, "available_from": "2026-01-01"}


class Asked(Story):
    """The same with an element about a partner of the hub, and a member of that."""

    def __init__(self) -> None:
        super().__init__()
        self.member, self.partner = partner_of(self.hub)
        self.feature = self.published(source_organisation=self.partner)

    def begin(self, by: User | None = None, note: str = NOTE, feature: MapFeature | None = None) -> Listing:
        return services.list_for_source(by=by or self.editor, feature=feature or self.feature, behalf_note=note)[0]


def page(reader: Client, feature: MapFeature) -> str:
    return reader.get(reverse("map-element", args=[feature.pk])).content.decode()


def button(feature: MapFeature) -> str:
    return reverse("map-element-list-for-source", args=[feature.pk])


def test_the_draft_is_of_the_partner_with_what_the_map_knows_and_who_asked() -> None:
    story = Asked()
    made = story.begin(note=f"  {NOTE} ")
    assert (made.organisation, made.status, made.created_by) == (story.partner, ListingStatus.DRAFT, story.editor)
    assert (made.title, made.material, made.unit) == (story.feature.title, story.feature.material, "tonne")
    link = MapFeatureListing.objects.get()
    assert (link.feature, link.listing, link.behalf_note) == (story.feature, made, NOTE)
    # Its own log says who made it.
    assert (
        Event.objects.filter(verb="listing.created", organisation_id=story.partner.pk, by_id=story.editor.pk).count()
        == 1
    )
    # Pressing twice makes no two lots, whoever of the hub does.
    assert story.begin(by=story.manager, note="Nog eens") == made
    assert Letter.objects.of_template("map_listing_begun").count() == 1


def test_its_members_are_told_complete_it_and_publish_and_staff_do_not() -> None:
    story = Asked()
    colleague, gone = make_user(language="fr"), make_user(is_active=False)
    for user in (colleague, gone):
        story.partner.memberships.create(user=user, role="member")
    made = story.begin()
    letters = {letter.recipient: letter for letter in Letter.objects.of_template("map_listing_begun")}
    assert set(letters) == {story.member.email, colleague.email}
    assert letters[colleague.email].language == "fr"
    assert letters[story.member.email].data["note"] == NOTE
    assert letters[story.member.email].data["link"].endswith(reverse("listing-edit", args=[made.pk]))
    edit = of(story.member).get(reverse("listing-edit", args=[made.pk])).content.decode()
    assert f"{story.hub.name} begon dit zoekertje namens {story.partner.name}." in edit
    assert f"Wie het de hub vroeg: {NOTE}" in edit
    assert of(story.editor).get(reverse("listing-edit", args=[made.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        publish_listing(by=story.editor, listing=made)


def test_the_listing_says_so_to_everybody_and_who_asked_to_whom_that_concerns(client: Client) -> None:
    story = Asked()
    made = story.begin()
    Listing.objects.filter(pk=made.pk).update(**COMPLETE, status="published", published_at="2026-01-01T00:00Z")
    said = f"{story.hub.name} begon dit zoekertje namens {story.partner.name}."
    for reader, knows in (
        (client, False),
        (of(make_user()), False),
        (of(story.member), True),
        (of(story.editor), True),
    ):
        text = reader.get(f"/zoekertje/{made.pk}/").content.decode()
        assert (said in text, NOTE in text) == (True, knows)
    elsewhere = staff_of(Hub.objects.exclude(slug=HUB).order_by("pk")[0], "editor")
    assert NOTE not in of(elsewhere).get(f"/zoekertje/{made.pk}/").content.decode()
    # The element says it to who edits and to whom it is about.
    for reader, knows in ((client, False), (of(story.member), True), (of(story.editor), True)):
        assert (NOTE in page(reader, story.feature)) == knows


def test_staff_begin_it_by_a_form_that_asks_who_asked() -> None:
    story = Asked()
    client, path = of(story.editor), button(story.feature)
    text = page(client, story.feature)
    assert path in text
    assert f"Een zoekertje beginnen namens {story.partner.name}" in text
    assert "en jij hoort bij geen" not in text
    refused = client.post(path, {"behalf_note": "  "})
    assert (refused.status_code, "Zeg wie van de organisatie je dit vroeg" in refused.content.decode()) == (409, True)
    long = client.post(path, {"behalf_note": "n" * (LONGEST_BEHALF_NOTE + 1)})
    assert (long.status_code, str(LONGEST_BEHALF_NOTE) in long.content.decode()) == (409, True)
    assert not Listing.objects.exists()
    answer = client.post(path, {"behalf_note": NOTE}, follow=True)
    assert f"Het concept staat klaar bij {story.partner.name}." in answer.content.decode()
    made = Listing.objects.get()
    assert made.organisation == story.partner
    assert client.get(path).status_code == 405
    # While it waits no other is offered, nor said to be impossible; once it is published, the next lot may follow.
    assert (path in page(client, story.feature), "en jij hoort bij geen" in page(client, story.feature)) == (
        False,
        False,
    )
    Listing.objects.filter(pk=made.pk).update(**COMPLETE, status="published", published_at="2026-01-01T00:00Z")
    assert path in page(client, story.feature)


def test_only_staff_of_the_hub_and_only_for_its_partner_that_it_is_about() -> None:
    story = Asked()
    stranger = make_organisation(make_user())
    of_stranger, of_nobody = story.published(source_organisation=stranger), story.published()
    gone = services.withdraw_feature(by=story.manager, feature=story.published(source_organisation=story.partner))
    elsewhere = staff_of(Hub.objects.exclude(slug=HUB).order_by("pk")[0])
    cases: list[tuple[Any, MapFeature]] = [
        (story.proposer, story.feature), (story.member, story.feature), (elsewhere, story.feature),
        (make_user(), story.feature), (story.editor, of_stranger), (story.editor, of_nobody), (story.manager, gone),
    ]  # fmt: skip
    for by, feature in cases:
        with pytest.raises(PermissionDenied):
            story.begin(by=by, feature=feature)
        assert button(feature) not in page(of(by), feature)
        assert of(by).post(button(feature), {"behalf_note": NOTE}).status_code in (403, 404)
    assert not Listing.objects.exists()
    # A partner that has left is none any more.
    story.partner.partnerships.all().delete()
    with pytest.raises(PermissionDenied):
        story.begin()


def test_of_what_its_members_do_not_see_no_draft_tells_them() -> None:
    story = Asked()
    hidden = [
        story.draft(source_organisation=story.partner),
        services.submit_feature(by=story.editor, feature=story.draft(source_organisation=story.partner)),
        story.published(source_organisation=story.partner, visibility=Visibility.OWNER),
    ]
    # Managers see all three.
    for feature in hidden:
        with pytest.raises(PermissionDenied):
            story.begin(by=story.manager, feature=feature)
        text = page(of(story.manager), feature)
        assert (feature.title in text, button(feature) in text) == (True, False)
    services.update_layer(by=story.manager, layer=story.layer, visibility=Visibility.OWNER)
    with pytest.raises(PermissionDenied):
        story.begin(by=story.manager)
    assert not Listing.objects.exists()
    assert not Letter.objects.of_template("map_listing_begun").exists()
    services.update_layer(by=story.manager, layer=story.layer, visibility=Visibility.HUB)
    assert story.begin().organisation == story.partner


def test_who_also_belongs_to_the_organisation_lists_it_as_a_member() -> None:
    story = Asked()
    story.partner.memberships.create(user=story.editor, role="member")
    with pytest.raises(PermissionDenied):
        story.begin()
    text = page(of(story.editor), story.feature)
    assert button(story.feature) not in text
    assert reverse("map-element-list", args=[story.feature.pk]) in text


def test_the_service_of_listings_has_the_rule_of_its_own() -> None:
    story = Asked()
    other: Organisation = make_organisation(make_user())
    elsewhere = Hub.objects.exclude(slug=HUB).order_by("pk")[0]
    for by, organisation, hub in (
        (story.editor, other, story.hub),
        (story.member, story.partner, story.hub),
        (story.editor, story.partner, elsewhere),
        (story.editor, story.partner, None),
    ):
        with pytest.raises(PermissionDenied):
            create_listing(by=by, organisation=organisation, kind="supply", for_hub=hub)
    with pytest.raises(ValidationError):
        story.begin(note="n" * (LONGEST_BEHALF_NOTE + 1))
    assert not Listing.objects.exists()


def test_programs_begin_one_too() -> None:
    story = Asked()
    path = f"/api/v1/maps/elements/{story.feature.pk}/listings/for-source/"
    client = of(story.editor)
    empty = client.post(path, {"behalf_note": ""}, content_type="application/json")
    assert (empty.status_code, [one["field"] for one in empty.json()["errors"]]) == (400, ["behalf_note"])
    answer = client.post(path, {"behalf_note": NOTE}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        201, {"element": story.feature.pk, "listing": Listing.objects.get().pk},
    )  # fmt: skip
    again = client.post(path, {"behalf_note": "Jef, per mail"}, content_type="application/json")
    assert (again.status_code, again.json()) == (200, answer.json())
    assert MapFeatureListing.objects.get().behalf_note == NOTE


def test_a_second_that_comes_after_reads_that_a_draft_waits_already() -> None:
    story = Asked()
    for by, note, said in (
        (story.editor, NOTE, "Haar leden kregen een mail"),
        (story.manager, "Jef, per mail", f"Er wacht al een concept bij {story.partner.name}."),
    ):
        answer = of(by).post(button(story.feature), {"behalf_note": note}, follow=True)
        text = answer.content.decode()
        assert (said in text, "Haar leden kregen een mail" in text) == (True, by == story.editor)
    assert MapFeatureListing.objects.get().behalf_note == NOTE
    assert Letter.objects.of_template("map_listing_begun").count() == 1


def test_a_note_of_which_nothing_shows_is_none_of_an_element_nor_of_an_exchange() -> None:
    story = Asked()
    for note in ("\u200b", " \u200b \n", ""):
        with pytest.raises(ValidationError, match="Zeg wie") as refused:
            story.begin(note=note)
        assert list(refused.value.message_dict) == ["behalf_note"]
        with pytest.raises(ValidationError, match="Zeg wie") as refused:
            check_behalf_note(Role.HUB, note)
        assert list(refused.value.message_dict) == ["behalf_note"]
    # What can't be kept is refused, and doesn't fall away unseen; so is what is too long.
    for note, words in ((f"{NOTE}\0", "niet kunnen bewaren"), ("x" * (LONGEST_BEHALF_NOTE + 1), "korter")):
        with pytest.raises(ValidationError, match=words):
            story.begin(note=note)
        with pytest.raises(ValidationError, match=words):
            check_behalf_note(Role.HUB, note)
    story.begin(note=f"{NOTE}\u200b\n")
    assert MapFeatureListing.objects.get().behalf_note == check_behalf_note(Role.HUB, f" {NOTE}\u200b") == NOTE


def test_the_element_takes_as_many_queries_however_many_were_begun() -> None:
    story = Asked()
    client = of(story.editor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert re.search("Namens .* begonnen door", page(client, story.feature))
        return len(seen)

    story.begin()
    queries()
    before = queries()
    for _time in range(3):
        Listing.objects.filter(status="draft").update(**COMPLETE, status="withdrawn")
        story.begin()
    assert MapFeatureListing.objects.count() == 4
    assert queries() == before
