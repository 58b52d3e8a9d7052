"""Having only the hub know whose a listing is: by the form and the API alike, refused in words where it can't be."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from listings import services as listing_services
from listings.exposure import naming_words, warnings
from tests.makers import GENT, TODAY, draft, make_organisation, make_user, published
from tests.unnamed import as_, body_of

pytestmark = pytest.mark.django_db
#: In the region of no hub.
ANTWERP = (51.2194, 4.4025)


def test_the_exact_place_would_tell_it_and_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as refused:
        draft(hub_only=True)
    assert refused.value.message_dict == {
        "precision": ["De exacte plek verraadt wie je bent. Toon alleen de omgeving."]
    }


def test_where_no_hub_is_none_can_know_it() -> None:
    outside = draft(hub_only=True, precision="blurred", at=ANTWERP)
    with pytest.raises(ValidationError) as refused:
        listing_services.publish_listing(by=outside.maker, listing=outside)  # type: ignore[attr-defined]
    assert list(refused.value.message_dict) == ["hub_only"]


def test_the_form_and_the_api_take_it_alike() -> None:
    maker = make_user()
    listing = draft(by=maker, organisation=make_organisation(maker))
    client = as_(maker)
    address = f"/api/v1/listings/{listing.pk}/"
    refused = client.patch(address, {"hub_only": True}, content_type="application/json")
    assert refused.status_code == 400
    assert "De exacte plek verraadt wie je bent" in body_of(refused)
    taken = client.patch(address, {"hub_only": True, "precision": "blurred"}, content_type="application/json")
    assert taken.status_code == 200, taken.content
    assert taken.json()["hub_only"] is True
    form = {
        "title": "Paletten", "material": "wood-pallets", "quantity": "40", "unit": "piece", "condition": "3",
        "recurrence": "one_off", "available_from": TODAY.isoformat(), "price_kind": "free", "price_basis": "lot",
        "pickup": "on", "declared_status": "unsure", "precision": "exact", "lat": str(GENT[0]), "lon": str(GENT[1]),
    }  # fmt: skip
    page = client.post(f"/zoekertje/{listing.pk}/wijzigen/", form | {"action": "publish"})
    assert "De exacte plek verraadt wie je bent" in body_of(page)
    # What is left out stays as it was.
    client.post(f"/zoekertje/{listing.pk}/bewaren/", form | {"precision": "blurred"})
    listing.refresh_from_db()
    assert listing.hub_only
    client.post(f"/zoekertje/{listing.pk}/bewaren/", form | {"precision": "blurred", "hub_only": "False"})
    listing.refresh_from_db()
    assert not listing.hub_only


def test_beside_a_listing_with_a_name_its_owner_is_told_that_it_can_be_guessed() -> None:
    maker = make_user()
    ours: dict[str, Any] = {"by": maker, "organisation": make_organisation(maker)}
    secret = published(**ours, hub_only=True, precision="blurred")
    assert naming_words(secret) == ""
    named = published(**ours)
    assert naming_words(secret).startswith("1 ander zoekertje op deze plek toont jullie naam.")
    assert naming_words(named).startswith("Van 1 ander zoekertje op deze plek kent alleen de hub jullie.")
    assert len(warnings(secret)) == 2
    assert "toont jullie naam" in body_of(as_(maker).get(f"/zoekertje/{secret.pk}/"))
