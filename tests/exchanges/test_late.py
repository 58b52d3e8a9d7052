"""What comes too late is one kind of refusal wherever it stands: 409, with what happened, or how much is free."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from exchanges import services
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.capacity.weeks import WEEK
from listings.models import Listing
from tests.exchanges.makers import Story, Stream
from tests.exchanges.test_pages import as_
from tests.makers import TODAY

pytestmark = pytest.mark.django_db
EXCHANGES = "/api/v1/exchanges/"
AGREEMENTS = f"{EXCHANGES}agreements/"
#: Who sends what where.
Late = tuple[Any, str, dict[str, Any]]


def _change(listing: Listing, **fields: Any) -> None:
    Listing.objects.filter(pk=listing.pk).update(**fields)


def _asking(story: Story, **more: Any) -> Late:
    given = {"organisation": story.organisation.slug, "listing": story.listing.pk, "quantity": 5} | more
    return story.requester, EXCHANGES, given


def _accepting(story: Story) -> Late:
    return story.owner, f"{EXCHANGES}{story.asked().pk}/steps/", {"step": "accept"}


def over_free() -> Late:
    return _asking(Story(), quantity=41)


def asked_twice() -> Late:
    story = Story()
    story.ask()
    return _asking(story)


def past_its_last_day() -> Late:
    story = Story()
    days = [TODAY - dt.timedelta(days=number) for number in (9, 1)]
    _change(story.listing, available_from=days[0], available_until=days[1])
    return _asking(story)


def accepted_when_expired() -> Late:
    story = Story()
    late = _accepting(story)
    _change(story.listing, status="expired")
    return late


def accepted_when_closed() -> Late:
    story = Story()
    late = _accepting(story)
    _change(story.listing, status="closed")
    return late


def accepted_in_another_unit() -> Late:
    story = Story()
    late = _accepting(story)
    _change(story.listing, unit="kg")
    return late


def accepted_twice() -> Late:
    story = Story()
    late = _accepting(story)
    services.accept(by=story.owner, exchange=story.exchange)
    return late


def a_full_week() -> Late:
    service = Story("service")
    week = monday_of(TODAY) + WEEK
    book_capacity(by=service.owner, service=service.listing, week_start=week, quantity=Decimal(20))
    given = {"week_start": week.isoformat(), "quantity": 1}
    return service.owner, f"/api/v1/listings/{service.listing.pk}/capacity/bookings/", given


def a_week_with_less() -> Late:
    service = Story("service")
    given = {"week_start": (monday_of(TODAY) + WEEK).isoformat(), "quantity": 21}
    return service.owner, f"/api/v1/listings/{service.listing.pk}/capacity/bookings/", given


def a_service_that_is_closed() -> Late:
    late = a_week_with_less()
    Listing.objects.filter(kind="service").update(status="closed")
    return late


def _standing(stream: Stream, name: str = "accept", **given: Any) -> Late:
    return stream.owner, f"{AGREEMENTS}{stream.agreement.pk}/steps/", {"step": name} | given


def agreed_when_expired() -> Late:
    stream = Stream()
    stream.ask_standing()
    _change(stream.listing, status="expired")
    return _standing(stream)


def agreed_when_it_comes_once() -> Late:
    stream = Stream()
    stream.ask_standing()
    _change(stream.listing, recurrence="one_off")
    return _standing(stream)


def agreed_when_there_is_less() -> Late:
    stream = Stream()
    stream.ask_standing()
    _change(stream.listing, quantity=5)
    return _standing(stream)


def agreed_in_another_unit() -> Late:
    stream = Stream()
    stream.ask_standing()
    _change(stream.listing, unit="kg")
    return _standing(stream, "counter", quantity=4)


def a_standing_agreement_asked_twice() -> Late:
    stream = Stream()
    stream.ask_standing()
    given = {
        "organisation": stream.organisation.slug, "listing": stream.listing.pk, "quantity": 4,
        "starts_on": stream.first.isoformat(),
    }  # fmt: skip
    return stream.requester, AGREEMENTS, given


#: Each with what is free, where that is why.
LATE: dict[Callable[[], Late], float | None] = {
    over_free: 40, asked_twice: None, past_its_last_day: None, accepted_when_expired: None,
    accepted_when_closed: None, accepted_in_another_unit: None, accepted_twice: None, a_full_week: 0,
    a_week_with_less: 20, a_service_that_is_closed: None, agreed_when_expired: None, agreed_when_it_comes_once: None,
    agreed_when_there_is_less: 5, agreed_in_another_unit: None, a_standing_agreement_asked_twice: None,
}  # fmt: skip


@pytest.mark.parametrize("late", LATE, ids=lambda late: late.__name__)
def test_what_comes_too_late_is_a_conflict_that_says_why(late: Callable[[], Late]) -> None:
    who, address, given = late()
    answer = as_(who).post(address, given, content_type="application/json")
    assert answer.status_code == 409, answer.content.decode()
    assert answer.json()["detail"]
    assert answer.json().get("free") == LATE[late]
