"""How exchanges of an organisation went: counts and times, no shares of a few, one query."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, Organisation
from exchanges import services
from exchanges.facts import LEAST, PERIOD, Facts, facts_of
from exchanges.models import Exchange
from exchanges.steps import CONTEST_WITHIN
from exchanges.sweep import sweep
from frontend.organisations.facts import fact_rows
from listings.balances.periods import monday_of
from tests.exchanges.makers import Story
from tests.exchanges.test_chains import Desks
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def facts(organisation: Organisation, **later: float) -> Facts:
    return facts_of(organisation, at=timezone.now() + dt.timedelta(**later))


def stories(count: int) -> list[Story]:
    """Of one owner."""
    first = Story()
    owner: dict[str, Any] = {"organisation": first.listing.organisation, "by": first.owner}
    return [first, *(Story(**owner) for _number in range(count - 1))]


def words(organisation: Organisation, **later: float) -> str:
    return ", ".join(f"{label}: {said}" for label, said in fact_rows(facts(organisation, **later)))


def test_who_did_nothing_has_nothing_said_of_them() -> None:
    organisation = make_organisation(make_user())
    assert facts(organisation) == Facts(0, 0, 0, 0, 0, None)
    assert words(organisation) == "Afgerond: nog niets afgerond, Antwoord: nog geen aanvragen gekregen"


def test_what_is_completed_counts_for_both_sides() -> None:
    story = Story()
    story.completed()
    for organisation in (story.organisation, story.listing.organisation):
        assert (facts(organisation).completed, facts(organisation).weighed_by_both) == (1, 1)


def test_of_less_than_three_no_share_and_no_time_is_said() -> None:
    told = stories(LEAST)
    owner = told[0].listing.organisation
    for number, story in enumerate(told, 1):
        story.completed()
        found = facts(owner)
        enough = number == LEAST
        assert found.share_weighed_by_both == (1.0 if enough else None)
        assert (found.reply is not None) == enough
        assert ("100" in words(owner)) == ("de helft daarvan" in words(owner)) == enough


def test_half_of_the_answers_came_within_the_time() -> None:
    told = stories(4)
    for story, hours in zip(told, (1, 2, 4, 90), strict=True):
        services.accept(by=story.owner, exchange=story.ask(), at=story.at + hours * HOUR)
    owner = told[0].listing.organisation
    assert facts(owner).reply == 3 * HOUR
    assert "op 4 van 4 aanvragen, de helft daarvan binnen 3 uur" in words(owner)
    # The requesters had nothing to answer.
    assert facts(told[0].organisation).asked == 0


@pytest.mark.parametrize(
    "answer", [lambda story, exchange: services.decline(by=story.owner, exchange=exchange, reason="Weg."),
               lambda story, exchange: services.counter(by=story.owner, exchange=exchange, quantity=Decimal(2)),
               lambda story, exchange: services.accept(by=story.owner, exchange=exchange)],
)  # fmt: skip
def test_every_answer_is_one(answer: Any) -> None:
    story = Story()
    answer(story, story.ask())
    found = facts(story.listing.organisation)
    assert (found.asked, found.answered) == (1, 1)


def test_a_week_that_was_reserved_and_lapses_was_no_request() -> None:
    story = Story("service")
    supply = published(by=story.requester, organisation=story.organisation)
    (exchange,) = services.book_weeks_for(
        by=story.owner, service=story.listing, supply=supply, weeks=[monday_of(TODAY)], quantity=Decimal(5)
    )
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at)
    exchange.refresh_from_db()
    assert exchange.state == "lapsed"
    assert facts(story.listing.organisation, days=30).asked == 0


def test_a_chain_that_lapses_was_no_request() -> None:
    desks = Desks()
    for exchange in desks.agreed():
        assert exchange.deadline_at is not None
        sweep(at=exchange.deadline_at)
    assert set(Exchange.objects.values_list("state", flat=True)) == {"lapsed"}
    assert facts(desks.service.organisation, days=60).asked == 0


def test_what_lapsed_had_no_answer_and_what_was_withdrawn_asked_none() -> None:
    lapsed, withdrawn, waits = stories(3)
    exchange = lapsed.ask(at=timezone.now() - dt.timedelta(days=8))
    sweep(at=timezone.now())
    exchange.refresh_from_db()
    assert exchange.state == "lapsed"
    services.withdraw(by=withdrawn.requester, exchange=withdrawn.ask())
    waits.ask()
    found = facts(lapsed.listing.organisation)
    assert (found.asked, found.answered) == (1, 0)


def test_a_no_show_counts_for_whoever_wasn_t_there_once_it_stopped() -> None:
    story = Story()
    exchange = story.no_show()
    assert facts(story.organisation).no_shows == 0
    at = story.after() + CONTEST_WITHIN + HOUR
    services.cancel(by=story.owner, exchange=exchange, reason="Niemand kwam.", at=at)
    assert (facts(story.organisation).no_shows, facts(story.listing.organisation).no_shows) == (1, 0)
    assert "1 keer niet komen opdagen" in words(story.organisation)


def test_a_no_show_that_nobody_acts_on_counts_once_time_stops_it() -> None:
    story = Story()
    exchange = story.no_show()
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at)
    assert facts(story.organisation, days=30).no_shows == 1


def test_who_reports_a_no_show_can_t_cancel_before_it_could_be_contested() -> None:
    story = Story()
    exchange = story.no_show()
    cancelled = services.cancel(
        by=story.owner, exchange=exchange, reason="Niemand kwam.", at=story.after() + CONTEST_WITHIN
    )
    assert (cancelled.state, cancelled.no_show_by) == ("cancelled", "")
    assert facts(story.organisation, days=30).no_shows == 0


def test_the_hub_that_cancels_for_either_side_makes_no_no_show_either() -> None:
    for side in ("requester", "owner"):
        story = Story()
        exchange = story.no_show()
        staff = HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=make_user(), role="editor").user
        services.cancel(
            by=staff, exchange=exchange, side=side, reason="Ze bellen niet terug.", behalf_note="An, per telefoon",
            at=story.after(),
        )  # fmt: skip
        assert facts(story.organisation).no_shows == 0


def test_who_cancels_after_not_coming_says_so_themselves() -> None:
    story = Story()
    services.cancel(by=story.requester, exchange=story.no_show(), reason="We vergaten het.", at=story.after())
    assert facts(story.organisation).no_shows == 1


def test_a_no_show_that_is_contested_doesn_t_count() -> None:
    story = Story()
    exchange = services.contest_no_show(
        by=story.requester, exchange=story.no_show(), reason="Ik stond er.", at=story.after()
    )
    hub_staff = HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=make_user(), role="editor").user
    services.settle_cancelled(by=hub_staff, exchange=exchange, reason="Een misverstand.")
    assert facts(story.organisation).no_shows == 0


def test_what_one_side_alone_weighed_isn_t_confirmed_by_both() -> None:
    story = Story()
    exchange = story.handed_over()
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at + HOUR)
    found = facts(story.organisation, days=30)
    assert (found.completed, found.weighed_by_both) == (1, 0)


def test_what_is_long_ago_counts_no_more() -> None:
    story = Story()
    exchange = story.completed()
    Exchange.objects.filter(pk=exchange.pk).update(state_since=timezone.now() - PERIOD - HOUR)
    assert facts(story.organisation).completed == 0


def test_all_facts_are_one_query_however_many_there_are() -> None:
    told = stories(3)
    owner = told[0].listing.organisation
    for story in told:
        story.completed()
        with CaptureQueriesContext(connection) as queries:
            facts(owner)
        assert len(queries) == 1


def test_an_organisation_s_exchanges_are_found_by_index() -> None:
    story = Story()
    story.ask()
    # Thousands between others: among a few, any index of the table is as good.
    others = [make_organisation() for _number in range(20)]
    one = Exchange.objects.get()
    pairs = [(others[number % 20].pk, others[(number + 7) % 20].pk) for number in range(4_000)]
    Exchange.objects.bulk_create(
        [
            copied(one, requester_id=requester, owner_id=owner, idempotency_key=str(number))
            for number, (requester, owner) in enumerate(pairs)
        ],
        batch_size=1_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchanges_exchange")
    with CaptureQueriesContext(connection) as queries:
        facts(story.organisation)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "BitmapOr" in plan, plan
    for side in ("requester", "owner"):
        assert f"Index Cond: ({side}_id = " in plan, plan
    assert "Seq Scan on exchanges_exchange " not in plan, plan


def copied(one: Exchange, **fields: Any) -> Exchange:
    """Another that has ended, stored past the services."""
    values = {field.attname: getattr(one, field.attname) for field in Exchange._meta.concrete_fields}
    return Exchange(
        **(values | {"id": None, "state": "declined", "turn": "nobody", "due_at": None, "deadline_at": None} | fields)
    )


def test_the_page_and_the_api_say_the_same(client: Client) -> None:
    told = stories(LEAST)
    for story in told:
        story.completed()
    organisation = told[0].listing.organisation
    page = client.get(f"/organisatie/{organisation.slug}/").content.decode()
    assert "3 uitwisselingen" in page
    assert "bij 3 van 3 bevestigden beide kanten wat er meeging (100" in page
    said = client.get(f"/api/v1/organisations/{organisation.slug}/").json()["facts"]
    assert (said["completed"], said["share_weighed_by_both"], said["no_shows"], said["asked"]) == (3, 1.0, 0, 3)
    assert said["reply_hours"] == 0
