"""Every change to a listing: pages, API, admin and commands come here. Files come in by listings.imports."""

import datetime as dt
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import check_is_operator
from geo.models import Hub
from journal.events import Happened, changed, record, record_many, values_of
from listings.balances.changes import check_promises_kept
from listings.balances.services import follow_what_is_free
from listings.balances.steps import check_may_be_public, check_nothing_held
from listings.declarations import (
    CHECKLIST,
    FOOD_FIELDS,
    STATUS_FIELDS,
    check_declarations_not_past,
    declarations_to_clear,
    derive_last_day,
)
from listings.derived import derive_mass, derive_material, derive_place
from listings.enums import ListingKind, ListingStatus, Precision
from listings.lifecycle import check_step
from listings.models import LONGEST_ALT, MOST_PHOTOS, Listing, ListingPhoto
from listings.owners import tell_those_who_knew
from listings.permissions import check_may_begin, check_may_change
from listings.photos import safe_photo
from listings.validators import (
    Mistakes,
    StaleListing,
    check_complete,
    check_fields,
    check_known_to_hub,
    check_not_over,
)
from listings.verbs import ListingVerb

#: Fields that are sets of other rows; they are given as iterables of instances.
SETS = ("materials", "catchment_municipalities", "catchment_regions")


@transaction.atomic
def create_listing(
    *, by: User, organisation: Organisation, kind: str, for_hub: Hub | None = None, **fields: Any
) -> Listing:
    """Make a draft, in which anything may be empty. Raises ValidationError by field, PermissionDenied for others than
    members, or where staff of `for_hub` begin it for its partner than those.
    """
    check_may_begin(by, organisation, for_hub)
    listing = Listing(organisation=organisation, created_by=by, kind=ListingKind(kind))
    listing.language = fields.pop("language", by.language)
    listing = _store(listing, fields)
    blank = values_of(Listing(), WRITABLE)
    _record(ListingVerb.CREATED, by, listing, changed(blank, values_of(listing, WRITABLE), private=PRIVATE))
    return listing


@transaction.atomic
def update_listing(*, by: User, listing: Listing, seen_at: dt.datetime | None = None, **fields: Any) -> Listing:
    """Change fields of a listing that isn't closed. Unless it is a draft, it has to stay complete, and is paired anew.

    `seen_at` is the `updated_at` of the version that the member saw. Raises StaleListing where it has changed since.
    """
    listing = _locked(by, listing)
    if seen_at is not None and seen_at != listing.updated_at:
        raise StaleListing
    _check_open(listing)
    if not fields:
        return listing
    fields |= declarations_to_clear(listing, fields)
    before, stored = _remembered(listing, fields), copy(listing)
    listing = _store(listing, fields)
    if listing.status == ListingStatus.PUBLISHED:
        _check_not_over(listing, timezone.localdate())
    changes = changed(before, _remembered(listing, fields), private=PRIVATE)
    # An amount says little without its unit, also where that stayed the same.
    for amount, unit in (("quantity", "unit"), ("capacity_per_week", "capacity_unit")):
        if amount in changes:
            changes.setdefault(unit, [getattr(listing, unit)] * 2)
    _record(ListingVerb.CHANGED, by, listing, changes)
    if listing.hub_only and not stored.hub_only:
        tell_those_who_knew(listing)
    if listing.taken_quantity:
        follow_what_is_free(listing, before=stored)
    return listing


@transaction.atomic
def blur_site(*, by: User, listing: Listing) -> int:
    """Have every listing of the organisation at this place show its surroundings alone; returns how many changed.

    Also those that are closed or not public: what shows the place exactly one day tells of all the others.
    """
    listing = _locked(by, listing)
    exact = list(Listing.objects.beside(listing, Precision.EXACT).select_for_update(of=("self",)).order_by("pk"))
    if listing.precision == Precision.EXACT:
        exact.append(listing)
    listing.precision = Precision.BLURRED
    # They lie in one cell of the grid, so that what follows is the same for all.
    derive_place(listing)
    Listing.objects.among([one.pk for one in exact]).update(
        precision=Precision.BLURRED,
        shown_location=listing.shown_location,
        municipality=listing.municipality_id,
        hub_ids=listing.hub_ids,
        paired_at=None,
        updated_at=timezone.now(),
    )
    changes = {"precision": [Precision.EXACT, Precision.BLURRED]}
    record_many(
        ListingVerb.CHANGED,
        [
            Happened(one, one.organisation_id, listing.hub_ids if one.status != ListingStatus.DRAFT else (), changes)
            for one in exact
        ],
        by=by,
    )
    return len(exact)


