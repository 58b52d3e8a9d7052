"""The photo of a weighing slip by the API: it comes along with a weight, and those who take part fetch it."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from exchanges.models import WeighingSlip, WeightStatement
from tests.exchanges.mails import a_photo
from tests.exchanges.makers import Story
from tests.exchanges.test_api import as_, post
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("weegbon.jpg", content, "image/jpeg")


def weighed(**more: Any) -> dict[str, Any]:
    return {"step": "state_weight", "method": "weighed", "kg": "250", "sure": "true", "idempotency_key": "w1"} | more


def test_a_weight_brings_its_slip_along_once_and_those_who_take_part_fetch_it() -> None:
    story = Story()
    exchange = story.accepted()
    path = f"/api/v1/exchanges/{exchange.pk}/"
    for _twice in range(2):
        done = as_(story.owner).post(f"{path}steps/", weighed(slip=upload(a_photo())))
        assert done.status_code == 200, done.content
    (weight,) = done.json()["legs"][0]["weights"]
    assert (weight["kg"], WeighingSlip.objects.count()) == (250, 1)
    address = weight["slip"].split("8000", 1)[-1]
    photo = as_(story.requester).get(address)
    assert (photo.status_code, photo["Content-Type"], photo["Cache-Control"]) == (
        200, "image/webp", "private, max-age=3600",
    )  # fmt: skip
    assert Image.open(BytesIO(photo.content)).format == "WEBP"
    assert as_(make_user()).get(address).status_code == 404
    # Of another exchange it is no slip.
    other = Story()
    other.ask()
    strange = address.replace(f"/exchanges/{exchange.pk}/", f"/exchanges/{other.exchange.pk}/")
    assert as_(other.owner).get(strange).status_code == 404
    # The same through the list of what goes together and through the page.
    said = post(as_(story.requester), f"{path}steps/", step="confirm_weight").json()["legs"][0]["weights"]
    assert [row["slip"] is not None for row in said] == [True, False]


def test_a_weight_without_a_slip_has_none() -> None:
    story = Story()
    path = f"/api/v1/exchanges/{story.accepted().pk}/"
    done = as_(story.owner).post(f"{path}steps/", weighed())
    assert (done.status_code, done.json()["legs"][0]["weights"][0]["slip"]) == (200, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"slip": b"geen foto"}, "slip"),
        ({"slip": b""}, "slip"),
        ({"step": "accept", "slip": "a photo"}, "step"),
        ({"slip": "a photo", "times": "morgen"}, "times"),
    ],
)
def test_what_is_no_slip_is_refused_at_its_field_and_nothing_is_stored(given: dict[str, Any], field: str) -> None:
    story = Story()
    exchange = story.accepted()
    content = a_photo() if given["slip"] == "a photo" else given["slip"]
    body = weighed(**given) | {"slip": upload(content)}
    refused = as_(story.owner).post(f"/api/v1/exchanges/{exchange.pk}/steps/", body)
    assert (refused.status_code, [row["field"] for row in refused.json()["errors"]]) == (400, [field])
    assert not WeightStatement.objects.exists()
    exchange.refresh_from_db()
    assert exchange.state == "accepted"


def test_json_takes_no_slip() -> None:
    story = Story()
    exchange = story.accepted()
    refused = post(as_(story.owner), f"/api/v1/exchanges/{exchange.pk}/steps/", **weighed(slip="foto"))
    assert (refused.status_code, [row["field"] for row in refused.json()["errors"]]) == (400, ["slip"])
