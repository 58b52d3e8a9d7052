"""The menu marks where one is: one page, the nearest that it links to."""

import re

import pytest
from django.test import Client

from accounts.enums import StaffRole
from accounts.models import HubStaff, User
from geo.models import Hub
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
OWN, OTHER = "sociaal-circulaire-hub-gent", "ce-hub-regio-mechelen"
_MARKED = re.compile(r'<li[^>]*><a class="[^"]*" href="([^"]+)" aria-current="page">')


def marked(client: Client, address: str) -> list[str]:
    """Where the marked links of both menus lead: the bar's, and the one that phones open."""
    answer = client.get(address)
    assert answer.status_code == 200
    return _MARKED.findall(answer.content.decode())


@pytest.fixture
def staff() -> Client:
    user = make_user()
    HubStaff.objects.create(hub=Hub.objects.get(slug=OWN), user=user, role=StaffRole.MANAGER)
    return logged_in(user)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/", "/"),
        ("/hubs/", "/hubs/"),
        (f"/hubs/{OWN}/", f"/hubs/{OWN}/"),
        (f"/hubs/{OWN}/plan/", f"/hubs/{OWN}/"),
        (f"/hubs/{OWN}/beheer/", f"/hubs/{OWN}/"),
        (f"/hubs/{OTHER}/", "/hubs/"),
        ("/mijn/zoekertjes/", "/mijn/zoekertjes/"),
        ("/mijn/matches/", "/mijn/matches/"),
    ],
)
def test_only_the_nearest_page_is_marked_for_who_works_for_a_hub(staff: Client, address: str, nearest: str) -> None:
    assert marked(staff, address) == [nearest, nearest]


@pytest.mark.parametrize("address", ["/hubs/", f"/hubs/{OWN}/", f"/hubs/{OWN}/koppels/"])
def test_hubs_are_marked_for_who_works_for_none(client: Client, address: str) -> None:
    assert marked(client, address) == ["/hubs/", "/hubs/"]
    user = make_user()
    make_organisation(user)
    assert marked(logged_in(user), address) == ["/hubs/", "/hubs/"]


def test_a_page_that_the_menu_does_not_link_to_marks_none(client: Client) -> None:
    assert marked(client, "/over/") == []


def test_the_agenda_is_in_the_menus_of_everyone(client: Client, staff: Client) -> None:
    assert marked(client, "/agenda/") == ["/agenda/"] * 2
    # In the bar, in the menu beside it where the bar has no room (styles show one of both), and in that of phones.
    assert marked(staff, "/agenda/") == ["/agenda/"] * 3
    answer = staff.get("/agenda/").content.decode()
    assert [len(re.findall(rf'class="{name}"', answer)) for name in ("header__roomy", "header__tight")] == [1, 1]
