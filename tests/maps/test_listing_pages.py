"""The pages on which an element becomes a listing and a listing an element, and what was handed over in between."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchanges.models import ImpactEntry
from listings.models import Listing
from maps import services
from maps.enums import Visibility
from maps.models import MapFeature, MapFeatureListing
from tests.exchanges.makers import Story as Exchanged
from tests.makers import make_organisation, make_user, published
from tests.maps.makers import Story

pytestmark = pytest.mark.django_db


def of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_whom_an_element_is_about_makes_a_draft_of_it_by_a_button() -> None:
    story, by = Story(), make_user()
    organisation = make_organisation(by)
    feature = story.published(source_organisation=organisation)
    page, path = f"/kaarten/element/{feature.pk}/", reverse("map-element-list", args=[feature.pk])
    assert path in of(by).get(page).content.decode()
    assert path not in of(make_user()).get(page).content.decode()
    answer = of(by).post(path, {"organisation": organisation.slug})
    draft = Listing.objects.get()
    assert answer.headers["Location"] == reverse("listing-edit", args=[draft.pk])
    assert "Bakstenen van een school" in of(by).get(answer.headers["Location"]).content.decode()
    assert of(by).post(path, {"organisation": "een-ander"}).status_code == 404
    assert of(by).get(path).status_code == 405
    stranger = make_user()
    other = make_organisation(stranger)
    assert of(stranger).post(path, {"organisation": other.slug}).status_code == 403


def test_staff_without_an_organisation_read_why_they_list_nothing_and_who_does() -> None:
    story = Story()
    organisation = make_organisation(make_user())
    organisation.phone = "09 123 45 67"
    organisation.save()
    of_source = story.published(source_organisation=organisation)
    why = "Een zoekertje staat op naam van een organisatie"

    def told(feature: MapFeature, user: object = story.manager) -> str:
        text = of(user).get(f"/kaarten/element/{feature.pk}/").content.decode()
        return text if why in text else ""

    text = told(of_source)
    assert f"Vraag het aan {organisation.name}: wie daarbij hoort" in text
    assert 'href="tel:09 123 45 67"' in text
    assert reverse("map-element-list", args=[of_source.pk]) not in text
    hidden = story.published(source_organisation=organisation, visibility=Visibility.OWNER)
    assert "zodra dit element gepubliceerd is" in told(hidden)
    assert "zodra dit element gepubliceerd is" in told(story.draft(source_organisation=organisation))
    named = story.published(source_name="Bakkerij Jan")
    assert "Vraag aan Bakkerij Jan om een organisatie aan te maken" in told(named)
    assert "van welke organisatie het is" in told(story.published())
    # Who began one may not read whose it is; and of others nobody reads anything, nor of what is gone.
    begun = story.draft(by=story.proposer)
    assert "Maak je organisatie aan" in told(begun, story.proposer)
    assert not told(of_source, make_user())
    assert not told(services.withdraw_feature(by=story.manager, feature=of_source))
    make_organisation(story.manager)
    assert not told(hidden)
    assert (
        reverse("map-element-list", args=[hidden.pk])
        in of(story.manager).get(f"/kaarten/element/{hidden.pk}/").content.decode()
    )


def test_staff_put_a_listing_on_a_layer_of_their_hub_by_a_button() -> None:
    story, listing = Story(), published(precision="blurred")
    lines = services.create_layer(by=story.manager, material_map=story.map, title="Lijnen", geometry_kind="lines")
    page, path = f"/zoekertje/{listing.pk}/", reverse("listing-to-map", args=[listing.pk])
    text = of(story.editor).get(page).content.decode()
    assert path in text
    assert f'value="{story.layer.pk}"' in text
    assert f'value="{lines.pk}"' not in text
    assert path not in of(make_user()).get(page).content.decode()
    answer = of(story.editor).post(path, {"layer": story.layer.pk})
    feature = MapFeature.objects.get()
    assert answer.headers["Location"] == reverse("map-element", args=[feature.pk])
    assert feature.title in of(story.editor).get(page).content.decode()
    again = of(story.editor).post(path, {"layer": story.layer.pk}, follow=True)
    assert "staat al op deze laag" in again.content.decode()
    assert of(make_user()).post(path, {"layer": story.layer.pk}).status_code == 403
    assert of(story.editor).post(path, {"layer": "x"}).status_code == 404


def test_an_element_says_what_was_handed_over_of_it(client: Client) -> None:
    story, exchanged = Story(), Exchanged()
    feature = story.published()
    MapFeatureListing.objects.create(feature=feature, listing=exchanged.listing)
    page = f"/kaarten/element/{feature.pk}/"
    assert "overgedragen" not in client.get(page).content.decode()
    exchanged.completed()
    assert ImpactEntry.objects.get().quantity == Decimal(10)

    def told(reader: Client) -> str:
        return reader.get(page).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    text = told(client)
    assert "<strong>10 stuks</strong> overgedragen</p>" in text
    assert "<strong>10 stuks</strong> overgedragen, op " in told(of(story.editor))
    Listing.objects.filter(pk=exchanged.listing.pk).update(hub_only=True, precision="blurred")
    assert "overgedragen" not in told(client)
    assert "overgedragen" in told(of(story.editor))
    Listing.objects.filter(pk=exchanged.listing.pk).update(status="withdrawn")
    assert "overgedragen" not in told(of(story.editor))


def test_a_hub_only_listing_and_an_element_that_tells_its_owner_show_no_link(client: Client) -> None:
    story, by = Story(), make_user()
    organisation = make_organisation(by)
    feature = story.published(source_organisation=organisation)
    listing = published(by=by, organisation=organisation, hub_only=True, precision="blurred")
    MapFeatureListing.objects.create(feature=feature, listing=listing)
    page, of_listing = f"/kaarten/element/{feature.pk}/", f"/zoekertje/{listing.pk}/"
    assert of_listing not in client.get(page).content.decode()
    assert page not in client.get(of_listing).content.decode()
    assert of_listing in of(story.editor).get(page).content.decode()
    assert page in of(story.editor).get(of_listing).content.decode()


def test_many_listings_and_layers_take_no_more_queries_than_one() -> None:
    story, listing = Story(), published()
    feature = story.published()
    MapFeatureListing.objects.create(feature=feature, listing=listing)
    client = of(story.manager)
    pages = [f"/kaarten/element/{feature.pk}/", f"/zoekertje/{listing.pk}/"]

    def queries() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as context:
                assert client.get(page).status_code == 200
            counts.append(len(context))
        return counts

    queries()
    before = queries()
    for number in range(4):
        MapFeatureListing.objects.create(feature=feature, listing=published())
        MapFeatureListing.objects.create(feature=story.published(), listing=listing)
        services.create_layer(by=story.manager, material_map=story.map, title=f"Laag {number}")
    assert queries() == before
