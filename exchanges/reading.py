"""Who reads what one side writes to the other: messages, what is said along with a request, and why of each step.

One rule: the people of both sides, whoever wrote it, operators, and staff of a hub once they were asked in. That it
happened, its hubs see in any case.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import HubStaff, User
from accounts.permissions import is_operator
from exchanges.conversations import takes_part
from exchanges.models import Conversation, ExchangeStep, StandingAgreement


def reads(user: User, conversation: Conversation) -> bool:
    """Whether somebody reads what is written. A dispute asks its hubs in, and so does asking on behalf of a side,
    or a step of a standing agreement on behalf of one.
    """
    return is_operator(user) or takes_part(user, conversation)


def check_reads(user: User, conversation: Conversation) -> None:
    """Raise PermissionDenied unless reads()."""
    if not reads(user, conversation):
        raise PermissionDenied(_("De hub leest dit pas mee als een van beide partijen dat vraagt."))


def reasons_for(user: User, steps: Iterable[ExchangeStep], *, may_read: bool) -> list[str]:
    """Why each step of an exchange was taken; empty where the reader may not know it. `may_read` is what reads() says
    of its conversation.
    """
    return [step.reason if may_read or step.actor_id == user.pk else "" for step in steps]


def agreements_read_by(user: User, agreements: Iterable[StandingAgreement]) -> set[int]:
    """The keys of those of which the user reads what was said along, and why of its last step: as reads() says of the
    conversation of each. Two queries.
    """
    found = list(agreements)
    if is_operator(user):
        return {one.pk for one in found}
    own = set(user.memberships.values_list("organisation_id", flat=True))
    hubs = set(HubStaff.objects.filter(user=user).values_list("hub_id", flat=True))
    parties = {one.pk for one in found if not own.isdisjoint((one.requester_id, one.owner_id))}
    asked_in = {one.pk for one in found if one.conversation.hub_since and not hubs.isdisjoint(one.hub_ids)}
    return parties | asked_in
