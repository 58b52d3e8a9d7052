"""What happened to a standing agreement, as the journal keeps it: each step in words, why, and who asked a hub."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from exchanges.agreements.differences import Differs, difference_words
from exchanges.agreements.steps import ASK, PROPOSE_CHANGE, STEPS
from exchanges.conversations import hub_names
from exchanges.enums import Side
from exchanges.models import StandingAgreement
from exchanges.verbs import AgreementVerb
from exchanges.words import named
from journal.events import events_of
from journal.models import Event
from materials import figures

#: Steps, and what couldn't be reserved. What is written about it, and what a hub keeps for itself, stands elsewhere.
TOLD = list(
    dict.fromkeys([ASK.verb, PROPOSE_CHANGE.verb, *(step.verb for step in STEPS.values()), AgreementVerb.UNABLE])
)
#: So many at most, the last ones: one that runs for years has hundreds.
MOST_TOLD = 50


@dataclass(frozen=True)
class Happened:
    """`side` is whom it was taken for, and None of what time did; `due_on` the date that it is about alone."""

    verb: AgreementVerb
    at: dt.datetime
    side: Side | None
    behalf_note: str
    reason: str
    due_on: dt.date | None
    words: str


def history_of(agreement: StandingAgreement, reader: User, *, may_read: bool) -> list[Happened]:
    """The first first, as far as the reader may know who took part: needs know_parties(). `may_read` is what reads()
    says of its conversation: without it one reads why of one's own steps alone. Four queries.
    """
    events = list(events_of(agreement).of_verbs(TOLD)[:MOST_TOLD])[::-1]
    people = User.objects.in_bulk([event.by_id for event in events if event.by_id])
    hubs = hub_names(agreement.hub_ids)
    told = [event.pk for event in events if may_read or event.by_id == reader.pk]
    reasons = dict(agreement.reasons.filter(event_id__in=told).values_list("event_id", "reason"))
    return [_happened(agreement, event, people, hubs, reasons.get(event.pk, "")) for event in events]


def _happened(
    agreement: StandingAgreement, event: Event, people: Mapping[int, User], hubs: str, reason: str
) -> Happened:
    verb, kept = AgreementVerb(event.verb), event.changes
    side = _side(agreement, event)
    shown = agreement.shown_of(side) if side is not None else None
    note, due_on = kept.get("behalf_note", ""), kept.get("due_on")
    day = dt.date.fromisoformat(due_on) if due_on else None
    person = people.get(event.by_id or 0)
    words = str(verb.label).format(
        # Whoever acts for a side from a hub always says who of it asked them to.
        who=named(person.name if person else "", shown, hubs if note else ""),
        lot=f"“{agreement.heading}”",
        amount=figures.stored_amount(Decimal(kept["quantity"]), kept["unit"]),
        day=figures.long_day(day) if day else "",
    )
    if "was" in kept:
        words = " ".join([words, " · ".join(difference_words(Differs(kept["was"], kept["now"])))]).strip()
    return Happened(verb, event.at, side, note if shown is not None and shown.slug else "", reason, day, words)


def _side(agreement: StandingAgreement, event: Event) -> Side | None:
    """For which side a step was taken; None of what time did."""
    if event.by_id is None:
        return None
    return Side.REQUESTER if event.organisation_id == agreement.requester_id else Side.OWNER
