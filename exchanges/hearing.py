"""Who of an organisation hears of something: one rule behind the letters of exchanges, agreements and proposals."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import Membership
from exchanges.enums import Side


def who_hears(sides: Mapping[int, Side | None], takes_part: Any, contact: int | None = None) -> list[Membership]:
    """The members who take part, each as member of the organisation that they do so for, and `contact`, who made what
    it is about. `takes_part` is a condition on memberships, of which OuterRef("side") is the side in `sides`.

    Where nobody of an organisation takes part, since nobody has so far or who did left, its contact alone hears; all
    its members where the contact isn't one of them. One query.
    """
    rows: list[Any] = list(_members_of(sides).annotate(takes_part=takes_part))
    reached = {row.organisation_id for row in rows if row.takes_part or row.user_id == contact}
    return [row for row in rows if row.takes_part or row.user_id == contact or row.organisation_id not in reached]


def everybody_hears(organisations: Iterable[int]) -> list[Membership]:
    """All members, as of what nobody has answered in days: nobody is left waiting because one person is away. Somebody
    is there once for each of their organisations. One query.
    """
    return list(_members_of(dict.fromkeys(organisations)))


def _members_of(sides: Mapping[int, Side | None]) -> QuerySet[Membership]:
    members = Membership.objects.filter(organisation__in=list(sides), user__is_active=True)
    whens = [When(organisation=pk, then=Value(side.value)) for pk, side in sides.items() if side is not None]
    if whens:
        members = members.annotate(side=Case(*whens))
    return members.select_related("user").order_by("user", "organisation")


def by_these(people: Iterable[tuple[int, int | None]]) -> Q:
    """That a member is one of these people, each as member of an organisation; some may be gone."""
    found = Q(pk__in=[])
    for organisation, user in people:
        if user is not None:
            found |= Q(organisation=organisation, user=user)
    return found
