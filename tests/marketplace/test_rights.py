"""Who may write what over the API: every write operation, for every kind of caller."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import HubPartner, HubStaff, User, Verification
from accounts.services import verify_organisation
from geo.models import Hub
from listings import services
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.duplicates.services import say_no_duplicate
from listings.models import Listing, Reservation
from matching.dismissals.services import dismiss_pair
from matching.pairs.incremental import pair
from tests.alerts.test_rights import OPERATIONS as ALERT_OPERATIONS
from tests.exchanges.test_rights import OPERATIONS
from tests.makers import TODAY, draft, make_organisation, make_user, published
from tests.maps.test_rights import OPERATIONS as MAP_OPERATIONS

pytestmark = pytest.mark.django_db
NEXT_MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)


def photo() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return SimpleUploadedFile("photo.png", made.getvalue())


@dataclass(frozen=True)
class Write:
    """An operation of the API's document, on a listing of someone else, with what it answers to a member."""

    operation: str
    call: Callable[[Client, Listing], Any]
    to_member: int
    #: A draft is seen by members only: to others it isn't there.
    on_draft: bool = False
    #: Anyone who is logged in may do it, for themselves.
    of_one_self: bool = False
    #: The weeks of a service are also for the staff of its hub.
    of_weeks: bool = False
    #: Of a hub alone: for its staff and nobody else.
    of_hub: bool = False
    #: Beside the hub also for who runs the site.
    of_operators: bool = False


def json(method: str, path: str, body: Any) -> Callable[[Client, Listing], Any]:
    return lambda client, listing: getattr(client, method)(
        path.format(listing.pk), body, content_type="application/json"
    )


def delete_photo(client: Client, listing: Listing) -> Any:
    stored = services.add_photo(by=listing.maker, listing=listing, upload=photo())  # type: ignore[attr-defined]
    return client.delete(f"/api/v1/listings/{listing.pk}/photos/{stored.pk}/")


def book(client: Client, service: Listing) -> Any:
    given = {"week_start": NEXT_MONDAY.isoformat(), "quantity": 1}
    path = f"/api/v1/listings/{service.pk}/capacity/bookings/"
    return client.post(path, given, content_type="application/json")


def cancel(client: Client, service: Listing) -> Any:
    maker = service.maker  # type: ignore[attr-defined]
    booking = service.reservations.live().first() or book_capacity(
        by=maker, service=service, week_start=NEXT_MONDAY, quantity=Decimal(1)
    )
    return client.delete(f"/api/v1/listings/{service.pk}/capacity/bookings/{booking.pk}/")


def dismiss(client: Client, supply: Listing) -> Any:
    given = {"other": published("demand").pk, "reason": "price"}
    return client.post(f"/api/v1/listings/{supply.pk}/dismissals/", given, content_type="application/json")


def show_again(client: Client, supply: Listing) -> Any:
    demand = published("demand")
    dismiss_pair(by=supply.maker, listing=supply, other=demand, reason="price")  # type: ignore[attr-defined]
    return client.delete(f"/api/v1/listings/{supply.pk}/dismissals/{demand.pk}/")


def known_to_hub(listing: Listing) -> Hub:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    HubPartner.objects.get_or_create(hub=hub, organisation=listing.organisation)
    return hub


def verify(client: Client, listing: Listing) -> Any:
    hub, until = known_to_hub(listing), TODAY + dt.timedelta(days=90)
    given = {"organisation": listing.organisation.slug, "what": "organisation", "evidence": "KBO.", "until": until}
    return client.post(f"/api/v1/hubs/{hub.slug}/verifications/", given, content_type="application/json")


def withdraw_verification(client: Client, listing: Listing) -> Any:
    hub, until = known_to_hub(listing), TODAY + dt.timedelta(days=90)
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    made = verify_organisation(
        by=staff, organisation=listing.organisation, hub=hub, what="organisation", evidence="KBO.", until=until
    )
    path = f"/api/v1/hubs/{hub.slug}/verifications/{made.pk}/withdraw/"
    return client.post(path, {"reason": "Gestopt."}, content_type="application/json")


