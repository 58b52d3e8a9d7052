from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    COMPANY = "company", _("bedrijf")
    SOCIAL_ENTERPRISE = "social_enterprise", _("maatwerkbedrijf")
    PUBLIC_BODY = "public_body", _("overheid")
    KNOWLEDGE = "knowledge", _("school of kennisinstelling")
    SOCIAL_PROFIT = "social_profit", _("social-profitorganisatie")


class MemberRole(models.TextChoices):
    ADMIN = "admin", _("beheerder")
    MEMBER = "member", _("lid")


class StaffRole(models.TextChoices):
    MANAGER = "manager", _("hubbeheerder")
    EDITOR = "editor", _("hubmedewerker")


class MailState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting", _("nog niet verstuurd")
    RETRYING = "retrying", _("nog niet verstuurd: de mailserver nam ze niet aan, we proberen het opnieuw")
    FAILED = "failed", _("kon niet verstuurd worden: trek ze in en nodig opnieuw uit")
    SENT = "sent", _("uitgenodigd, nog niet aanvaard")
