"""Who may do what with an exchange: every route for every role, and nothing changed where it is refused."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from accounts.models import HubStaff, User
from exchanges.enums import Role
from exchanges.models import (
    Appointment,
    Conversation,
    Delivery,
    Enquiry,
    Exchange,
    ExchangeStep,
    HoursStatement,
    HubFollowUp,
    HubNote,
    Message,
    Proposal,
    ReadMark,
    StandingAgreement,
)  # fmt: skip
from exchanges.routing import route_to
from exchanges.services import ask_hub, propose_match
from exchanges.steps import STEPS
from geo.models import Hub
from listings.balances.periods import monday_of
from listings.models import Reservation
from tests.exchanges.makers import Story, slot, times_of
from tests.exchanges.test_fallen_chains import Choice
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
NEXT_MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
ROLES = ("anonymous", "stranger", "requester", "owner", "staff", "other staff", "operator")
#: The operations of the API that write: the table of the whole API counts on them being here.
OPERATIONS = {
    "exchanges_create", "exchanges_bundles_create", "exchanges_steps_create", "exchanges_agreements_create",
    "exchanges_agreements_steps_create", "exchanges_agreements_messages_create", "exchanges_agreements_messages_read",
    "exchanges_agreements_hub_invite",
    "exchanges_messages_create",
    "exchanges_messages_read", "exchanges_hub_invite", "proposals_create", "proposals_answer",
    "proposals_withdraw",
    "hubs_proposals_create", "enquiries_create", "enquiries_messages_create", "enquiries_messages_read",
    "enquiries_take", "enquiries_close",
}  # fmt: skip


class LeftLot(Story):
    """A lot that somebody brought to a workshop, of a chain that fell through then."""

    def __init__(self) -> None:
        self.chain = Choice()
        self.listing, self.owner = self.chain.service, self.chain.worker
        self.requester, self.organisation = self.chain.giver, self.chain.supply.organisation

    def left(self) -> Exchange:
        return self.chain.left()


class Cast:
    """An exchange of a lot near Gent, with somebody in each role."""

    def __init__(self, state: str, **lot: Any) -> None:
        self.story = LeftLot() if state == "left" else Story(**lot)
        self.exchange: Exchange = getattr(self.story, state)()
        self.service, self.demand = published("service"), published("demand")
        self.hub = Hub.objects.get(pk=self.story.listing.hub_ids[0])
        stranger = make_user()
        self.strangers = make_organisation(stranger)
        other = Hub.objects.exclude(pk__in=self.story.listing.hub_ids)[0]
        self.users: dict[str, User | None] = {
            "anonymous": None,
            "stranger": stranger,
            "requester": self.story.requester,
            "owner": self.story.owner,
            "staff": HubStaff.objects.create(hub=self.hub, user=make_user(), role="editor").user,
            "other staff": HubStaff.objects.create(hub=other, user=make_user(), role="manager").user,
            "operator": make_user(is_superuser=True, is_staff=True),
        }
        if state == "asked":
            self.proposal = propose_match(
                by=self.person("staff"), hub=self.hub, supply=self.story.listing, demand=published("demand")
            )
            self.enquiry = ask_hub(
                by=self.story.requester, route=route_to(self.hub), subject="Frigo's", text="Wie haalt ze?"
            )

    def person(self, role: str) -> User:
        found = self.users[role]
        assert found is not None, "somebody has this role"
        return found

    def client(self, role: str) -> Client:
        client, user = Client(), self.users[role]
        if user is not None:
            client.force_login(user)
        return client


def snapshot() -> list[Any]:
    return [
        list(Exchange.objects.order_by("pk").values_list("pk", "state", "version", "turn")),
        ExchangeStep.objects.count(),
        Message.objects.count(),
        HubFollowUp.objects.count(),
        HubNote.objects.count(),
        HoursStatement.objects.count(),
        ReadMark.objects.count(),
        list(Proposal.objects.order_by("pk").values_list("pk", "supply_answer", "withdrawn_at")),
        list(Enquiry.objects.order_by("pk").values_list("pk", "state", "owner")),
        list(Conversation.objects.order_by("pk").values_list("pk", "hub_since")),
        list(Reservation.objects.order_by("pk").values_list("pk", "state", "quantity")),
        list(StandingAgreement.objects.order_by("pk").values_list("pk", "state", "version")),
        list(Delivery.objects.order_by("pk").values_list("pk", "state", "on", "quantity")),
    ]


def answer(cast: Cast, role: str, call: Callable[[Client, Cast], Any]) -> tuple[int, bool]:
    """The status, and whether something changed; undone, so that the next role finds it as it was."""
    before = snapshot()
    with transaction.atomic():
        status = call(cast.client(role), cast).status_code
        changed = snapshot() != before
        transaction.set_rollback(True)
    return status, changed


def get(path: str) -> Callable[[Client, Cast], Any]:
    return lambda client, cast: client.get(address(path, cast))


def post(path: str, **given: Any) -> Callable[[Client, Cast], Any]:
    """As a form sends it."""
    return lambda client, cast: client.post(address(path, cast), {"key": uuid4().hex} | given)


def send(path: str, **given: Any) -> Callable[[Client, Cast], Any]:
    """As a program sends it."""
    return lambda client, cast: client.post(
        address(path, cast),
        {name: value(cast) if callable(value) else value for name, value in given.items()},
        content_type="application/json",
    )


def address(path: str, cast: Cast) -> str:
    numbers = {"exchange": cast.exchange.pk, "listing": cast.story.listing.pk, "hub": cast.hub.slug}
    made = {name: getattr(cast, name).pk for name in ("proposal", "enquiry") if hasattr(cast, name)}
    return path.format(**numbers, **made)


@dataclass(frozen=True)
class Route:
    """What each role is answered, in the order of ROLES, and for which of them something changes."""

    name: str
    call: Callable[[Client, Cast], Any]
    statuses: tuple[int, ...]
    changes: frozenset[str] = frozenset()
    state: str = "asked"


_API = "/api/v1/exchanges/"
_OF_STAFF = (302, 403, 403, 403, 200, 403, 403)
_FILE_OF_STAFF = (403, 403, 403, 403, 200, 403, 403)
_SEEN_BY_PART, _SEEN_IN_API = (302, 404, 200, 200, 200, 404, 200), (401, 404, 200, 200, 200, 404, 200)
_API_OF_STAFF, _TALK = (401, 403, 403, 403, 200, 403, 403), (401, 404, 200, 200, 403, 404, 200)
_QUESTION = (401, 404, 200, 404, 200, 404, 200)
ROUTES = [
    Route("request, form", get("/zoekertje/{listing}/aanvragen/"), (302, 200, 302, 200, 200, 200, 200)),
    Route(
        "request", post("/zoekertje/{listing}/aanvragen/", quantity="5", wanted_on="", message=""),
        (302, 302, 302, 409, 409, 409, 409), frozenset({"stranger"}),
    ),
    # With a service and a demand of two more organisations.
    Route(
        "chain",
        lambda client, cast: client.get(
            address(f"/zoekertje/{{listing}}/keten/{cast.service.pk}/{cast.demand.pk}/voorstellen/", cast)
        ),
        (302, 403, 403, 200, 200, 403, 403),
    ),
    # Of a demand alone, and for its own organisation.
    Route("bundle, form", get("/zoekertje/{listing}/bundel/aanvragen/"), (302, 404, 404, 404, 404, 404, 404)),
    Route("bundle", post("/zoekertje/{listing}/bundel/aanvragen/"), (302, 404, 404, 404, 404, 404, 404)),
    Route("page", get("/uitwisselingen/{exchange}/"), _SEEN_BY_PART),
    Route(
        # Staff of the hub say who of the side asked them to.
        "step", post("/uitwisselingen/{exchange}/stap/accept/", version=1, behalf_note="Ann belde"),
        (302, 404, 403, 302, 302, 404, 403), frozenset({"owner", "staff"}),
    ),
    Route(
        "message",
        lambda client, cast: client.post(
            f"/uitwisselingen/{cast.exchange.pk}/bericht/", {"message-key": uuid4().hex, "message-text": "Dag"}
        ),
        # The hub writes once a side has asked it in.
        (302, 404, 302, 302, 403, 404, 403), frozenset({"requester", "owner"}),
    ),
    Route(
        "asking the hub in", post("/uitwisselingen/{exchange}/hub/"), (302, 404, 302, 302, 403, 404, 403),
        frozenset({"requester", "owner"}),
    ),
    Route("calendar", get("/uitwisselingen/{exchange}/afspraak.ics"), _SEEN_BY_PART, state="scheduled"),
    Route("one's own", get("/mijn/uitwisselingen/"), (302, 200, 200, 200, 200, 200, 200)),
    Route("board", get("/hubs/{hub}/uitwisselingen/"), _OF_STAFF),
    Route(
        "storage",
        lambda client, cast: client.get(
            address(f"/hubs/{{hub}}/opslag/{{listing}}/{cast.demand.pk}/", cast)
        ),
        _OF_STAFF,
    ),
    Route("board as a table", get("/hubs/{hub}/uitwisselingen/tabel.csv"), _OF_STAFF),
    Route("impact of a hub", get("/hubs/{hub}/impact/"), (200,) * 7),
    Route("figures of a hub", get("/hubs/{hub}/cijfers/"), (200,) * 7),
    Route("figures of a hub, workbook", get("/hubs/{hub}/cijfers/cijfers.xlsx"), (200,) * 7),
    Route("figures of a hub, text", get("/hubs/{hub}/cijfers/aanbod-en-vraag.csv"), (200,) * 7),
    Route(
        "figures of a hub, by element", get("/hubs/{hub}/cijfers/uitwisselingen.csv"),
        (404, 404, 404, 404, 200, 404, 404),
    ),
    Route("impact of a hub, lines", get("/hubs/{hub}/impact/regels/"), _OF_STAFF),
    Route("impact of a hub, text", get("/hubs/{hub}/impact/impact.csv"), _FILE_OF_STAFF),
    Route("impact of a hub, workbook", get("/hubs/{hub}/impact/impact.xlsx"), _FILE_OF_STAFF),
    Route(
        "follow-up",
        lambda client, cast: client.post(
            address("/uitwisselingen/{exchange}/opvolging/{hub}/", cast), {"user": cast.person("staff").pk},
        ),
        (302, 404, 403, 403, 302, 404, 403), frozenset({"staff"}),
    ),
    Route(
        "note of the hub", post("/uitwisselingen/{exchange}/notitie/{hub}/", text="Gebeld."),
        (302, 404, 403, 403, 302, 404, 403), frozenset({"staff"}),
    ),
    Route(
        "hours",
        lambda client, cast: client.post(
            address("/uitwisselingen/{exchange}/uren/", cast),
            {"hours-organisation": cast.story.organisation.pk, "hours-hours": "12"},
        ),
        (302, 404, 409, 404, 404, 404, 404), state="completed",
    ),
    Route("API: list", get(_API), (401, 200, 200, 200, 200, 200, 200)),
    Route(
        "API: request for strangers",
        send(
            _API, organisation=lambda cast: cast.strangers.slug, listing=lambda cast: cast.story.listing.pk, quantity=5
        ),
        (401, 201, 403, 403, 403, 403, 403), frozenset({"stranger"}),
    ),
    Route("API: one", get(_API + "{exchange}/"), _SEEN_IN_API),
    Route("API: steps", get(_API + "{exchange}/steps/"), _SEEN_IN_API),
    Route(
        "API: step", send(_API + "{exchange}/steps/", step="accept"), (401, 404, 403, 200, 400, 404, 403),
        frozenset({"owner"}),
    ),
    Route(
        # Staff of the hub say who of the side asked them to, and members have nothing of the kind to say.
        "API: step on behalf", send(_API + "{exchange}/steps/", step="accept", behalf_note="Ann belde"),
        (401, 404, 403, 400, 200, 404, 403), frozenset({"staff"}),
    ),
    Route("API: messages", get(_API + "{exchange}/messages/"), _TALK),
    Route(
        "API: message", send(_API + "{exchange}/messages/", text="Dag"), (401, 404, 201, 201, 403, 404, 403),
        frozenset({"requester", "owner"}),
    ),
    Route(
        "API: asking the hub in", send(_API + "{exchange}/hub/"), (401, 404, 200, 200, 403, 404, 403),
        frozenset({"requester", "owner"}),
    ),
    Route("API: proposals", get("/api/v1/proposals/"), (401, 200, 200, 200, 200, 200, 200)),
    Route("API: proposals of a hub", get("/api/v1/hubs/{hub}/proposals/"), _API_OF_STAFF),
    Route("API: proposal", get("/api/v1/proposals/{proposal}/"), (401, 404, 404, 200, 200, 404, 404)),
    Route(
        "API: answer", send("/api/v1/proposals/{proposal}/answer/", answer="yes"), (401, 404, 404, 200, 403, 404, 404),
        frozenset({"owner"}),
    ),
    Route(
        "API: take back", send("/api/v1/proposals/{proposal}/withdraw/"), (401, 404, 404, 403, 200, 404, 404),
        frozenset({"staff"}),
    ),
    Route(
        "API: ask both",
        send(
            "/api/v1/hubs/{hub}/proposals/", supply=lambda cast: cast.story.listing.pk,
            demand=lambda cast: cast.demand.pk,
        ),
        (401, 403, 403, 403, 201, 403, 403), frozenset({"staff"}),
    ),
    Route(
        "API: ask for work",
        send(
            "/api/v1/hubs/{hub}/proposals/", supply=lambda cast: cast.story.listing.pk,
            service=lambda cast: cast.service.pk, week_start=NEXT_MONDAY.isoformat(), work=5,
        ),
        (401, 403, 403, 403, 201, 403, 403), frozenset({"staff"}),
    ),
    Route(
        "API: chain",
        send(
            "/api/v1/proposals/", supply=lambda cast: cast.story.listing.pk, service=lambda cast: cast.service.pk,
            demand=lambda cast: cast.demand.pk, week_start=NEXT_MONDAY.isoformat(), quantity=5, work=5,
        ),
        (401, 403, 403, 201, 201, 403, 403), frozenset({"owner", "staff"}),
    ),
    Route("API: questions", get("/api/v1/enquiries/"), (401, 200, 200, 200, 200, 200, 200)),
    Route("API: questions of a hub", get("/api/v1/hubs/{hub}/enquiries/"), _API_OF_STAFF),
    Route("API: question", get("/api/v1/enquiries/{enquiry}/"), _QUESTION),
    Route("API: messages of a question", get("/api/v1/enquiries/{enquiry}/messages/"), _QUESTION),
    Route(
        "API: ask a hub",
        send("/api/v1/enquiries/", hub=lambda cast: cast.hub.slug, subject="Hout", text="Wie neemt het?"),
        (401, *(201,) * 6), frozenset(ROLES) - {"anonymous"},
    ),
    Route(
        "API: message of a question", send("/api/v1/enquiries/{enquiry}/messages/", text="Dag"),
        (401, 404, 201, 404, 201, 404, 403), frozenset({"requester", "staff"}),
    ),
    Route(
        "API: see to a question", send("/api/v1/enquiries/{enquiry}/owner/"), (401, 404, 403, 404, 200, 404, 403),
        frozenset({"staff"}),
    ),
    Route(
        "API: close a question", send("/api/v1/enquiries/{enquiry}/close/"), (401, 404, 200, 404, 200, 404, 403),
        frozenset({"requester", "staff"}),
    ),
    Route(
        "API: read a question", send("/api/v1/enquiries/{enquiry}/messages/read/"),
        (401, 404, 204, 404, 204, 404, 204), frozenset({"requester", "staff", "operator"}),
    ),
    # Of an exchange that was asked for without a message there is nothing to remember.
    Route(
        "API: read", send(_API + "{exchange}/messages/read/"), (401, 404, 204, 204, 403, 404, 204),
    ),
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_route_answers_each_role_and_changes_nothing_where_it_refuses(route: Route) -> None:
    cast = Cast(route.state)
    found = {role: answer(cast, role, route.call) for role in ROLES}
    expected = {role: (status, role in route.changes) for role, status in zip(ROLES, route.statuses, strict=True)}
    assert found == expected


_REQUESTER, _OWNER = frozenset({"requester", "staff"}), frozenset({"owner", "staff"})
_BOTH, _DECIDE = _REQUESTER | _OWNER, frozenset({"staff", "operator"})
#: Each step of people: from which state, by whom, and what it needs.
WHO: dict[str, tuple[str, frozenset[str], dict[str, Any]]] = {
    "accept": ("asked", _OWNER, {}),
    "counter": ("asked", _OWNER, {"quantity": 6}),
    "decline": ("asked", _OWNER, {"reason": "Weg."}),
    "withdraw": ("asked", _REQUESTER, {}),
    "agree": ("countered", _REQUESTER, {}),
    "take_back": ("countered", _OWNER, {}),
    "propose_times": (
        "accepted", _BOTH, {"times": [{"start": slot(5)[0].isoformat(), "end": slot(5)[1].isoformat()}]},
    ),
    "confirm_time": ("proposed", _REQUESTER, {"appointment": lambda cast: times_of(cast.exchange)[0].pk}),
    "cancel": ("accepted", _BOTH, {"reason": "Ziek."}),
    "state_carrier": ("accepted", _BOTH, {"name": "Vervoer De Kikker", "registration": "VL 0417"}),
    "state_weight": ("accepted", _BOTH, {"method": "weighed", "kg": 250}),
    "confirm_weight": ("handed_over", _REQUESTER, {}),
    "report_no_show": ("scheduled", _BOTH, {}),
    "contest_no_show": ("no_show", _REQUESTER, {"reason": "We stonden er."}),
    "dispute": ("handed_over", _BOTH, {"reason": "Het was minder."}),
    "free_again": ("left", _REQUESTER, {}),
    "settle": ("disputed", _DECIDE, {"method": "weighed", "quantity": 9, "kg": 225, "reason": "Bon gezien."}),
    "settle_cancelled": ("disputed", _DECIDE, {"reason": "Niets geleverd."}),
    "uphold_no_show": ("contested", _DECIDE, {"reason": "De camera zag niemand."}),
}  # fmt: skip


@pytest.mark.parametrize("name", WHO)
def test_each_step_is_for_those_it_belongs_to(name: str) -> None:
    state, who, given = WHO[name]
    lot = {"declared_status": "waste", "eural_code": "150103"} if name == "state_carrier" else {}
    cast = Cast(state, **lot)
    if name == "report_no_show":
        past = timezone.now() - dt.timedelta(hours=3)
        Appointment.objects.filter(state="confirmed").update(
            period=TimestamptzRange(past, past + dt.timedelta(hours=1))
        )
    refused = {"anonymous": 401, "stranger": 404, "other staff": 404}
    for role in ROLES:
        # Staff act for one of both sides, and say for which.
        side = {"side": "owner"} if role == "staff" and who == _BOTH else {}
        if role == "staff" and who != _DECIDE:
            side["behalf_note"] = "Ann belde"
        found = answer(cast, role, send(_API + "{exchange}/steps/", step=name, **given, **side))
        assert found == ((200, True) if role in who else (refused.get(role, 403), False)), role


def test_the_table_holds_every_step_of_people() -> None:
    assert set(WHO) == {name for name, step in STEPS.items() if Role.TIME_OUT not in step.actors}
