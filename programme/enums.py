"""The closed vocabularies of a hub's programme, with the words that its readers use."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    NETWORK = "network", _("netwerkmoment")
    HACKATHON = "hackathon", _("hackathon")
    TRAINING = "training", _("opleiding")
    REPAIR_DAY = "repair_day", _("hersteldag")
    OTHER = "other", _("iets anders")


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("concept")
    PUBLISHED = "published", _("gepubliceerd")
    CANCELLED = "cancelled", _("geannuleerd")


#: What everyone may see. What is cancelled stays there: whoever meant to come has to find that out.
PUBLIC = (ActivityState.PUBLISHED, ActivityState.CANCELLED)
#: What lasts longer is several activities. Lists rely on it: what isn't over began no longer ago.
LONGEST_ACTIVITY = dt.timedelta(days=31)
