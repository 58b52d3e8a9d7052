"""Exchanges for tests, brought to a state by the services that people use."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from exchanges import services
from exchanges.models import Exchange
from exchanges.schedule import BRUSSELS
from listings.models import Listing
from tests.makers import TODAY, make_organisation, make_user, published


class Story:
    """A lot of 40 pallets, its owner, and somebody of another organisation who asks for some of it."""

    def __init__(self, kind: str = "supply", **fields: Any) -> None:
        self.listing: Listing = published(kind, **fields)
        self.owner: User = self.listing.maker  # type: ignore[attr-defined]
        self.requester: User = make_user(name="An Aanvrager")
        self.organisation: Organisation = make_organisation(self.requester)
        self.at = timezone.now()
        self.exchange: Exchange

    def ask(self, quantity: int | str | Decimal = 10, **more: Any) -> Exchange:
        self.exchange = services.request_exchange(
            by=self.requester, organisation=self.organisation, listing=self.listing, quantity=Decimal(quantity),
            at=more.pop("at", self.at), **more,
        )  # fmt: skip
        return self.exchange

    def asked(self, quantity: int | str | Decimal = 10) -> Exchange:
        return getattr(self, "exchange", None) or self.ask(quantity)

    def countered(self, quantity: int = 6) -> Exchange:
        return services.counter(by=self.owner, exchange=self.asked(), quantity=Decimal(quantity), at=self.at)

    def accepted(self) -> Exchange:
        return services.accept(by=self.owner, exchange=self.asked(), at=self.at)

    def proposed(self, by: User | None = None) -> Exchange:
        exchange = self.accepted()
        return services.propose_times(by=by or self.owner, exchange=exchange, times=[slot(3), slot(4)], at=self.at)

    def scheduled(self) -> Exchange:
        exchange = self.proposed()
        return services.confirm_time(
            by=self.requester, exchange=exchange, appointment=times_of(exchange)[0], at=self.at
        )

    def handed_over(self) -> Exchange:
        return services.state_weight(
            by=self.owner, exchange=self.scheduled(), method="weighed", kg=Decimal(250), at=self.after()
        )

    def completed(self) -> Exchange:
        return services.confirm_weight(by=self.requester, exchange=self.handed_over(), at=self.after())

    def no_show(self) -> Exchange:
        return services.report_no_show(by=self.owner, exchange=self.scheduled(), at=self.after())

    def disputed(self) -> Exchange:
        return services.dispute(
            by=self.requester, exchange=self.handed_over(), reason="Het was minder.", at=self.after()
        )

    def after(self) -> dt.datetime:
        """Just after the appointment."""
        return slot(3)[1] + dt.timedelta(minutes=5)


def slot(days: int, hour: int = 10) -> tuple[dt.datetime, dt.datetime]:
    """From ten to twelve on our clocks, so many days from now."""
    day = TODAY + dt.timedelta(days=days)
    return (
        dt.datetime.combine(day, dt.time(hour), BRUSSELS),
        dt.datetime.combine(day, dt.time(hour + 2), BRUSSELS),
    )


def times_of(exchange: Exchange) -> list[Any]:
    return list(exchange.legs.get().appointments.filter(state="proposed"))
