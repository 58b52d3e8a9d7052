"""What the people of a hub keep for themselves of an exchange or standing agreement: who follows it up, and notes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchanges.models.agreement import StandingAgreement
from exchanges.models.exchange import Exchange

LONGEST_NOTE = 2_000


class _FollowUp(models.Model):
    """Who of a hub follows something up. It may lie in several hubs, each with somebody of its own."""

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.hub}: {self.user}"


class HubFollowUp(_FollowUp):
    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="follow_ups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange", "hub"], name="follow_up_by_one")]


class AgreementFollowUp(_FollowUp):
    agreement = models.ForeignKey(StandingAgreement, models.CASCADE, related_name="follow_ups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "hub"], name="agreement_followed_by_one")]


class _Note(models.Model):
    """A note that only the hub's people read. Notes are added, never changed."""

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("notitie"), max_length=LONGEST_NOTE)
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.hub}: {self.at:%Y-%m-%d %H:%M}"


class HubNote(_Note):
    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="hub_notes")

    class Meta:
        ordering = ["exchange", "pk"]


class AgreementNote(_Note):
    agreement = models.ForeignKey(StandingAgreement, models.CASCADE, related_name="hub_notes")

    class Meta:
        ordering = ["agreement", "pk"]
