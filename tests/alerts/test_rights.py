"""Who may do what with a saved search: every route for every role, and nothing changed where it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import HubStaff, User
from alerts.models import MatchAlerts, SavedSearch
from geo.models import Hub
from tests.alerts.makers import saved
from tests.makers import GENT, make_user

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "stranger", "owner", "staff", "operator")
#: The operations of the API that write: the table of the whole API counts on them being here.
OPERATIONS = {"saved_searches_create", "saved_searches_update", "saved_searches_destroy"}
_API = "/api/v1/saved-searches/"
_HERE = {"lat": GENT[0], "lon": GENT[1]}


class Cast:
    """A saved search, with somebody in each role."""

    def __init__(self) -> None:
        self.search = saved()
        hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
        self.users: dict[str, User | None] = {
            "anonymous": None,
            "stranger": make_user(),
            "owner": self.search.owner,
            "staff": HubStaff.objects.create(hub=hub, user=make_user(), role="manager").user,
            "operator": make_user(is_superuser=True, is_staff=True),
        }

    def client(self, role: str) -> Client:
        client, user = Client(), self.users[role]
        if user is not None:
            client.force_login(user)
        return client


def snapshot() -> list[Any]:
    rows = SavedSearch.objects.order_by("pk").values_list("pk", "owner", "name", "frequency", "paused", "asked")
    return [list(rows), list(MatchAlerts.objects.order_by("pk").values_list("owner", "frequency"))]


def call(method: str, path: str, given: Any = None, *, json: bool = False) -> Callable[[Client, Cast], Any]:
    more = {"content_type": "application/json"} if json else {}
    return lambda client, cast: getattr(client, method)(path.format(cast.search.pk), given, **more)


@dataclass(frozen=True)
class Route:
    """What each role is answered, in the order of ROLES, and for which of them something changes."""

    name: str
    call: Callable[[Client, Cast], Any]
    statuses: tuple[int, ...]
    changes: frozenset[str] = frozenset()


_OWN, _EACH = frozenset({"owner"}), frozenset(ROLES) - {"anonymous"}
_FOR_EACH, _FOR_OWNER = (302, 200, 200, 200, 200), (302, 404, 200, 404, 404)
_DONE_BY_OWNER, _API_OWNER = (302, 404, 302, 404, 404), (401, 404, 200, 404, 404)
_NEW = "/meldingen/nieuw/?place=Gent&kind=supply"
ROUTES = [
    Route("page", call("get", "/meldingen/"), _FOR_EACH),
    Route("new, form", call("get", _NEW), _FOR_EACH),
    Route("new", call("post", _NEW, {"name": "Hout", "frequency": "daily"}), (302,) * 5, _EACH),
    Route("one, form", call("get", "/meldingen/{}/"), _FOR_OWNER),
    Route("one", call("post", "/meldingen/{}/", {"name": "Hout", "frequency": "daily"}), _DONE_BY_OWNER, _OWN),
    Route("pause", call("post", "/meldingen/{}/pauze/", {"paused": "on"}), _DONE_BY_OWNER, _OWN),
    Route("delete", call("post", "/meldingen/{}/weg/"), _DONE_BY_OWNER, _OWN),
    Route("matches", call("post", "/meldingen/matches/", {"matches-frequency": "daily"}), (302,) * 5, _EACH),
    Route("API: list", call("get", _API), (401, 200, 200, 200, 200)),
    Route("API: new", call("post", _API, {"search": _HERE}, json=True), (401, 201, 201, 201, 201), _EACH),
    Route("API: one", call("get", _API + "{}/"), _API_OWNER),
    Route("API: change", call("patch", _API + "{}/", {"paused": True}, json=True), _API_OWNER, _OWN),
    Route("API: delete", call("delete", _API + "{}/"), (401, 404, 204, 404, 404), _OWN),
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_route_answers_each_role_and_changes_nothing_where_it_refuses(route: Route) -> None:
    cast = Cast()
    found = {}
    for role in ROLES:
        before = snapshot()
        with transaction.atomic():
            status = route.call(cast.client(role), cast).status_code
            found[role] = (status, snapshot() != before)
            transaction.set_rollback(True)
    assert found == {role: (status, role in route.changes) for role, status in zip(ROLES, route.statuses, strict=True)}


@pytest.mark.parametrize("path", ["pauze/", "weg/"])
def test_what_changes_something_isn_t_done_by_opening_an_address(path: str) -> None:
    cast = Cast()
    assert cast.client("owner").get(f"/meldingen/{cast.search.pk}/{path}").status_code == 405
    assert cast.client("owner").get("/meldingen/matches/").status_code == 405
