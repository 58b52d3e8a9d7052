"""Every change to users, organisations, sites, members and hubs."""

from accounts.services.hub_partners import add_hub_partner, remove_hub_partner
from accounts.services.hub_staff import add_hub_staff, change_hub_role, remove_hub_staff, show_hub_staff
from accounts.services.hubs import remove_hub, remove_region, set_up_hub, set_up_region, update_hub
from accounts.services.invitations import (
    MOST_INVITATIONS_A_DAY,
    MOST_INVITATIONS_TO_ADDRESS_A_WEEK,
    MOST_OPEN_INVITATIONS,
    accept_invitation,
    invite_hub_staff,
    invite_member,
    withdraw_invitation,
)
from accounts.services.letters import send_letter_again, take_letter_as_sent
from accounts.services.members import add_member, change_role, remove_member
from accounts.services.organisations import (
    create_organisation,
    set_up_organisation,
    update_organisation,
)
from accounts.services.sites import add_site, remove_site, update_site
from accounts.services.tokens import make_token, revoke_token
from accounts.services.users import delete_user, set_up_user, update_user
from accounts.services.verifications import (
    end_expired_verifications,
    verify_organisation,
    withdraw_verification,
)

__all__ = [
    "MOST_INVITATIONS_A_DAY",
    "MOST_INVITATIONS_TO_ADDRESS_A_WEEK",
    "MOST_OPEN_INVITATIONS",
    "accept_invitation",
    "add_hub_partner",
    "add_hub_staff",
    "add_member",
    "add_site",
    "change_hub_role",
    "change_role",
    "create_organisation",
    "delete_user",
    "end_expired_verifications",
    "invite_hub_staff",
    "invite_member",
    "make_token",
    "remove_hub",
    "remove_hub_partner",
    "remove_hub_staff",
    "remove_member",
    "remove_region",
    "remove_site",
    "revoke_token",
    "send_letter_again",
    "set_up_hub",
    "set_up_organisation",
    "set_up_region",
    "set_up_user",
    "show_hub_staff",
    "take_letter_as_sent",
    "update_hub",
    "update_organisation",
    "update_site",
    "update_user",
    "verify_organisation",
    "withdraw_invitation",
    "withdraw_verification",
]
