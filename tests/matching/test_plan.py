"""A hub's plan from its listings: what counts, what stays and why, who may ask, a worker that is stopped or lost."""

import datetime as dt
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, User
from frontend.plans.page import gap_words
from geo.models import Hub
from listings.balances.periods import monday_of
from listings.balances.services import hold
from listings.models import Listing
from matching.dismissals.services import dismiss_pair
from matching.models import HubPlan, PlanState
from matching.plan import running as plan_running
from matching.plan import tasks
from matching.plan.load import load_problem, load_region
from matching.plan.result import at_most, make_plan
from matching.plan.running import run_plan
from matching.plan.services import cancel_plan, request_plan
from matching.plan.unlock import Reason
from matching.plan.words import remedy, sentence
from materials.models import Material
from tests.makers import TODAY, make_organisation, make_user, material, published

pytestmark = pytest.mark.django_db
SLUG = "sociaal-circulaire-hub-gent"
API = f"/api/v1/hubs/{SLUG}/plan/"
PAGE = f"/hubs/{SLUG}/plan/"
NOW = timezone.now()


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug=SLUG)


@pytest.fixture
def editor(hub: Hub) -> User:
    return HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user


def kilos(quantity: float, kind: str = "supply", **fields: Any) -> Listing:
    return published(kind, quantity=quantity, unit="kg", **fields)


def plan_of(hub: Hub) -> dict[str, Any]:
    return make_plan(hub, today=TODAY)


def trips(result: dict[str, Any]) -> set[tuple[int, int | None, int, float]]:
    return {(row["supply"], row["service"], row["demand"], row["mass_kg"]) for row in result["assignments"]}


def said(result: dict[str, Any]) -> list[str]:
    names = {one.code: one.name for one in Material.objects.all()}
    return [
        sentence(
            Reason(one["reason"]), mass_kg=one["mass_kg"], material=names[one["material"]], service=one["service"]
        )
        for one in result["unlocks"]
    ]


# ---- what goes where ----


def test_a_lot_in_parts_serves_the_near_demand_first_and_the_rest_goes_further(hub: Hub) -> None:
    lot = kilos(100)
    near, far = kilos(70, "demand"), kilos(70, "demand", at=(51.1, 3.8))
    result = plan_of(hub)
    assert trips(result) == {(lot.pk, None, near.pk, 70), (lot.pk, None, far.pk, 30)}
    assert result["totals"]["mass_kg"] == 100
    assert result["totals"]["tonne_km"] == pytest.approx(30 * 7.7 / 1000, rel=0.02)
    assert result["gaps"] == {"mass": pytest.approx(0, abs=1e-5), "tonne_km": 0}


def test_a_lot_that_goes_whole_needs_a_demand_that_takes_it_whole(hub: Hub) -> None:
    whole = kilos(100, splittable=False)
    kilos(70, "demand")
    large = kilos(150, "demand", at=(51.1, 3.8))
    assert trips(plan_of(hub)) == {(whole.pk, None, large.pk, 100)}


@pytest.mark.parametrize("by", ["supply", "demand"])
def test_nothing_goes_where_one_side_said_not_for_me(hub: Hub, by: str) -> None:
    lot, near, far = kilos(100), kilos(100, "demand"), kilos(100, "demand", at=(51.1, 3.8))
    own, other = (lot, near) if by == "supply" else (near, lot)
    dismiss_pair(by=own.maker, listing=own, other=other, reason="price")  # type: ignore[attr-defined]
    assert trips(plan_of(hub)) == {(lot.pk, None, far.pk, 100)}
    dismiss_pair(by=lot.maker, listing=lot, other=far, reason="too_far")  # type: ignore[attr-defined]
    result = plan_of(hub)
    assert trips(result) == set()
    assert said(result)[-1].endswith("past bij een vraag, maar een van beide koos “niet voor mij”")


def test_more_mass_comes_before_shorter_trips(hub: Hub) -> None:
    only_far = kilos(50, material=material("wood-pallets"))
    both = kilos(50, material=material("wood"), at=(51.1, 3.8))
    here = kilos(50, "demand", material=material("wood-pallets"))
    planks = kilos(50, "demand", material=material("wood-planks"), at=(51.12, 3.85))
    assert trips(plan_of(hub)) == {(only_far.pk, None, here.pk, 50), (both.pk, None, planks.pk, 50)}


