"""What somebody else did meanwhile to a standing agreement, or to its listing: nothing is lost, and no dead end."""

import datetime as dt
import re
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from exchanges import services
from exchanges.models import AgreementStepKey, Delivery, Exchange, StandingAgreement
from exchanges.services.agreement_steps import BY_NAME
from exchanges.taking import ExchangeMoved
from journal.models import Letter
from listings.balances.free import NotEnoughFree
from listings.balances.periods import monday_of
from listings.balances.services import hold
from listings.late import TooLate
from listings.models import Listing
from tests.exchanges.makers import Stream
from tests.exchanges.test_agreements import HOURS, WEEK, read_again, states
from tests.exchanges.test_at_once import at_once
from tests.exchanges.test_pages import as_, read
from tests.makers import TODAY

pytestmark = pytest.mark.django_db
API = "/api/v1/exchanges/agreements/"


def take(client: Client, stream: Stream, **given: Any) -> Any:
    """A step over the API."""
    return client.post(f"{API}{stream.agreement.pk}/steps/", given, content_type="application/json")


def lists_now(stream: Stream, **fields: Any) -> None:
    """Its owner changes the listing."""
    Listing.objects.filter(pk=stream.listing.pk).update(**fields)


def quantities(page: str) -> list[str]:
    """What each quantity field of a page says beforehand."""
    fields = re.findall(r'<input[^>]*name="quantity"[^>]*>', page)
    return [found[1] if (found := re.search(r'value="([^"]*)"', field)) else "" for field in fields]


# ---- two who change it ----


@pytest.mark.django_db(transaction=True)
def test_two_who_each_change_something_at_once_both_get_what_they_asked() -> None:
    """Given one takes less and the other less often, when both do so at once without a version, then both hold."""
    stream = Stream(first=40)
    stream.agreed()
    starts_on, ends_on = stream.first.isoformat(), (stream.first + 20 * WEEK).isoformat()
    tasks = [
        lambda: _changed(as_(stream.owner), stream, starts_on=starts_on, quantity=7),
        lambda: _changed(as_(stream.requester), stream, starts_on=starts_on, every=2),
        lambda: _changed(as_(stream.requester), stream, starts_on=starts_on, ends_on=ends_on),
    ]
    assert at_once(tasks) == {"done": 3}
    agreement = read_again(stream)
    assert (int(agreement.quantity), agreement.every, str(agreement.ends_on)) == (7, 2, ends_on)


def _changed(client: Client, stream: Stream, **given: Any) -> None:
    assert take(client, stream, step="change", **given).status_code == 200
    connection.close()


def test_what_a_change_leaves_out_is_as_it_stands_when_it_is_made() -> None:
    stream = Stream(first=40)
    stream.agreed(place="Aan de poort")
    stale = StandingAgreement.objects.get(pk=stream.agreement.pk)
    stream.change(by=stream.owner, terms={"starts_on": stream.first, "quantity": Decimal(7)})
    stream.agreement = stale
    changed = stream.change(by=stream.requester, terms={"starts_on": stream.first, "place": "Kade 3"})
    assert (int(changed.quantity), changed.place) == (7, "Kade 3")


# ---- a step that is sent twice ----

STEPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "accept": ("ask_standing", "owner", {}),
    "counter": ("ask_standing", "owner", {"terms": {"quantity": Decimal(6)}}),
    "decline": ("ask_standing", "owner", {"reason": "Nee."}),
    "withdraw": ("ask_standing", "requester", {}),
    "agree": ("countered_standing", "requester", {}),
    "take_back": ("countered_standing", "owner", {}),
    "change": ("agreed", "owner", {"terms": {"quantity": Decimal(6)}}),
    "agree_change": ("change_proposed", "requester", {}),
    "decline_change": ("change_proposed", "requester", {"reason": "Te veel."}),
    "take_back_change": ("change_proposed", "owner", {}),
    "pause": ("agreed", "owner", {"reason": "Vakantie."}),
    "resume": ("paused", "owner", {}),
    "end": ("agreed", "owner", {"reason": "Genoeg."}),
    "skip_delivery": ("agreed", "owner", {"reason": "Feestdag."}),
    "change_delivery": ("agreed", "owner", {"quantity": Decimal(6)}),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_is_sent_twice_is_taken_once(name: str) -> None:
    begin, who, given = STEPS[name]
    stream = Stream()
    getattr(stream, begin)()
    if "terms" in given:
        given = {"terms": given["terms"] | {"starts_on": stream.first}}
    if name.endswith("_delivery"):
        given = given | {"due_on": stream.first}
    by = stream.owner if who == "owner" else stream.requester
    seen = read_again(stream).version
    send = partial(BY_NAME[name], by=by, agreement=stream.agreement, seen_version=seen, key="k", **given)
    first = send()
    letters, made = Letter.objects.count(), Exchange.objects.count()
    again = send()
    assert (again.version, again.state) == (first.version, first.state)
    assert (Letter.objects.count(), Exchange.objects.count()) == (letters, made)
    assert AgreementStepKey.objects.count() == 1
    # Without the key it is another step, which comes too late.
    with pytest.raises(ExchangeMoved):
        BY_NAME[name](by=by, agreement=stream.agreement, seen_version=seen, key="another", **given)


