"""Exchanges for tests, brought to a state by the services that people use."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from exchanges import services
from exchanges.agreements.terms import Terms
from exchanges.models import Delivery, Exchange, StandingAgreement
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

    def contested(self) -> Exchange:
        return services.contest_no_show(
            by=self.requester, exchange=self.no_show(), reason="We stonden er.", at=self.after()
        )

    def disputed(self) -> Exchange:
        return services.dispute(
            by=self.requester, exchange=self.handed_over(), reason="Het was minder.", at=self.after()
        )

    def after(self) -> dt.datetime:
        """Just after the appointment."""
        return slot(3)[1] + dt.timedelta(minutes=5)


class Stream(Story):
    """Forty pallets each week, and somebody who wants ten of them on the same day of each."""

    def __init__(self, first: int = 8, **fields: Any) -> None:
        super().__init__(**({"recurrence": "weekly"} | fields))
        self.first = TODAY + dt.timedelta(days=first)
        self.agreement: StandingAgreement

    def terms(self, **more: Any) -> Terms:
        given: dict[str, Any] = {"quantity": Decimal(10), "starts_on": self.first} | more
        return Terms(**given)

    def ask_standing(self, **more: Any) -> StandingAgreement:
        given: dict[str, Any] = {"at": self.at}
        given |= {name: more.pop(name) for name in ("idempotency_key", "remark", "at") if name in more}
        self.agreement = services.ask_agreement(
            by=self.requester, organisation=self.organisation, listing=self.listing, terms=self.terms(**more),
            **given,
        )  # fmt: skip
        return self.agreement

    def agreed(self, **more: Any) -> StandingAgreement:
        asked = getattr(self, "agreement", None) or self.ask_standing(**more)
        self.agreement = services.accept_agreement(by=self.owner, agreement=asked, at=self.at)
        return self.agreement

    def countered_standing(self, **more: Any) -> StandingAgreement:
        """Six where ten were asked, unless other terms are given."""
        asked = getattr(self, "agreement", None) or self.ask_standing()
        terms = self.terms(**({"quantity": Decimal(6)} | more))
        self.agreement = services.counter_agreement(by=self.owner, agreement=asked, terms=terms, at=self.at)
        return self.agreement

    def change(self, **how: Any) -> StandingAgreement:
        """Change all that follows as change_agreement() does; where that asks more of the other side, it agrees."""
        changed = services.change_agreement(agreement=self.agreement, **how)
        if not changed.proposed_by:
            return changed
        other = self.owner if changed.proposed_by == "requester" else self.requester
        return services.agree_change(by=other, agreement=changed, at=how.get("at"))

    def change_proposed(self) -> StandingAgreement:
        """The owner wants to give twenty where ten were agreed on."""
        terms = self.terms(quantity=Decimal(20))
        return services.change_agreement(by=self.owner, agreement=self.agreed(), terms=terms, at=self.at)

    def paused(self) -> StandingAgreement:
        return services.pause_agreement(by=self.owner, agreement=self.agreed(), reason="Vakantie.", at=self.at)

    def deliveries(self) -> list[Delivery]:
        return list(self.agreement.deliveries.select_related("exchange").order_by("due_on"))


def slot(days: int, hour: int = 10) -> tuple[dt.datetime, dt.datetime]:
    """From ten to twelve on our clocks, so many days from now."""
    day = TODAY + dt.timedelta(days=days)
    return (
        dt.datetime.combine(day, dt.time(hour), BRUSSELS),
        dt.datetime.combine(day, dt.time(hour + 2), BRUSSELS),
    )


def times_of(exchange: Exchange) -> list[Any]:
    return list(exchange.legs.get().appointments.filter(state="proposed"))
