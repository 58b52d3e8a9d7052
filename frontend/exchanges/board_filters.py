"""What of a hub's board somebody looks at: a group, and filters by kind, colleague, organisation, material and period.

All of it stands in the address, so that it can be shared, and goes along to the file.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from exchanges.enums import Group
from exchanges.models import Exchange, Proposal, StandingAgreement
from exchanges.proposal_querysets import ProposalQuerySet
from exchanges.querysets import AgreementQuerySet, ExchangeQuerySet
from frontend.components.form_fields import DateField
from geo.models import Hub
from materials.models import Material

ME, NOBODY = "ik", "niemand"
#: As they stand in an address.
_EXCHANGES, _AGREEMENTS, _PROPOSALS = "uitwisselingen", "vaste-afspraken", "voorstellen"
_KINDS = [
    (_EXCHANGES, gettext_lazy("Uitwisselingen")), (_AGREEMENTS, gettext_lazy("Vaste afspraken")),
    (_PROPOSALS, gettext_lazy("Voorstellen")),
]  # fmt: skip


class FilterForm(forms.Form):
    """Each field may stay empty: then it leaves nothing out."""

    def __init__(self, data: QueryDict, *, hub: Hub, reader: User) -> None:
        super().__init__(data)
        self.fields["soort"] = forms.ChoiceField(
            label=_("Soort"), required=False, choices=[("", _("Alle soorten")), *_KINDS]
        )
        self.fields["opvolging"] = forms.ChoiceField(
            label=_("Opvolging"), required=False, choices=_colleagues(hub, reader)
        )
        self.fields["organisatie"] = forms.ChoiceField(
            label=_("Organisatie"), required=False, choices=[("", _("Alle organisaties")), *_parties(hub, reader)]
        )
        families = [(one.code, one.name) for one in Material.objects.families()]
        self.fields["materiaal"] = forms.ChoiceField(
            label=_("Materiaal"), required=False, choices=[("", _("Alle materialen")), *families]
        )
        self.fields["van"] = DateField(label=_("Gevraagd vanaf"), required=False)
        self.fields["tot"] = DateField(label=_("Gevraagd tot en met"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in ("van", "tot"):
            # Beyond these no day can be reckoned with.
            if given.get(name) and not 1900 <= given[name].year <= 2999:
                self.add_error(name, _("Kies een jaar tussen 1900 en 2999."))
        first, last = given.get("van"), given.get("tot")
        if first and last and last < first:
            self.add_error("tot", _("Deze dag ligt voor de eerste. Kies een latere."))
        return given


@dataclass(frozen=True)
class Look:
    """What a reader looks at. What they gave and isn't there counts as nothing, and `form` says what is wrong."""

    hub: Hub
    reader: User
    group: Group
    form: FilterForm

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors)

    @property
    def is_filtered(self) -> bool:
        return bool(self.given)

    @property
    def given(self) -> dict[str, Any]:
        """The filters that hold."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        return urlencode(
            {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in self.given.items()}
        )

    @cached_property
    def exchanges(self) -> ExchangeQuerySet:
        return self._narrowed(_EXCHANGES, Exchange.objects.in_hub(self.hub.pk))

    @cached_property
    def agreements(self) -> AgreementQuerySet:
        return self._narrowed(_AGREEMENTS, StandingAgreement.objects.in_hub(self.hub.pk))

    @cached_property
    def proposals(self) -> ProposalQuerySet:
        return self._narrowed(_PROPOSALS, Proposal.objects.in_hub(self.hub.pk))

    def _narrowed(self, kind: str, rows: Any) -> Any:
        given = self.given
        if given.get("soort", kind) != kind:
            # Not none(): all kinds are one list, each with its own columns.
            return rows.filter(pk__in=[])
        if followed := given.get("opvolging"):
            rows = rows.followed_by(self.hub.pk, self._colleague(followed))
        if slug := given.get("organisatie"):
            rows = rows.with_party(Organisation.objects.get(slug=slug), self.reader)
        if code := given.get("materiaal"):
            family = Material.objects.get(code=code)
            rows = rows.of_material(family.tree_left, family.tree_right)
        return rows.begun_between(given.get("van"), given.get("tot"))

    def _colleague(self, followed: str) -> User | None:
        if followed == NOBODY:
            return None
        return self.reader if followed == ME else User.objects.get(pk=int(followed))


def look_of(given: QueryDict, hub: Hub, reader: User) -> Look:
    """What an address asks. A group that isn't there is all that is open."""
    group = given.get("group", "")
    form = FilterForm(given, hub=hub, reader=reader)
    form.is_valid()
    return Look(hub, reader, Group(group) if group in Group.values else Group.OPEN, form)


def _colleagues(hub: Hub, reader: User) -> list[tuple[str, str]]:
    people = User.objects.filter(hub_roles__hub=hub).exclude(pk=reader.pk).order_by("name", "pk").distinct()
    return [
        ("", _("Door wie dan ook")), (ME, _("Door mij")), (NOBODY, _("Nog door niemand")),
        *((str(one.pk), one.name or one.email) for one in people),
    ]  # fmt: skip


def _parties(hub: Hub, reader: User) -> list[tuple[str, str]]:
    """Who takes part in something of the hub, as far as the reader may know that they do."""
    keys: set[int] = set()
    for rows in (Exchange.objects, StandingAgreement.objects, Proposal.objects):
        keys |= rows.in_hub(hub.pk).parties(reader)
    return list(Organisation.objects.filter(pk__in=keys).order_by("name", "pk").values_list("slug", "name"))