def test_a_double_click_on_a_page_leads_twice_to_the_agreement() -> None:
    stream = Stream()
    stream.agreed()
    client, there = as_(stream.owner), f"/vaste-afspraken/{stream.agreement.pk}/"
    page = read(client.get(there))
    form = page.split(f'action="{there}stap/pause/"')[1].split("</form>")[0]
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) | {"reason": "Vakantie."}
    assert len(given["key"]) == 32
    for _click in range(2):
        assert client.post(f"{there}stap/pause/", given)["Location"] == there
    page = read(client.get(there))
    assert "staat op pauze" in page
    assert "Dit kan niet meer" not in page
    assert read_again(stream).version == int(given["version"]) + 1


def test_a_step_over_the_api_is_taken_once_by_its_key() -> None:
    stream = Stream()
    stream.ask_standing()
    client = as_(stream.owner)
    for _sent in range(2):
        answer = take(client, stream, step="accept", version=1, idempotency_key="k")
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert take(client, stream, step="accept", version=1, idempotency_key="l").status_code == 409


# ---- a listing of which there is more or less by now ----


def test_nobody_agrees_to_more_than_a_period_brings_by_now() -> None:
    stream = Stream(quantity=100)
    stream.ask_standing(quantity=Decimal(80))
    lists_now(stream, quantity=50)
    with pytest.raises(NotEnoughFree) as refused:
        services.accept_agreement(by=stream.owner, agreement=stream.agreement)
    assert refused.value.free == 50
    assert read_again(stream).state == "asked"
    stream.countered_standing(quantity=Decimal(45))
    lists_now(stream, quantity=40)
    with pytest.raises(NotEnoughFree):
        services.agree_agreement(by=stream.requester, agreement=stream.agreement)
    assert take(as_(stream.requester), stream, step="agree").json()["free"] == 40
    assert not stream.deliveries()


def test_what_goes_whole_and_is_more_by_now_is_offered_and_changed_as_it_is() -> None:
    """Given it was asked at 100 and is 120 by now, then a yes is refused and the forms say 120, which are taken."""
    stream = Stream(quantity=100, splittable=False)
    stream.ask_standing(quantity=Decimal(100))
    lists_now(stream, quantity=120)
    owner, there = as_(stream.owner), f"/vaste-afspraken/{stream.agreement.pk}/"
    assert take(owner, stream, step="accept").status_code == 409
    page = read(owner.get(there))
    assert quantities(page) == ["120"]
    given = {
        "version": 1, "key": uuid4().hex, "side": "owner", "quantity": "120", "often": "weeks-1",
        "starts_on": stream.first, "ends_on": "", "from_time": "", "to_time": "", "place": "", "reason": "",
    }  # fmt: skip
    assert owner.post(f"{there}stap/counter/", given).status_code == 302
    services.agree_agreement(by=stream.requester, agreement=read_again(stream))
    assert states(stream) == ["made", "made"]


