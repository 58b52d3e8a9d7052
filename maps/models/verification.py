"""That the source of an element is asked whether it is still so."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maps.enums import SourceAnswer
from maps.models.feature import LONGEST_TEXT, MapFeature
from maps.querysets import VerificationRoundQuerySet


class VerificationRound(models.Model):
    """From the first letter to a member of the source organisation to their answer, or until it is plain that none
    comes.

    `due_at` is when the next letter goes, or when it ends without an answer; empty once it has ended. `words` is what
    they say has changed.
    """

    feature = models.ForeignKey(MapFeature, models.CASCADE, related_name="verification_rounds", db_index=False)
    number = models.IntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(_("antwoord van de bron"), max_length=12, choices=SourceAnswer, blank=True)
    words = models.TextField(_("wat er veranderde"), max_length=LONGEST_TEXT, blank=True)

    objects = VerificationRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "number"], name="verification_round_once"),
            models.UniqueConstraint(
                fields=["feature"], condition=Q(ended_at__isnull=True), name="verification_round_open_once"
            ),
            models.CheckConstraint(
                name="verification_round_ends_with_answer",
                condition=Q(ended_at__isnull=True, due_at__isnull=False, answer="")
                | Q(ended_at__isnull=False, due_at__isnull=True, answer__in=SourceAnswer.values),
            ),
            models.CheckConstraint(
                name="verification_round_changed_says_what",
                condition=~Q(answer="changed") | ~Q(words=""),
                violation_error_message=_("Zeg in een paar woorden wat er veranderde."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "person"], name="verification_round_due", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.feature_id}, {self.number}"
