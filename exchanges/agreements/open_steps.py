"""Which steps of a standing agreement somebody can take now: pages show them, and the API lists them."""

from accounts.models import User
from exchanges.agreements.checks import has_its_unit
from exchanges.agreements.steps import STEPS
from exchanges.enums import Side
from exchanges.models import StandingAgreement
from exchanges.open_steps import OpenStep
from exchanges.permissions import acts_for_hub, on_behalf, sides_of

#: What can't be done in a unit that the listing doesn't count in any more.
_COUNTS = frozenset({"accept", "counter", "agree", "change_delivery"})


def open_agreement_steps(agreement: StandingAgreement, user: User) -> list[OpenStep]:
    """In the order in which they are offered."""
    staff = acts_for_hub(user, agreement)
    may = on_behalf(user, agreement) if staff else sides_of(user, agreement)
    closed = frozenset() if has_its_unit(agreement) else _COUNTS
    return [
        OpenStep(name, side, staff)
        for name, step in STEPS.items()
        if step.fits(agreement) and name not in closed
        for side in Side
        if side in may and side in step.sides_of(agreement)
    ]
