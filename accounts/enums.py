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
