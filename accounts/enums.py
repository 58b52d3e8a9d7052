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


class VerifiedWhat(models.TextChoices):
    """What a hub looked at: whether an organisation is who it says, and whether it is a recognised maatwerkbedrijf."""

    ORGANISATION = "organisation", _("de organisatie")
    SOCIAL_ENTERPRISE = "social_enterprise", _("het statuut van maatwerkbedrijf")


class VerificationEnd(models.TextChoices):
    """Why a verification no longer counts."""

    RENEWED = "renewed", _("vernieuwd")
    WITHDRAWN = "withdrawn", _("ingetrokken")
    CHANGED = "changed", _("naam, nummer of soort veranderde")
    EXPIRED = "expired", _("verlopen")


class MailState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting", _("nog niet verstuurd")
    RETRYING = "retrying", _("nog niet verstuurd: de mailserver nam ze niet aan, we proberen het opnieuw")
    FAILED = "failed", _("kon niet verstuurd worden: trek ze in en nodig opnieuw uit")
    SENT = "sent", _("uitgenodigd, nog niet aanvaard")
