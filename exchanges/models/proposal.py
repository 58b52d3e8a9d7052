"""A match that the people of a hub bring to both sides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchanges.enums import Answer
from exchanges.models.exchange import Exchange
from exchanges.querysets import ProposalQuerySet

LONGEST_PROPOSAL = 1_000


class Proposal(models.Model):
    """A supply and a demand that a hub thinks fit, with why. Once both say yes, an exchange begins.

    Until `lapses_at` each side may answer. The answer of a side is kept with who gave it.
    """

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="+")
    supply = models.ForeignKey("listings.Listing", models.CASCADE, related_name="proposals_as_supply")
    demand = models.ForeignKey("listings.Listing", models.CASCADE, related_name="proposals_as_demand")
    note = models.TextField(_("toelichting"), max_length=LONGEST_PROPOSAL, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    supply_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    supply_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    demand_answer = models.CharField(max_length=3, choices=Answer, blank=True)
    demand_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    exchange = models.OneToOneField(Exchange, models.SET_NULL, null=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supply", "demand"],
                condition=Q(exchange=None) & ~Q(supply_answer="no") & ~Q(demand_answer="no"),
                name="proposal_open_once",
            ),
            models.CheckConstraint(name="proposal_of_two", condition=~Q(supply=F("demand"))),
        ]

    def __str__(self) -> str:
        return f"{self.supply} → {self.demand}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def is_refused(self) -> bool:
        return Answer.NO in (self.supply_answer, self.demand_answer)
