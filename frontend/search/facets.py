"""The counts beside the filters of the search page: each with the address that it leads to."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.components import figures
from frontend.search.address import changed
from frontend.search.page import Asked
from listings.enums import Condition
from listings.search.counts import FacetCount, condition_counts, family_counts
from materials.models import Material


@dataclass(frozen=True)
class Choice:
    """A value of a filter: how many it would leave (at least so many where not `exact`), and its address."""

    value: str
    label: str
    icon: str
    count: str
    exact: bool
    on: bool
    query: str


@dataclass(frozen=True)
class Facets:
    families: list[Choice]
    conditions: list[Choice]


def read_facets(asked: Asked) -> Facets | None:
    """Counts by family and by condition; None where the address holds a mistake."""
    if asked.parameters is None or asked.errors:
        return None
    return Facets(families=_families(asked), conditions=_conditions(asked))


def _families(asked: Asked) -> list[Choice]:
    """Families with listings, the largest first. Choosing the family that is on turns it off."""
    given = asked.parameters
    assert given is not None
    families = {family.code: family for family in Material.objects.families()}
    choices = []
    for facet in family_counts(given):
        family = families[facet.value]
        on = given.material is not None and _holds(family, given.material)
        # The text field shows a chosen material by its name, unless it holds words of its own.
        words = asked.words or ("" if on else family.name)
        query = changed(asked.query, material="" if on else family.code, q=words)
        choices.append(_choice(facet, family.name, family.icon, on, query))
    return choices


def _conditions(asked: Asked) -> list[Choice]:
    """Each least condition that can be asked, the best first. The worst is left out: every listing meets it."""
    given = asked.parameters
    assert given is not None
    choices = []
    for facet in condition_counts(given):
        condition = Condition.from_slug(facet.value)
        if condition == Condition.FOR_PARTS:
            continue
        on = condition == given.condition
        query = changed(asked.query, condition="" if on else facet.value)
        label = _("minstens %(condition)s") % {"condition": condition.label}
        choices.append(_choice(facet, label, "", on, query))
    return choices


def _choice(facet: FacetCount, label: str, icon: str, on: bool, query: str) -> Choice:
    return Choice(facet.value, label, icon, figures.number(facet.count), facet.exact, on, query)


def _holds(family: Material, material: Material) -> bool:
    return family.tree_left <= material.tree_left <= family.tree_right
