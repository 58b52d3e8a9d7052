"""Cursors: a place in one list, signed, so that nobody makes one up or goes on with it in another list.

They hold no time: the same page of the same list has the same cursor, and with it the same ETag, whenever it is asked.
"""

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: How many rows a page of a list holds where nobody says, and at most.
DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 20, 100

_SALT = "listings.cursors"
_LONGEST = 500


def seal_cursor(scope: str, *place: Any) -> str:
    """A cursor that holds a place (JSON values) in the list that `scope` names."""
    return signing.Signer(salt=_SALT).sign_object([scope, *place])


def open_cursor(cursor: str, scope: str) -> list[Any] | None:
    """The place that a cursor of the list holds; None for no cursor. Raises ValidationError for any other one."""
    if not cursor:
        return None
    try:
        given_scope, *place = signing.Signer(salt=_SALT).unsign_object(cursor[:_LONGEST])
    except signing.BadSignature:
        given_scope, place = None, []
    if given_scope != scope:
        raise ValidationError(
            {"cursor": _("Deze cursor hoort niet bij deze lijst. Begin opnieuw bij de eerste pagina.")}
        )
    return place
