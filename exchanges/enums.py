"""The closed vocabularies of an exchange, with the words that its readers use.

What may follow on a state, and how long it lasts, stands in steps.py.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangeState(models.TextChoices):
    REQUESTED = "requested", _("aangevraagd")
    COUNTERED = "countered", _("tegenvoorstel")
    ACCEPTED = "accepted", _("gereserveerd")
    SCHEDULED = "scheduled", _("afgesproken")
    HANDED_OVER = "handed_over", _("overgedragen")
    COMPLETED = "completed", _("afgerond")
    DECLINED = "declined", _("geweigerd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    LAPSED = "lapsed", _("vervallen")
    CANCELLED = "cancelled", _("geannuleerd")
    NO_SHOW = "no_show", _("niet komen opdagen")
    DISPUTED = "disputed", _("oneens")


#: Nothing falls due any more. What is completed can still be disputed for a while.
ENDED = frozenset(
    {
        ExchangeState.COMPLETED,
        ExchangeState.DECLINED,
        ExchangeState.WITHDRAWN,
        ExchangeState.LAPSED,
        ExchangeState.CANCELLED,
    }
)
OPEN = frozenset(ExchangeState) - ENDED
#: It ended without a hand-over.
FELL = ENDED - {ExchangeState.COMPLETED}
#: Something was handed over, or somebody decides whether it was.
WENT_OVER = frozenset({ExchangeState.HANDED_OVER, ExchangeState.DISPUTED, ExchangeState.COMPLETED})
#: An appointment that stood doesn't take place any more.
CALLED_OFF = frozenset({ExchangeState.CANCELLED, ExchangeState.LAPSED})
#: Something of the lot is held for the requester.
HOLDING = frozenset(
    {
        ExchangeState.COUNTERED,
        ExchangeState.ACCEPTED,
        ExchangeState.SCHEDULED,
        ExchangeState.HANDED_OVER,
        ExchangeState.NO_SHOW,
    }
)


class Group(models.TextChoices):
    """What the people of a hub look at together."""

    OPEN = "open", _("Alles wat loopt")
    NEW = "new", _("Nieuw")
    AGREED = "agreed", _("Afgesproken werk")
    WEEK = "week", _("Deze week")
    EXPIRING = "expiring", _("Dreigt te vervallen")
    STUCK = "stuck", _("Vastgelopen")
    DONE = "done", _("Afgerond")
    STOPPED = "stopped", _("Gestopt")


class Followed(models.IntegerChoices):
    """What stands on a hub's board."""

    EXCHANGE = 0, _("uitwisseling")
    AGREEMENT = 1, _("vaste afspraak")
    PROPOSAL = 2, _("voorstel")


STATES_OF = {
    Group.OPEN: OPEN,
    Group.NEW: frozenset({ExchangeState.REQUESTED, ExchangeState.COUNTERED}),
    Group.AGREED: frozenset({ExchangeState.ACCEPTED, ExchangeState.SCHEDULED, ExchangeState.HANDED_OVER}),
    #: Those whose appointment is within a week; see `in_group`.
    Group.WEEK: frozenset({ExchangeState.SCHEDULED}),
    #: Of all that is open, what ends by itself soon; see `expiring`.
    Group.EXPIRING: OPEN,
    Group.STUCK: frozenset({ExchangeState.NO_SHOW, ExchangeState.DISPUTED}),
    Group.DONE: frozenset({ExchangeState.COMPLETED}),
    Group.STOPPED: FELL,
}


#: From here on both have agreed: they know who the other is, and see where exactly it is.
AGREED = frozenset(
    {
        ExchangeState.ACCEPTED, ExchangeState.SCHEDULED, ExchangeState.HANDED_OVER, ExchangeState.COMPLETED,
        ExchangeState.NO_SHOW, ExchangeState.DISPUTED,
    }
)  # fmt: skip


class Side(models.TextChoices):
    """The two organisations of an exchange: who asked, and whose listing it is."""

    REQUESTER = "requester", _("de aanvrager")
    OWNER = "owner", _("de eigenaar van het zoekertje")

    @property
    def other(self) -> "Side":
        return Side.OWNER if self is Side.REQUESTER else Side.REQUESTER


