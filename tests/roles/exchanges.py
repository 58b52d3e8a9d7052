"""Addresses about exchanges, standing agreements, proposals and conversations."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import HubPartner
from accounts.roles import Right as R
from accounts.roles import Role
from exchanges import services
from exchanges.agreements.terms import Terms
from exchanges.models import Arrangement, Conversation, Exchange
from exchanges.routing import route_to
from listings.models import Listing
from tests.exchanges.makers import slot, times_of
from tests.makers import TODAY, make_organisation, make_user, published
from tests.maps.stories import webp
from tests.roles.cast import Cast, Visit, reads, sends, writes
from tests.roles.listings import NEXT_MONDAY

_FIRST = TODAY + dt.timedelta(days=8)
#: Just after an appointment of slot(3).
_AFTER = slot(3)[1] + dt.timedelta(minutes=5)


class ExchangeCast(Cast):
    """The organisation owns what is asked for, unless said otherwise: the members are its own."""

    def __init__(self) -> None:
        super().__init__()
        self.at = timezone.now()
        self.requester = make_user()
        self.requesters = make_organisation(self.requester)
        self.lot = self.own()
        self.exchange = self.asked(self.lot)
        self.scheduled, self.disputed = self.brought_to_appointment(), self.brought_to_dispute()
        self.arranged = self.asked(self.own())
        self.arrangement = Arrangement.objects.create(
            kind="bundle", requester=self.requesters, asked_by=self.requester, idempotency_key="k", created_at=self.at
        )
        Exchange.objects.filter(pk=self.arranged.pk).update(arrangement=self.arrangement)
        self.stream = self.own(recurrence="weekly")
        terms = Terms(quantity=Decimal(10), starts_on=_FIRST)
        self.agreement = services.ask_agreement(
            by=self.requester,
            organisation=self.requesters,
            listing=self.stream,
            terms=terms,
            remark="Dag.",
            at=self.at,
        )
        self.service, self.demand, self.wanted = published("service"), published("demand"), self.own("demand")
        self.others, self.more, self.other_stream = published(), published(), published(recurrence="weekly")
        self.proposal = services.propose_match(by=self.staff, hub=self.hub, supply=self.lot, demand=self.demand)
        self.enquiry = services.ask_hub(by=self.requester, route=route_to(self.hub), subject="Hout", text="Wie?")
        self.talk = Conversation.objects.get(exchange=self.exchange)
        self.numbers |= {
            "exchange_id": self.exchange.pk, "agreement_id": self.agreement.pk, "proposal_id": self.proposal.pk,
            "enquiry_id": self.enquiry.pk, "listing_id": self.lot.pk, "service_id": self.service.pk,
            "demand_id": self.demand.pk, "arrangement_id": self.arrangement.pk, "name": "accept",
            "slug": self.hub.slug,
        }  # fmt: skip

    def own(self, kind: str = "supply", **fields: Any) -> Listing:
        return published(kind, by=self.member, organisation=self.organisation, **fields)

    def asked(self, listing: Listing) -> Exchange:
        return services.request_exchange(
            by=self.requester, organisation=self.requesters, listing=listing, quantity=Decimal(10), message="Dag.",
            at=self.at,
        )  # fmt: skip

    def brought_to_appointment(self) -> Exchange:
        exchange = services.accept(by=self.member, exchange=self.asked(self.own()), at=self.at)
        services.propose_times(by=self.member, exchange=exchange, times=[slot(3)], at=self.at)
        return services.confirm_time(
            by=self.requester, exchange=exchange, appointment=times_of(exchange)[0], at=self.at
        )

    def brought_to_dispute(self) -> Exchange:
        exchange = services.state_weight(
            by=self.member, exchange=self.brought_to_appointment(), method="weighed", kg=Decimal(250), at=_AFTER
        )
        return services.dispute(by=self.requester, exchange=exchange, reason="Het was minder.", at=_AFTER)


def _hub_asked_in(cast: ExchangeCast, _role: Role) -> None:
    services.invite_hub(by=cast.member, conversation=cast.talk)


def _hub_asked_into_agreement(cast: ExchangeCast, _role: Role) -> None:
    services.invite_hub(by=cast.member, conversation=cast.agreement.conversation)


def _with_photo(cast: ExchangeCast, role: Role) -> dict[str, Any]:
    _hub_asked_in(cast, role)
    sent = services.send_message(
        by=cast.member, conversation=cast.talk, text="Zo ziet het eruit.", photos=[webp().read()]
    )
    return {"photo_id": sent.photos.get().pk}


def _with_slip(cast: ExchangeCast, _role: Role) -> dict[str, Any]:
    exchange = services.state_weight(
        by=cast.member, exchange=cast.brought_to_appointment(), method="weighed", kg=Decimal(250),
        slip=webp().read(), at=_AFTER,
    )  # fmt: skip
    return {"exchange_id": exchange.pk, "statement_id": exchange.legs.get().weights.get().pk}


def _partner_of_hub(cast: ExchangeCast, _role: Role) -> None:
    """Its hub may then ask on its behalf."""
    HubPartner.objects.create(hub=cast.hub, organisation=cast.organisation)


def _worked(cast: ExchangeCast, _role: Role) -> dict[str, Any]:
    """A completed exchange of a maatwerkbedrijf."""
    type(cast.organisation).objects.filter(pk=cast.organisation.pk).update(kind="social_enterprise")
    exchange = services.state_weight(
        by=cast.member, exchange=cast.brought_to_appointment(), method="weighed", kg=Decimal(250), at=_AFTER
    )
    services.confirm_weight(by=cast.requester, exchange=exchange, at=_AFTER)
    return {"exchange_id": exchange.pk}


def _worked_for_partner(cast: ExchangeCast, role: Role) -> dict[str, Any]:
    _partner_of_hub(cast, role)
    return _worked(cast, role)


def _own_feed(cast: ExchangeCast, role: Role) -> None:
    user = cast.users[role]
    if user is not None:
        services.renew_calendar_feed(by=user)


def _asking(cast: ExchangeCast, role: Role, **more: Any) -> dict[str, Any]:
    given = {"organisation": cast.organisation.slug, "listing": cast.others.pk, "quantity": 5}
    return given | _behalf_of(role) | more


def _behalf_of(role: Role) -> dict[str, str]:
    """What staff of a hub say, and members don't."""
    return {"behalf_note": "An, per telefoon"} if role in (Role.STAFF, Role.MANAGER) else {}