def test_a_stream_counts_for_the_weeks_of_the_plan_in_which_both_hold(hub: Hub) -> None:
    weekly = kilos(10, recurrence="weekly", available_until=TODAY + dt.timedelta(days=27))
    kilos(1000, "demand", available_from=TODAY + dt.timedelta(days=14))
    result = plan_of(hub)
    assert result["totals"]["supply_kg"] == 40
    assert [(row["supply"], row["mass_kg"]) for row in result["assignments"]] == [(weekly.pk, 20)]


def test_a_plan_counts_of_a_stream_what_is_free_in_its_weeks_and_not_what_the_running_one_leaves(hub: Hub) -> None:
    """Given ten a week for four weeks, of which all of this week and four of the next are promised, then the plan has
    what is free of the four together, though nothing is left of the one that runs.
    """
    weekly = kilos(10, recurrence="weekly", available_until=TODAY + dt.timedelta(days=27))
    kilos(1000, "demand")
    monday = monday_of(TODAY)
    for number, quantity in ((0, 10), (1, 4), (30, 10)):
        hold(by=None, listing=weekly, quantity=Decimal(quantity), period=monday + dt.timedelta(weeks=number))
    result = plan_of(hub)
    # Of the fifth week that it touches, so many days are in it as of this one are past.
    expected = 26 + TODAY.weekday() * 10 / 7
    assert result["totals"]["supply_kg"] == pytest.approx(expected, abs=1)
    assert [row["supply"] for row in result["assignments"]] == [weekly.pk]
    assert result["assignments"][0]["mass_kg"] == pytest.approx(expected, abs=1)


def test_what_nobody_can_weigh_is_left_out_and_counted(hub: Hub) -> None:
    unknown = published(material=material("building"), unit="m2", quantity=10)
    Listing.objects.filter(pk=unknown.pk).update(mass_kg=None)
    kilos(50, "demand", material=material("building"))
    result = plan_of(hub)
    assert result["assignments"] == []
    assert result["left_out"]["supplies_without_mass"] == 1


def service(**fields: Any) -> Listing:
    return published("service", **({"materials": [material("wood")], "capacity_unit": "kg", "reach_km": 30} | fields))


def test_a_lot_to_repair_goes_through_a_service_as_far_as_its_weeks_are_free(hub: Hub) -> None:
    until = TODAY + dt.timedelta(days=13)
    lot = kilos(40, condition=2)
    kilos(500, condition=2)
    repair = service(capacity_per_week=30, available_until=until, lead_time_days=0)
    wanted = kilos(600, "demand", condition=3)
    result = plan_of(hub)
    assert trips(result) == {(lot.pk, repair.pk, wanted.pk, 40)}
    assert [one["lots"] for one in result["unlocks"] if one["reason"] != "no_supply"] == [1]
    edges = load_problem(load_region(hub, TODAY)).problem.edges
    assert edges.use.max() == 1


@pytest.mark.parametrize(
    ("lot", "kinds"),
    [({"condition": 2}, ["repair"]), ({"condition": 3, "needs_services": ["washing"]}, ["washing"])],
)
def test_what_needs_work_goes_by_who_does_it_even_where_the_demand_asks_nothing(
    hub: Hub, lot: dict[str, Any], kinds: list[str]
) -> None:
    broken, sound = kilos(40, **lot), kilos(40)
    does = service(service_kinds=kinds, capacity_per_week=30, lead_time_days=0)
    wanted = kilos(80, "demand")
    assert trips(plan_of(hub)) == {(broken.pk, does.pk, wanted.pk, 40), (sound.pk, None, wanted.pk, 40)}


def test_what_needs_work_goes_straight_where_nobody_does_it_or_where_it_is_asked_for(hub: Hub) -> None:
    broken, wanted = kilos(40, condition=2), kilos(40, "demand")
    assert trips(plan_of(hub)) == {(broken.pk, None, wanted.pk, 40)}
    service(service_kinds=["repair"], capacity_per_week=30, lead_time_days=0)
    as_it_is = kilos(40, "demand", condition=2)
    straight = {(row["supply"], row["demand"]) for row in plan_of(hub)["assignments"] if row["service"] is None}
    assert straight <= {(broken.pk, as_it_is.pk)}


