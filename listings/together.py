"""Posting many listings in one go: all of them, or nothing."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from listings.duplicates.own import LooksAlike, RowAlike, RowsLookAlike, check_not_duplicate
from listings.late import TooLate
from listings.models import Listing, PostedTogether
from listings.permissions import check_may_write
from listings.services import create_listing, publish_listing

#: Rows at most: each is checked, stored and told of as if it came alone. Longer lists are files to import.
MOST_TOGETHER = 100


def post_listings(
    *, by: User, organisation: Organisation, rows: Sequence[Mapping[str, Any]], key: str, digest: str,
    publish: bool = True, sure: Collection[int] = (), at: dt.datetime | None = None,
) -> PostedTogether:  # fmt: skip
    """Make a listing of each row (`kind`, and the fields of create_listing), and publish it unless they stay drafts.

    A row that looks like an open listing of the organisation, or like an earlier row, is published when its number
    (from 0) is among the `sure`. The same `key` again gives what it made before; `digest` tells what was sent by it.
    Raises PermissionDenied; ValidationError by "listings.3.quantity" with all that is wrong; RowsLookAlike; TooLate
    where the key brought something else before. Nothing is stored then. Call it outside of a transaction.
    """
    check_may_write(by, organisation)
    if made := _made_before(organisation, key, digest):
        return made
    try:
        return _store(by, organisation, rows, PostedTogether(
            organisation=organisation, idempotency_key=key, digest=digest
        ), publish=publish, sure=sure, at=at)  # fmt: skip
    except IntegrityError:
        # The same, at the same moment.
        made = _made_before(organisation, key, digest)
        if made is None:
            raise
        return made


@transaction.atomic
def _store(
    by: User, organisation: Organisation, rows: Sequence[Mapping[str, Any]], entry: PostedTogether, *,
    publish: bool, sure: Collection[int], at: dt.datetime | None,
) -> PostedTogether:  # fmt: skip
    # First of all: whoever sends the same at the same moment waits here.
    entry.save()
    mistakes: dict[str, list[str]] = {}
    asked: list[RowAlike] = []
    row_of: dict[int, int] = {}
    for number, fields in enumerate(rows):
        try:
            listing = create_listing(by=by, organisation=organisation, **fields)
            if publish:
                alike = [] if number in sure else _alike(listing)
                if alike:
                    asked.append(_row_alike(number, alike, row_of))
                # Also what is asked about: later rows are compared with it.
                publish_listing(by=by, listing=listing, at=at)
            row_of[listing.pk] = number
        except ValidationError as error:
            mistakes |= mistakes_of_row(number, error)
    if mistakes:
        raise ValidationError(mistakes)
    if asked:
        raise RowsLookAlike(asked)
    entry.listing_ids = list(row_of)
    entry.save(update_fields=["listing_ids"])
    return entry


def mistakes_of_row(number: int, error: ValidationError) -> dict[str, list[str]]:
    """What is wrong with a row, by "listings.3.quantity", or "listings.3" where no one field is."""
    if not hasattr(error, "error_dict"):
        return {f"listings.{number}": list(error.messages)}
    return {
        f"listings.{number}" if name == "__all__" else f"listings.{number}.{name}": words
        for name, words in error.message_dict.items()
    }


def _alike(listing: Listing) -> list[int]:
    try:
        check_not_duplicate(listing)
    except LooksAlike as found:
        return found.ids
    return []


def _row_alike(number: int, ids: list[int], row_of: Mapping[int, int]) -> RowAlike:
    return RowAlike(number, [pk for pk in ids if pk not in row_of], [row_of[pk] for pk in ids if pk in row_of])


def _made_before(organisation: Organisation, key: str, digest: str) -> PostedTogether | None:
    made = PostedTogether.objects.filter(organisation=organisation, idempotency_key=key).first()
    if made is not None and made.digest != digest:
        raise TooLate({"idempotency_key": _("Met deze sleutel is al iets anders verstuurd. Kies een nieuwe.")})
    return made