def _bundle_form(cast: ExchangeCast, role: Role) -> dict[str, Any]:
    both = (cast.others, cast.more)
    given = _behalf_of(role) | {
        "key": "k",
        "supplies": ",".join(str(one.pk) for one in both),
        "message": "",
        "wanted_on": "",
    }
    return given | {f"part_{one.pk}": "5" for one in both}


_WORK = {"supply_id": lambda cast: cast.lot.pk, "service_id": lambda cast: cast.service.pk}
_OTHERS = {"listing_id": lambda cast: cast.others.pk}
_WANTED = {"listing_id": lambda cast: cast.wanted.pk}
_OTHER_STREAM = {"listing_id": lambda cast: cast.other_stream.pk}
_SCHEDULED = {"exchange_id": lambda cast: cast.scheduled.pk}
_DISPUTED = {"exchange_id": lambda cast: cast.disputed.pk}
_ENDING = {"name": "end"}
_CHAIN = {"quantity": "5", "work": "5", "week": NEXT_MONDAY.isoformat(), "note": ""}
_SETTLED = {"step": "settle_cancelled", "reason": "Niets geleverd."}
VISITS: list[Visit] = [
    *reads(
        R.KEEP_OWN, "my-exchanges", "my-enquiries", "ask-hub", "exchange-request", "agreement-ask", where=_OTHER_STREAM
    ),
    *reads(R.KEEP_OWN, "api-exchanges", "api-agreements", "api-proposals", "api-enquiries"),
    writes(
        R.KEEP_OWN,
        "ask-hub",
        {"key": "k1", "subject": "Hout", "text": "Wie?", "place": "9000 Gent"},
    ),
    sends(R.KEEP_OWN, "api-enquiries", lambda cast, _role: {"hub": cast.hub.slug, "subject": "Hout", "text": "Wie?"}),
    writes(R.KEEP_OWN, "calendar-feed-renew"),
    writes(R.KEEP_OWN, "calendar-feed-stop", before=_own_feed),
    # What one sees.
    *reads(R.SEE_EXCHANGE, "exchange", "agreement", leaves_mark=True),
    *reads(R.SEE_EXCHANGE, "api-exchange", "api-exchange-steps", "api-agreement"),
    *reads(R.SEE_EXCHANGE, "api-arrangement"),
    *reads(R.SEE_EXCHANGE, "exchange-calendar", where=_SCHEDULED),
    *reads(R.SEE_EXCHANGE, "weighing-slip", "api-weighing-slip", before=_with_slip),
    *reads(R.SEE_EXCHANGE, "api-exchange-messages", before=_hub_asked_in),
    *reads(R.SEE_EXCHANGE, "api-agreement-messages", before=_hub_asked_into_agreement),
    sends(R.SEE_EXCHANGE, "api-agreement-read", before=_hub_asked_into_agreement),
    *reads(R.SEE_EXCHANGE, "message-photo", "api-message-photo", before=_with_photo),
    sends(R.SEE_EXCHANGE, "api-exchange-read", before=_hub_asked_in),
    *reads(R.SEE_PROPOSAL, "proposal", "api-proposal"),
    # Steps, and what is written.
    writes(R.TAKE_STEPS, "exchange-step", lambda _cast, role: {"version": 1, "key": "k"} | _behalf_of(role)),
    sends(R.TAKE_STEPS, "api-exchange-steps", lambda _cast, role: {"step": "accept"} | _behalf_of(role)),
    writes(R.TAKE_STEPS, "agreement-step", lambda _cast, role: {"version": 1, "key": "k"} | _behalf_of(role)),
    sends(R.TAKE_STEPS, "api-agreement-steps", lambda _cast, role: {"step": "accept"} | _behalf_of(role)),
    writes(R.TAKE_STEPS, "exchange-message", {"message-key": "k", "message-text": "Dag"}, before=_hub_asked_in),
    sends(R.TAKE_STEPS, "api-exchange-messages", {"text": "Dag"}, before=_hub_asked_in),
    writes(R.WRITE_FOR, "exchange-invite-hub"),
    sends(R.WRITE_FOR, "api-exchange-hub"),
    writes(
        R.TAKE_STEPS,
        "agreement-message",
        {"message-key": "k", "message-text": "Dag"},
        before=_hub_asked_into_agreement,
    ),
    sends(R.TAKE_STEPS, "api-agreement-messages", {"text": "Dag"}, before=_hub_asked_into_agreement),
    writes(R.WRITE_FOR, "agreement-invite-hub"),
    sends(R.WRITE_FOR, "api-agreement-hub"),
    writes(R.WRITE_FOR, "proposal-answer", {"answer": "yes", "side": "supply"}),
    sends(R.WRITE_FOR, "api-proposal-answer", {"answer": "yes"}),
    writes(
        R.REQUEST,
        "proposal-answer",
        lambda _cast, role: {"answer": "yes", "side": "supply"} | _behalf_of(role),
        before=_partner_of_hub,
    ),
    sends(
        R.REQUEST,
        "api-proposal-answer",
        lambda _cast, role: {"answer": "yes", "side": "supply"} | _behalf_of(role),
        before=_partner_of_hub,
    ),
    writes(
        R.WRITE_FOR,
        "exchange-hours",
        lambda cast, _role: {"hours-organisation": cast.organisation.pk, "hours-hours": "12"},
        before=_worked,
    ),
    writes(
        R.REQUEST,
        "exchange-hours",
        lambda cast, role: {
            "hours-organisation": cast.organisation.pk,
            "hours-hours": "12",
            "hours-behalf_note": _behalf_of(role).get("behalf_note", ""),
        },
        before=_worked_for_partner,
    ),
    # The pages ask in the name of an organisation of one's own, and tell whoever has none to begin one.
    writes(
        R.KEEP_OWN,
        "exchange-request",
        {"key": "k", "quantity": "5", "wanted_on": "", "message": ""},
        where=_OTHERS,
    ),
    writes(
        R.KEEP_OWN,
        "agreement-ask",
        {
            "key": "k",
            "quantity": "5",
            "often": "weeks-1",
            "starts_on": _FIRST,
            "ends_on": "",
            "from_time": "",
            "to_time": "",
            "place": "",
            "remark": "",
        },
        where=_OTHER_STREAM,
    ),
    # Asking in the organisation's name; on behalf of a partner, members have nobody to ask for.
    writes(
        R.REQUEST,
        "exchange-request",
        lambda cast, _role: {
            "key": "k",
            "organisation": cast.organisation.pk,
            "quantity": "5",
            "wanted_on": "",
            "message": "",
            "behalf_note": "An, per telefoon",
        },
        where=_OTHERS,
        query="?namens=partner",
        before=_partner_of_hub,
        refuses=409,
        but=frozenset({Role.MEMBER, Role.ADMIN}),
    ),
    *reads(R.REQUEST, "bundle-request", where=_WANTED, before=_partner_of_hub),
    writes(R.REQUEST, "bundle-request", _bundle_form, where=_WANTED, before=_partner_of_hub),
    sends(R.REQUEST, "api-exchanges", _asking, before=_partner_of_hub),
    sends(
        R.REQUEST,
        "api-agreements",
        lambda cast, role: _asking(cast, role, listing=cast.other_stream.pk, starts_on=_FIRST.isoformat()),
        before=_partner_of_hub,
    ),
    *reads(R.REQUEST, "chain-propose"),
    writes(R.REQUEST, "chain-propose", _CHAIN),
    sends(
        R.REQUEST,
        "api-proposals",
        lambda cast, _role: {
            "supply": cast.lot.pk,
            "service": cast.service.pk,
            "demand": cast.demand.pk,
            "week_start": NEXT_MONDAY.isoformat(),
            "quantity": 5,
            "work": 5,
        },
    ),
    sends(
        R.REQUEST,
        "api-bundles",
        lambda cast, role: (
            _behalf_of(role)
            | {
                "demand": cast.wanted.pk,
                "parts": [{"supply": one.pk, "quantity": 5} for one in (cast.others, cast.more)],
            }
        ),
        before=_partner_of_hub,
    ),
    # The hub's work.
    writes(R.WORK_FOR_HUB, "exchange-follow-up", lambda cast, _role: {"user": cast.staff.pk}),
    writes(R.WORK_FOR_HUB, "exchange-note", {"text": "Gebeld."}),
    writes(R.WORK_FOR_HUB, "agreement-follow-up", lambda cast, _role: {"user": cast.staff.pk}),
    writes(R.WORK_FOR_HUB, "agreement-note", {"text": "Gebeld."}),
    writes(
        R.MEDIATE,
        "exchange-step",
        lambda cast, _role: {"key": "k", "version": cast.disputed.version, "reason": "Niets geleverd."},
        where=_DISPUTED | {"name": "settle_cancelled"},
    ),
    sends(R.MEDIATE, "api-exchange-steps", _SETTLED, where=_DISPUTED),
    *reads(R.READ_QUESTIONS, "enquiry", leaves_mark=True),
    *reads(R.READ_QUESTIONS, "api-enquiry", "api-enquiry-messages"),
    sends(R.READ_QUESTIONS, "api-enquiry-read"),
    *reads(R.WORK_FOR_HUB, "hub-enquiries", "api-hub-enquiries", "api-hub-proposals"),
    writes(R.WORK_FOR_HUB, "enquiry-message", {"key": "k", "text": "Dag"}),
    writes(R.WORK_FOR_HUB, "enquiry-take"),
    writes(R.WORK_FOR_HUB, "enquiry-close"),
    sends(R.WORK_FOR_HUB, "api-enquiry-messages", {"text": "Dag"}),
    sends(R.WORK_FOR_HUB, "api-enquiry-owner"),
    sends(R.WORK_FOR_HUB, "api-enquiry-close"),
    *reads(R.WORK_FOR_HUB, "hub-board", "hub-board-table"),
    *reads(
        R.WORK_FOR_HUB,
        "hub-storage",
        where={"supply_id": lambda cast: cast.lot.pk, "demand_id": lambda cast: cast.demand.pk},
    ),
    *reads(R.WORK_FOR_HUB, "hub-propose-choose"),
    *reads(
        R.WORK_FOR_HUB,
        "hub-propose-pair",
        where={"supply_id": lambda cast: cast.lot.pk, "demand_id": lambda cast: cast.demand.pk},
    ),
    *reads(R.WORK_FOR_HUB, "hub-propose-work", where=_WORK),
    writes(
        R.WORK_FOR_HUB,
        "hub-propose-work",
        lambda _cast, _role: {"work": "5", "week": NEXT_MONDAY.isoformat(), "note": ""},
        where=_WORK,
    ),
    writes(R.WORK_FOR_HUB, "proposal-withdraw"),
    sends(R.WORK_FOR_HUB, "api-proposal-withdraw"),
    writes(R.WORK_FOR_HUB, "hub-propose", lambda cast, _role: {"supply": cast.others.pk, "demand": cast.demand.pk}),
    sends(
        R.WORK_FOR_HUB,
        "api-hub-proposals",
        lambda cast, _role: {"supply": cast.others.pk, "demand": cast.demand.pk},
    ),
]