class CarrierExemption(models.TextChoices):
    """Why whoever carries waste needs no registration, as OVAM says: producers with their own, and reuse centres."""

    OWN_WASTE = "own_waste", _("vervoert enkel eigen afval")
    REUSE_CENTRE = "reuse_centre", _("kringloop- of hergebruikcentrum met voorgesorteerde toestellen")


class Role(models.TextChoices):
    """As whom somebody took a step."""

    REQUESTER = "requester", _("aanvrager")
    OWNER = "owner", _("eigenaar")
    HUB = "hub", _("hub")
    OPERATOR = "operator", _("beheerder van Werkstof")
    TIME_OUT = "time_out", _("vanzelf")


class Turn(models.TextChoices):
    """Who is to do something now."""

    REQUESTER = "requester", _("de aanvrager")
    OWNER = "owner", _("de eigenaar")
    BOTH = "both", _("allebei")
    HUB = "hub", _("de hub")
    NOBODY = "nobody", _("niemand")


class StartedFrom(models.TextChoices):
    LISTING = "listing", _("zoekertje")
    MATCH = "match", _("match")
    PLAN = "plan", _("plan van de hub")
    BUNDLE = "bundle", _("bundel")
    CHAIN = "chain", _("keten")
    STREAM = "stream", _("vaste afspraak")


class ArrangementKind(models.TextChoices):
    """Why exchanges belong together."""

    BUNDLE = "bundle", _("bundel")
    WEEKS = "weeks", _("weken van een dienst")
    CHAIN = "chain", _("keten")


