"""A change that somebody proposes to a published element, which stays as it is until the change is taken."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from maps.enums import ProposalState
from maps.models.feature import MapFeature

LONGEST_REASON = 1_000


class FeatureProposal(models.Model):
    """What the element would be, by field, as `maps.fields` writes values; and what became of it.

    `base_version` is the version that the proposer saw.
    """

    feature = models.ForeignKey(MapFeature, models.CASCADE, related_name="proposals")
    base_version = models.PositiveIntegerField()
    changes = models.JSONField(_("voorstel"), encoder=DjangoJSONEncoder)
    comment = models.TextField(_("toelichting"), max_length=LONGEST_REASON, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    proposed_at = models.DateTimeField(db_default=Now())
    state = models.CharField(_("status"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reden"), max_length=LONGEST_REASON, blank=True)

    class Meta:
        verbose_name = _("voorstel")
        verbose_name_plural = _("voorstellen")
        ordering = ["proposed_at", "id"]
        indexes = [models.Index(fields=["feature"], name="proposal_open", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(name="map_proposal_state_known", condition=Q(state__in=ProposalState.values)),
            models.CheckConstraint(
                name="map_proposal_decided_says_when",
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="map_proposal_sent_back_says_why",
                condition=~Q(state="sent_back") | ~Q(reason=""),
                violation_error_message=_("Zeg waarom je dit terugstuurt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feature}: {self.get_state_display()}"