def test_what_runs_and_goes_whole_is_changed_to_what_there_is_by_now() -> None:
    stream = Stream(first=40, quantity=100, splittable=False)
    stream.agreed(quantity=Decimal(100))
    lists_now(stream, quantity=120)
    page = read(as_(stream.owner).get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    # All that follow, and each of the dates that are shown.
    assert set(quantities(page)) == {"120"}
    assert len(quantities(page)) == 7


def test_what_goes_whole_and_is_taken_for_weeks_can_still_be_asked_for() -> None:
    stream = Stream(splittable=False)
    for number in range(8):
        hold(by=None, listing=stream.listing, period=monday_of(TODAY) + number * WEEK, quantity=Decimal(40))
    page = read(as_(stream.requester).get(f"/zoekertje/{stream.listing.pk}/vaste-afspraak/"))
    assert quantities(page) == ["40"]


def test_what_ends_before_its_first_delivery_is_not_agreed_on() -> None:
    stream = Stream()
    stream.ask_standing()
    lists_now(stream, available_until=timezone.localdate(stream.at))
    with pytest.raises(TooLate, match="Dit kan tot en met"):
        services.accept_agreement(by=stream.owner, agreement=stream.agreement)


# ---- a listing that counts in another unit by now ----


def test_in_another_unit_nobody_is_offered_a_yes_and_each_side_reads_what_to_do() -> None:
    stream = Stream()
    stream.ask_standing()
    lists_now(stream, unit="kg", quantity=500)
    there = f"/vaste-afspraken/{stream.agreement.pk}/"
    page = read(as_(stream.owner).get(there))
    assert "Weiger, en laat een nieuwe vragen." in page
    assert "Tegenvoorstel doen" not in page
    assert "Aanvaarden" not in page
    refused = take(as_(stream.owner), stream, step="counter", quantity=5)
    assert refused.status_code == 409
    assert "Weiger, en laat een nieuwe vragen." in refused.json()["detail"]
    # What is offered already, the other side can't take either.
    lists_now(stream, unit="piece", quantity=40)
    stream.countered_standing()
    lists_now(stream, unit="kg", quantity=500)
    page = read(as_(stream.requester).get(there))
    assert "Trek je vraag in, en vraag een nieuwe." in page
    assert "Akkoord" not in page
    assert take(as_(stream.requester), stream, step="agree").status_code == 409
    services.withdraw_agreement(by=stream.requester, agreement=stream.agreement)


def test_in_another_unit_a_change_begins_without_the_old_number_and_dates_wait_for_it() -> None:
    stream = Stream(first=40)
    stream.agreed()
    services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, reason="Feestdag.")
    lists_now(stream, unit="kg", quantity=500)
    page = read(as_(stream.owner).get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    assert "Hoeveel per levering (kg)" in page
    assert quantities(page) == [""]
    changing = {"step": "change_delivery", "due_on": stream.first.isoformat(), "quantity": 5}
    assert take(as_(stream.owner), stream, **changing).status_code == 409
    lately = TODAY - dt.timedelta(days=3)
    Delivery.objects.create(agreement=stream.agreement, due_on=lately, on=lately, quantity=4, state="skipped")
    stream.change(by=stream.owner, terms={"starts_on": stream.first, "quantity": Decimal(200)})
    # What was skipped may take place after all, also when it was lately: it counts in kilograms as well.
    assert [(row.state, int(row.quantity)) for row in stream.deliveries()] == [("skipped", 200)] * 2


# ---- what was called off, and what was asked ----


def test_a_date_that_was_called_off_follows_a_change_and_takes_place_so() -> None:
    stream = Stream()
    stream.agreed(**HOURS, place="Aan de poort")
    first = stream.deliveries()[0].exchange
    assert first is not None
    services.cancel(by=stream.owner, exchange=first, reason="Ziek.")
    stream.change(
        by=stream.owner,
        terms={"starts_on": stream.first, "quantity": Decimal(6), "from_time": None, "to_time": None,
               "place": "Kade 3"},
    )  # fmt: skip
    row = stream.deliveries()[0]
    assert (row.state, int(row.quantity), row.hours, row.place) == ("made", 6, (None, None), "Kade 3")
    services.change_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first)
    again = stream.deliveries()[0].exchange
    assert again is not None
    assert (again.state, int(again.legs.get().quantity)) == ("accepted", 6)
    assert again.pk != first.pk


@pytest.mark.parametrize(("end", "who"), [("withdraw", "requester"), ("lapse", "")])
def test_what_was_offered_and_came_to_nothing_is_not_called_what_was_asked(end: str, who: str) -> None:
    stream = Stream()
    stream.ask_standing(place="Aan de poort")
    stream.countered_standing(place="Kade 3")
    if who:
        services.withdraw_agreement(by=stream.requester, agreement=stream.agreement)
    else:
        StandingAgreement.objects.filter(pk=stream.agreement.pk).update(state="lapsed", due_at=None, deadline_at=None)
    page = read(as_(stream.requester).get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    terms = page.split('id="terms"')[1].split("</section>")[0]
    assert "Wat voorgesteld is" in terms
    assert "Wat gevraagd is" not in terms
    assert "Aan de poort" in terms.split("Gevraagd was:")[1]


def test_a_date_for_which_no_place_was_agreed_says_so_beside_those_that_have_one() -> None:
    stream = Stream()
    stream.agreed()
    stream.change(by=stream.owner, terms={"starts_on": stream.first + WEEK, "place": "Kade 3"})
    page = read(as_(stream.requester).get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    dates = page.split('id="coming"')[1].split("</section>")[0].split("<li")[1:]
    assert ["plek af te spreken" in date for date in dates][:2] == [True, False]
