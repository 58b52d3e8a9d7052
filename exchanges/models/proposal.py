"""A match, work of a service, or a chain with a service in between, that is brought to all whom it concerns."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from exchanges.enums import Answer, ProposalState, Refusal
from exchanges.models.arrangement import Arrangement
from exchanges.models.exchange import Exchange
from exchanges.proposal_querysets import ProposalQuerySet
from listings.models import Listing

LONGEST_PROPOSAL, LONGEST_REFUSAL = 1_000, 500


def _behalf_note() -> "models.CharField[str, str]":
    """Of a side that staff of a hub answered for: who of it asked them to, and how."""
    return models.CharField(
        _("wie vroeg dit antwoord aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="",
        db_default="",
    )  # fmt: skip


class Proposal(models.Model):
    """A supply and a demand that somebody thinks fit, with why; in a chain with a service in between, in one of its
    weeks. Without a demand it is a supply and the service that is to work on it. Once all say yes, an exchange begins,
    or the two of a chain.

    A hub proposes each; who belongs to one of the three, a chain: then `proposed_for` says for whom. Until
    `lapses_at` each side may answer. The answer of a side is kept with who gave it, and of staff of a hub that did so
    on its behalf, with who of it asked them to. A no ends it: `refusal` says why.
    """

    hub = models.ForeignKey("geo.Hub", models.CASCADE, null=True, related_name="+")
    # Which hubs see it: the one that proposed it, or where a member did, those of the listings at that time.
    hub_ids = ArrayField(models.IntegerField(), default=list, db_default=Value([], ArrayField(models.IntegerField())))
    proposed_for = models.ForeignKey("accounts.Organisation", models.CASCADE, null=True, related_name="+")
    supply = models.ForeignKey("listings.Listing", models.CASCADE, related_name="proposals_as_supply")
    service = models.ForeignKey("listings.Listing", models.CASCADE, null=True, related_name="proposals_as_service")
    demand = models.ForeignKey("listings.Listing", models.CASCADE, null=True, related_name="proposals_as_demand")
    # With a service: the Monday of its week, and how much in its unit. Of a chain also what goes of the supply.
    week = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True, validators=[MinValueValidator(0)])
    work = models.DecimalField(max_digits=14, decimal_places=3, null=True, validators=[MinValueValidator(0)])
    note = models.TextField(_("toelichting"), max_length=LONGEST_PROPOSAL, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    supply_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    supply_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    service_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    service_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    demand_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    demand_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    supply_behalf_note, service_behalf_note, demand_behalf_note = _behalf_note(), _behalf_note(), _behalf_note()
    refusal = models.CharField(_("waarom niet"), max_length=10, choices=Refusal, blank=True, default="", db_default="")
    refusal_words = models.TextField(
        _("toelichting bij het nee"), max_length=LONGEST_REFUSAL, blank=True, default="", db_default=""
    )
    #: When those who count on it heard that not everybody answered in time.
    lapse_told_at = models.DateTimeField(null=True)
    #: When the hub took it back: `lapses_at` is then that moment.
    withdrawn_at = models.DateTimeField(null=True)
    #: When those who hadn't answered were reminded.
    reminded_at = models.DateTimeField(null=True)
    exchange = models.OneToOneField(Exchange, models.SET_NULL, null=True, related_name="proposal")
    arrangement = models.OneToOneField(Arrangement, models.SET_NULL, null=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        ordering = ["-made_at", "-pk"]
        indexes = [
            GinIndex(fields=["hub_ids"], name="proposal_in_hubs"),
            models.Index(
                fields=["lapses_at"],
                name="proposal_lapse_untold",
                condition=Q(exchange=None, arrangement=None, lapse_told_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["supply", "demand", "service"],
                condition=Q(exchange=None, arrangement=None)
                & ~Q(supply_answer="no")
                & ~Q(service_answer="no")
                & ~Q(demand_answer="no"),
                nulls_distinct=False,
                name="proposal_open_once",
            ),
            models.CheckConstraint(name="proposal_of_two", condition=~Q(supply=F("demand"))),
            models.CheckConstraint(
                name="proposal_of_somebody",
                condition=Q(hub__isnull=False, proposed_for=None)
                | Q(hub=None, proposed_for__isnull=False, service__isnull=False, demand__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_says_what",
                # What is unknown would pass a CHECK: each is asked for as well.
                condition=Q(demand__isnull=False, service=None, week=None, quantity=None, work=None)
                | Q(service__isnull=False, week__isnull=False, work__isnull=False, work__gt=0)
                & (Q(demand__isnull=False, quantity__isnull=False, quantity__gt=0) | Q(demand=None, quantity=None)),
            ),
        ]

    def __str__(self) -> str:
        return " → ".join(str(listing) for listing in self.sides.values())

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def sides(self) -> dict[str, Listing]:
        """Whom it concerns, in the order in which it goes."""
        all_three = {"supply": self.supply, "service": self.service, "demand": self.demand}
        return {name: one for name, one in all_three.items() if one is not None}

    @property
    def is_chain(self) -> bool:
        return self.service_id is not None and self.demand_id is not None

    @property
    def is_work(self) -> bool:
        """Whether it is for a service to work on a supply, and nothing more."""
        return self.demand_id is None

    @property
    def owner_side(self) -> str:
        """Whose listing the other of two asks for; "" of a chain, in which each is asked."""
        if self.is_chain:
            return ""
        return "service" if self.is_work else "supply"

    @property
    def proposer(self) -> str:
        return str(self.hub.name if self.hub is not None else self.proposed_for)

    @property
    def is_refused(self) -> bool:
        return Answer.NO in self._answers

    @property
    def refused_by(self) -> Listing | None:
        """The listing of the side that said no."""
        return next((one for name, one in self.sides.items() if getattr(self, f"{name}_answer") == Answer.NO), None)

    @property
    def is_agreed(self) -> bool:
        return set(self._answers) == {Answer.YES}

    @property
    def has_begun(self) -> bool:
        return self.exchange_id is not None or self.arrangement_id is not None

    def state_at(self, at: dt.datetime) -> ProposalState:
        if self.has_begun:
            return ProposalState.AGREED
        if self.is_refused:
            return ProposalState.REFUSED
        if self.withdrawn_at is not None:
            return ProposalState.WITHDRAWN
        return ProposalState.LAPSED if self.lapses_at <= at else ProposalState.WAITING

    @property
    def _answers(self) -> list[str]:
        return [getattr(self, f"{name}_answer") for name in self.sides]
