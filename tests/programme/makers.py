"""Activities for tests: a hub with somebody of its staff and a partner; and a story for each service."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Organisation, User
from exchanges.checks import moment
from geo.models import Hub
from programme import services
from programme.models import Activity
from tests.makers import make_organisation, make_user

HUB = "sociaal-circulaire-hub-gent"
TODAY = timezone.localdate()


def times(days: int, first: int = 9, last: int = 12) -> dict[str, Any]:
    """So many days from today, from one hour on our clocks to another."""
    day = TODAY + dt.timedelta(days=days)
    return {"starts_at": moment(day, dt.time(first)), "ends_at": moment(day, dt.time(last))}


class Programme:
    """The hub in Gent, or another, with its staff and a partner."""

    def __init__(self, slug: str = HUB) -> None:
        self.hub = Hub.objects.get(slug=slug)
        self.staff: User = make_user()
        HubStaff.objects.create(hub=self.hub, user=self.staff, role="editor")
        self.partner: Organisation = make_organisation(make_user())
        HubPartner.objects.create(hub=self.hub, organisation=self.partner)

    def draft(self, days: int = 7, **fields: Any) -> Activity:
        given: dict[str, Any] = {
            "kind": "repair_day", "title": "Hersteldag", "languages": ["nl"], "place": "Buurthuis, 9000 Gent",
        }  # fmt: skip
        return services.create_activity(by=self.staff, hub=self.hub, **(given | times(days) | fields))

    def published(self, days: int = 7, **fields: Any) -> Activity:
        return services.publish_activity(by=self.staff, activity=self.draft(days, **fields))

    def past(self, days: int = -7, **fields: Any) -> Activity:
        """One that was announced in time, and is over."""
        made = self.draft(days, **fields)
        return services.publish_activity(by=self.staff, activity=made, at=made.starts_at - dt.timedelta(days=9))

    def cancelled(self, days: int = 7, **fields: Any) -> Activity:
        made = self.published(days, **fields)
        return services.cancel_activity(by=self.staff, activity=made, reason="De zaal is onder water gelopen.")


def many(count: int, programme: Programme | None = None, first: int = -1_000, **fields: Any) -> None:
    """So many published ones, a day after each other from that day on, stored past the services."""
    hub = (programme or Programme()).hub
    moments = [times(number % 2_000 + first) for number in range(count)]
    given: dict[str, Any] = {
        "kind": "network", "languages": ["nl"], "online_link": "https://online.test.example/", "state": "published",
        "published_at": timezone.now(),
    }  # fmt: skip
    Activity.objects.bulk_create(
        [
            Activity(hub=hub, title=f"Nummer {number}", **(given | when | fields))
            for number, when in enumerate(moments)
        ],
        batch_size=1_000,
    )


def _changed() -> Activity:
    story = Programme()
    return services.update_activity(by=story.staff, activity=story.draft(), title="Grote hersteldag", **times(8))


def _deleted() -> None:
    story = Programme()
    services.delete_draft(by=story.staff, activity=story.draft())


_S = "programme.services"
#: What tests/journal/test_every_service.py plays.
STORIES: dict[str, Callable[[], Any]] = {
    f"{_S}.create_activity": lambda: Programme().draft(),
    f"{_S}.update_activity": _changed,
    f"{_S}.publish_activity": lambda: Programme().published(),
    f"{_S}.cancel_activity": lambda: Programme().cancelled(),
    f"{_S}.delete_draft": _deleted,
}