@transaction.atomic
def publish_listing(*, by: User, listing: Listing, at: dt.datetime | None = None) -> Listing:
    """Let everyone find a listing, and have it paired. Raises ValidationError that names each field that is empty."""
    listing = _locked(by, listing)
    check_step(listing.status, ListingStatus.PUBLISHED)
    at = at or timezone.now()
    mistakes = Mistakes()
    mistakes.of(check_complete, listing)
    mistakes.of(check_known_to_hub, listing)
    mistakes.of(_check_not_over, listing, timezone.localdate(at))
    mistakes.refuse()
    check_may_be_public(listing)
    listing.published_at = listing.published_at or at
    return _set_status(by, listing, ListingStatus.PUBLISHED, ListingVerb.PUBLISHED)


@transaction.atomic
def reserve_listing(*, by: User, listing: Listing) -> Listing:
    return _set_status(by, _locked(by, listing), ListingStatus.RESERVED, ListingVerb.RESERVED)


@transaction.atomic
def withdraw_listing(*, by: User, listing: Listing) -> Listing:
    """Take a listing back. Raises ValidationError while something of it is held."""
    listing = _locked(by, listing)
    check_nothing_held(listing)
    return _set_status(by, listing, ListingStatus.WITHDRAWN, ListingVerb.WITHDRAWN)


@transaction.atomic
def close_listing(*, by: User, listing: Listing, at: dt.datetime | None = None) -> Listing:
    """Say that it is done with. Raises ValidationError while something of it is held."""
    listing = _locked(by, listing)
    check_nothing_held(listing)
    listing.closed_at = at or timezone.now()
    return _set_status(by, listing, ListingStatus.CLOSED, ListingVerb.CLOSED)


#: The steps that members take themselves, by the status that each leads to. `listings.lifecycle` says from where.
STEPS: dict[str, Callable[..., Listing]] = {
    ListingStatus.PUBLISHED: publish_listing,
    ListingStatus.RESERVED: reserve_listing,
    ListingStatus.CLOSED: close_listing,
    ListingStatus.WITHDRAWN: withdraw_listing,
}


def take_step(*, by: User, listing: Listing, status: str) -> Listing:
    """Bring a listing to a status. Raises ValidationError for a status that no step of a member leads to."""
    step = STEPS.get(status)
    if step is None:
        raise ValidationError({"status": _("Die stap bestaat niet.")})
    return step(by=by, listing=listing)


@transaction.atomic
def delete_draft(*, by: User, listing: Listing) -> None:
    """Delete a draft for good. Raises ValidationError for what was ever public: that is withdrawn instead."""
    listing = _locked(by, listing)
    if listing.status != ListingStatus.DRAFT:
        raise ValidationError(_("Alleen een concept kun je weggooien. Trek dit zoekertje in."))
    for photo in listing.photos.all():
        _delete_file_after_commit(photo)
    _record(ListingVerb.DELETED, by, listing, {"title": [listing.title, None]})
    listing.delete()


@transaction.atomic
def take_down_listing(*, by: User, listing: Listing) -> Listing:
    """Withdraw a listing that should not be here. For operators; its members may change and publish it again."""
    check_is_operator(by)
    return _set_status(by, _locked_row(listing), ListingStatus.WITHDRAWN, ListingVerb.TAKEN_DOWN)


@transaction.atomic
def lapse_listing(*, listing: Listing) -> Listing:
    """Mark a listing as expired of which nobody says that it is still there; its members may publish it again."""
    return _set_status(None, _locked_row(listing), ListingStatus.EXPIRED, ListingVerb.LAPSED)