def post_many(client: Client, listing: Listing) -> Any:
    given = {
        "idempotency_key": "k", "organisation": listing.organisation_id, "publish": False,
        "listings": [{"kind": "supply"}, {"kind": "demand"}],
    }  # fmt: skip
    return client.post("/api/v1/listings/many/", given, content_type="application/json")


def twin_of(listing: Listing) -> Listing:
    """What another organisation has listed at the same place, as much of it."""
    return published(title=listing.title, quantity=listing.quantity)


def say_no_duplicate_of(client: Client, listing: Listing) -> Any:
    given = {"listing": listing.pk, "other": twin_of(listing).pk}
    path = "/api/v1/hubs/sociaal-circulaire-hub-gent/duplicates/dismissed/"
    return client.post(path, given, content_type="application/json")


def take_back_no_duplicate_of(client: Client, listing: Listing) -> Any:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    said = say_no_duplicate(by=staff, hub=hub, one=listing, other=twin_of(listing), reason="", seen="")
    return client.delete(f"/api/v1/hubs/{hub.slug}/duplicates/dismissed/{said.pk}/")


WEIGHTS = "/api/v1/hubs/sociaal-circulaire-hub-gent/weights/"
WRITES = [
    Write("listings_capacity_book", book, 201, of_weeks=True),
    Write("listings_capacity_cancel", cancel, 204, of_weeks=True),
    Write("listings_dismissals_create", dismiss, 201),
    Write("listings_dismissals_destroy", show_again, 204),
    Write(
        "listings_create",
        lambda client, listing: client.post(
            "/api/v1/listings/",
            {"organisation": listing.organisation_id, "kind": "supply"},
            content_type="application/json",
        ),
        201,
    ),
    Write("listings_create_many", post_many, 201),
    Write("listings_update", json("patch", "/api/v1/listings/{}/", {"title": "Anders"}), 200),
    Write("listings_update", json("patch", "/api/v1/listings/{}/", {"title": "Anders"}), 200, on_draft=True),
    Write("listings_destroy", lambda client, listing: client.delete(f"/api/v1/listings/{listing.pk}/"), 400),
    Write(
        "listings_destroy",
        lambda client, listing: client.delete(f"/api/v1/listings/{listing.pk}/"),
        204,
        on_draft=True,
    ),
    *(
        Write("listings_step", json("post", "/api/v1/listings/{}/status/", {"status": step}), 200)
        for step in ("reserved", "closed", "withdrawn")
    ),
    Write("listings_step", json("post", "/api/v1/listings/{}/status/", {"status": "published"}), 200, on_draft=True),
    Write(
        "listings_photos_create",
        lambda client, listing: client.post(f"/api/v1/listings/{listing.pk}/photos/", {"image": photo()}),
        201,
    ),
    Write("listings_photos_destroy", delete_photo, 204),
    Write(
        "hubs_plan_create",
        lambda client, listing: client.post("/api/v1/hubs/sociaal-circulaire-hub-gent/plan/"),
        202,
        of_hub=True,
    ),
    Write("hubs_no_duplicates_create", say_no_duplicate_of, 201, of_hub=True),
    Write("hubs_no_duplicates_destroy", take_back_no_duplicate_of, 204, of_hub=True),
    Write("hubs_verifications_create", verify, 201, of_hub=True),
    # Operators settle what hubs said of an organisation.
    Write("hubs_verifications_withdraw", withdraw_verification, 200, of_hub=True, of_operators=True),
    Write("hubs_weights_update", json("patch", WEIGHTS, {"price": 3}), 200, of_hub=True),
    Write("me_token_create", lambda client, listing: client.post("/api/v1/me/token/"), 201, of_one_self=True),
    Write("me_token_destroy", lambda client, listing: client.delete("/api/v1/me/token/"), 204, of_one_self=True),
]
#: The member comes last: only then something changes.
CALLERS: dict[str, Callable[[Listing], User | None]] = {
    "anonymous": lambda listing: None,
    "someone without organisation": lambda listing: make_user(),
    "admin of another organisation": lambda listing: make_organisation(make_user()).memberships.get().user,
    "manager of the listing's hub": lambda listing: hub_manager(),
    "staff of Django's admin": lambda listing: make_user(is_staff=True),
    "operator": lambda listing: make_user(is_superuser=True, is_staff=True),
    "member": lambda listing: listing.maker,  # type: ignore[attr-defined]
}


