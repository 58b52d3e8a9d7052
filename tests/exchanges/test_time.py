"""What time does: reminds before each time-out, ends what waited too long, and never waits for ever."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.models import HubStaff
from exchanges import services
from exchanges.enums import OPEN, ExchangeState
from exchanges.models import Exchange, WeightStatement
from exchanges.schedule import after_working_days
from exchanges.steps import STATES, STEPS
from exchanges.sweep import sweep
from exchanges.words import moment_words
from journal.models import Letter
from listings.balances.free import standing_of
from listings.models import Listing
from tests.exchanges.makers import Story, slot
from tests.makers import TODAY, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


def state_after(story: Story, at: dt.datetime) -> str:
    sweep(at=at)
    story.exchange.refresh_from_db()
    return story.exchange.state


def reminders() -> int:
    return Letter.objects.filter(template="exchange_reminder").count()


def held(story: Story) -> Decimal:
    return standing_of(Listing.objects.get(pk=story.listing.pk)).held


def test_a_request_is_reminded_of_twice_and_lapses_after_a_week() -> None:
    story = Story()
    story.ask()
    assert sweep(at=story.at + 2 * DAY) == 0
    assert state_after(story, story.at + 3 * DAY) == "requested"
    assert reminders() == 1
    assert Letter.objects.get(template="exchange_reminder").recipient == story.owner.email
    assert sweep(at=story.at + 3 * DAY) == 0
    assert state_after(story, story.at + 6 * DAY) == "requested"
    assert reminders() == 2
    assert state_after(story, story.at + 7 * DAY) == "lapsed"
    told = Letter.objects.filter(template="exchange_step").order_by("-id")[:2]
    assert {letter.recipient for letter in told} == {story.owner.email, story.requester.email}


def test_a_worker_that_was_away_sends_one_reminder_for_all_it_missed() -> None:
    story = Story()
    story.ask()
    sweep(at=story.at + 6.5 * DAY)
    assert reminders() == 1


@pytest.mark.parametrize(
    ("state", "wait", "ends"),
    [("countered", 3 * DAY, "lapsed"), ("accepted", 14 * DAY, "lapsed"), ("proposed", 14 * DAY, "lapsed")],
)
def test_what_is_held_is_free_again_when_nothing_follows(state: str, wait: dt.timedelta, ends: str) -> None:
    story = Story()
    getattr(story, state)()
    assert state_after(story, story.at + wait - dt.timedelta(minutes=1)) not in ("lapsed", "cancelled")
    assert held(story) > 0
    assert state_after(story, story.at + wait) == ends
    assert held(story) == 0


def test_an_accepted_request_lapses_at_the_listings_end_but_never_at_once() -> None:
    story = Story(available_until=TODAY + 5 * DAY)
    exchange = story.accepted()
    assert exchange.deadline_at == dt.datetime.combine(TODAY + 6 * DAY, dt.time(), BRUSSELS)
    late = Story(available_until=TODAY)
    assert late.accepted().deadline_at == late.at + 2 * DAY


def test_an_appointment_is_reminded_of_before_and_asked_about_after() -> None:
    story = Story()
    exchange = story.scheduled()
    start, end = slot(3)
    assert exchange.due_at in (start - 3 * DAY, start - DAY)
    assert state_after(story, start - DAY) == "scheduled"
    assert story.exchange.turn == "nobody"
    assert state_after(story, end + DAY) == "scheduled"
    assert story.exchange.turn == "both"
    assert state_after(story, end + 10 * DAY) == "lapsed"
    assert held(story) == 0


def test_what_one_side_stated_is_completed_after_five_working_days_and_marked() -> None:
    story = Story()
    exchange = story.handed_over()
    assert exchange.deadline_at is not None
    assert state_after(story, exchange.deadline_at - dt.timedelta(minutes=1)) == "handed_over"
    assert reminders() > 0
    assert state_after(story, exchange.deadline_at) == "completed"
    assert story.exchange.one_sided
    assert standing_of(Listing.objects.get(pk=story.listing.pk)).given == 10
    assert WeightStatement.objects.count() == 1


def test_working_days_leave_out_weekends_and_keep_the_hour_when_the_clock_changes() -> None:
    friday = dt.datetime(2026, 10, 23, 9, tzinfo=BRUSSELS)
    assert after_working_days(friday, 2) == dt.datetime(2026, 10, 27, 9, tzinfo=BRUSSELS)
    assert after_working_days(friday, 5) == dt.datetime(2026, 10, 30, 9, tzinfo=BRUSSELS)


def test_operators_hear_of_a_dispute_that_the_hub_was_reminded_of_three_times() -> None:
    story = Story()
    operator = make_user(is_superuser=True)
    staff = HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=make_user(), role="editor").user
    exchange = story.disputed()
    reminded: list[set[str]] = []
    for day in (7, 14, 30, 45):
        Letter.objects.all().delete()
        sweep(at=exchange.state_since + day * DAY + dt.timedelta(minutes=1))
        reminded.append(set(Letter.objects.filter(template="exchange_reminder").values_list("recipient", flat=True)))
    assert reminded == [{staff.email}, {staff.email}, {staff.email}, {staff.email, operator.email}]


def test_a_no_show_nobody_answers_is_cancelled_and_a_dispute_ends_too() -> None:
    story = Story()
    story.no_show()
    assert state_after(story, story.after() + 7 * DAY) == "cancelled"
    assert held(story) == 0
    weighed = Story()
    weighed.disputed()
    assert state_after(weighed, weighed.after() + 60 * DAY) == "completed"
    assert weighed.exchange.one_sided
    accused = Story()
    services.contest_no_show(by=accused.requester, exchange=accused.no_show(), reason="Jawel", at=accused.after())
    assert state_after(accused, accused.after() + 60 * DAY) == "cancelled"


def test_a_step_drops_the_reminders_that_wait() -> None:
    story = Story()
    story.ask()
    sweep(at=story.at + 3 * DAY)
    assert Letter.objects.get(template="exchange_reminder").state == "queued"
    services.withdraw(by=story.requester, exchange=story.exchange)
    assert Letter.objects.get(template="exchange_reminder").state == "dropped"


def test_every_open_state_ends_by_a_step_of_time_that_fits_it() -> None:
    assert set(STATES) == OPEN
    for state, waiting in STATES.items():
        step = STEPS[waiting.time_out]
        assert state in step.sources
        assert step.target is not None
        assert step.target not in OPEN
        assert all(reminder < waiting.lasts for reminder in waiting.reminders)
    reached = {step.target for step in STEPS.values()} | {ExchangeState.REQUESTED}
    assert reached - {None} == set(ExchangeState)
    assert Exchange.objects.count() == 0


def test_a_reminder_before_an_appointment_says_when_it_is_and_one_after_it_what_to_do() -> None:
    story = Story()
    exchange = story.scheduled()
    (leg,) = exchange.legs.all()
    period = leg.appointments.get(state="confirmed").period
    sweep(at=period.lower - DAY)
    before = Letter.objects.filter(template="exchange_reminder").order_by("-id")[0].data
    assert before["appointment"] == moment_words(period)
    assert before["next"].startswith("Tot de afspraak hoef je niets te doen.")
    sweep(at=period.upper + DAY)
    after = Letter.objects.filter(template="exchange_reminder").order_by("-id")[0].data
    assert after["appointment"] == ""
    assert after["next"].startswith("De afspraak is voorbij: zeg wat er meeging")
