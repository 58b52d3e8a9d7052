"""/api/v1/proposals/: a hub asks both sides of a match, and a chain begins when all three said yes."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import HubStaff
from exchanges import services
from exchanges.chain_sweep import sweep_chains
from exchanges.models import Exchange, Proposal
from tests.exchanges.makers import slot
from tests.exchanges.test_api import as_, post
from tests.exchanges.test_chains import MONDAY, Desks, meet
from tests.exchanges.test_proposals import Match
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db
LIST = "/api/v1/proposals/"


def chain(desks: Desks, **more: Any) -> dict[str, Any]:
    three = {name: getattr(desks, name).pk for name in ("supply", "service", "demand")}
    return three | {"week_start": MONDAY.isoformat(), "quantity": 30, "work": 30} | more


def test_a_hub_asks_both_and_two_yeses_begin_an_exchange() -> None:
    match = Match()
    of_hub = f"/api/v1/hubs/{match.hub.slug}/proposals/"
    given = {"supply": match.supply.pk, "demand": match.demand.pk, "note": "Jullie zijn buren."}
    made = post(as_(match.staff), of_hub, **given)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["hub"], row["own_sides"], row["service"]) == ("waiting", match.hub.slug, [], None)
    assert post(as_(match.staff), of_hub, **given).status_code == 400
    giver, asker = as_(match.supply.maker), as_(match.demand.maker)  # type: ignore[attr-defined]
    there = f"{LIST}{row['id']}/"
    assert giver.get(there).json()["own_sides"] == ["supply"]
    answered = post(giver, f"{there}answer/", answer="yes")
    assert (answered.json()["supply"]["answer"], answered.json()["demand"]["answer"]) == ("yes", None)
    agreed = post(asker, f"{there}answer/", answer="yes").json()
    assert agreed["state"] == "agreed"
    assert asker.get(f"/api/v1/exchanges/{agreed['exchange']}/").json()["state"] == "accepted"
    assert post(giver, f"{there}answer/", answer="no", reason="other").status_code == 409
    assert [one["id"] for one in as_(match.staff).get(of_hub).json()["results"]] == [row["id"]]


def test_a_chain_begins_when_all_said_yes_and_each_sees_its_own_hand_overs() -> None:
    desks = Desks()
    giver, worker, school = (as_(user) for user in (desks.giver, desks.worker, desks.school))
    made = post(giver, LIST, **chain(desks))
    assert made.status_code == 201, made.content
    assert (made.json()["quantity"], made.json()["unit"], made.json()["work_unit"]) == (30, "piece", "piece")
    there = f"{LIST}{made.json()['id']}/answer/"
    post(worker, there, answer="yes")
    arrangement = f"/api/v1/arrangements/{post(school, there, answer='yes').json()['arrangement']}/"
    for client, count in ((giver, 1), (worker, 2), (school, 1)):
        found = client.get(arrangement).json()
        assert (found["kind"], found["parts"], found["fell_at"], len(found["exchanges"])) == ("chain", 2, None, count)
    # Whose the other hand-over is, is nobody's affair; how far it is, everybody who counts on the chain learns.
    for client, unseen in ((giver, ["from_service"]), (worker, []), (school, ["to_service"])):
        rows = client.get(arrangement).json()["unseen"]
        assert [(row["part"], row["state"]) for row in rows] == [(part, "accepted") for part in unseen]
        assert all(set(row) == {"part", "state", "state_since"} for row in rows)
    legs = [one["legs"][0] for one in worker.get(arrangement).json()["exchanges"]]
    names = [str(one.organisation) for one in (desks.supply, desks.service, desks.demand)]
    assert [(leg["giver"]["name"], leg["receiver"]["name"]) for leg in legs] == list(pairwise(names))
    assert as_(make_user()).get(arrangement).status_code == 404
    brought, _fetched = (one["id"] for one in worker.get(arrangement).json()["exchanges"])
    post(worker, f"/api/v1/exchanges/{brought}/steps/", step="cancel", reason="Brand in het atelier.")
    sweep_chains(at=timezone.now())
    fallen = worker.get(arrangement).json()
    assert fallen["fell_at"] is not None
    assert {one["state"] for one in fallen["exchanges"]} == {"cancelled"}
    (gone,) = school.get(arrangement).json()["unseen"]
    cancelled = Exchange.objects.get(pk=brought)
    assert (gone["state"], parse_datetime(gone["state_since"])) == ("cancelled", cancelled.state_since)


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"quantity": 41}, 409, "quantity"),
        ({"work": 501}, 409, "work"),
        ({"week_start": "2020-01-06"}, 400, "week_start"),
        ({"week_start": "morgen"}, 400, "week_start"),
        ({"note": "x" * 1_001}, 400, "note"),
        ({"demand": 0}, 400, "demand"),
        ({"legs": 2}, 400, "legs"),
    ],
)
def test_a_chain_that_can_t_be_is_refused_at_its_field(given: dict[str, Any], status: int, field: str) -> None:
    desks = Desks()
    answer = post(as_(desks.giver), LIST, **chain(desks, **given))
    assert (answer.status_code, [row["field"] for row in answer.json()["errors"]]) == (status, [field]), answer.content
    assert not Proposal.objects.exists()


def test_lists_have_pages_and_ask_as_much_for_many_as_for_few() -> None:
    match = Match()
    of_hub, counts = f"/api/v1/hubs/{match.hub.slug}/proposals/", []
    staff, giver = as_(match.staff), as_(match.supply.maker)  # type: ignore[attr-defined]
    desks = Desks()
    desks.propose(by=HubStaff.objects.create(hub=match.hub, user=make_user(), role="editor").user)
    for number in range(2):
        for _more in range(1 + number):
            services.propose_match(
                by=match.staff, hub=match.hub, supply=match.supply, demand=published("demand", quantity=15)
            )
        for client, address in ((staff, of_hub), (giver, LIST)):
            with CaptureQueriesContext(connection) as queries:
                assert len(client.get(address).json()["results"]) >= 1 + number
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8
    first = staff.get(f"{of_hub}?page_size=2").json()
    rest = staff.get(first["next"]).json()
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (2, 2, None)
    assert giver.get(f"{LIST}?state=open").status_code == 400


def test_an_arrangement_asks_as_much_for_many_exchanges_as_for_few() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    client, counts = as_(desks.worker), []
    for exchange, other in ((brought, desks.giver), (fetched, desks.school)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/arrangements/{brought.arrangement_id}/").status_code == 200
        counts.append(len(queries))
        meet(exchange, desks.worker, other, slot(9))
    assert counts[0] == counts[1] <= 15
