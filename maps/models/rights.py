"""Who, beside the hub's own staff, may do what in a layer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maps.enums import Power
from maps.models.layer import MapLayer


class PartnerGroup(models.Model):
    """Partners of a hub that get rights together. An organisation counts as long as it is a partner of the hub."""

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="partner_groups")
    name = models.CharField(_("naam"), max_length=80)
    organisations = models.ManyToManyField(
        "accounts.Organisation", related_name="partner_groups", verbose_name=_("organisaties")
    )

    class Meta:
        verbose_name = _("groep van partners")
        verbose_name_plural = _("groepen van partners")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "name"],
                name="partner_group_name_once",
                violation_error_message=_("Deze hub heeft al een groep met die naam."),
            ),
            models.CheckConstraint(
                name="partner_group_named",
                condition=~Q(name=""),
                violation_error_message=_("Geef de groep een naam."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


_PERSON = Q(person__isnull=False, organisation=None, group=None)
_ORGANISATION = Q(person=None, organisation__isnull=False, group=None)
_GROUP = Q(person=None, organisation=None, group__isnull=False)


class LayerRight(models.Model):
    """What a person, members of an organisation, or those of a group of partners may do with a layer's elements."""

    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="rights")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="layer_rights",
        verbose_name=_("persoon"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, blank=True, related_name="layer_rights",
        verbose_name=_("organisatie"),
    )  # fmt: skip
    group = models.ForeignKey(
        PartnerGroup, models.CASCADE, null=True, blank=True, related_name="layer_rights", verbose_name=_("groep")
    )
    power = models.SmallIntegerField(_("recht"), choices=Power)

    class Meta:
        verbose_name = _("recht op een laag")
        verbose_name_plural = _("rechten op lagen")
        ordering = ["layer", "id"]
        constraints = [
            models.CheckConstraint(
                name="layer_right_has_one_holder",
                condition=_PERSON | _ORGANISATION | _GROUP,
                violation_error_message=_("Een recht is van één persoon, één organisatie of één groep."),
            ),
            models.CheckConstraint(name="layer_right_known", condition=Q(power__in=Power.values)),
            models.UniqueConstraint(fields=["layer", "person"], name="layer_right_of_person_once"),
            models.UniqueConstraint(fields=["layer", "organisation"], name="layer_right_of_organisation_once"),
            models.UniqueConstraint(fields=["layer", "group"], name="layer_right_of_group_once"),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.get_power_display()} in {self.layer}"

    @property
    def holder(self) -> models.Model:
        """Whose right it is. A constraint makes sure that it is one's."""
        holder = self.person or self.organisation or self.group
        assert holder is not None
        return holder
