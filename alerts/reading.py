"""What saved searches ask, read again from how they stand."""

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import ValidationError

from alerts.models import SavedSearch
from geo.models import Hub
from listings.search.filters.where import HUB
from listings.search.parameters import SearchParameters

#: The hub's parameter of an address.
_HUB = HUB.parameter.name


def parameters_of(search: SavedSearch) -> SearchParameters | None:
    """What one asks; None where something that it names is no longer there, such as a hub."""
    return all_parameters([search])[search.pk]


def all_parameters(searches: Iterable[SavedSearch]) -> dict[int | None, SearchParameters | None]:
    """The same of many, by their ids: the hubs of all are read at once."""
    found = list(searches)
    slugs = {search.asked[_HUB] for search in found if _HUB in search.asked}
    hubs = {hub.slug: hub for hub in Hub.objects.filter(slug__in=slugs)} if slugs else {}
    return {search.pk: _read(search.asked, hubs) for search in found}


def _read(texts: dict[str, str], hubs: dict[str, Hub]) -> SearchParameters | None:
    hub = hubs.get(texts.get(_HUB, ""))
    if _HUB in texts and hub is None:
        return None
    try:
        return replace(SearchParameters.read_again(texts, but=(HUB,)), hub=hub)
    except ValidationError:
        return None
