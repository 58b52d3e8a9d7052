"""What the people of a hub keep about an exchange for themselves: who follows it up, and their notes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchanges.models.exchange import Exchange

LONGEST_NOTE = 2_000


class HubFollowUp(models.Model):
    """Who of a hub follows an exchange up. One exchange may lie in several hubs, each with its own."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="follow_ups")
    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange", "hub"], name="follow_up_by_one")]

    def __str__(self) -> str:
        return f"{self.exchange_id}, {self.hub}: {self.user}"


class HubNote(models.Model):
    """A note that only the hub's people read. Notes are added, never changed."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="hub_notes")
    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("notitie"), max_length=LONGEST_NOTE)
    at = models.DateTimeField()

    class Meta:
        ordering = ["exchange", "pk"]

    def __str__(self) -> str:
        return f"{self.exchange_id}, {self.hub}: {self.at:%Y-%m-%d %H:%M}"
