"""Who of an organisation hears of something: one rule behind the letters of exchanges, agreements and proposals."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Membership


def who_hears(
    organisations: Iterable[int], takes_part: Any, contact: int | None = None, *, everybody: bool = False
) -> list[Membership]:
    """The members who take part, each as member of the organisation that they do so for, and `contact`, who made what
    it is about. `takes_part` is a condition on memberships.

    Where nobody of an organisation takes part, since nobody has so far or who did left, its contact alone hears; all
    its members where the contact isn't one of them. With `everybody` they all do, as of what nobody has answered in
    days: nobody is left waiting because one person is away. One query.
    """
    members = Membership.objects.filter(organisation__in=list(organisations), user__is_active=True)
    rows: list[Any] = list(
        members.annotate(takes_part=takes_part).select_related("user").order_by("user", "organisation")
    )
    reached = {row.organisation_id for row in rows if row.takes_part or (row.user_id == contact and not everybody)}
    return [row for row in rows if row.takes_part or row.user_id == contact or row.organisation_id not in reached]


def by_these(people: Collection[int | None]) -> Q:
    """That a member is one of these people, of whom some may be gone."""
    return Q(user__in=[pk for pk in people if pk is not None])
