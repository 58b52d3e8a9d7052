"""An exchange between two organisations, and its legs: who gives what to whom."""

from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from accounts.models import Organisation
from exchanges.enums import AGREED, ENDED, OPEN, ExchangeState, Side, StartedFrom, Turn
from exchanges.models.arrangement import LONGEST_KEY, Arrangement
from exchanges.models.sides import TwoSides
from exchanges.querysets import ExchangeQuerySet
from listings.balances.periods import period_words
from listings.enums import ListingKind
from listings.models import WHOLE_LOT, Listing
from materials.enums import Unit
from materials.models import Material


class Exchange(TwoSides, models.Model):
    """The way from a request to what was handed over.

    `exchanges.steps` says which step follows which. `version` is the number of its last step: who acts on an older
    one is told what happened meanwhile. While it is open something always falls due, so that nobody waits for ever:
    at `due_at` a reminder or the time-out, which comes at `deadline_at`.
    """

    state = models.CharField(_("stand"), max_length=12, choices=ExchangeState, default=ExchangeState.REQUESTED)
    version = models.PositiveIntegerField(default=0)
    turn = models.CharField(_("aan zet"), max_length=10, choices=Turn, default=Turn.OWNER)
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="exchanges")
    # Which period of it, as its balance counts: WHOLE_LOT, or the first day of a week, month or quarter.
    period = models.DateField(default=WHOLE_LOT, db_default=WHOLE_LOT)
    # The requester's own listing that it pairs with, where it began from a match.
    matched = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, blank=True, related_name="+")
    # What it belongs to, where it was begun along with others.
    arrangement = models.ForeignKey(Arrangement, models.SET_NULL, null=True, blank=True, related_name="exchanges")
    # Of which it is a delivery, also where another was made for its date since.
    agreement = models.ForeignKey(
        "exchanges.StandingAgreement", models.SET_NULL, null=True, blank=True, related_name="exchanges"
    )
    # The service of the owner that worked on it first, in a chain: it is handed over there.
    via = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, blank=True, related_name="+")
    started_from = models.CharField(max_length=8, choices=StartedFrom, default=StartedFrom.LISTING)
    requester = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="requested_exchanges")
    owner = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="owned_exchanges")
    hub_ids = ArrayField(models.IntegerField(), default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Where staff of a hub asked on behalf of the requester: who of it asked them to, and how.
    behalf_note = models.CharField(
        _("wie vroeg dit aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="", db_default=""
    )
    idempotency_key = models.CharField(max_length=LONGEST_KEY)
    created_at = models.DateTimeField()
    state_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    # Which of the state's reminders is next.
    due_number = models.PositiveSmallIntegerField(default=0)
    deadline_at = models.DateTimeField(null=True)
    cancelled_late = models.BooleanField(default=False)
    no_show_by = models.CharField(max_length=10, choices=Side, blank=True)
    # Completed while one side alone had said what it weighed.
    one_sided = models.BooleanField(default=False)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("uitwisseling")
        verbose_name_plural = _("uitwisselingen")
        indexes = [
            models.Index(fields=["due_at"], name="exchange_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["requester", "-state_since"], name="exchange_of_requester"),
            models.Index(fields=["owner", "-state_since"], name="exchange_of_owner"),
            GinIndex(fields=["hub_ids"], name="exchange_in_hubs"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["requester", "idempotency_key"], name="exchange_asked_once"),
            models.UniqueConstraint(
                fields=["listing", "period", "requester"],
                # Of a standing agreement each delivery is one: that has its own constraint.
                condition=Q(state__in=sorted(OPEN)) & ~Q(started_from="stream"),
                name="exchange_open_once",
                violation_error_message=_("Je organisatie vroeg dit al aan: bekijk die uitwisseling."),
            ),
            models.CheckConstraint(name="exchange_state_known", condition=Q(state__in=ExchangeState.values)),
            models.CheckConstraint(name="exchange_turn_known", condition=Q(turn__in=Turn.values)),
            models.CheckConstraint(name="exchange_between_two", condition=~Q(requester=F("owner"))),
            models.CheckConstraint(
                name="exchange_open_falls_due",
                condition=Q(state__in=sorted(ENDED), due_at__isnull=True, deadline_at__isnull=True, turn="nobody")
                | Q(state__in=sorted(OPEN), due_at__isnull=False, deadline_at__isnull=False),
            ),
            models.CheckConstraint(
                name="exchange_no_show_says_who", condition=~Q(state="no_show") | Q(no_show_by__in=Side.values)
            ),
            models.CheckConstraint(
                name="exchange_late_is_cancelled", condition=Q(cancelled_late=False) | Q(state="cancelled")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("exchange", args=[self.pk])

    @property
    def may_hide_owner(self) -> bool:
        """All of a chain agreed before it began."""
        return self.via_id is None and self.listing.hub_only and self.state not in AGREED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def heading(self) -> str:
        """What it is about, in words: of a service and a stream with its period."""
        period = period_words(self.listing, self.period)
        return f"{self.listing.heading}, {period}" if period else str(self.listing.heading)

    @property
    def place_listing(self) -> Listing:
        """The listing at whose place it is handed over."""
        return self.via or self.listing

    @property
    def material(self) -> Material | None:
        """What goes over: of a service that of the lot that it works on, where it says which."""
        about = self.matched if self.listing.kind == ListingKind.SERVICE else self.listing
        return about.material if about is not None else None


class ExchangeLeg(models.Model):
    """One hand-over: what goes from whom to whom. What is held for it is a reservation of its listing."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(default=0)
    giver = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    receiver = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="+")
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("eenheid"), max_length=10, choices=Unit)
    # What the requester first asked for: a counter-offer that is taken back leads there again.
    asked_quantity = models.DecimalField(max_digits=14, decimal_places=3)
    wanted_on = models.DateField(_("gewenste dag"), null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    reservation = models.OneToOneField("listings.Reservation", models.RESTRICT, null=True, related_name="leg")
    # A calendar knows an appointment by these two: the number rises whenever it changes.
    calendar_uid = models.UUIDField(default=uuid4, unique=True)
    calendar_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["exchange", "position"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "position"], name="leg_position_once"),
            models.CheckConstraint(name="leg_between_two", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="leg_quantity_positive", condition=Q(quantity__gt=0, asked_quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}: {self.quantity} {self.unit}"

    @property
    def current_quantity(self) -> Decimal:
        """What went over, once that stands; until then what was agreed, or asked."""
        given = self.reservation.given_quantity if self.reservation is not None else None
        return self.quantity if given is None else given

    @property
    def shown_giver(self) -> Organisation:
        return self.exchange.shown_of(Side.REQUESTER if self.giver_id == self.exchange.requester_id else Side.OWNER)

    @property
    def shown_receiver(self) -> Organisation:
        return self.exchange.shown_of(Side.REQUESTER if self.receiver_id == self.exchange.requester_id else Side.OWNER)
