"""What happens to users, organisations and hubs, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountVerb(models.TextChoices):
    USER_CHANGED = "user.changed", _("{who} wijzigde het eigen account.")
    USER_SET_UP = "user.set_up", _("{who} stelde het account van {person} in.")
    USER_DELETED = "user.deleted", _("{who} verwijderde het account van {person}.")
    TOKEN_MADE = "token.made", _("{who} maakte een sleutel voor de API.")
    TOKEN_REVOKED = "token.revoked", _("{who} trok de sleutel voor de API in.")

    ORGANISATION_CREATED = "organisation.created", _("{who} maakte {organisation} aan.")
    ORGANISATION_CHANGED = "organisation.changed", _("{who} wijzigde de gegevens van {organisation}.")
    VERIFIED = "verification.given", _("{who} verifieerde {organisation}: {what}.")
    VERIFICATION_WITHDRAWN = "verification.withdrawn", _("{who} trok de verificatie van {organisation} in: {what}.")
    VERIFICATION_FELL = "verification.fell", _("De verificatie van {organisation} viel weg: {what}.")
    VERIFICATION_EXPIRED = "verification.expired", _("De verificatie van {organisation} verliep: {what}.")
    SITE_ADDED = "site.added", _("{who} voegde de vestiging {site} toe.")
    SITE_CHANGED = "site.changed", _("{who} wijzigde de vestiging {site}.")
    SITE_REMOVED = "site.removed", _("{who} verwijderde de vestiging {site}.")
    MEMBER_ADDED = "member.added", _("{person} hoort nu bij {organisation}, als {role}.")
    MEMBER_ROLE_CHANGED = (
        "member.role_changed",
        _("{who} gaf {person} een andere rol: {role} in plaats van {role_before}."),
    )
    MEMBER_REMOVED = "member.removed", _("{person} hoort niet meer bij {organisation}.")

    INVITATION_SENT = "invitation.sent", _("{who} nodigde {invited} uit als {role}.")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("{who} trok de uitnodiging van {invited} als {role} in.")
    INVITATION_ACCEPTED = "invitation.accepted", _("{who} nam de uitnodiging aan en is nu {role}.")

    HUB_CHANGED = "hub.changed", _("{who} wijzigde de pagina van {hub}.")
    #: Listings are placed anew after it, since the hubs that they lie in follow from the policy.
    BORDER_POLICY_CHANGED = "hub.border_policy_changed", _("{who} wijzigde het grensbeleid van {hub}.")
    HUB_REMOVED = "hub.removed", _("{who} verwijderde de hub {hub}.")
    REGION_CHANGED = "region.changed", _("{who} wijzigde de regio {region}.")
    REGION_REMOVED = "region.removed", _("{who} verwijderde de regio {region}.")
    STAFF_ADDED = "staff.added", _("{person} werkt nu voor {hub}, als {role}.")
    STAFF_ROLE_CHANGED = (
        "staff.role_changed",
        _("{who} gaf {person} een andere rol: {role} in plaats van {role_before}."),
    )
    STAFF_SHOWN = "staff.shown", _("{who} koos of de eigen naam op de hubpagina staat: {shown}.")
    STAFF_REMOVED = "staff.removed", _("{person} werkt niet meer voor {hub}.")
    PARTNER_ADDED = "partner.added", _("{organisation} is nu partner van {hub}.")
    PARTNER_REMOVED = "partner.removed", _("{organisation} is geen partner meer van {hub}.")

    LETTER_SENT_AGAIN = "letter.sent_again", _("{who} verstuurde een brief opnieuw.")
    LETTER_TAKEN_AS_SENT = "letter.taken_as_sent", _("{who} beschouwde een brief als aangekomen.")
