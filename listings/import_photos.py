"""Adds photos that came in a zip with a list to its listings, once those are stored: by the service of pages."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from listings.imports.lease import begin, held
from listings.imports.mistakes import said
from listings.imports.services import MOST_ATTEMPTS
from listings.imports.table import read_picture
from listings.models import ImportState, Listing, ListingImport
from listings.photos import safe_photo
from listings.services import add_safe_photo
from sandbox import sizes


def run_photos(listing_import: ListingImport, *, at: dt.datetime) -> None:
    """Add the photos that an import has left. It may run twice: each photo is taken off the list as it is added."""
    if not begin(listing_import, states=[ImportState.DONE], state=ImportState.DONE, at=at):
        return
    with held(listing_import):
        listing_import.refresh_from_db(fields=["photos_left", "photo_mistakes"])
        if listing_import.attempts > MOST_ATTEMPTS and listing_import.photos_left:
            _leave_next_out(listing_import)
        while listing_import.photos_left:
            _add_next(listing_import)


def _add_next(listing_import: ListingImport) -> None:
    """Add one photo, or note why it can't be added. Reading takes long: it comes before the transaction."""
    (listing_id, name), *_rest = listing_import.photos_left
    refusal: ValidationError | None = None
    safe: ContentFile[bytes] | None = None
    try:
        safe = _read(listing_import, name)
    except ValidationError as error:
        refusal = error
    with transaction.atomic():
        if safe is not None:
            try:
                with transaction.atomic():
                    _add(listing_import, listing_id, safe)
            except ValidationError as error:
                refusal = error
            except PermissionDenied:
                refusal = ValidationError(_("Wie de lijst oplaadde, mag geen foto's meer toevoegen."))
        _take_off(listing_import, refusal)


def _leave_next_out(listing_import: ListingImport) -> None:
    """Go on without the photo at which workers ended more than MOST_ATTEMPTS times."""
    refusal = ValidationError(_("We konden deze foto niet toevoegen. Voeg ze toe bij het zoekertje zelf."))
    _take_off(listing_import, refusal)


def _take_off(listing_import: ListingImport, refusal: ValidationError | None) -> None:
    """Take a photo off the list, with why it isn't added if it isn't. The next one has attempts of its own."""
    (_listing_id, name), *rest = listing_import.photos_left
    if refusal:
        listing_import.photo_mistakes.append({"name": name, "says": said(refusal)})
    listing_import.photos_left, listing_import.attempts = rest, 1
    listing_import.save(update_fields=["photos_left", "photo_mistakes", "attempts"])


def _read(listing_import: ListingImport, name: str) -> "ContentFile[bytes]":
    content = read_picture(Path(listing_import.file.path), name, most_bytes=sizes.LARGEST_ATTACHMENT_BYTES)
    return safe_photo(SimpleUploadedFile(name.rsplit("/", 1)[-1], content))


def _add(listing_import: ListingImport, listing_id: int, safe: "ContentFile[bytes]") -> None:
    listing = Listing.objects.filter(pk=listing_id).select_related("organisation").first()
    if listing is None:
        raise ValidationError(_("Het zoekertje bestaat niet meer."))
    if listing_import.created_by is None:
        raise ValidationError(_("Wie de lijst oplaadde, heeft geen account meer."))
    add_safe_photo(by=listing_import.created_by, listing=listing, safe=safe, alt=listing.title)
