"""Adds photos that came in a zip with a list to its listings, once those are stored: by the service of pages."""

import datetime as dt
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from listings.imports.lease import begin, held
from listings.imports.table import read_picture
from listings.models import ImportState, Listing, ListingImport
from listings.photos import LARGEST_UPLOAD_BYTES
from listings.services import add_photo


def run_photos(listing_import: ListingImport, *, at: dt.datetime) -> None:
    """Add the photos that an import has left. It may run twice: each photo is taken off the list as it is added."""
    if not begin(listing_import, states=[ImportState.DONE], state=ImportState.DONE, at=at):
        return
    with held(listing_import):
        listing_import.refresh_from_db(fields=["photos_left", "photo_mistakes"])
        while listing_import.photos_left:
            _next(listing_import)


@transaction.atomic
def _next(listing_import: ListingImport) -> None:
    """Add one photo; why it can't be added is noted in words."""
    (listing_id, name), *rest = listing_import.photos_left
    try:
        with transaction.atomic():
            _add(listing_import, listing_id, name)
    except ValidationError as refusal:
        listing_import.photo_mistakes.append(f"{name}: {' '.join(refusal.messages)}")
    except PermissionDenied as refusal:
        listing_import.photo_mistakes.append(f"{name}: {refusal}")
    listing_import.photos_left = rest
    listing_import.save(update_fields=["photos_left", "photo_mistakes"])


def _add(listing_import: ListingImport, listing_id: int, name: str) -> None:
    listing = Listing.objects.filter(pk=listing_id).select_related("organisation").first()
    if listing is None:
        raise ValidationError(_("Het zoekertje bestaat niet meer."))
    if listing_import.created_by is None:
        raise ValidationError(_("Wie de lijst oplaadde, heeft geen account meer."))
    content = read_picture(Path(listing_import.file.path), name, most_bytes=LARGEST_UPLOAD_BYTES)
    upload = SimpleUploadedFile(name.rsplit("/", 1)[-1], content)
    add_photo(by=listing_import.created_by, listing=listing, upload=upload, alt=listing.title)
