"""Beginning several exchanges in one go."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.enums import ArrangementKind
from exchanges.models import LONGEST_KEY, Arrangement, ExchangeLeg
from listings.late import TooLate
from listings.models import Listing

#: Fields that all parts share: what is refused there is said once, not for each.
_SHARED = frozenset({"message"})


def begin_arrangement(
    kind: ArrangementKind, *, by: User, requester: Organisation, about: Iterable[Listing], key: str, at: dt.datetime
) -> tuple[Arrangement, bool]:
    """A new arrangement, and True; or the one that this key began before, and False.

    Of two who send the same key at once, the second waits here for the first. Raises OtherRequest where the key began
    another kind of arrangement, or one about other listings; the caller compares quantities, days and words.
    """
    key = checked_key(key)
    wanted = Arrangement(kind=kind, requester=requester, asked_by=by, idempotency_key=key, created_at=at)
    made = Arrangement.objects.filter(requester=requester, idempotency_key=key).first()
    if made is None:
        try:
            with transaction.atomic():
                wanted.save()
            return wanted, True
        except IntegrityError:
            made = Arrangement.objects.get(requester=requester, idempotency_key=key)
    before = set(made.exchanges.values_list("listing_id", flat=True))
    if made.kind != kind or before != {listing.pk for listing in about}:
        raise OtherRequest
    return made, False


def legs_of(arrangement: Arrangement) -> list[ExchangeLeg]:
    """Those of all its exchanges."""
    return list(ExchangeLeg.objects.filter(exchange__arrangement=arrangement))


def checked_key(key: str) -> str:
    """The key, or a new one where none is given. Raises ValidationError by field."""
    if len(key) > LONGEST_KEY or "\0" in key:
        raise ValidationError({"idempotency_key": _("Een sleutel heeft hoogstens 64 tekens.")})
    return key or uuid4().hex


class OtherRequest(TooLate):
    """A key made something else before: who sends it again with another content would take that for what they sent."""

    def __init__(self) -> None:
        words = _(
            "Met deze sleutel is al iets anders verstuurd. Bekijk dat, en verstuur dit met een nieuwe: op een pagina "
            "krijg je die door ze opnieuw te openen."
        )
        super().__init__({"idempotency_key": words}, code="other_request")


@contextmanager
def errors_at_field(field: str) -> Iterator[None]:
    """Move the messages of a ValidationError raised inside to `field`, except those at "message", which parts share.

    An error with fields keeps its class, such as NotEnoughFree; one without becomes a plain ValidationError.
    """
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise ValidationError({field: error.error_list}) from None
        moved: dict[str, list[ValidationError]] = {}
        for name, errors in error.error_dict.items():
            moved.setdefault(name if name in _SHARED else field, []).extend(errors)
        error.error_dict = moved
        raise
