"""Parameters of an address: what each operation takes, and what becomes of it."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from maps.ogc.boxes import area_of
from maps.ogc.collections import Collection
from maps.ogc.crs import crs_of
from maps.ogc.features import Asked, Place
from maps.ogc.links import AS_HTML, AS_JSON, FORMAT
from maps.ogc.properties import asked_values
from maps.ogc.times import days_of

#: Features on a page where nobody says, and at most.
DEFAULT_LIMIT, LARGEST_LIMIT = 100, 10_000
#: Where the next page begins.
CURSOR = "cursor"
#: What items take beside the names of their properties.
OF_ITEMS = ("bbox", "bbox-crs", "datetime", "limit", "crs", CURSOR)
_WHOLE = re.compile(r"\d+", re.ASCII)


def given_of(request: Request, *names: str) -> Mapping[str, str]:
    """The parameters of a request. Raises ValidationError for others than these, and for one that is there twice."""
    check_names(request, [OpenApiParameter(name) for name in (FORMAT, *names)])
    given: Mapping[str, str] = request.query_params.dict()
    if given.get(FORMAT, AS_JSON) not in (AS_JSON, AS_HTML):
        raise ValidationError({FORMAT: _("Kies json of html.")})
    return given


def names_of(collection: Collection) -> list[str]:
    """The parameters that items of a collection take, in order."""
    return [*OF_ITEMS, *(each.name for each in collection.properties if each.is_queryable)]


def asked_of(collection: Collection, given: Mapping[str, str]) -> Asked:
    """What a request asks of a collection. Raises ValidationError by parameter, with what to do."""
    place = open_cursor(given.get(CURSOR, ""), _scope(collection, given))
    return Asked(
        crs=crs_of(given, "crs"),
        area=area_of(given),
        days=days_of(given),
        values=asked_values(collection.properties, given),
        limit=_limit(given),
        after=place,
    )


def next_given(collection: Collection, given: Mapping[str, str], place: Place) -> dict[str, str]:
    """The parameters of the page after one: the same, and where it begins."""
    return {**given, CURSOR: seal_cursor(_scope(collection, given), *place)}


def _limit(given: Mapping[str, str]) -> int:
    """More than the most isn't refused: the standard says that a page may have fewer than are asked."""
    text = given.get("limit", str(DEFAULT_LIMIT))
    digits = text.lstrip("0")
    if not _WHOLE.fullmatch(text) or not digits:
        raise ValidationError({"limit": _("Geef een geheel getal van 1 tot %(most)d.") % {"most": LARGEST_LIMIT}})
    return LARGEST_LIMIT if len(digits) > len(str(LARGEST_LIMIT)) else min(int(digits), LARGEST_LIMIT)


def _scope(collection: Collection, given: Mapping[str, str]) -> str:
    """A name for the list of all features that are asked, whatever page of it: a cursor belongs to one."""
    narrowing: list[tuple[str, Any]] = sorted(
        (name, value) for name, value in given.items() if name not in (FORMAT, CURSOR, "limit", "crs")
    )
    digest = hashlib.blake2b(urlencode(narrowing).encode(), digest_size=8).hexdigest()
    return f"ogc:{collection.id}:{digest}"
