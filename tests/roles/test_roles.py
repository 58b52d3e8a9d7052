"""Who may do what: each address of the site by everybody, held against the one table, and that against the docs."""

from pathlib import Path

import pytest

from accounts.roles import Right, Role
from marketplace.roles import page
from tests.roles import exchanges, hubs, listings, maps, programme, public
from tests.roles.cast import ADDRESSES, Cast, Visit, answer, methods_of

pytestmark = pytest.mark.django_db
AREAS: dict[str, tuple[type[Cast], list[Visit]]] = {
    "public": (public.PublicCast, public.VISITS),
    "listings": (listings.ListingCast, listings.VISITS),
    "exchanges": (exchanges.ExchangeCast, exchanges.VISITS),
    "hubs": (hubs.HubCast, hubs.VISITS),
    "maps": (maps.MapCast, maps.VISITS),
    "programme": (programme.ProgrammeCast, programme.VISITS),
}
#: Addresses at which nobody's role counts.
APART = {
    # A mail service shows a secret of its own.
    "mail-inbound",
    # Only where the demo runs.
    "demo-post", "demo-letter", "demo-letter-html", "demo-letter-file",
}  # fmt: skip
#: An address for each right, to see it lost.
LOSING = {
    "api-listing-status", "api-booking", "organisation-impact", "invite", "api-exchange", "api-exchange-steps",
    "api-exchanges", "exchange-note", "api-enquiry-read", "hub-plan-ask", "api-hub-verifications",
    "api-hub-verification-withdraw", "hub-staff", "hub-partner-add", "hub-settings", "api-map-layers",
    "api-map-groups", "api-map-listing-for-source", "activity-edit", "admin:geo_hub_changelist",
}  # fmt: skip
#: What else guards a right: whether somebody is signed in or has a secret, a query that says it once more, and what is
#: read once from the table when the program starts.
GUARDED_OTHERWISE = {
    Right.READ_PUBLISHED, Right.ANSWER_BY_LINK, Right.KEEP_OWN, Right.SEE_FOR_PARTNERS, Right.SEE_PROPOSAL,
    Right.PUBLISH_ELEMENTS,
}  # fmt: skip


@pytest.mark.parametrize("area", AREAS)
def test_everybody_may_what_the_table_says_and_who_is_refused_changes_nothing(area: str) -> None:
    make, visits = AREAS[area]
    cast, wrong = make(), []
    for visit in visits:
        found = {role: answer(cast, visit, role) for role in Role}
        for role, one in found.items():
            allowed = role in visit.right.roles and role not in visit.but
            if one.refused == allowed or one.status >= 500 or (one.refused and one.changed):
                wrong.append(f"{visit} by {role.name}, for {visit.right.name}: {one}")
        changes = any(one.changed for one in found.values())
        if changes != (visit.leaves_mark if visit.method == "get" else not visit.idle):
            wrong.append(f"{visit}, for {visit.right.name}: changes {'something' if changes else 'nothing'}, {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("area", AREAS)
def test_whoever_loses_a_right_is_refused(area: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code goes by the table: where nobody has a right any more, everybody is turned away."""
    make, visits = AREAS[area]
    cast = make()
    one_each = {one.right: one for one in visits if one.name in LOSING and one.right not in GUARDED_OTHERWISE}
    for right, visit in one_each.items():
        with monkeypatch.context() as patch:
            patch.setattr(right, "least", frozenset())
            found = {role: answer(cast, visit, role) for role in Role}
        assert {role: (one.refused, one.changed) for role, one in found.items()} == dict.fromkeys(
            Role, (True, False)
        ), f"{right.name}, {visit}"


def test_each_right_is_lost_once() -> None:
    lost = {visit.right for _make, visits in AREAS.values() for visit in visits if visit.name in LOSING}
    assert lost - GUARDED_OTHERWISE == set(Right) - GUARDED_OTHERWISE


def test_every_address_is_walked() -> None:
    walked = {visit.name for _make, visits in AREAS.values() for visit in visits}
    assert set(ADDRESSES) - walked == APART
    used = {visit.right for _make, visits in AREAS.values() for visit in visits}
    assert used == set(Right)


def test_every_write_of_the_api_is_walked() -> None:
    walked = {(visit.name, visit.method) for _make, visits in AREAS.values() for visit in visits}
    asked = {(name, method) for name in ADDRESSES for method in methods_of(name)}
    assert len(asked) > 60
    assert asked <= walked


def test_the_docs_show_the_table() -> None:
    """`script/manage roles > docs/roles.md` writes them anew."""
    assert Path("docs/roles.md").read_text() == page()
