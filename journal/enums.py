from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """From where something was done."""

    PAGE = "page", _("op de site")
    API = "api", _("via de API")
    COMMAND = "command", _("met een opdracht op de server")
    TASK = "task", _("vanzelf")
    MAIL = "mail", _("uit een mail")


class LetterState(models.TextChoices):
    """Where a letter stands: queued → sending → sent, failed, bounced or dropped."""

    QUEUED = "queued", _("nog niet verstuurd")
    SENDING = "sending", _("wordt verstuurd")
    SENT = "sent", _("verstuurd")
    FAILED = "failed", _("kon niet verstuurd worden")
    BOUNCED = "bounced", _("geweigerd door de mailserver van de ontvanger")
    DROPPED = "dropped", _("niet verstuurd")


class Topic(models.TextChoices):
    """By what letters are refused. What people have to know of their own affairs has none: requests, reminders,
    appointments, disputes.
    """

    STRANGERS = "strangers", _("uitnodigingen van anderen")
    MESSAGES = "messages", _("berichten in gesprekken")
    FRESHNESS = "freshness", _("vragen of je zoekertjes er nog zijn")


class LetterPhase(models.TextChoices):
    """How far an attempt is. What breaks off before the text was handed over can be sent again without a doubt."""

    BEFORE_DATA = "before", _("voor de tekst")
    AFTER_DATA = "after", _("vanaf de tekst")
