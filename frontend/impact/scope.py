"""Whose ledger a page shows, of which year and material."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import Organisation
from exchanges.impact.totals import years_of
from exchanges.models import ImpactEntry
from exchanges.permissions import check_sees_ledger_of, sees_ledger_lines
from exchanges.querysets import ImpactEntryQuerySet
from frontend.requests import PageRequest
from geo.models import Hub
from materials.models import Material


@dataclass(frozen=True)
class Scope:
    """`owner` is the hub or the organisation; `entries` are its lines that count, `chosen` those of the filters."""

    kind: str
    owner: Hub | Organisation
    entries: ImpactEntryQuerySet
    sees_lines: bool
    year: int | None = None
    family: Material | None = None
    years: list[int] = field(default_factory=list)

    @property
    def chosen(self) -> ImpactEntryQuerySet:
        found = self.entries
        if self.year is not None:
            found = found.between(dt.date(self.year, 1, 1), dt.date(self.year, 12, 31))
        if self.family is not None:
            within = (self.family.tree_left, self.family.tree_right)
            found = found.filter(material__tree_left__range=within)
        return found

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        given = {"jaar": self.year or "", "materiaal": self.family.code if self.family else ""}
        return urlencode({name: value for name, value in given.items() if value})

    def address(self, page: str = "", **more: Any) -> str:
        """Of one of its pages: "", "lines", "table" or "book"; with the filters, and more."""
        name = "-".join(filter(None, (f"{self.kind}-impact", page)))
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return reverse(name, args=[self.owner.slug]) + (f"?{query}" if query else "")


def hub_scope(request: PageRequest, slug: str) -> Scope:
    """For everybody; its lines are for who may see them."""
    hub = get_object_or_404(Hub, slug=slug)
    entries = ImpactEntry.objects.current().in_hub(hub.pk)
    return _filtered(request, Scope("hub", hub, entries, sees_ledger_lines(request.user, hub)))


def organisation_scope(request: PageRequest, slug: str) -> Scope:
    """For members. Raises PermissionDenied."""
    organisation = get_object_or_404(Organisation, slug=slug)
    check_sees_ledger_of(request.user, organisation)
    entries = ImpactEntry.objects.current().of_organisation(organisation.pk)
    return _filtered(request, Scope("organisation", organisation, entries, sees_lines=True))


SCOPES = {"hub": hub_scope, "organisation": organisation_scope}


def _filtered(request: PageRequest, scope: Scope) -> Scope:
    """With what the address asks. A year or material that isn't there is a page that doesn't exist."""
    given, code = request.GET.get("jaar", ""), request.GET.get("materiaal", "")
    if given and not (given.isdecimal() and given.isascii() and "1900" <= given <= "9998" and len(given) == 4):
        raise Http404
    if "\0" in code:
        raise Http404
    family = get_object_or_404(Material.objects.families(), code=code[:60]) if code else None
    return replace(scope, year=int(given) if given else None, family=family, years=years_of(scope.entries))