class AgreementState(models.TextChoices):
    """Where a standing agreement stands. `exchanges.agreements.steps` says which step follows which."""

    ASKED = "asked", _("gevraagd")
    COUNTERED = "countered", _("tegenvoorstel")
    AGREED = "agreed", _("loopt")
    PAUSED = "paused", _("gepauzeerd")
    DECLINED = "declined", _("geweigerd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    LAPSED = "lapsed", _("vervallen")
    ENDED = "ended", _("gestopt")


#: From these something can still come.
AGREEMENT_OPEN = frozenset(
    {AgreementState.ASKED, AgreementState.COUNTERED, AgreementState.AGREED, AgreementState.PAUSED}
)
#: These wait for an answer.
AGREEMENT_UNANSWERED = frozenset({AgreementState.ASKED, AgreementState.COUNTERED})


#: Where the people of a hub look at them, among exchanges. Some of what runs stands in two groups: what has a delivery
#: within a week, and that of which nothing could be reserved for a day to come. See `in_group`.
AGREEMENT_STATES_OF = {
    Group.OPEN: AGREEMENT_OPEN,
    Group.NEW: AGREEMENT_UNANSWERED,
    Group.AGREED: frozenset({AgreementState.AGREED}),
    Group.WEEK: frozenset({AgreementState.AGREED}),
    Group.EXPIRING: AGREEMENT_OPEN,
    Group.STUCK: frozenset({AgreementState.PAUSED}),
    Group.DONE: frozenset({AgreementState.ENDED}),
    Group.STOPPED: frozenset({AgreementState.DECLINED, AgreementState.WITHDRAWN, AgreementState.LAPSED}),
}


class Rhythm(models.TextChoices):
    """In what a standing agreement counts from one delivery to the next."""

    WEEKS = "weeks", _("weken")
    MONTHS = "months", _("maanden")


class DeliveryState(models.TextChoices):
    """What became of a date of a standing agreement. Of what is made, its exchange says the rest."""

    PLANNED = "planned", _("gepland")
    MADE = "made", _("gereserveerd")
    SKIPPED = "skipped", _("overgeslagen")
    UNABLE = "unable", _("niets gereserveerd")


class AppointmentState(models.TextChoices):
    PROPOSED = "proposed", _("voorgesteld")
    CONFIRMED = "confirmed", _("afgesproken")
    DROPPED = "dropped", _("vervallen")


class WeightMethod(models.TextChoices):
    WEIGHED = "weighed", _("gewogen")
    COUNTED = "counted", _("geteld")
    ESTIMATED = "estimated", _("geschat")


class Answer(models.TextChoices):
    """What a side says to a proposal."""

    YES = "yes", _("ja")
    NO = "no", _("nee")


class Refusal(models.TextChoices):
    """Why a side says no to a proposal: for the hub that proposed it."""

    TOO_FAR = "too_far", _("het is te ver")
    CONDITION = "condition", _("de staat past niet")
    QUANTITY = "quantity", _("de hoeveelheid past niet")
    TIMING = "timing", _("het moment past niet")
    PRICE = "price", _("de prijs past niet")
    SOLVED = "solved", _("het is al opgelost")
    OTHER = "other", _("iets anders")


class ProposalState(models.TextChoices):
    """What has come of a proposal: read from its answers, not stored."""

    WAITING = "waiting", _("wacht op antwoord")
    AGREED = "agreed", _("iedereen zei ja")
    REFUSED = "refused", _("iemand zei nee")
    WITHDRAWN = "withdrawn", _("ingetrokken door de hub")
    LAPSED = "lapsed", _("niet iedereen antwoordde op tijd")


class Confirmation(models.TextChoices):
    """Who stands behind the weight of a ledger line."""

    BOTH = "both", _("door beide bevestigd")
    ONE_SIDED = "one_sided", _("door één partij opgegeven")
    #: Completed, and a side disagreed since.
    DISPUTED = "disputed", _("betwist")
    #: Decided after a dispute, or said by its staff on behalf of a side.
    HUB = "hub", _("door de hub vastgesteld")
    #: After a dispute: nothing was handed over.
    NOTHING = "nothing", _("niets overgedragen")


class Vehicle(models.TextChoices):
    """What carried it, as somebody said or as its weight has us assume: a source says what each emits."""

    VAN = "van", _("bestelwagen")
    LORRY = "lorry", _("vrachtwagen")


class UnknownReason(models.TextChoices):
    """Why a ledger line has no emissions."""

    WEIGHT = "weight", _("het gewicht is niet bekend")
    FACTOR = "factor", _("geen bron zegt wat het maken van dit materiaal uitstoot")
    DISTANCE = "distance", _("de afstand is niet bekend")
    #: What it works on isn't used anew yet: to count it here as well would count it twice.
    SERVICE = "service", _("een dienst: wat ze vermijdt, telt bij wie het daarna krijgt")
    DISPUTED = "disputed", _("betwist: de hub beslist nog")


class EnquiryState(models.TextChoices):
    """Where a question to a hub stands. What its asker writes after an answer opens it again."""

    OPEN = "open", _("wacht op de hub")
    ANSWERED = "answered", _("beantwoord")
    CLOSED = "closed", _("afgesloten")


class EnquiryEnd(models.TextChoices):
    """Who or what closed a question."""

    HUB = "hub", _("de hub")
    ASKER = "asker", _("de vrager")
    SILENCE = "silence", _("niemand schreef nog")
    UNANSWERED = "unanswered", _("er kwam geen antwoord")


class InboundSource(models.TextChoices):
    """How a mail reached us."""

    SMTP = "smtp", _("via SMTP")
    WEBHOOK = "webhook", _("via een maildienst")


class InboundOutcome(models.TextChoices):
    """What became of a mail that came in. `exchanges.mail.answers` has the words that its sender reads."""

    WAITING = "waiting", _("wacht")
    TAKEN = "taken", _("in het gesprek gezet")
    AUTO_REPLY = "auto_reply", _("automatisch antwoord")
    BOUNCE = "bounce", _("onbestelbaar bericht")
    OWN_ADDRESS = "own_address", _("van onszelf")
    UNKNOWN_ADDRESS = "unknown_address", _("onbekend antwoordadres")
    NO_CONVERSATION = "no_conversation", _("op een mail zonder gesprek")
    WRONG_SENDER = "wrong_sender", _("van een ander mailadres")
    NO_PART = "no_part", _("hoort niet meer bij het gesprek")
    CLOSED = "closed", _("gesprek gesloten")
    TOO_LARGE = "too_large", _("te groot")
    TOO_LONG = "too_long", _("te lange tekst")
    EMPTY = "empty", _("geen eigen tekst of foto")
    UNREADABLE = "unreadable", _("niet te lezen")