def hub_manager() -> User:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    return HubStaff.objects.create(hub=hub, user=make_user(), role="manager").user


def expected(write: Write, caller: str) -> int:
    if caller == "anonymous":
        return 401
    if write.of_hub:
        may = caller == "manager of the listing's hub" or (write.of_operators and caller == "operator")
        return write.to_member if may else 403
    if caller == "member" or write.of_one_self or (write.of_weeks and caller == "manager of the listing's hub"):
        return write.to_member
    return 404 if write.on_draft else 403


def state() -> list[tuple[Any, ...]]:
    booked: list[tuple[Any, ...]] = list(Reservation.objects.live().order_by("pk").values_list("pk"))
    booked += list(Verification.objects.order_by("pk").values_list("pk", "ended_at"))
    return booked + list(Listing.objects.order_by("pk").values_list("pk", "title", "status", "photos"))


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write.operation}{' of a draft' * write.on_draft}")
def test_a_write_is_for_members_alone_and_changes_nothing_for_others(write: Write) -> None:
    listing = draft() if write.on_draft else published("service" if write.of_weeks else "supply")
    for caller, user_for in CALLERS.items():
        client, user, before = Client(), user_for(listing), state()
        if user is not None:
            client.force_login(user)
        answer = write.call(client, listing)
        assert answer.status_code == expected(write, caller), caller
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            # These calls first make something of their own.
            making = (
                "listings_photos_destroy",
                "listings_capacity_cancel",
                "listings_dismissals",
                "hubs_verifications_withdraw",
                "hubs_no_duplicates",
            )
            assert write.operation.startswith(making) or state() == before, caller


def test_the_table_holds_every_write_of_the_api(tmp_path: Any) -> None:
    path = tmp_path / "schema.yml"
    call_command("spectacular", file=str(path))
    writes = {
        operation["operationId"]
        for operations in yaml.safe_load(path.read_text())["paths"].values()
        for method, operation in operations.items()
        if method != "get"
    }
    assert writes == {write.operation for write in WRITES} | OPERATIONS | ALERT_OPERATIONS | MAP_OPERATIONS


def test_what_isn_t_public_isn_t_read_by_others(client: Client) -> None:
    listing = draft()
    for path in (f"/api/v1/listings/{listing.pk}/", f"/api/v1/listings/{listing.pk}/matches/"):
        assert client.get(path).status_code == 404
    assert client.get("/api/v1/listings/").json()["results"] == []
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    assert client.get(f"/api/v1/listings/{listing.pk}/").json()["status"] == "draft"
    assert [row["id"] for row in client.get("/api/v1/listings/").json()["results"]] == [listing.pk]


def test_an_exact_place_that_is_blurred_is_nowhere_in_the_api(client: Client) -> None:
    listing = published(precision="blurred")
    demand = published("demand", precision="blurred")
    pair(listing_id=demand.pk, at=timezone.now())
    for path in (
        f"/api/v1/listings/{listing.pk}/", f"/api/v1/listings/{listing.pk}/matches/",
        "/api/v1/search/?lat=51.0543&lon=3.7174", "/api/v1/search/?lat=51.0543&lon=3.7174&format=geojson",
        "/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/",
    ):  # fmt: skip
        body = client.get(path).content.decode()
        assert str(listing.pk) in body
        assert "51.0543" not in body.replace("lat=51.0543", "")
        assert "3.7174" not in body.replace("lon=3.7174", "")