def add_photo(*, by: User, listing: Listing, upload: "UploadedFile[Any]", alt: str = "") -> ListingPhoto:
    """Read a photo by safe_photo(), then add_safe_photo(). Raises what both raise.

    Reading takes a second or more, in which the listing's row isn't locked.
    """
    check_may_change(by, listing)
    _check_takes_photo(listing)
    return add_safe_photo(by=by, listing=listing, safe=safe_photo(upload), alt=alt)


@transaction.atomic
def add_safe_photo(*, by: User, listing: Listing, safe: "ContentFile[bytes]", alt: str = "") -> ListingPhoto:
    """Store a photo that safe_photo() made. Raises ValidationError past MOST_PHOTOS, and for a closed listing."""
    listing = _locked(by, listing)
    _check_takes_photo(listing)
    last = listing.photos.aggregate(last=Max("position"))["last"]
    photo = ListingPhoto(listing=listing, alt=alt[:LONGEST_ALT], position=0 if last is None else last + 1)
    # Browsers keep a photo for good by its address: no later photo may get the same name.
    photo.image.save(f"{uuid4().hex}.webp", safe, save=False)
    photo.save()
    _record(ListingVerb.PHOTO_ADDED, by, listing, {"photo": photo.pk})
    return photo


@transaction.atomic
def remove_photo(*, by: User, photo: ListingPhoto) -> None:
    """Delete a photo, and its file after the commit. Raises ValidationError for a closed listing."""
    listing = _locked(by, photo.listing)
    _check_open(listing)
    _delete_file_after_commit(photo)
    _record(ListingVerb.PHOTO_REMOVED, by, listing, {"photo": photo.pk})
    photo.delete()


def _locked(by: User, listing: Listing) -> Listing:
    """_locked_row(), after a check that the user may change the listing."""
    locked = _locked_row(listing)
    check_may_change(by, locked)
    return locked


def _locked_row(listing: Listing) -> Listing:
    """The listing as it is stored now, locked until the transaction ends.

    Its material is read after that: joined to a row that somebody else is changing, it would be none.
    """
    return Listing.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=listing.pk)


def _check_open(listing: Listing) -> None:
    if listing.status == ListingStatus.CLOSED:
        raise ValidationError(_("Dit zoekertje is afgerond en verandert niet meer."))


def _check_takes_photo(listing: Listing) -> None:
    _check_open(listing)
    if listing.photos.count() >= MOST_PHOTOS:
        raise ValidationError(_("Een zoekertje heeft hoogstens %(most)d foto's.") % {"most": MOST_PHOTOS})


def _check_not_over(listing: Listing, today: dt.date) -> None:
    check_declarations_not_past(listing, today)
    try:
        check_not_over(listing.available_until, today)
    except ValidationError as error:
        raise ValidationError({"available_until": error.messages}) from None


def check_storable(*, listing: Listing, publishing: bool = False, **fields: Any) -> None:
    """Raise ValidationError with all that keeps these fields from being stored, and published where that is asked.

    It stores nothing: a form names every mistake at once by it, also those that storing wouldn't have come to.
    """
    changed = copy(listing)
    fields |= declarations_to_clear(listing, fields)
    sets = _fill(changed, fields)
    mistakes = _mistakes_of(
        listing, changed, sets, fields, complete=publishing or listing.status != ListingStatus.DRAFT
    )
    if publishing or listing.status == ListingStatus.PUBLISHED:
        mistakes.of(_check_not_over, changed, timezone.localdate())
    mistakes.refuse()


def _store(listing: Listing, fields: dict[str, Any]) -> Listing:
    """Set the fields, derive the others from them, check everything, and save."""
    before = copy(listing)
    sets = _fill(listing, fields)
    _mistakes_of(before, listing, sets, fields, complete=listing.status != ListingStatus.DRAFT).refuse()
    listing.paired_at = None
    listing.save()
    for name, rows in sets.items():
        getattr(listing, name).set(rows)
    return listing


