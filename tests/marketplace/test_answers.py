"""What the API answers is what its document says: each member is there, of its type, and none beside them."""

import datetime as dt
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import HubPartner, HubStaff, User
from geo.models import Hub
from listings import services
from listings.models import Listing
from matching.plan.running import run_plan
from matching.plan.services import request_plan
from tests.makers import demand_that_all_kinds_serve, make_site, make_user, published

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
PLACE = "lat=51.0543&lon=3.7174"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path: Path = tmp_path_factory.mktemp("openapi") / "schema.yml"
    call_command("spectacular", file=str(path), stdout=StringIO())
    found: dict[str, Any] = yaml.safe_load(path.read_text())
    return found


def as_json_schema(part: Any) -> Any:
    """A part of an OpenAPI 3.0 document as JSON Schema, where null is a type; what it doesn't name is wrong."""
    if isinstance(part, list):
        return [as_json_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    read = {key: as_json_schema(value) for key, value in part.items() if key != "nullable"}
    if "properties" in part and part.get("type") == "object":
        read.setdefault("additionalProperties", False)
    if not part.get("nullable"):
        return read
    return {"anyOf": [read, {"type": "null"}]}


def check(document: dict[str, Any], operation: str, answer: Any) -> Any:
    """The body of an answer, which must be as the operation says."""
    assert answer.status_code == 200, answer.content
    media = answer["Content-Type"].split(";")[0]
    (found,) = (one for path in document["paths"].values() for one in path.values() if one["operationId"] == operation)
    schema = found["responses"]["200"]["content"][media]["schema"]
    body = answer.json()
    jsonschema.validate(body, as_json_schema(schema | {"components": document["components"]}))
    return body


def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (8, 6)).save(drawn, "PNG")
    return SimpleUploadedFile("pallet.png", drawn.getvalue(), "image/png")


@pytest.fixture
def demand() -> Listing:
    """A demand that is served straight, by several at once, and through a service."""
    return demand_that_all_kinds_serve(2)


@pytest.mark.parametrize(
    ("operation", "address"),
    [
        ("materials_list", "/api/v1/materials/"),
        ("materials_list", "/api/v1/materials/?q=palet"),
        ("materials_retrieve", "/api/v1/materials/wood-pallets/"),
        ("hubs_list", "/api/v1/hubs/"),
        ("hubs_retrieve", f"/api/v1/hubs/{SLUG}/"),
        ("hubs_region_retrieve", f"/api/v1/hubs/{SLUG}/region/"),
        ("hubs_weights_retrieve", f"/api/v1/hubs/{SLUG}/weights/"),
        ("geocode", "/api/v1/geocode/?q=gent"),
        ("geocode", "/api/v1/geocode/?q=9000"),
    ],
)
def test_of_what_stands_still(client: Client, document: dict[str, Any], operation: str, address: str) -> None:
    body = check(document, operation, client.get(address))
    assert body.get("results") or body.get("features") or body.keys() & {"code", "slug", "hub"}


@pytest.mark.parametrize(
    ("operation", "address", "rows"),
    [
        ("search", f"/api/v1/search/?{PLACE}", "results"),
        ("search", f"/api/v1/search/?{PLACE}&to_lat=51.2&to_lon=3.2&detour_km=40", "results"),
        ("search", f"/api/v1/search/?{PLACE}&format=geojson", "features"),
        ("search_facets", f"/api/v1/search/facets/?{PLACE}", "families"),
        ("hubs_pairs_list", f"/api/v1/hubs/{SLUG}/pairs/", "results"),
    ],
)
def test_of_what_is_found(
    client: Client, document: dict[str, Any], demand: Listing, operation: str, address: str, rows: str
) -> None:
    assert check(document, operation, client.get(address))[rows]


def test_of_one_listing(client: Client, document: dict[str, Any], demand: Listing) -> None:
    matches = check(document, "listings_matches_list", client.get(f"/api/v1/listings/{demand.pk}/matches/"))
    assert matches["results"]
    assert matches["bundle"]["stops"]
    chains = check(document, "listings_chains_list", client.get(f"/api/v1/listings/{demand.pk}/chains/"))
    assert chains["results"][0]["weeks"]
    supply = Listing.objects.get(pk=matches["results"][0]["supply"]["id"])
    none = check(document, "listings_matches_list", client.get(f"/api/v1/listings/{supply.pk}/matches/"))
    assert none["bundle"] is None
    services.add_photo(by=supply.organisation.memberships.get().user, listing=supply, upload=picture(), alt="Stoelen")
    assert check(document, "listings_retrieve", client.get(f"/api/v1/listings/{supply.pk}/"))["photos"]
    service = Listing.objects.get(pk=chains["results"][0]["service"]["id"])
    assert check(document, "listings_retrieve", client.get(f"/api/v1/listings/{service.pk}/"))["service_kinds"]
    capacity = check(document, "listings_capacity_retrieve", client.get(f"/api/v1/listings/{service.pk}/capacity/"))
    assert capacity["bookings"] is None


