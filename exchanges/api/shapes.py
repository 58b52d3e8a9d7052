"""What the answers about exchanges look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from accounts.api.shapes import VERIFICATION
from accounts.enums import OrganisationKind
from exchanges.agreements.history import TOLD
from exchanges.agreements.steps import STEPS as AGREEMENT_STEPS
from exchanges.enums import (
    AgreementState,
    Answer,
    ArrangementKind,
    CarrierExemption,
    DeliveryState,
    EnquiryEnd,
    EnquiryState,
    ExchangeState,
    ProposalState,
    Refusal,
    Rhythm,
    Role,
    Side,
    StartedFrom,
    Turn,
    Vehicle,
)
from exchanges.steps import STEPS
from exchanges.verbs import ExchangeVerb
from geo.api.openapi import (
    BOOLEAN,
    ID,
    MAYBE_DATE,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    SHARE,
    TEXT,
    a_list,
    an_object,
    maybe,
    one_of,
)
from journal.enums import Source
from listings.enums import ListingKind
from materials.enums import Unit

DATE = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
#: The steps of people, by the name that is posted.
NAMES = sorted(name for name, step in STEPS.items() if Role.TIME_OUT not in step.actors)
PARTY = an_object(name=TEXT, slug=TEXT)
APPOINTMENT_ROW = an_object(
    id=ID, start=MOMENT, end=MOMENT, state=one_of(["proposed", "confirmed"]), proposed_by=one_of(Side.values)
)
WEIGHT_ROW = an_object(
    "`slip` is where the photo of the weighing slip is, as WebP.",
    side=one_of(Side.values), revision=ID, method=TEXT, quantity=NUMBER, kg=MAYBE_NUMBER,
    vehicle=one_of(Vehicle.values, nullable=True), by_hub=BOOLEAN,
    slip=MAYBE_TEXT, at=MOMENT,
)  # fmt: skip
CARRIER_ROW = an_object(
    name=TEXT, registration=MAYBE_TEXT, exemption=one_of(CarrierExemption.values, nullable=True),
    side=one_of(Side.values),
)  # fmt: skip
LEG_ROW = an_object(
    "`quantity` is what was agreed, or asked; `given_quantity` what went over, once that stands.",
    giver=maybe(PARTY), receiver=maybe(PARTY), listing=ID, quantity=NUMBER, given_quantity=MAYBE_NUMBER,
    unit=one_of(Unit.values),
    wanted_on=MAYBE_DATE, carrier=maybe(CARRIER_ROW), appointments=a_list(APPOINTMENT_ROW), weights=a_list(WEIGHT_ROW),
)  # fmt: skip
EXCHANGE_ROW = an_object(
    id=ID, state=one_of(ExchangeState.values), version=ID, turn=one_of(Turn.values), listing=ID,
    started_from=one_of(StartedFrom.values), behalf_note=MAYBE_TEXT, arrangement=maybe(ID), agreement=maybe(ID),
    week_start=MAYBE_DATE, period_start=MAYBE_DATE, requester=PARTY, owner=maybe(PARTY), created_at=MOMENT,
    state_since=MOMENT, deadline_at=maybe(MOMENT), cancelled_late=BOOLEAN, one_sided=BOOLEAN, quantity=NUMBER,
    unit=one_of(Unit.values),
)  # fmt: skip
EXCHANGE_WITH_LEGS = an_object(**EXCHANGE_ROW["properties"], legs=a_list(LEG_ROW))
EXCHANGE_DETAIL = an_object(
    "`obstacle` says in words why a request can't be accepted any more as it was asked, `late_food` that one meets "
    "after the date of the food.",
    **EXCHANGE_WITH_LEGS["properties"],
    place=MAYBE_TEXT,
    obstacle=MAYBE_TEXT,
    late_food=MAYBE_TEXT,
    open_steps=a_list(an_object(step=one_of(NAMES), side=one_of(Side.values, nullable=True))),
)
EXCHANGES_PAGE = an_object(next=MAYBE_TEXT, results=a_list(EXCHANGE_ROW))
UNSEEN_PART = an_object(
    "To the service, or from there to who uses it.",
    part=one_of(["to_service", "from_service"]), state=one_of(ExchangeState.values), state_since=MOMENT,
)  # fmt: skip
ARRANGEMENT = an_object(
    "Of `parts` exchanges that were begun along with each other, those that you see. `fell_at` is of a chain: when "
    "all were told that it doesn't go on. `unseen` are the hand-overs of a chain that aren't yours: how far each is.",
    id=ID, kind=one_of(ArrangementKind.values), parts=ID, fell_at=maybe(MOMENT),
    exchanges=a_list(EXCHANGE_WITH_LEGS), unseen=a_list(UNSEEN_PART),
)  # fmt: skip
STEP_ROW = an_object(
    number=ID, step=one_of(list(ExchangeVerb.values)), state_before=MAYBE_TEXT,
    state_after=one_of(ExchangeState.values), role=one_of(Role.values), side=one_of(Side.values, nullable=True),
    cause=one_of(Source.values), reason=TEXT, behalf_note=MAYBE_TEXT,
    quantity=MAYBE_NUMBER, unit=MAYBE_TEXT, kg=MAYBE_NUMBER, at=MOMENT, words=TEXT,
)  # fmt: skip
STEPS_LIST = an_object(results=a_list(STEP_ROW))
#: The steps of people with a standing agreement.
AGREEMENT_NAMES = sorted(name for name, step in AGREEMENT_STEPS.items() if step.sides)
DELIVERY_ROW = an_object(
    "A date of a standing agreement, with what was agreed for it. `on` is when it takes place, `due_on` the date that "
    "its rhythm says.",
    due_on=DATE, on=DATE, quantity=NUMBER, from_time=MAYBE_TEXT, to_time=MAYBE_TEXT, place=TEXT,
    state=one_of(DeliveryState.values), exchange=maybe(ID), exchange_state=one_of(ExchangeState.values, nullable=True),
)  # fmt: skip
AGREEMENT_TERMS = an_object(
    "So much each time, every so many weeks or months from a first day on.",
    quantity=NUMBER, rhythm=one_of(Rhythm.values), every=ID, starts_on=DATE, ends_on=MAYBE_DATE, from_time=MAYBE_TEXT,
    to_time=MAYBE_TEXT, place=TEXT,
)  # fmt: skip
PROPOSED_TERMS = an_object(
    "`by` is the side that wants them.",
    **AGREEMENT_TERMS["properties"], unit=one_of(Unit.values), by=one_of(Side.values),
)  # fmt: skip
AGREEMENT_ROW = an_object(
    "With the terms that hold, or that are offered. `asked` is what was asked, where its owner offered others; "
    "`proposed` are other terms that a side wants of one that runs, until the other answers.",
    id=ID, state=one_of(AgreementState.values), version=ID, turn=one_of(Turn.values), listing=ID, requester=PARTY,
    owner=maybe(PARTY), **AGREEMENT_TERMS["properties"], unit=one_of(Unit.values), asked=maybe(AGREEMENT_TERMS),
    proposed=maybe(PROPOSED_TERMS),
    behalf_note=MAYBE_TEXT, remark=TEXT, reason=TEXT, created_at=MOMENT,
    state_since=MOMENT, deadline_at=maybe(MOMENT), next_on=MAYBE_DATE,
)  # fmt: skip
AGREEMENT_STEP_ROW = an_object(
    "What happened to a standing agreement, to one date where it says so. `side` is whom it was taken for, null where "
    "time did it; `behalf_note` is who of it asked staff of a hub to. `reason` is empty where you may not read why.",
    step=one_of([verb.value for verb in TOLD]), side=one_of(Side.values, nullable=True), behalf_note=MAYBE_TEXT,
    reason=TEXT, due_on=MAYBE_DATE, at=MOMENT, words=TEXT,
)  # fmt: skip
AGREEMENT_DETAIL = an_object(
    **AGREEMENT_ROW["properties"],
    deliveries=a_list(DELIVERY_ROW),
    steps=a_list(AGREEMENT_STEP_ROW),
    open_steps=a_list(an_object(step=one_of(AGREEMENT_NAMES), side=one_of(Side.values, nullable=True))),
)
AGREEMENTS_PAGE = an_object(next=MAYBE_TEXT, results=a_list(AGREEMENT_ROW))
FACTS = an_object(
    "Of the last `months`. Of fewer than three exchanges no share is said, and of fewer than three answers no time.",
    months=ID, completed=ID, weighed_by_both=ID, share_weighed_by_both=maybe(SHARE), no_shows=ID, asked=ID,
    answered=ID, reply_hours=MAYBE_NUMBER,
)  # fmt: skip
ORGANISATION_FACTS = an_object(
    slug=TEXT, name=TEXT, kind=one_of(OrganisationKind.values), verifications=a_list(VERIFICATION), facts=FACTS
)
MESSAGE_PHOTO = an_object("A photo, as WebP behind `url`.", id=ID, url=TEXT)
MESSAGE_ROW = an_object(
    "What somebody wrote. `whole_text` is a mail with what it quotes, where that is more than the text; `left_out` "
    "counts what it brought along that isn't here.",
    id=ID, role=one_of(Role.values), side=one_of(Side.values, nullable=True), who=TEXT, is_mine=BOOLEAN, text=TEXT,
    whole_text=MAYBE_TEXT, left_out=ID, photos=a_list(MESSAGE_PHOTO), sent_at=MOMENT,
)  # fmt: skip
MESSAGES_PAGE = an_object(
    "A page of a conversation. `hub_since` is when its hub was asked in, `closes_at` when nobody can write any more, "
    "`read_up_to` the last message that you marked as read.",
    next=MAYBE_TEXT, results=a_list(MESSAGE_ROW), hub_since=maybe(MOMENT), closes_at=maybe(MOMENT),
    read_up_to=maybe(ID),
)  # fmt: skip
HUB_INVITED = an_object(hub_since=MOMENT)
PROPOSAL_SIDE = an_object(
    "Whose listing it is stays null while you may not know it. `behalf_note`: who of it asked a hub to answer on its "
    "behalf.",
    listing=ID, heading=TEXT, organisation=maybe(PARTY), answer=one_of(Answer.values, nullable=True),
    behalf_note=MAYBE_TEXT,
)  # fmt: skip
REFUSAL = an_object(
    "Why a side said no: for the hub that proposed it, and for who said so.",
    reason=one_of(Refusal.values, nullable=True),
    words=MAYBE_TEXT,
)
PROPOSAL = an_object(
    "A match that a hub brings to both sides, a supply and the service that is to work on it, or a chain with a "
    "service in between. With a service it has its week and how much work, of a chain also how much of the supply. "
    "`obstacles` say of work that waits what doesn't fit. `own_sides` are those that you may answer for.",
    id=ID, state=one_of(ProposalState.values), hub=MAYBE_TEXT, proposed_for=maybe(PARTY), supply=PROPOSAL_SIDE,
    service=maybe(PROPOSAL_SIDE), demand=maybe(PROPOSAL_SIDE), obstacles=a_list(TEXT),
    week_start=MAYBE_DATE, quantity=MAYBE_NUMBER,
    unit=one_of(Unit.values, nullable=True), work=MAYBE_NUMBER, work_unit=one_of(Unit.values, nullable=True),
    note=TEXT, refusal=maybe(REFUSAL), made_at=MOMENT, lapses_at=MOMENT, own_sides=a_list(one_of(ListingKind.values)),
    exchange=maybe(ID), arrangement=maybe(ID),
)  # fmt: skip
PROPOSALS_PAGE = an_object(next=MAYBE_TEXT, results=a_list(PROPOSAL))
PERSON = an_object("Somebody who works for a hub.", id=ID, name=TEXT)
ENQUIRY_ROW = an_object(
    "A question to a hub. `is_nearest` where its place has no hub of its own; `owner` is who of the hub sees to it.",
    id=ID, state=one_of(EnquiryState.values), ended_by=one_of(EnquiryEnd.values, nullable=True), subject=TEXT,
    hub=PARTY, municipality=MAYBE_TEXT, is_nearest=BOOLEAN, listing=maybe(ID), asker=MAYBE_TEXT,
    organisation=maybe(PARTY), owner=maybe(PERSON), created_at=MOMENT, state_since=MOMENT, taken_up_at=maybe(MOMENT),
    due_at=maybe(MOMENT),
)  # fmt: skip
ENQUIRY_DETAIL = an_object(
    "With the people of the hub who may see to it: for its staff alone, else none.",
    **ENQUIRY_ROW["properties"], colleagues=a_list(PERSON),
)  # fmt: skip
ENQUIRIES_PAGE = an_object(next=MAYBE_TEXT, results=a_list(ENQUIRY_ROW))