def _fill(listing: Listing, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Set the fields of the listing alone. Returns the rows of those that are sets, which are stored after it."""
    sets: dict[str, list[Any]] = {name: list(fields.pop(name)) for name in SETS if name in fields}
    for name, value in fields.items():
        if name not in WRITABLE:
            raise ValidationError({name: _("Dit veld bestaat niet of is niet te veranderen.")})
        setattr(listing, name, _read(name, value))
    derive_last_day(listing)
    if listing.site and "location" not in fields and ("site" in fields or listing.location is None):
        listing.location = listing.site.location
    return sets


def _mistakes_of(
    before: Listing, listing: Listing, sets: dict[str, list[Any]], names: Iterable[str], *, complete: bool
) -> Mistakes:
    """All that is wrong with a listing of which the fields `names` were set. If nothing is, the others are derived."""
    mistakes = Mistakes()
    mistakes.of(check_fields, listing)
    if listing.pk:
        mistakes.of(check_promises_kept, before, {name: getattr(listing, name) for name in names})
    if complete:
        mistakes.of(check_complete, listing, sets)
    if not mistakes:
        taken = sets["materials"] if "materials" in sets else (listing.materials.all() if listing.pk else ())
        derive_place(listing)
        derive_material(listing, taken)
        derive_mass(listing)
        if complete:
            mistakes.of(check_known_to_hub, listing)
    mistakes.of(listing.full_clean, exclude=["position", "search_vector", "material_spans", *mistakes])
    return mistakes


def _read(name: str, value: Any) -> Any:
    """A value as the type of its field: "2026-12-31" as a date. Raises ValidationError by field."""
    field = Listing._meta.get_field(name)
    if not isinstance(field, models.Field) or field.is_relation or value is None:
        return value
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from None


#: Where a listing lies exactly, its hubs may not know. The journal says that it changed, not what it was or is.
PRIVATE = frozenset({"location"})
#: What a member may set; everything else follows from it or from a step.
WRITABLE = frozenset(
    {
        "site", "reference", "title", "description", "language", "material", "quantity", "unit", "splittable",
        "recurrence", "available_from", "available_until", "condition", "price_kind", "price_eur", "price_basis",
        "pickup", "delivery", "reach_km", "packaging", "needs_forklift", "has_loading_dock", "eural_code",
        "declared_status", *STATUS_FIELDS, *CHECKLIST, *FOOD_FIELDS, "needs_services", "service_kinds",
        "capacity_per_week", "capacity_unit", "lead_time_days", "catchment_kind", "location", "precision", "hub_only",
    }
)  # fmt: skip


def _set_status(by: User | None, listing: Listing, status: ListingStatus, verb: ListingVerb) -> Listing:
    check_step(listing.status, status)
    before, listing.status = listing.status, status
    listing.paired_at = None
    listing.full_clean(exclude=["position", "search_vector", "material_spans"])
    listing.save()
    _record(verb, by, listing, {"status": [before, status]})
    return listing


def _remembered(listing: Listing, names: Iterable[str]) -> dict[str, Any]:
    """The values of some fields, to be compared before and after a change. Of other rows they are ids."""
    wanted = set(names)
    own = values_of(listing, wanted - set(SETS))
    return own | {name: sorted(getattr(listing, name).values_list("pk", flat=True)) for name in wanted & set(SETS)}


def _record(verb: ListingVerb, by: User | None, listing: Listing, changes: dict[str, Any]) -> None:
    """Record an event. The managers of its hubs may read it, unless the listing is a draft: that is nobody else's."""
    public = listing.status != ListingStatus.DRAFT
    record(
        verb,
        listing,
        by=by,
        organisation_id=listing.organisation_id,
        hub_ids=listing.hub_ids if public else (),
        changes=changes,
    )


def _delete_file_after_commit(photo: ListingPhoto) -> None:
    """Unless another listing shows the same file: those of the demo share their drawings."""
    storage, name = photo.image.storage, str(photo.image.name)

    def delete() -> None:
        if not ListingPhoto.objects.filter(image=name).exists():
            storage.delete(name)

    transaction.on_commit(delete, robust=True)
