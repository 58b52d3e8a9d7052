"""The secret address at which a calendar reads a person's appointments."""

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """Whoever has the token reads the appointments without a log-in, until it is renewed or taken away."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%Y-%m-%d}"
