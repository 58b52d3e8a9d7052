"""What happens to users, organisations and hubs, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountVerb(models.TextChoices):
    USER_CHANGED = "user.changed", _("account gewijzigd")
    USER_SET_UP = "user.set_up", _("account ingesteld door een beheerder")
    USER_DELETED = "user.deleted", _("account verwijderd")
    TOKEN_MADE = "token.made", _("sleutel voor de API gemaakt")
    TOKEN_REVOKED = "token.revoked", _("sleutel voor de API ingetrokken")

    ORGANISATION_CREATED = "organisation.created", _("organisatie gemaakt")
    ORGANISATION_CHANGED = "organisation.changed", _("organisatie gewijzigd")
    ORGANISATION_VERIFIED = "organisation.verified", _("organisatie geverifieerd")
    SITE_ADDED = "site.added", _("vestiging toegevoegd")
    SITE_CHANGED = "site.changed", _("vestiging gewijzigd")
    SITE_REMOVED = "site.removed", _("vestiging verwijderd")
    MEMBER_ADDED = "member.added", _("lid toegevoegd")
    MEMBER_ROLE_CHANGED = "member.role_changed", _("rol van een lid gewijzigd")
    MEMBER_REMOVED = "member.removed", _("lid verwijderd")

    INVITATION_SENT = "invitation.sent", _("uitnodiging verstuurd")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("uitnodiging ingetrokken")
    INVITATION_ACCEPTED = "invitation.accepted", _("uitnodiging aanvaard")

    HUB_CHANGED = "hub.changed", _("hubpagina gewijzigd")
    #: Listings are placed anew after it, since the hubs that they lie in follow from the policy.
    BORDER_POLICY_CHANGED = "hub.border_policy_changed", _("grensbeleid van de hub gewijzigd")
    HUB_REMOVED = "hub.removed", _("hub verwijderd")
    REGION_CHANGED = "region.changed", _("regio gewijzigd")
    REGION_REMOVED = "region.removed", _("regio verwijderd")
    STAFF_ADDED = "staff.added", _("hubmedewerker toegevoegd")
    STAFF_ROLE_CHANGED = "staff.role_changed", _("rol van een hubmedewerker gewijzigd")
    STAFF_SHOWN = "staff.shown", _("naam op de hubpagina getoond of verborgen")
    STAFF_REMOVED = "staff.removed", _("hubmedewerker verwijderd")
    PARTNER_ADDED = "partner.added", _("partner toegevoegd")
    PARTNER_REMOVED = "partner.removed", _("partner verwijderd")

    LETTER_SENT_AGAIN = "letter.sent_again", _("brief opnieuw verstuurd door een beheerder")
    LETTER_TAKEN_AS_SENT = "letter.taken_as_sent", _("brief als aangekomen beschouwd door een beheerder")