def test_what_a_full_service_leaves_stays_and_says_so(hub: Hub) -> None:
    for _number in range(2):
        kilos(40, condition=2)
    until = TODAY + dt.timedelta(days=6 - TODAY.weekday())
    service(service_kinds=["repair"], capacity_per_week=60, available_until=until, lead_time_days=0)
    kilos(500, "demand")
    result = plan_of(hub)
    assert result["totals"]["mass_kg"] == 60
    (stays,) = [one for one in result["unlocks"] if one["reason"] != "no_supply"]
    assert (stays["reason"], stays["service"], stays["mass_kg"]) == ("service_full", "repair", 20)
    (words,) = [text for text in said(result) if "langs" in text]
    assert words.endswith("moet eerst langs een hersteller, en daar of bij de vraag is geen plaats meer")


def gap_sentence(mass: float, tonne_km: float, edges: int = 0) -> str:
    result = {"gaps": {"mass": mass, "tonne_km": tonne_km}, "left_out": {"edges": edges}}
    return gap_words(HubPlan(result=result)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_plan_is_called_the_best_only_as_far_as_that_is_proven() -> None:
    best = gap_sentence(0, 0.0009)
    assert best.startswith("Beter kan niet met deze zoekertjes: geen ander plan geeft meer kilo's een plek")
    assert best.endswith("op 0,01 % van de kilo's en 0,1 % van de tonkilometer na.")
    assert gap_sentence(0, 0, edges=3) == f"{best} Verre verbindingen die zijn weggelaten, tellen daarbij niet mee."
    for unproven in (gap_sentence(0.0002, 0), gap_sentence(0, 0.002), gap_sentence(0.5, 0.5)):
        assert "Beter kan niet" not in unproven
        assert unproven.startswith("Dit is het beste plan dat we in de rekentijd vonden; misschien bestaat er een")
    assert gap_sentence(0.5, 0.5, edges=3).endswith("weggelaten, tellen daarbij niet mee.")


@pytest.mark.parametrize(
    ("mass", "tonne_km", "says"),
    [
        (0.0002, 0, "minstens 99,98 % van de kilo's een plek die het best mogelijke plan een plek geeft"),
        (0.01234, 0, "minstens 98,7 % van de kilo's"),
        (0.5, 0, "minstens 50 % van de kilo's"),
        (1, 0, "minstens 0 % van de kilo's"),
        (0, 0.01234, "hoogstens 1,3 % van de tonkilometer af."),
        (0.5, 0, "hoogstens 0,1 % van de tonkilometer af."),
        (0, 0.03, "minstens 99,99 % van de kilo's"),
    ],
)
def test_how_far_a_plan_may_be_from_the_best_is_rounded_to_the_true_side(
    mass: float, tonne_km: float, says: str
) -> None:
    assert says in gap_sentence(mass, tonne_km)


@pytest.mark.parametrize(
    ("gap", "stored"), [(0, 0), (1e-10, 0), (0.01, 0.01), (0.0100001, 0.01001), (0.29, 0.29), (0.999999, 1), (1, 1)]
)
def test_a_stored_gap_is_never_less_than_the_proven_one(gap: float, stored: float) -> None:
    assert at_most(gap) == stored


def test_a_service_that_does_not_say_what_it_takes_is_in_no_plan(hub: Hub) -> None:
    kilos(40, condition=2)
    Listing.objects.filter(pk=service().pk).update(capacity_per_week=None)
    kilos(600, "demand", condition=3)
    assert plan_of(hub)["assignments"] == []


# ---- what would unlock more ----


def pallets(mass: str) -> str:
    return f"{mass} {material().name.lower()}"


@pytest.mark.parametrize(
    ("supply", "demand", "says"),
    [
        ({"needs_services": ["sorting"]}, {"condition": 5}, "{} heeft geen sorteerder binnen 30 km"),
        ({}, None, "{} heeft geen vraag in deze regio"),
        ({"available_until": TODAY + dt.timedelta(days=5)}, {"available_from": TODAY + dt.timedelta(days=20)},
         "{} heeft enkel vraag in een andere periode"),
        ({"condition": 1}, {"condition": 4}, "{} is in een mindere staat dan gevraagd"),
        ({"reach_km": 1}, {"at": (51.1, 3.8)}, "{} ligt verder dan de partijen willen gaan"),
        ({"splittable": False}, {"quantity": 10},
         "{} past bij een vraag, maar die is al ingevuld of te klein voor de partij"),
    ],
)  # fmt: skip
def test_what_stays_says_why(hub: Hub, supply: dict[str, Any], demand: dict[str, Any] | None, says: str) -> None:
    kilos(3000, **supply)
    if demand is not None:
        given: dict[str, Any] = {"quantity": 3000, "kind": "demand"}
        kilos(**(given | demand))
    assert says.format(pallets("3\N{NO-BREAK SPACE}ton")) in said(plan_of(hub))


def test_a_sorter_at_hand_is_no_reason_and_one_that_stopped_is(hub: Hub) -> None:
    kilos(300, needs_services=["sorting"])
    sorter = service(service_kinds=["sorting"], capacity_per_week=50)
    assert not any("sorteerder" in text for text in said(plan_of(hub)))
    Listing.objects.filter(pk=sorter.pk).update(status="withdrawn")
    assert any("sorteerder" in text for text in said(plan_of(hub)))


def test_what_is_asked_and_not_there_is_said_heaviest_first(hub: Hub) -> None:
    kilos(20, "demand", material=material("wood-planks"))
    kilos(500, "demand", material=material("plastics"))
    result = plan_of(hub)
    assert [one["material"] for one in result["unlocks"]] == ["plastics", "wood-planks"]
    assert said(result)[-1].endswith("wordt gezocht en is er niet")


def test_without_demand_here_the_nearest_hub_with_demand_is_named(hub: Hub) -> None:
    kilos(100)
    published("demand", at=(50.83, 3.26))  # Kortrijk
    (one,) = plan_of(hub)["unlocks"]
    name = Hub.objects.get(slug=one["hub"]).name
    assert remedy(Reason.NO_DEMAND, hub=name) == f"De dichtste hub met vraag ernaar: {name}."
    assert hub.slug != one["hub"]


# ---- who may, and the worker ----


def test_staff_ask_once_and_get_the_plan_that_is_being_made(hub: Hub, editor: User) -> None:
    plan = request_plan(by=editor, hub=hub)
    assert request_plan(by=editor, hub=hub) == plan
    for stranger in (make_user(), make_organisation(make_user()).memberships.get().user, make_user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            request_plan(by=stranger, hub=hub)
        with pytest.raises(PermissionDenied):
            cancel_plan(by=stranger, plan=plan)


def test_a_plan_runs_to_its_end_and_twice_does_no_harm(hub: Hub, editor: User) -> None:
    kilos(50)
    kilos(50, "demand")
    plan = request_plan(by=editor, hub=hub)
    tasks.plan_hub(plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.progress, plan.result["totals"]["mass_kg"]) == ("ready", 100, 50)
    ended = plan.finished_at
    tasks.plan_hub(plan.pk)
    plan.refresh_from_db()
    assert plan.finished_at == ended


def test_a_plan_that_is_stopped_stores_nothing(hub: Hub, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = request_plan(by=editor, hub=hub)

    def stopped_meanwhile(*_given: Any, progress: Any, **_more: Any) -> dict[str, Any]:
        cancel_plan(by=editor, plan=plan)
        progress(1, 2)
        raise AssertionError("went on")

    monkeypatch.setattr(plan_running, "make_plan", stopped_meanwhile)
    run_plan(plan_id=plan.pk, at=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.result) == (PlanState.CANCELLED, {})
    with pytest.raises(ValidationError):
        cancel_plan(by=editor, plan=plan)


def test_a_plan_that_breaks_off_says_so(hub: Hub, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = request_plan(by=editor, hub=hub)
    monkeypatch.setattr(plan_running, "make_plan", lambda *_given, **_more: 1 / 0)
    run_plan(plan_id=plan.pk, at=NOW)
    plan.refresh_from_db()
    assert plan.state == PlanState.FAILED


def test_a_plan_that_was_lost_is_begun_again(hub: Hub, editor: User, tasks_run_at_once: Any) -> None:
    plan = request_plan(by=editor, hub=hub)
    assert tasks.resume_plans() == 0
    HubPlan.objects.filter(pk=plan.pk).update(created_at=NOW - dt.timedelta(minutes=5))
    with tasks_run_at_once():
        assert tasks.resume_plans() == 1
    plan.refresh_from_db()
    assert plan.state == PlanState.READY
    HubPlan.objects.filter(pk=plan.pk).update(state="solving", started_at=NOW - dt.timedelta(minutes=10))
    assert HubPlan.objects.to_resume(at=NOW) == [plan.pk]


# ---- API and page ----


def test_the_api_makes_a_plan_and_gives_the_latest(hub: Hub, editor: User, client: Client) -> None:
    assert client.get(API).status_code == client.post(API).status_code == 401
    client.force_login(editor)
    assert client.get(API).status_code == 404
    kilos(50)
    kilos(20, "demand")
    made = client.post(API)
    assert (made.status_code, made.json()["state"]) == (202, "waiting")
    tasks.plan_hub(made.json()["id"])
    plan = client.get(API).json()
    assert [row["mass_kg"] for row in plan["assignments"]] == [20]
    assert plan["unlocks"][0]["sentence"].startswith(pallets("30\N{NO-BREAK SPACE}kg"))
    client.force_login(make_user())
    assert client.get(API).status_code == client.post(API).status_code == 403


def test_the_page_shows_the_plan_as_a_table_and_gives_it_to_a_spreadsheet(
    hub: Hub, editor: User, client: Client
) -> None:
    kilos(2500, title="Oude paletten")
    kilos(1200, "demand", title="=Paletten gezocht")
    client.force_login(editor)
    assert "Plan maken" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}plan.csv").status_code == 404
    client.post(f"{PAGE}maken/")
    waiting = client.get(PAGE, headers={"HX-Request": "true"})
    assert "We beginnen zo" in waiting.content.decode()
    assert "<html" not in waiting.content.decode()
    tasks.plan_hub(HubPlan.objects.get().pk)
    assert client.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get(PAGE).content.decode()
    for words in (
        "Oude paletten",
        "1,2\N{NO-BREAK SPACE}ton",
        "Beter kan niet met deze zoekertjes",
        "rechtstreeks",
        "1,3\N{NO-BREAK SPACE}ton",
    ):
        assert words in page
    lines = client.get(f"{PAGE}plan.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("van;organisatie;via;naar")
    assert "'=Paletten gezocht" in lines[1]
    assert ";1200,0;" in lines[1]
    assert lines[-1].startswith("totaal;")


def test_a_row_that_goes_straight_says_what_has_to_be_done_first(hub: Hub, editor: User, client: Client) -> None:
    kilos(40, condition=2)
    kilos(40, "demand")
    tasks.plan_hub(request_plan(by=editor, hub=hub).pk)
    client.force_login(editor)
    assert "moet eerst hersteld worden" in client.get(PAGE).content.decode()


def test_a_row_says_what_of_the_price_is_to_be_agreed(hub: Hub, editor: User, client: Client) -> None:
    kilos(40, price_kind="fixed", price_eur=3)
    kilos(40, "demand", price_kind="free")
    tasks.plan_hub(request_plan(by=editor, hub=hub).pk)
    client.force_login(editor)
    assert "vraagprijs ligt hoger dan geboden" in client.get(PAGE).content.decode()


def test_a_running_plan_is_stopped_from_the_page(hub: Hub, editor: User, client: Client) -> None:
    client.force_login(editor)
    client.post(f"{PAGE}maken/")
    client.post(f"{PAGE}stoppen/")
    assert HubPlan.objects.get().state == PlanState.CANCELLED
    assert "Gestopt." in client.get(PAGE).content.decode()


def test_a_listing_that_has_gone_since_leaves_its_row(hub: Hub, editor: User, client: Client) -> None:
    lot, _wanted = kilos(50), kilos(50, "demand")
    tasks.plan_hub(request_plan(by=editor, hub=hub).pk)
    lot.delete()
    client.force_login(editor)
    assert "bestaat niet meer" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}plan.csv").status_code == 200


@pytest.mark.parametrize("count", [1, 6])
def test_a_plan_s_page_takes_the_same_queries_for_one_and_many(
    hub: Hub, editor: User, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(count):
        kilos(50)
        kilos(50, "demand")
    tasks.plan_hub(request_plan(by=editor, hub=hub).pk)
    client.force_login(editor)
    client.get(PAGE)
    with django_assert_max_num_queries(15):
        page = client.get(PAGE).content.decode()
    assert page.count("rechtstreeks") == count


def test_the_web_doesn_t_load_the_solver() -> None:
    """It takes some thirty megabytes of each web process, which never solves a plan."""
    load = (
        "import sys, django; django.setup(); from django.urls import get_resolver; "
        "assert get_resolver().url_patterns; print('scipy' in sys.modules, 'matching.plan.services' in sys.modules)"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "marketplace.settings"}
    done = subprocess.run([sys.executable, "-c", load], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    assert done.stdout == "False True\n", done.stderr