def test_of_what_is_yours(client: Client, document: dict[str, Any], demand: Listing) -> None:
    user: User = demand.maker  # type: ignore[attr-defined]
    make_site(demand.organisation)
    client.force_login(user)
    assert check(document, "me_retrieve", client.get("/api/v1/me/"))["organisations"][0]["sites"]
    assert check(document, "listings_list", client.get("/api/v1/listings/"))["results"]
    assert check(document, "listings_retrieve", client.get(f"/api/v1/listings/{demand.pk}/"))["updated_at"]
    service = Listing.objects.filter(kind="service").first()
    assert service is not None
    client.force_login(service.organisation.memberships.get().user)
    address = f"/api/v1/listings/{service.pk}/capacity/"
    booking = {"week_start": client.get(address).json()["weeks"][1]["week_start"], "quantity": 1}
    booked = client.post(f"{address}bookings/", booking, content_type="application/json")
    assert booked.status_code == 201, booked.content
    assert check(document, "listings_capacity_retrieve", client.get(address))["bookings"] == [booked.json()]


def test_of_an_organisation_and_what_was_verified_of_it(client: Client, document: dict[str, Any]) -> None:
    listing = published()
    hub, organisation = Hub.objects.get(slug=SLUG), listing.organisation
    HubPartner.objects.create(hub=hub, organisation=organisation)
    client.force_login(HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user)
    until = timezone.localdate() + dt.timedelta(days=90)
    given = {"organisation": organisation.slug, "what": "organisation", "evidence": "KBO.", "until": until}
    made = client.post(f"/api/v1/hubs/{SLUG}/verifications/", given, content_type="application/json")
    assert made.status_code == 201, made.content
    told = check(document, "organisations_retrieve", client.get(f"/api/v1/organisations/{organisation.slug}/"))
    assert told["verifications"] == [made.json()]
    assert told["facts"] == {
        "months": 24, "completed": 0, "weighed_by_both": 0, "share_weighed_by_both": None, "no_shows": 0, "asked": 0,
        "answered": 0, "reply_hours": None,
    }  # fmt: skip
    path = f"/api/v1/hubs/{SLUG}/verifications/{made.json()['id']}/withdraw/"
    withdrawn = client.post(path, {"reason": "Gestopt."}, content_type="application/json")
    assert check(document, "hubs_verifications_withdraw", withdrawn) == made.json()
    # What doesn't exist is named before what lacks.
    wrong = client.post(
        f"/api/v1/hubs/{SLUG}/verifications/", {"until": "veel", "meer": 1}, content_type="application/json"
    )
    assert wrong.status_code == 400
    assert {one["field"] for one in wrong.json()["errors"]} == {"meer"}


def test_of_a_hub_to_its_staff(client: Client, document: dict[str, Any]) -> None:
    hub, manager = Hub.objects.get(slug=SLUG), make_user()
    # One is carried to the other, and more stays than is asked.
    published(unit="kg", quantity=500)
    published("demand", unit="kg", quantity=300)
    HubStaff.objects.create(hub=hub, user=manager, role="manager")
    plan = request_plan(by=manager, hub=hub)
    run_plan(plan_id=plan.pk, at=timezone.now())
    client.force_login(manager)
    assert check(document, "me_retrieve", client.get("/api/v1/me/"))["hub_roles"]
    ready = check(document, "hubs_plan_retrieve", client.get(f"/api/v1/hubs/{SLUG}/plan/"))
    assert ready["assignments"]
    assert ready["unlocks"]


def test_what_differs_is_told(client: Client, document: dict[str, Any]) -> None:
    shape = as_json_schema({"$ref": "#/components/schemas/Place", "components": document["components"]})
    place = client.get("/api/v1/geocode/?q=gent").json()["results"][0]
    jsonschema.validate(place, shape)
    for wrong in (place | {"lat": "51.05"}, place | {"more": 1}, {"label": "Gent"}, None):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, shape)
