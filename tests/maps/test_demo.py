"""The demo's maps: each hub has one worth looking at, and Gent's has been worked on."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from PIL import Image

from accounts.demo import make_demo_logins
from frontend.maps.page import layers_of
from geo.models import Hub
from journal.models import Letter
from listings.demo.pictures import HEIGHT, WIDTH
from maps.demo import IN_GENT, PER_LAYER, PLACES, WITH_INVENTORY, make_fictional_maps, remove_fictional_maps
from maps.history import versions_of
from maps.models import (
    FeatureProposal,
    MapFeature,
    MapFeatureListing,
    MapImport,
    MapLayer,
    MapLayerShown,
    MaterialMap,
    VerificationRound,
)
from maps.standing import standing_of
from maps.validators import check_feature
from tests.makers import make_organisation, make_user
from tests.maps.makers import HUB, Story

pytestmark = pytest.mark.django_db


def test_each_hub_has_a_map_of_three_layers_that_everyone_sees() -> None:
    make_demo_people()
    make_fictional_maps(today=timezone.localdate())
    hubs = Hub.objects.filter(regions__municipalities__isnull=False).distinct()
    assert hubs.count() >= 12
    for hub in hubs:
        layers = MapLayer.objects.visible_to(AnonymousUser()).filter(map__hub=hub)
        assert layers.count() == 3
        for layer in layers:
            assert MapFeature.objects.filter(layer=layer, state="published").count() >= min(PER_LAYER, 3)
    elements = MapFeature.objects.select_related("layer", "material", "source_organisation", "site", "owner")
    assert elements.count() > 200
    for feature in elements[:60]:
        check_feature(feature)
    assert all(feature.municipality_id for feature in elements)


def test_the_map_of_ghent_has_a_history_a_proposal_and_something_to_review() -> None:
    make_demo_people()
    make_fictional_maps(today=timezone.localdate())
    of_ghent = MapFeature.objects.filter(layer__map__hub__slug=HUB)
    assert of_ghent.to_review().count() == 1
    assert FeatureProposal.objects.filter(state="open").count() == 1
    left = MapImport.objects.get()
    assert (left.state, left.layer.map.hub.slug) == ("compared", HUB)
    counts = {name: left.counts[name] for name in ("added", "changed", "gone", "wrong")}
    assert counts == {"added": 3, "changed": 2, "gone": 2, "wrong": 1}
    worked_on = of_ghent.get(version=3)
    assert versions_of(worked_on).count() == 3
    assert worked_on.documents.get().name == "Sloopinventaris.pdf"
    buildings = of_ghent.filter(layer__order=0)
    assert buildings.filter(documents__name="Sloopinventaris.pdf").count() == WITH_INVENTORY
    assert all(building.composition for building in buildings)
    assert of_ghent.filter(layer__order=1, kind="flow").exclude(period="").count() >= IN_GENT
    assert of_ghent.filter(layer__order=2, kind="place").count() >= len(PLACES)
    assert not MapFeature.objects.filter(layer__order=2).exclude(kind="place").exists()
    asked = VerificationRound.objects.get()
    assert (asked.person.email, asked.letters, asked.feature.layer.map.hub.slug) == ("bedrijf@demo.example", 1, HUB)
    assert Letter.objects.to("bedrijf@demo.example").of_template("map_verification").count() == 1
    photo = worked_on.photos.get()
    with photo.image.open() as file, Image.open(file) as drawn:
        assert (drawn.size, drawn.format) == ((WIDTH, HEIGHT), "WEBP")
    assert photo.alt == f"Illustratie: {worked_on.title}"
    link = MapFeatureListing.objects.get()
    assert (link.feature, link.listing.title) == (asked.feature, asked.feature.title)
    assert link.listing.organisation == asked.feature.source_organisation
    shown = MapLayerShown.objects.get()
    assert shown.layer.map.hub.slug == HUB != shown.map.hub.slug
    standing = standing_of(AnonymousUser())
    assert shown.layer in layers_of(shown.map, standing)


def test_the_demo_is_made_anew_and_taken_away_with_what_others_say_of_it() -> None:
    make_demo_people()
    source = make_organisation(make_user())
    source.is_fictional = True
    source.save()
    story = Story()
    feature = story.draft(source_organisation=source)
    for _time in range(2):
        make_fictional_maps(today=timezone.localdate())
    assert MaterialMap.objects.filter(is_fictional=True).count() == Hub.objects.count()
    remove_fictional_maps()
    assert not MaterialMap.objects.filter(is_fictional=True).exists()
    assert not MapLayerShown.objects.exists()
    assert not MapFeatureListing.objects.exists()
    assert MapFeature.objects.get(pk=feature.pk).source_organisation is None


def make_demo_people() -> None:
    """The log-ins, each with an organisation, as the demo makes them."""
    for kind in ("company", "social_enterprise", "social_profit"):
        made = make_organisation(kind=kind)
        made.is_fictional = True
        made.save()
    make_demo_logins()
