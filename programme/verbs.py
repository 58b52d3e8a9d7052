"""What happens to the activities of a hub, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityVerb(models.TextChoices):
    CREATED = "activity.created", _("{who} maakte de activiteit {activity}.")
    CHANGED = "activity.changed", _("{who} wijzigde de activiteit {activity}.")
    PUBLISHED = "activity.published", _("{who} publiceerde de activiteit {activity}.")
    CANCELLED = "activity.cancelled", _("{who} annuleerde de activiteit {activity}.")
    DELETED = "activity.deleted", _("{who} gooide een activiteit weg die nog een concept was: {draft}.")
