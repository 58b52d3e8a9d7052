"""What happened, and the letters that are to be sent.

Rooms above know what the ids mean: the journal lies under all of them, and outlives what it tells of.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from journal.enums import LetterPhase, LetterState, Source, Topic
from journal.querysets import EventQuerySet, LetterQuerySet, LetterRefusalQuerySet, SetAsideQuerySet

#: What a letter holds no longer once it went, or won't go: the links and addresses in it are as good as keys.
EMPTIED: dict[str, Any] = {"data": {}, "reply_to": "", "stop_link": "", "attachments": []}


class Event(models.Model):
    """One thing that happened. Rows are only ever added: a trigger refuses UPDATE and DELETE.

    `verb` says what in two words, "listing.published"; the room that records it has an enum of its verbs. `changes`
    maps a field to [before, after], or to null where the values are nobody else's affair. People and organisations
    are ids without a foreign key: who is deleted takes the name along, and leaves the fact.
    """

    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    hub_ids = ArrayField(models.IntegerField(), default=list)
    at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=10, choices=Source)
    request_id = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="event_of_subject"),
            # The newest about anything of a sort.
            models.Index(fields=["subject_kind", "-id"], name="event_of_kind"),
            models.Index(
                fields=["organisation_id", "-id"],
                name="event_of_organisation",
                condition=Q(organisation_id__isnull=False),
            ),
            GinIndex(fields=["hub_ids"], name="event_in_hubs"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject_id}"


class Letter(models.Model):
    """One mail, from the moment that it is to be sent. `journal.delivery` says how it goes from state to state.

    `template` names `letters/{template}.html`, which is rendered with `data` when it is sent. `dedup_key` keeps the
    same letter from being written twice, and `message_id` stays the same over all attempts.
    """

    recipient = models.EmailField(_("aan"))
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nl")
    template = models.CharField(max_length=60)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    dedup_key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    #: Whom it goes to can refuse all further letters of this topic; empty for what can't be refused.
    topic = models.CharField(max_length=10, choices=Topic, blank=True, default="", db_default="")
    #: Where a reply goes to; empty where nobody reads one. It is as good as a key, and goes when the text does.
    reply_to = models.EmailField(blank=True, default="", db_default="")
    #: Where whoever asked for such letters stops them, also by one POST of their mail program. Empty for others.
    stop_link = models.CharField(max_length=1000, blank=True, db_default="")
    #: Files that go along, each as `journal.attachments` says.
    attachments = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    caused_by_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)

    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.QUEUED)
    phase = models.CharField(max_length=6, choices=LetterPhase, blank=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    #: From when it came back, until somebody was told of it or nobody needs to be.
    bounce_untold_since = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("brieven")
        indexes = [
            models.Index(fields=["due_at"], name="letter_due", condition=Q(state="queued")),
            models.Index(fields=["leased_until"], name="letter_on_its_way", condition=Q(state="sending")),
            models.Index(fields=["caused_by_id", "created_at"], name="letter_caused_by"),
            models.Index(fields=["recipient", "created_at"], name="letter_to"),
            models.Index(fields=["subject_kind", "subject_id"], name="letter_about"),
            models.Index(
                fields=["bounce_untold_since"],
                name="letter_bounce_untold",
                condition=Q(bounce_untold_since__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="letter_state_known", condition=Q(state__in=LetterState.values)),
            models.CheckConstraint(
                name="letter_sending_has_lease",
                condition=~Q(state="sending") | Q(leased_until__isnull=False, phase__in=LetterPhase.values),
            ),
            models.CheckConstraint(
                name="letter_sent_says_when", condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient} ({self.get_state_display()})"


class LetterRefusal(models.Model):
    """An address whose owner wants no letters of a topic, until they say otherwise."""

    address = models.EmailField()
    topic = models.CharField(max_length=10, choices=Topic, db_default=Topic.STRANGERS)
    at = models.DateTimeField(db_default=Now())

    objects = LetterRefusalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "topic"], name="letter_refused_once")]

    def __str__(self) -> str:
        return f"{self.address}: {self.topic}"


class SetAside(models.Model):
    """That what time does to a row failed, how often, and when it is tried again: `journal.one_by_one` writes it.

    Gone once it succeeds. `sweep` names what was to be done.
    """

    LONGEST_ERROR = 500

    sweep = models.CharField(_("taak"), max_length=40)
    subject_kind = models.CharField(_("soort"), max_length=60)
    subject_id = models.BigIntegerField(_("nummer"))
    times = models.PositiveIntegerField(_("keren mislukt"), default=0)
    error = models.CharField(_("fout"), max_length=LONGEST_ERROR, blank=True)
    first_at = models.DateTimeField(_("eerst mislukt"))
    last_at = models.DateTimeField(_("laatst mislukt"))
    again_at = models.DateTimeField(_("opnieuw vanaf"))

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("mislukte taak")
        verbose_name_plural = _("mislukte taken")
        ordering = ["-last_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sweep", "subject_kind", "subject_id"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"{self.sweep}: {self.subject_kind} {self.subject_id}"
