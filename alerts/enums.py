from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How soon somebody wants to hear of what is new."""

    AT_ONCE = "at_once", _("meteen")
    DAILY = "daily", _("elke dag")
    WEEKLY = "weekly", _("elke week, op maandag")
    OFF = "off", _("geen mails")


class Topic(models.TextChoices):
    """What an alert is about: a saved search, or matches of one's own listings."""

    SEARCHES = "searches", _("bewaarde zoekopdrachten")
    MATCHES = "matches", _("nieuwe matches")


class Answer(models.TextChoices):
    """What became of a listing that its owner was asked about."""

    STILL_THERE = "still_there", _("nog beschikbaar")
    RESERVED = "reserved", _("gereserveerd")
    GONE = "gone", _("weg")
    #: Nobody answered, and it expired.
    LAPSED = "lapsed", _("geen antwoord")
    #: It was changed, reserved or taken back meanwhile: nothing more to ask.
    MOVED = "moved", _("intussen gewijzigd")
