"""What comes back by agreement: so much each time, in a rhythm, and a row for each date."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from accounts.models import Organisation
from exchanges.enums import AGREEMENT_OPEN, AgreementState, DeliveryState, Rhythm, Side
from exchanges.models.arrangement import LONGEST_KEY
from exchanges.models.exchange import Exchange
from exchanges.models.sides import TwoSides, giving_side
from exchanges.models.step import LONGEST_REASON
from exchanges.querysets import AgreementQuerySet, DeliveryQuerySet
from materials.enums import Unit

LONGEST_PLACE, LONGEST_REMARK = 200, 1_000
#: Weeks or months from one delivery to the next, at most.
MOST_APART = 12
_OPEN = sorted(AGREEMENT_OPEN)
_TIMES_BOTH = Q(from_time__isnull=True, to_time__isnull=True) | Q(to_time__gt=F("from_time"))


#: From when to when on our clocks, or neither.
Hours = tuple[dt.time | None, dt.time | None]


class StandingAgreement(TwoSides, models.Model):
    """So much of a stream for one organisation, in a rhythm, until it is paused or ended.

    Each of its dates becomes an ordinary exchange a few weeks before (Delivery). `next_on` is the first date for which
    that is still to be done, beside those that have a row which is planned. Until it is over something always falls
    due, at `due_at`: `exchanges.agreements.sweep` says what.
    """

    state = models.CharField(_("stand"), max_length=10, choices=AgreementState, default=AgreementState.ASKED)
    version = models.PositiveIntegerField(default=0)
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="agreements")
    requester = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="requested_agreements")
    owner = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="owned_agreements")
    hub_ids = ArrayField(models.IntegerField(), default=list)
    quantity = models.DecimalField(_("hoeveelheid per levering"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("eenheid"), max_length=10, choices=Unit)
    rhythm = models.CharField(_("ritme"), max_length=6, choices=Rhythm, default=Rhythm.WEEKS)
    every = models.PositiveSmallIntegerField(_("om de hoeveel"), default=1)
    starts_on = models.DateField(_("eerste levering"))
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)
    # On which clock times it is handed over; where empty, each delivery agrees on its own.
    from_time = models.TimeField(_("van"), null=True, blank=True)
    to_time = models.TimeField(_("tot"), null=True, blank=True)
    place = models.CharField(_("waar en hoe"), max_length=LONGEST_PLACE, blank=True)
    # The terms as they were asked, where the owner offered others: exchanges.agreements.terms reads them.
    asked_terms = models.JSONField(default=dict, blank=True)
    # Other terms that one side wants from a date on, which the other is to answer: exchanges.agreements.proposing.
    proposed_terms = models.JSONField(null=True, blank=True)
    proposed_by = models.CharField(max_length=10, choices=Side, blank=True, default="", db_default="")
    proposed_at = models.DateTimeField(null=True, blank=True)
    # Why it was countered, declined, paused or ended; of each step before that, its AgreementReason.
    reason = models.TextField(_("waarom"), max_length=LONGEST_REASON, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # As of an exchange.
    behalf_note = models.CharField(
        _("wie vroeg dit aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField()
    state_since = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    idempotency_key = models.CharField(max_length=LONGEST_KEY)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("vaste afspraak")
        verbose_name_plural = _("vaste afspraken")
        indexes = [
            models.Index(fields=["due_at"], name="agreement_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["requester", "-state_since"], name="agreement_of_requester"),
            models.Index(fields=["owner", "-state_since"], name="agreement_of_owner"),
            GinIndex(fields=["hub_ids"], name="agreement_in_hubs"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["requester", "idempotency_key"], name="agreement_asked_once"),
            models.UniqueConstraint(
                fields=["listing", "requester"],
                condition=Q(state__in=_OPEN),
                name="agreement_open_once",
                violation_error_message=_("Je organisatie heeft hiervoor al een vaste afspraak: bekijk die."),
            ),
            models.CheckConstraint(name="agreement_state_known", condition=Q(state__in=AgreementState.values)),
            models.CheckConstraint(name="agreement_between_two", condition=~Q(requester=F("owner"))),
            models.CheckConstraint(name="agreement_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="agreement_rhythm_known",
                condition=Q(rhythm__in=Rhythm.values, every__gte=1, every__lte=MOST_APART),
            ),
            models.CheckConstraint(
                name="agreement_open_falls_due",
                condition=Q(state__in=_OPEN, due_at__isnull=False) | ~Q(state__in=_OPEN) & Q(due_at__isnull=True),
            ),
            models.CheckConstraint(name="agreement_times_both", condition=_TIMES_BOTH),
            models.CheckConstraint(
                name="agreement_change_proposed_whole",
                condition=Q(proposed_by="", proposed_at__isnull=True, proposed_terms__isnull=True)
                | Q(
                    state="agreed", proposed_by__in=Side.values, proposed_at__isnull=False,
                    proposed_terms__isnull=False,
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.listing} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.pk])

    @property
    def may_hide_owner(self) -> bool:
        return self.listing.hub_only and self.agreed_at is None

    @property
    def is_open(self) -> bool:
        return self.state in AGREEMENT_OPEN

    @property
    def heading(self) -> str:
        return str(self.listing.heading)

    @property
    def gives(self) -> Side:
        return giving_side(self.listing)

    @property
    def shown_giver(self) -> Organisation:
        return self.shown_of(self.gives)

    @property
    def shown_receiver(self) -> Organisation:
        return self.shown_of(self.gives.other)

    def date_on(self, day: dt.date) -> "Delivery":
        """One of its dates as it is agreed on now, not stored yet."""
        return Delivery(
            agreement=self, due_on=day, on=day, quantity=self.quantity, from_time=self.from_time, to_time=self.to_time,
            place=self.place,
        )  # fmt: skip


class AgreementStepKey(models.Model):
    """A step was taken by this key, which whoever sent it chose: sent once more, it changes nothing."""

    agreement = models.ForeignKey(StandingAgreement, models.CASCADE, related_name="step_keys")
    key = models.CharField(max_length=LONGEST_KEY)

    class Meta:
        verbose_name = _("sleutel van een stap")
        verbose_name_plural = _("sleutels van stappen")
        constraints = [models.UniqueConstraint(fields=["agreement", "key"], name="agreement_step_sent_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.key}"


class AgreementReason(models.Model):
    """Why a step of a standing agreement was taken: whoever reads the conversation reads it, and not the journal's
    readers. `event_id` is the journal's event of the step.
    """

    agreement = models.ForeignKey(StandingAgreement, models.CASCADE, related_name="reasons")
    event_id = models.BigIntegerField(unique=True)
    reason = models.TextField(_("waarom"), max_length=LONGEST_REASON)

    class Meta:
        verbose_name = _("reden van een stap")
        verbose_name_plural = _("redenen van stappen")

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.event_id}: {self.reason[:50]}"


class Delivery(models.Model):
    """A date of a standing agreement, by its rhythm; `on` is the day on which it takes place.

    It keeps what was agreed for it, how much, at which hours and where, whatever is agreed for later ones. What
    nobody changed or skipped beforehand, and no change or pause left behind, has no row until its exchange is made.
    `exchange` is the last one that was made for it: one that was called off may be made anew.
    """

    agreement = models.ForeignKey(StandingAgreement, models.CASCADE, related_name="deliveries")
    due_on = models.DateField()
    on = models.DateField()
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3)
    from_time = models.TimeField(_("van"), null=True, blank=True)
    to_time = models.TimeField(_("tot"), null=True, blank=True)
    place = models.CharField(_("waar en hoe"), max_length=LONGEST_PLACE, blank=True)
    state = models.CharField(_("stand"), max_length=8, choices=DeliveryState, default=DeliveryState.PLANNED)
    exchange = models.OneToOneField(Exchange, models.CASCADE, null=True, related_name="delivery")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("levering")
        verbose_name_plural = _("leveringen")
        ordering = ["agreement", "due_on"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "due_on"], name="delivery_once"),
            models.CheckConstraint(name="delivery_state_known", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(name="delivery_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="delivery_times_both", condition=_TIMES_BOTH),
            models.CheckConstraint(
                name="delivery_made_has_exchange", condition=~Q(state="made") | Q(exchange__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.due_on} ({self.get_state_display()})"

    @property
    def hours(self) -> Hours:
        return self.from_time, self.to_time
