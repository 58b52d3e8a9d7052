"""The page `docs/roles.md`: who may do what, written from the tables that the code goes by."""

from collections.abc import Iterable, Sequence

from django.utils import translation

from accounts.roles import Right, Role
from exchanges.agreements.steps import STEPS as AGREEMENT_STEPS
from exchanges.enums import Role as Actor
from exchanges.steps import STEPS as EXCHANGE_STEPS
from maps.enums import FeatureState, Power
from maps.permissions import STEPS as ELEMENT_STEPS

_YES, _NO = "yes", ""
_HEAD = """# Who may do what

Written by `script/manage roles > docs/roles.md` from the tables that the code goes by: `accounts/roles.py`,
`exchanges/steps.py`, `exchanges/agreements/steps.py` and `maps/permissions.py`. A test compares this page with them,
and visits each address of the site as everybody: who isn't named here is refused, and nothing changes.

An admin may what a member may, and a manager what staff may. A right that is about an organisation or a hub is for its
own people; elsewhere they are merely signed in.

## Rights
"""
_EXCHANGES = """
## Steps of an exchange

In which state each can be taken, `exchanges/steps.py` says. Staff take a side's steps on its behalf; not those of an
owner whom only another hub knows.
"""
_AGREEMENTS = """
## Steps of a standing agreement
"""
_ELEMENTS = """
## Steps with an element of a map

Beside its roles a hub gives rights in a layer to a person, an organisation or a group of partners. Staff have the
right to edit in each layer of their hub, and its managers to publish. Who began a draft may change it, put it forward
and withdraw it with the right to propose.
"""


def page() -> str:
    """All of it, as Markdown in English."""
    with translation.override("en"):
        parts = [
            _HEAD, _table(["", *(role.value for role in Role)], _rights()),
            _EXCHANGES, _table(["step", "who asks", "who owns", "staff", "operator"], _exchange_steps()),
            _AGREEMENTS, _table(["step", "who asks", "who owns", "staff"], _agreement_steps()),
            _ELEMENTS, _table(["step", *(str(state.label).lower() for state in FeatureState)], _element_steps()),
        ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _rights() -> Iterable[Sequence[str]]:
    for right in Right:
        yield [right.words, *(_yes(role in right.roles) for role in Role)]


def _exchange_steps() -> Iterable[Sequence[str]]:
    for name, step in EXCHANGE_STEPS.items():
        if Actor.TIME_OUT in step.actors:
            continue
        sides = [Actor.REQUESTER in step.actors, Actor.OWNER in step.actors]
        decides = Actor.HUB in step.actors
        by_staff = any(sides) and Role.STAFF in Right.TAKE_STEPS.roles
        by_operators = decides and Role.OPERATOR in Right.MEDIATE.roles
        yield [f"`{name}`", *map(_yes, sides), _yes(by_staff or decides), _yes(by_operators)]


def _agreement_steps() -> Iterable[Sequence[str]]:
    for name, step in AGREEMENT_STEPS.items():
        if step.sides:
            of = {side.value for side in step.sides}
            by_staff = Role.STAFF in Right.TAKE_STEPS.roles
            yield [f"`{name}`", _yes("requester" in of), _yes("owner" in of), _yes(by_staff)]


def _element_steps() -> Iterable[Sequence[str]]:
    for name, step in ELEMENT_STEPS.items():
        yield [f"`{name}`", *(_power(step.takes.get(state)) for state in FeatureState)]


def _power(power: Power | None) -> str:
    return "" if power is None else f"who may {power.slug}"


def _yes(holds: bool) -> str:
    return _YES if holds else _NO


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |").replace("|  |", "| |") for line in lines)
