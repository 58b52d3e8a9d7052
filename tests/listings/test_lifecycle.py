"""A listing's life: which steps it takes, what each asks, and how it ends."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from frontend.listings.views import steps_of
from listings import expiry, services
from listings.enums import ListingStatus
from listings.models import Listing
from listings.tasks import expire_listings
from matching.models import Match
from matching.pairs.incremental import pair
from matching.pairs.tasks import pair_waiting
from tests.makers import TODAY, draft, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)
MEMBERS_STEPS = ["published", "reserved", "closed", "withdrawn"]
ALLOWED = {
    ("draft", "published"),
    ("published", "reserved"),
    ("published", "closed"),
    ("published", "withdrawn"),
    ("reserved", "published"),
    ("reserved", "closed"),
    ("reserved", "withdrawn"),
    ("expired", "published"),
    ("expired", "withdrawn"),
    ("withdrawn", "published"),
}


def in_status(status: str, **fields: Any) -> Listing:
    listing = published(**fields)
    Listing.objects.filter(pk=listing.pk).update(status=status)
    listing.status = status
    return listing


@pytest.mark.parametrize("kind", ["supply", "demand", "service"])
@pytest.mark.parametrize("before", ListingStatus.values)
def test_each_step_is_allowed_or_refused_in_words(kind: str, before: str) -> None:
    listing = published(kind)
    for after in MEMBERS_STEPS:
        Listing.objects.filter(pk=listing.pk).update(status=before)
        if (before, after) in ALLOWED:
            done = services.take_step(by=listing.maker, listing=listing, status=after)  # type: ignore[attr-defined]
            assert done.status == after
        else:
            with pytest.raises(ValidationError, match="kan een zoekertje niet naar") as refusal:
                services.take_step(by=listing.maker, listing=listing, status=after)  # type: ignore[attr-defined]
            assert "status" in refusal.value.message_dict
        listing.refresh_from_db()
        assert listing.status == (after if (before, after) in ALLOWED else before)


@pytest.mark.parametrize("status", ["expired", "draft", "sold", ""])
def test_a_step_that_no_member_takes_is_refused(status: str) -> None:
    listing = published()
    with pytest.raises(ValidationError, match="Die stap bestaat niet"):
        services.take_step(by=listing.maker, listing=listing, status=status)  # type: ignore[attr-defined]
    assert Listing.objects.get(pk=listing.pk).status == "published"


@pytest.mark.parametrize("before", ListingStatus.values)
def test_a_listing_s_page_offers_the_steps_that_it_can_take(before: str) -> None:
    offered = {step["status"] for step in steps_of(in_status(before))}
    # A draft is published from its form.
    assert offered == {after for status, after in ALLOWED if status == before and status != "draft"}


def test_what_is_published_can_t_end_in_the_past() -> None:
    listing = published()
    with pytest.raises(ValidationError, match="einddatum is voorbij") as refusal:
        services.update_listing(
            by=listing.maker,  # type: ignore[attr-defined]
            listing=listing,
            available_from=YESTERDAY,
            available_until=YESTERDAY,
        )
    assert "available_until" in refusal.value.message_dict
    assert Listing.objects.get(pk=listing.pk).available_until is None


def test_only_members_take_steps() -> None:
    listing = published()
    for stranger in (make_user(), make_user(is_superuser=True)):
        for status in MEMBERS_STEPS:
            with pytest.raises(PermissionDenied):
                services.take_step(by=stranger, listing=listing, status=status)


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        ("supply", ["title", "material", "quantity", "unit", "condition", "available_from", "location"]),
        ("demand", ["title", "material", "quantity", "unit", "available_from", "location"]),
        ("service", ["title", "service_kinds", "materials", "capacity_per_week", "available_from", "location",
                     "reach_km"]),
    ],
)  # fmt: skip
def test_publishing_names_everything_that_lacks(kind: str, lacking: list[str]) -> None:
    by = make_user()
    listing = services.create_listing(by=by, organisation=make_organisation(by), kind=kind)
    with pytest.raises(ValidationError) as refusal:
        services.publish_listing(by=by, listing=listing)
    assert set(refusal.value.message_dict) == set(lacking)
    listing.refresh_from_db()
    assert listing.status == ListingStatus.DRAFT


@pytest.mark.parametrize(
    ("kind", "fields", "lacks"),
    [
        ("supply", {"material": None}, "material"),
        ("supply", {"condition": None}, "condition"),
        ("supply", {"title": " "}, "title"),
        ("demand", {"quantity": None}, "quantity"),
        ("service", {"materials": []}, "materials"),
        ("service", {"service_kinds": []}, "service_kinds"),
        ("service", {"catchment_kind": "regions"}, "catchment_regions"),
    ],
)
def test_what_is_no_draft_stays_complete(kind: str, fields: dict[str, Any], lacks: str) -> None:
    listing = published(kind)
    for status in ("published", "reserved", "expired", "withdrawn"):
        Listing.objects.filter(pk=listing.pk).update(status=status)
        with pytest.raises(ValidationError) as refusal:
            services.update_listing(by=listing.maker, listing=listing, **fields)  # type: ignore[attr-defined]
        assert lacks in refusal.value.message_dict


def test_a_service_may_change_all_that_it_takes() -> None:
    listing = published("service")
    services.update_listing(by=listing.maker, listing=listing, materials=[material("wood")])  # type: ignore[attr-defined]
    assert [row.code for row in listing.materials.all()] == ["wood"]


def test_what_is_closed_changes_no_more() -> None:
    listing = in_status("closed")
    with pytest.raises(ValidationError, match="afgerond"):
        services.update_listing(by=listing.maker, listing=listing, title="Anders")  # type: ignore[attr-defined]


def test_only_drafts_are_thrown_away() -> None:
    unfinished, public = draft(), published()
    services.delete_draft(by=unfinished.maker, listing=unfinished)  # type: ignore[attr-defined]
    assert not Listing.objects.filter(pk=unfinished.pk).exists()
    with pytest.raises(ValidationError, match="Trek dit zoekertje in"):
        services.delete_draft(by=public.maker, listing=public)  # type: ignore[attr-defined]


def test_the_day_of_first_publication_stays() -> None:
    listing = published()
    first = listing.published_at
    services.withdraw_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    again = services.publish_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    assert again.published_at == first


def test_what_is_over_isn_t_published() -> None:
    listing = draft(available_from=YESTERDAY - dt.timedelta(days=9), available_until=YESTERDAY)
    with pytest.raises(ValidationError) as refusal:
        services.publish_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    assert "available_until" in refusal.value.message_dict


def test_what_ended_yesterday_expires_and_its_matches_go() -> None:
    supply, demand = published(), published("demand")
    assert pair(listing_id=supply.pk, at=timezone.now()) == 1
    early = TODAY - dt.timedelta(days=30)
    Listing.objects.filter(pk=supply.pk).update(available_from=early, available_until=YESTERDAY)
    assert expire_listings() == 1
    supply.refresh_from_db()
    demand.refresh_from_db()
    assert (supply.status, demand.status) == (ListingStatus.EXPIRED, ListingStatus.PUBLISHED)
    pair_waiting()
    assert not Match.objects.exists()
    assert expire_listings() == 0


def test_however_many_end_at_once_no_statement_takes_more_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database takes 65,535 with a statement; a worker that stood still may find more that are over."""
    monkeypatch.setattr(expiry, "EXPIRED_AT_ONCE", 4)
    most, counts = list[int](), dict[int, int]()

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        most.append(len(values or ()))
        return execute(sql, values, many, context)

    early = TODAY - dt.timedelta(days=30)
    for count in (4, 11):
        over = [published().pk for _ in range(count)]
        Listing.objects.filter(pk__in=over).update(available_from=early, available_until=YESTERDAY)
        most.clear()
        with connection.execute_wrapper(note):
            assert expire_listings() == count
        counts[count] = max(most)
    assert counts[4] == counts[11]


