"""Organisations that are no partner of a hub, as the source of an element or with a right in a layer."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Organisation
from frontend.maps.forms import ElementForm
from frontend.maps.organisation_field import organisation_called
from frontend.maps.saving import save_element
from maps import services
from maps.models import LayerRight, MapFeature
from tests.makers import make_organisation
from tests.maps.makers import Story, partner_of
from tests.maps.test_pages import filled, of
from tests.maps.test_two_editors import sent

pytestmark = pytest.mark.django_db


def named(name: str, number: str | None = None) -> Organisation:
    found = make_organisation()
    found.name, found.enterprise_number = name, number
    found.save()
    return found


def test_an_organisation_is_found_by_name_number_or_code() -> None:
    mill = named("Spinnerij Métallo", "0403170701")
    for text in ("Spinnerij Métallo", "metallo", "0403.170.701", "BE 0403170701", mill.slug):
        assert organisation_called(text) == mill, text


def test_of_several_with_a_name_the_whole_name_or_the_number_says_which() -> None:
    one, two = named("Weverij", "0403170701"), named("Weverij Noord")
    assert organisation_called("weverij") == one
    assert organisation_called("Weverij N") == two
    with pytest.raises(ValidationError) as refused:
        organisation_called("wever")
    (text,) = refused.value.messages
    assert "Weverij (0403.170.701); " in text
    assert f"Weverij Noord ({two.slug})" in text
    alike = named("Weverij", "0403170701")
    for text in ("weverij", "0403170701"):
        with pytest.raises(ValidationError, match=alike.slug):
            organisation_called(text)
    with pytest.raises(ValidationError, match="Geen organisatie heet “Nergens bv”"):
        organisation_called("Nergens bv")


def test_the_source_of_an_element_may_be_any_organisation() -> None:
    story = Story()
    _user, partner = partner_of(story.hub)
    feature = story.draft(source_organisation=partner)
    other = named("Spinnerij Ver Weg")
    client, path = of(story.editor), reverse("map-element-edit", args=[feature.pk])
    refused = client.post(path, filled(client, path) | {"other_source": "Nergens bv"})
    assert refused.status_code == 409
    assert "Geen organisatie heet" in refused.content.decode()
    assert client.post(path, filled(client, path) | {"other_source": "spinnerij ver"}).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).source_organisation == other
    # Sent as it stands, it stays so: the list has the source that is stored.
    assert client.post(path, filled(client, path)).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).source_organisation == other
    assert client.post(path, filled(client, path) | {"source_organisation": partner.slug}).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).source_organisation == partner


def test_a_source_that_somebody_else_wrote_meanwhile_is_not_lost() -> None:
    story = Story()
    feature, other = story.draft(), named("Spinnerij Ver Weg")
    data = sent(ElementForm(layer=story.layer, feature=feature, staff=True))
    data["title"] = "Van mij"
    services.change_feature(by=story.manager, feature=feature, version=1, source_organisation=other)
    form = ElementForm(data, layer=story.layer, feature=feature, staff=True)
    assert form.is_valid(), form.errors
    assert not save_element(story.editor, form, feature, proposes=False)[0]
    assert other.name in str(form["source_organisation"])
    newer = MapFeature.objects.get(pk=feature.pk)
    again = ElementForm(form.data, layer=story.layer, feature=newer, staff=True)
    assert again.is_valid(), again.errors
    assert save_element(story.editor, again, newer, proposes=False) == (True, [])
    stored = MapFeature.objects.get(pk=feature.pk)
    assert (stored.title, stored.source_organisation) == ("Van mij", other)


def test_any_organisation_may_get_a_right_in_a_layer() -> None:
    story = Story()
    _user, partner = partner_of(story.hub)
    other = named("Spinnerij Ver Weg")
    client, give = of(story.manager), reverse("map-right-give", args=[story.layer.pk])

    def answer(**given: Any) -> Any:
        return client.post(give, {"power": "3", **given})

    assert answer(organisation=other.name, holder=f"o{partner.pk}").status_code == 409
    assert "Geen organisatie heet" in answer(organisation="Nergens bv").content.decode()
    assert not LayerRight.objects.filter(layer=story.layer, organisation__isnull=False).exists()
    assert answer(organisation="spinnerij ver").status_code == 302
    assert LayerRight.objects.get(layer=story.layer, organisation__isnull=False).organisation == other
    assert "Spinnerij Ver Weg" in client.get(reverse("map-layer", args=[story.layer.pk])).content.decode()


def test_the_source_of_many_elements_at_once_may_be_any_organisation() -> None:
    story = Story()
    _user, partner = partner_of(story.hub)
    first, second = story.draft(title="Een"), story.draft(title="Twee", source_organisation=partner)
    other = named("Spinnerij Ver Weg", "0403170701")
    client, path = of(story.editor), reverse("map-many", args=[story.layer.pk])
    chosen = {"do": "fields", "given": "1", "seen": f"{first.pk}:{first.version},{second.pk}:{second.version}"}
    form = client.post(path, {"do": "fields", "seen": chosen["seen"]}).content.decode()
    assert 'name="other_source"' in form
    refused = client.post(path, chosen | {"other_source": "Nergens bv"})
    assert (refused.status_code, "Geen organisatie heet" in refused.content.decode()) == (409, True)
    both = client.post(path, chosen | {"other_source": "spinnerij", "empty": "source_organisation"})
    assert (both.status_code, "Vul iets in, of maak het leeg" in both.content.decode()) == (409, True)
    shown = client.post(path, chosen | {"other_source": "0403.170.701"})
    # What it comes to is shown first, and the button sends along what was written.
    assert (shown.status_code, other.name in shown.content.decode()) == (200, True)
    assert 'name="other_source" value="0403.170.701"' in shown.content.decode()
    assert MapFeature.objects.filter(source_organisation=other).count() == 0
    assert client.post(path, chosen | {"other_source": "0403.170.701", "sure": "1"}).status_code == 302
    assert MapFeature.objects.filter(source_organisation=other).count() == 2


def test_who_writes_another_source_for_many_means_that_one_and_not_the_partner_of_the_list() -> None:
    story = Story()
    _user, partner = partner_of(story.hub)
    other, feature = named("Spinnerij Ver Weg"), story.draft()
    given = {
        "do": "fields", "given": "1", "sure": "1", "seen": f"{feature.pk}:{feature.version}",
        "source_organisation": partner.slug, "other_source": "Spinnerij Ver Weg",
    }  # fmt: skip
    assert of(story.editor).post(reverse("map-many", args=[story.layer.pk]), given).status_code == 302
    assert MapFeature.objects.get(pk=feature.pk).source_organisation == other
