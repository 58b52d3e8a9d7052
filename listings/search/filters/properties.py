"""Properties of a listing: its condition, when it is there, and the work that it needs or offers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from listings.enums import Condition, ListingKind, ServiceKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.facets import LAST_YEAR
from listings.search.filters.base import OneParameter, Parameter
from listings.search.filters.reading import date, one_of
from listings.search.filters.what import AskedWhat
from materials import figures


@dataclass(frozen=True, kw_only=True)
class AskedProperties(AskedWhat):
    service: ServiceKind | None = None
    condition: Condition | None = None
    available_on: dt.date | None = None


class ServiceFilter(OneParameter[AskedProperties, ServiceKind]):
    """Services that offer this; of supply, what needs it first."""

    parameter = Parameter("service", "What a service offers, or what a supply needs.", choices=ServiceKind.values)
    narrows = True

    def parse(self, text: str) -> ServiceKind:
        return one_of({kind.value: kind for kind in ServiceKind}, text)

    def text(self, value: ServiceKind) -> str:
        return value.value

    def checked(self, found: ListingQuerySet, value: ServiceKind, asked: AskedProperties) -> ListingQuerySet:
        if asked.kind == ListingKind.SUPPLY:
            return found.filter(needs_services__contains=[value])
        return found.filter(service_kinds__contains=[value])

    def holds(self, listing: Listing, value: ServiceKind, asked: AskedProperties) -> bool:
        return value in (listing.needs_services if asked.kind == ListingKind.SUPPLY else listing.service_kinds)

    def tokens(self, value: ServiceKind, asked: AskedProperties) -> list[str]:
        return [f"s:{value.value}"]

    def words(self, value: ServiceKind, called: Mapping[str, str]) -> str:
        return str(value.label)


class ConditionFilter(OneParameter[AskedProperties, Condition]):
    """At least as good as this; what has no condition, such as a service, is left out."""

    parameter = Parameter("condition", "At least as good as this.", choices=[choice.slug for choice in Condition])
    narrows = True

    def parse(self, text: str) -> Condition:
        return one_of({choice.slug: choice for choice in Condition}, text.lower())

    def text(self, value: Condition) -> str:
        return value.slug

    def checked(self, found: ListingQuerySet, value: Condition, asked: AskedProperties) -> ListingQuerySet:
        return found.filter(condition__gte=value)

    def holds(self, listing: Listing, value: Condition, asked: AskedProperties) -> bool:
        return listing.condition is not None and listing.condition >= value

    def tokens(self, value: Condition, asked: AskedProperties) -> list[str]:
        """A listing has a token for its condition and for each worse one."""
        return [f"c:{value.value}"]

    def words(self, value: Condition, called: Mapping[str, str]) -> str:
        return _("minstens %(condition)s") % {"condition": value.label}


class AvailableFilter(OneParameter[AskedProperties, dt.date]):
    """Available on a day."""

    parameter = Parameter("available_on", "A day: 2026-12-31, or today.", dt.date)
    narrows = True

    def parse(self, text: str) -> dt.date:
        return date(text)

    def checked(self, found: ListingQuerySet, value: dt.date, asked: AskedProperties) -> ListingQuerySet:
        return found.filter(Q(available_until__isnull=True) | Q(available_until__gte=value), available_from__lte=value)

    def holds(self, listing: Listing, value: dt.date, asked: AskedProperties) -> bool:
        begun = listing.available_from is not None and listing.available_from <= value
        return begun and not listing.is_over(value)

    def tokens(self, value: dt.date, asked: AskedProperties) -> list[str]:
        """Years in which it may end. When it begins has no token: most of what is published has begun."""
        return ["u:open", *(f"u:{year}" for year in range(min(value.year, LAST_YEAR), LAST_YEAR + 1))]

    def words(self, value: dt.date, called: Mapping[str, str]) -> str:
        return _("beschikbaar op %(day)s") % {"day": figures.long_day(value)}


SERVICE, CONDITION, AVAILABLE = ServiceFilter(), ConditionFilter(), AvailableFilter()
FILTERS = (SERVICE, CONDITION, AVAILABLE)