def test_what_ends_today_still_stands() -> None:
    listing = published(available_until=TODAY)
    assert expire_listings() == 0
    listing.refresh_from_db()
    assert listing.status == ListingStatus.PUBLISHED


def test_a_reserved_listing_doesn_t_expire_under_a_buyer() -> None:
    listing = in_status("reserved")
    early = TODAY - dt.timedelta(days=30)
    Listing.objects.filter(pk=listing.pk).update(available_from=early, available_until=YESTERDAY)
    assert expire_listings() == 0


def test_a_taken_down_listing_is_withdrawn_by_operators_alone() -> None:
    listing = published()
    with pytest.raises(PermissionDenied):
        services.take_down_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    assert services.take_down_listing(by=make_user(is_superuser=True), listing=listing).status == "withdrawn"


def test_the_database_itself_refuses_what_can_t_be() -> None:
    listing = Listing.objects.filter(pk=published().pk)
    long_ago = YESTERDAY - dt.timedelta(days=400)
    for broken in (
        {"quantity": 0}, {"quantity": None}, {"unit": ""}, {"condition": None}, {"title": ""}, {"reach_km": 0},
        {"reach_km": 301}, {"available_until": long_ago}, {"price_kind": "fixed"}, {"price_eur": 3},
        {"available_from": None}, {"material_number": None},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            listing.update(**broken)


def test_a_material_that_is_listed_can_t_go() -> None:
    published()
    with pytest.raises(IntegrityError), transaction.atomic():
        material().delete()
