"""The pages on which a hub verifies organisations, and where the badge shows."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Organisation, User, Verification
from accounts.services import verify_organisation
from geo.models import Hub
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
LIST = f"/hubs/{SLUG}/verificaties/"
NUMBER = "0403170701"


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


def partner(hub: Hub, *members: User, number: str | None = None, **fields: Any) -> Organisation:
    made = make_organisation(*members, **fields)
    Organisation.objects.filter(pk=made.pk).update(enterprise_number=number)
    HubPartner.objects.create(hub=hub, organisation=made)
    made.refresh_from_db()
    return made


def staff_of(hub: Hub, role: str = "editor") -> User:
    return HubStaff.objects.create(hub=hub, user=make_user(name="Els Claes"), role=role).user


def verified(hub: Hub, organisation: Organisation, days: int = 90, what: str = "organisation") -> Verification:
    until = timezone.localdate() + dt.timedelta(days=days)
    return verify_organisation(
        by=staff_of(hub), organisation=organisation, hub=hub, what=what, evidence="KBO van 3 maart.", until=until
    )


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def form_of(organisation: Organisation, **fields: Any) -> dict[str, Any]:
    until = timezone.localdate() + dt.timedelta(days=30)
    given = {"what": "organisation", "evidence": "KBO van 3 maart.", "until": until.isoformat()}
    return given | {"seen": organisation.identity} | fields


#: What each is answered who reads the list, reads the form, verifies and withdraws; and whether the last two do it.
RIGHTS = {
    "anonymous": (302, 302, 302, 302, False),
    "stranger": (403, 403, 403, 403, False),
    "admin of the organisation": (403, 403, 403, 403, False),
    "manager of another hub": (403, 403, 403, 403, False),
    "operator": (403, 403, 403, 403, False),
    "editor": (200, 200, 302, 302, True),
    "manager": (200, 200, 302, 302, True),
    "editor who is a member": (200, 200, 403, 302, False),
}


@pytest.mark.parametrize("who", RIGHTS)
def test_who_may_do_what(hub: Hub, who: str) -> None:
    admin, both = make_user(), staff_of(hub)
    organisation = partner(hub, admin, both)
    given = verified(hub, organisation)
    users: dict[str, Callable[[], User | None]] = {
        "anonymous": lambda: None,
        "stranger": make_user,
        "admin of the organisation": lambda: admin,
        "manager of another hub": lambda: staff_of(Hub.objects.exclude(pk=hub.pk)[0], "manager"),
        "operator": lambda: make_user(is_superuser=True),
        "editor": lambda: staff_of(hub),
        "manager": lambda: staff_of(hub, "manager"),
        "editor who is a member": lambda: both,
    }
    client, page = client_of(users[who]()), f"{LIST}{organisation.slug}/"
    *statuses, may = RIGHTS[who]
    answers = [client.get(LIST).status_code, client.get(page).status_code]
    with transaction.atomic():
        answers.append(client.post(page, form_of(organisation)).status_code)
        assert (Verification.objects.count() == 2) == may
        transaction.set_rollback(True)
    answers.append(client.post(f"{LIST}{given.pk}/intrekken/", {"reason": "Gestopt."}).status_code)
    given.refresh_from_db()
    assert answers == statuses
    assert (given.ended_at is not None) == (statuses[3] == 302 and who != "anonymous")


def rows(page: str) -> list[str]:
    """The names in the table, which link to their forms."""
    return [part.split("</a>")[0].split(">")[-1] for part in page.split('<th scope="row"')[1:]]


def test_the_list_says_who_waits_and_what_ends_soon(hub: Hub) -> None:
    claims, social = partner(hub, number=NUMBER), partner(hub, kind="social_enterprise")
    sure, soon, quiet = partner(hub, number="0202239951"), partner(hub), partner(hub)
    make_organisation()
    verified(hub, sure)
    verified(hub, soon, days=20)
    # Who it is was looked at; whether it is a maatwerkbedrijf waits.
    verified(hub, social)
    client = client_of(staff_of(hub))
    listed = {
        tab: rows(client.get(LIST, {"toon": tab}).content.decode())
        for tab in ("wachten", "bijna-om", "geverifieerd", "alle", "onbekend")
    }
    assert listed["wachten"] == listed["onbekend"] == sorted([claims.name, social.name])
    assert listed["bijna-om"] == [soon.name]
    assert listed["geverifieerd"] == sorted([sure.name, soon.name, social.name])
    assert listed["alle"] == sorted(one.name for one in (claims, social, sure, soon, quiet))


@pytest.mark.parametrize(
    ("typed", "found"), [("wissel", True), ("WISSËL", True), ("kringwinkel", False), ("\0", True)]
)
def test_an_organisation_is_found_by_its_name(hub: Hub, typed: str, found: bool) -> None:
    organisation = partner(hub)
    Organisation.objects.filter(pk=organisation.pk).update(name="De Wissel")
    page = client_of(staff_of(hub)).get(LIST, {"toon": "alle", "naam": typed}).content.decode()
    assert (rows(page) == ["De Wissel"]) == found


def test_the_list_asks_as_much_for_many_as_for_few(hub: Hub) -> None:
    client, counts = client_of(staff_of(hub)), []
    # The first request of a process also reads what stays in memory.
    client.get(LIST)
    for _round in range(2):
        for _number in range(3):
            verified(hub, partner(hub))
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST, {"toon": "geverifieerd"})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_what_is_wrong_is_said_by_the_field(hub: Hub) -> None:
    organisation = partner(hub)
    client = client_of(staff_of(hub))
    for fields, words in (
        ({"until": "2001-01-01"}, "Kies een dag na vandaag."),
        ({"what": "social_enterprise"}, "Selecteer een geldige keuze"),
        ({"what": ""}, "field__error"),
        ({"evidence": "\u200b"}, "Zeg waaraan je het zag"),
        ({"seen": "company  Een andere naam"}, "veranderde intussen"),
    ):
        answer = client.post(f"{LIST}{organisation.slug}/", form_of(organisation, **fields))
        assert words in answer.content.decode()
    assert not Verification.objects.exists()


def test_the_form_names_who_else_gives_the_number(hub: Hub) -> None:
    organisation, other = partner(hub, number=NUMBER), partner(hub, number=NUMBER)
    page = client_of(staff_of(hub)).get(f"{LIST}{organisation.slug}/").content.decode()
    assert "Dit nummer geven ook" in page
    assert other.name in page


def test_an_organisation_that_the_hub_doesn_t_know_isn_t_there(hub: Hub) -> None:
    assert client_of(staff_of(hub)).get(f"{LIST}{make_organisation().slug}/").status_code == 404


def test_the_badge_says_by_whom_and_until_when(hub: Hub, client: Client) -> None:
    listing = published()
    organisation = listing.organisation
    pages = (f"/organisatie/{organisation.slug}/", f"/zoekertje/{listing.pk}/", "/?q=paletten")
    for page in pages:
        assert "geverifieerd" not in client.get(page).content.decode().replace("(niet geverifieerd)", "")
    HubPartner.objects.create(hub=hub, organisation=organisation)
    given = verified(hub, organisation)
    for page in pages:
        text = client.get(page).content.decode()
        assert "#badge-check" in text, page
        assert f"door {hub.name}, tot en met" in text, page
        assert str(given.until.year) in text, page
    row = client.get(f"/api/v1/listings/{listing.pk}/").json()["verifications"]
    assert row == [
        {"id": given.pk, "what": "organisation", "hub": hub.name, "until": given.until.isoformat(),
         "verified_on": timezone.localdate().isoformat()}
    ]  # fmt: skip


def test_the_evidence_is_for_the_hub_and_the_organisation_alone(hub: Hub, client: Client) -> None:
    admin = make_user()
    organisation = partner(hub, admin)
    verified(hub, organisation)
    assert "KBO van 3 maart." not in client.get(f"/organisatie/{organisation.slug}/").content.decode()
    own = client_of(admin).get(f"/organisatie/{organisation.slug}/beheer/").content.decode()
    assert "KBO van 3 maart." in own


def test_who_only_claims_a_number_is_told_whose_it_is(hub: Hub, client: Client) -> None:
    admin = make_user()
    claims, owner = partner(hub, admin, number=NUMBER), partner(hub, number=NUMBER)
    assert "(niet geverifieerd)" in client.get(f"/organisatie/{claims.slug}/").content.decode()
    verified(hub, owner)
    own = client_of(admin).get(f"/organisatie/{claims.slug}/beheer/").content.decode()
    assert f"hoort bij {owner.name}" in own
    assert "(niet geverifieerd)" not in client.get(f"/organisatie/{owner.slug}/").content.decode()


def test_many_cards_take_one_query_for_their_badges(hub: Hub, client: Client) -> None:
    counts = []
    for _round in range(2):
        for _number in range(3):
            listing = published()
            HubPartner.objects.create(hub=hub, organisation=listing.organisation)
            verified(hub, listing.organisation)
        with CaptureQueriesContext(connection) as queries:
            client.get("/?q=paletten")
        counts.append(len([one for one in queries if "accounts_verification" in one["sql"]]))
    assert counts == [1, 1]
