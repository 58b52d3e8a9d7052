"""Template tags and filters of Werkstof."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from frontend.account import going
from frontend.components import figures
from frontend.search.page import Asked
from listings.enums import ServiceKind
from listings.models import Listing

register = template.Library()
#: Signs that mean something in HTML, as JSON may spell them.
_ENDS_NOTHING = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite; decoration only: the words beside it say the same."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("build/icons.svg"),
        name,
    )


@register.simple_tag
def sign(kind: str) -> SafeString:
    """The sign of supply, demand or service."""
    return format_html('<svg aria-hidden="true"><use href="{}#sign-{}"></use></svg>', static("build/icons.svg"), kind)


@register.simple_tag
def login_words(address: str) -> str:
    """Why one is asked to log in, by the address that it leads to."""
    return going.login_words(address)


@register.inclusion_tag("search/mistakes.html")
def mistakes(asked: Asked, *names: str) -> dict[str, list[str]]:
    """What is wrong with these fields of a search."""
    return {"mistakes": [asked.errors[name] for name in names if name in asked.errors]}


@register.simple_tag
def replaced(query: QueryDict, name: str, value: Any) -> str:
    """A query string with one parameter set (or gone, where the value is empty), without a cursor."""
    changed = query.copy()
    changed.pop("cursor", None)
    if value in (None, ""):
        changed.pop(name, None)
    else:
        changed[name] = str(value)
    return changed.urlencode()


@register.simple_tag
def ld_json(document: dict[str, Any]) -> SafeString:
    """Data in the words of schema.org; nothing in it can end the element in which it stands."""
    text = json.dumps(document, ensure_ascii=False).translate(_ENDS_NOTHING)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


@register.simple_tag
def service_label(kind: str) -> str:
    return str(ServiceKind(kind).label)


@register.simple_tag
def lang_of(listing: Listing) -> SafeString:
    """The attribute that says in which language a listing's own words are, where the page is in another."""
    if not listing.title or listing.language == get_language():
        return SafeString("")
    return format_html(' lang="{}"', listing.language)


@register.simple_tag
def lang_of_title(listing: Listing) -> SafeString:
    """The same for its title, which is in the reader's language where it is the name of a material."""
    return SafeString("") if listing.is_titled_by_material else lang_of(listing)


@register.simple_tag
def eural(code: str) -> str:
    """ "170201" as people write it: "17 02 01"."""
    return f"{code[:2]} {code[2:4]} {code[4:]}"


@register.filter
def percent(share: float) -> str:
    return figures.percent(share)


@register.filter
def number(value: Decimal | float | int, most_decimals: int = 2) -> str:
    return figures.number(value, most_decimals)


@register.filter
def distance(metres: float) -> str:
    return figures.distance(metres)


@register.filter
def mass(mass_kg: float) -> str:
    return figures.mass(mass_kg)


@register.filter
def euro(value: Decimal) -> str:
    return figures.euro(value)


@register.filter
def day(value: dt.date) -> str:
    """The day, of a moment on our clocks: "3 dec"."""
    return figures.short_day(timezone.localdate(value) if isinstance(value, dt.datetime) else value)


@register.filter
def long_day(value: dt.date) -> str:
    return figures.long_day(timezone.localdate(value) if isinstance(value, dt.datetime) else value)


@register.filter
def weekday(value: dt.datetime) -> str:
    """The day of a moment, on our clocks: "donderdag 3 december"."""
    return figures.weekday_and_day(timezone.localdate(value))


@register.filter
def until(at: dt.datetime) -> str:
    """Until when somebody may act: "maandag 14 december, 05:17"."""
    return figures.until(at)


@register.filter
def until_short(at: dt.datetime) -> str:
    return figures.until(at, short=True)


@register.filter
def time_of_day(value: dt.datetime) -> str:
    return figures.time_of_day(value)
