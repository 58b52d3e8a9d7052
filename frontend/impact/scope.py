"""Whose ledger a page shows, of which period, material and organisation."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from exchanges.impact.totals import months_of, numbers_of
from exchanges.impact_querysets import ImpactEntryQuerySet
from exchanges.models import ImpactEntry
from exchanges.permissions import check_sees_ledger_of, sees_ledger_lines
from frontend.requests import PageRequest
from geo.models import Hub
from materials.models import Material

#: In place of a material's code: the lines of which the material isn't known.
UNKNOWN_MATERIAL = "onbekend"
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Scope:
    """`owner` is the hub or the organisation; `entries` are its lines that count, `chosen` those of the filters.

    `first` and `last` are months, by their first day; both are included. `months` are those of its lines. A material
    means all below it too, unless `itself`: then only what nobody sorted any finer. `organisation` gave or received.
    """

    kind: str
    owner: Hub | Organisation
    entries: ImpactEntryQuerySet
    sees_lines: bool
    year: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    material: Material | None = None
    itself: bool = False
    organisation: Organisation | None = None
    material_unknown: bool = False
    months: list[dt.date] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        """Those of its lines, the newest first."""
        return list(dict.fromkeys(month.year for month in self.months))

    @property
    def chosen(self) -> ImpactEntryQuerySet:
        found = self.entries
        if self.year is not None:
            found = found.between(dt.date(self.year, 1, 1), dt.date(self.year, 12, 31))
        if self.first is not None:
            found = found.filter(completed_on__gte=self.first)
        if self.last is not None:
            found = found.filter(completed_on__lt=(self.last + dt.timedelta(days=31)).replace(day=1))
        if self.material_unknown:
            found = found.filter(material=None)
        if self.material is not None:
            last = self.material.tree_left if self.itself else self.material.tree_right
            found = found.filter(material__tree_left__range=(self.material.tree_left, last))
        if self.organisation is not None:
            found = found.of_organisation(self.organisation.pk)
        return found

    @property
    def code(self) -> str:
        """Of the material, as it stands in an address."""
        return UNKNOWN_MATERIAL if self.material_unknown else self.material.code if self.material else ""

    @cached_property
    def materials(self) -> list[Material]:
        """What may be chosen: the families, and below them what its lines are about, in the order of the tree."""
        numbers = numbers_of(self.entries)
        chosen = {self.material.tree_left} if self.material else set()
        return [
            one
            for one in Material.objects.in_tree_order()
            if one.parent_id is None or any(one.tree_left <= number <= one.tree_right for number in numbers | chosen)
        ]

    def address(self, page: str = "", **more: Any) -> str:
        """Of one of its pages: "", "lines", "table", "book" or one of "organisations"; with the filters, and more or
        others in their place.
        """
        name = "-".join(filter(None, (f"{self.kind}-impact", page)))
        filters = {
            "jaar": self.year, "van": in_address(self.first), "tot": in_address(self.last), "materiaal": self.code,
            "zelf": "1" if self.itself else "", "organisatie": self.organisation.slug if self.organisation else "",
        }  # fmt: skip
        query = urlencode({name: value for name, value in (filters | more).items() if value})
        return reverse(name, args=[self.owner.slug]) + (f"?{query}" if query else "")


def in_address(month: dt.date | None) -> str:
    return f"{month:%Y-%m}" if month else ""


def hub_scope(request: PageRequest, slug: str) -> Scope:
    """For everybody; its lines, and what one organisation did, are for who may see them. Raises PermissionDenied."""
    hub = get_object_or_404(Hub, slug=slug)
    entries = ImpactEntry.objects.current().in_hub(hub.pk)
    scope = Scope("hub", hub, entries, sees_ledger_lines(request.user, hub))
    if one := request.GET.get("organisatie", ""):
        check_sees_lines(scope)
        if "\0" in one:
            raise Http404
        scope = replace(scope, organisation=get_object_or_404(Organisation, slug=one))
    return _filtered(request, scope)


def organisation_scope(request: PageRequest, slug: str) -> Scope:
    """For members. Raises PermissionDenied."""
    organisation = get_object_or_404(Organisation, slug=slug)
    check_sees_ledger_of(request.user, organisation)
    entries = ImpactEntry.objects.current().of_organisation(organisation.pk)
    return _filtered(request, Scope("organisation", organisation, entries, sees_lines=True))


def check_sees_lines(scope: Scope) -> None:
    """Raise PermissionDenied for who may not see whose lines they are."""
    if not scope.sees_lines:
        raise PermissionDenied(_("Alleen medewerkers van %(hub)s mogen dit.") % {"hub": scope.owner.name})


SCOPES = {"hub": hub_scope, "organisation": organisation_scope}


def _filtered(request: PageRequest, scope: Scope) -> Scope:
    """With what the address asks. A year, month or material that isn't there is a page that doesn't exist."""
    given, code = request.GET.get("jaar", ""), request.GET.get("materiaal", "")
    if given and not (given.isdecimal() and given.isascii() and "1900" <= given <= "9998" and len(given) == 4):
        raise Http404
    if "\0" in code:
        raise Http404
    unknown = code == UNKNOWN_MATERIAL
    material = get_object_or_404(Material, code=code[:60]) if code and not unknown else None
    return replace(
        scope, year=int(given) if given else None, first=_month(request.GET.get("van", "")),
        last=_month(request.GET.get("tot", "")), material=material, material_unknown=unknown,
        itself=material is not None and bool(request.GET.get("zelf")), months=months_of(scope.entries),
    )  # fmt: skip


def _month(given: str) -> dt.date | None:
    """The first day of a month as it stands in an address: 2026-03."""
    if not given:
        return None
    found = _MONTH.fullmatch(given)
    if found is None or not "1900" <= found[1] <= "9998":
        raise Http404
    return dt.date(int(found[1]), int(found[2]), 1)
