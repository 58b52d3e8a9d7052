"""A cursor says where the next page of a list begins, and how long pages are.

It is signed together with the name of the list, so that nobody can make one up or use it in another list. It holds no
time: the same page always has the same cursor, and so the same ETag.
"""

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: How many rows a page of a list holds where nobody says, and at most.
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 20, 100

_SALT = "listings.cursors"
#: Letters of a cursor that are looked at.
_LONGEST = 500


def seal_cursor(scope: str, *place: Any) -> str:
    """A cursor for a place (some JSON values) in the list that is called `scope`."""
    return signing.Signer(salt=_SALT).sign_object([scope, *place])


def open_cursor(cursor: str, scope: str) -> list[Any] | None:
    """The place in a cursor; None for an empty cursor. Raises ValidationError unless it is one of the list `scope`."""
    if not cursor:
        return None
    place: list[Any]
    try:
        given_scope, *place = signing.Signer(salt=_SALT).unsign_object(cursor[:_LONGEST])
    except signing.BadSignature:
        given_scope, place = None, []
    if given_scope != scope:
        raise ValidationError(
            {"cursor": _("Deze cursor hoort niet bij deze lijst. Begin opnieuw bij de eerste pagina.")}
        )
    return place
