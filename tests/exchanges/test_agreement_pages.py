"""Standing agreements on pages and over the API: who sees and does what, and what they are told."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.agreements.steps import STEPS
from exchanges.models import AgreementReason, Exchange, StandingAgreement
from geo.models import Hub
from listings.models import Listing
from materials.figures import short_day
from tests.exchanges.makers import Story, Stream
from tests.exchanges.test_agreements import HOURS, WEEK, read_again, states
from tests.exchanges.test_pages import as_, hidden, read
from tests.exchanges.test_rights import ROLES, snapshot
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
API = "/api/v1/exchanges/agreements/"


def send(client: Client, address: str, **given: Any) -> Any:
    return client.post(address, given, content_type="application/json")


def step(client: Client, agreement: StandingAgreement, name: str, **given: Any) -> Any:
    """As the page's form sends it."""
    version = StandingAgreement.objects.get(pk=agreement.pk).version
    sent = {"version": version, "key": uuid4().hex, "side": ""} | given
    return client.post(f"/vaste-afspraken/{agreement.pk}/stap/{name}/", sent)


# ---- pages ----


def test_from_the_listing_to_a_skipped_delivery_on_pages_alone() -> None:
    stream = Stream()
    requester, owner = as_(stream.requester), as_(stream.owner)
    assert "aanvragen/" in read(requester.get(f"/zoekertje/{stream.listing.pk}/"))
    once = read(requester.get(f"/zoekertje/{stream.listing.pk}/aanvragen/"))
    assert f"/zoekertje/{stream.listing.pk}/vaste-afspraak/" in once
    assert "Eén keer" in once
    assert "week van" in once.lower()
    address = f"/zoekertje/{stream.listing.pk}/vaste-afspraak/"
    page = read(requester.get(address))
    assert 'name="quantity" value="40"' in page
    given = hidden(page) | {
        "quantity": "10", "often": "weeks-1", "starts_on": stream.first, "ends_on": "", "from_time": "09:00",
        "to_time": "10:00", "place": "Aan de poort", "remark": "Met eigen bakken.",
    }  # fmt: skip
    sent = requester.post(address, given)
    made = StandingAgreement.objects.get()
    stream.agreement = made
    assert sent["Location"] == f"/vaste-afspraken/{made.pk}/"
    assert requester.get(address)["Location"] == f"/vaste-afspraken/{made.pk}/"
    page = read(owner.get(f"/vaste-afspraken/{made.pk}/"))
    assert "Jij bent aan zet: aanvaard, doe een tegenvoorstel of weiger." in page
    assert "Met eigen bakken." in page
    assert step(owner, made, "accept", side="owner").status_code == 302
    page = read(requester.get(f"/vaste-afspraken/{made.pk}/"))
    assert "Deze vaste afspraak loopt." in page
    assert page.count("Overslaan<") == 2 * 8
    assert "None" not in page
    assert "{" not in re.sub(r"<(script|body)[^>]*>", "", page).split("<main")[1]
    exchange = Exchange.objects.order_by("pk")[0]
    assert f"/vaste-afspraken/{made.pk}/" in read(requester.get(f"/uitwisselingen/{exchange.pk}/"))
    day = stream.first
    answer = step(owner, made, "skip_delivery", side="owner", due_on=day.isoformat(), reason="")
    assert answer.status_code == 409
    assert "Overslaan" in read(answer)
    assert step(owner, made, "skip_delivery", side="owner", due_on=day, reason="Gesloten.").status_code == 302
    page = read(requester.get(f"/vaste-afspraken/{made.pk}/"))
    assert "overgeslagen" in page
    assert "Toch laten doorgaan" in page
    assert states(stream)[0] == "skipped"


def test_a_stream_is_asked_one_time_for_a_day_of_a_period_with_something_free() -> None:
    stream = Stream()
    stream.agreed(quantity=Decimal(40))
    asker = make_user()
    make_organisation(asker)
    client, address = as_(asker), f"/zoekertje/{stream.listing.pk}/aanvragen/"
    page = read(client.get(address))
    assert "niets meer vrij" in page
    given = hidden(page) | {"quantity": "5", "wanted_on": stream.first, "message": ""}
    refused = client.post(address, given)
    assert refused.status_code == 409
    assert "Er is niets meer van vrij." in read(refused)
    day = stream.first + 3 * WEEK
    assert client.post(address, given | {"wanted_on": ""}).status_code == 409
    assert client.post(address, given | {"wanted_on": day}).status_code == 302
    made = Exchange.objects.get(requester__memberships__user=asker)
    assert (made.started_from, made.period) == ("listing", day - dt.timedelta(days=day.weekday()))
    assert "week van" in read(client.get(f"/uitwisselingen/{made.pk}/"))


def test_what_comes_once_has_no_page_to_ask_for_it_again_and_again() -> None:
    listing, asker = published(), make_user()
    make_organisation(asker)
    assert (
        as_(asker).get(f"/zoekertje/{listing.pk}/vaste-afspraak/")["Location"] == f"/zoekertje/{listing.pk}/aanvragen/"
    )
    stream = Stream()
    assert "Organisatie toevoegen" in read(as_(make_user()).get(f"/zoekertje/{stream.listing.pk}/vaste-afspraak/"))
    Listing.objects.filter(pk=stream.listing.pk).update(status="expired")
    page = as_(stream.requester).get(f"/zoekertje/{stream.listing.pk}/vaste-afspraak/")
    assert page.status_code == 404 or "Dit kun je nu niet aanvragen" in read(page)


def test_every_state_has_a_page_and_all_that_follow_can_be_changed_there() -> None:
    stream = Stream()
    stream.agreed()
    client = as_(stream.owner)
    second = stream.first + WEEK
    given = {
        "quantity": "6", "often": "weeks-2", "starts_on": second, "ends_on": "", "from_time": "", "to_time": "",
        "place": "", "reason": "Minder draf.",
    }  # fmt: skip
    assert step(client, stream.agreement, "change", side="owner", **given).status_code == 302
    assert read_again(stream).every == 2
    assert stream.agreement.quantity == 6
    refused = step(client, stream.agreement, "change", side="owner", **given | {"quantity": "999"})
    assert refused.status_code == 409
    assert "Meer dan 40" in read(refused)
    for name, words in (("pause", "staat op pauze"), ("resume", "loopt"), ("end", "is gestopt")):
        assert step(client, stream.agreement, name, side="owner", reason="Daarom.").status_code == 302
        assert words in read(client.get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    # A page that is older than the last step says so.
    assert step(client, stream.agreement, "pause", side="owner", reason="Daarom.").status_code == 302
    assert read_again(stream).state == "ended"
    assert client.get(f"/vaste-afspraken/{stream.agreement.pk}/stap/pause/").status_code == 302
    assert client.get(f"/vaste-afspraken/{stream.agreement.pk}/stap/run_out/").status_code == 404


def test_a_counter_offer_is_made_and_taken_on_pages_beside_what_was_asked() -> None:
    stream = Stream()
    stream.ask_standing(**HOURS, place="Aan de poort")
    requester, owner = as_(stream.requester), as_(stream.owner)
    there = f"/vaste-afspraken/{stream.agreement.pk}/"
    page = read(owner.get(there))
    assert "Tegenvoorstel doen" in page
    given = {
        "quantity": "6", "often": "weeks-2", "starts_on": stream.first, "ends_on": "", "from_time": "09:00",
        "to_time": "10:00", "place": "Kade 3", "reason": "Meer is er niet.",
    }  # fmt: skip
    assert step(owner, stream.agreement, "counter", side="owner", **given | {"quantity": "99"}).status_code == 409
    assert step(owner, stream.agreement, "counter", side="owner", **given).status_code == 302
    page = read(requester.get(there))
    assert "Jij bent aan zet: ga akkoord met het tegenvoorstel, of trek je vraag in." in page
    asked = page.split("Gevraagd was:")[1].split("</p>")[0]
    for words in ("10", "elke ", "Aan de poort"):
        assert words in asked
    assert "om de 2 weken" in page
    assert "Meer is er niet." in page
    assert "is aan zet." in read(owner.get(there))
    assert (
        "jij bent aan zet"
        in read(requester.get("/mijn/uitwisselingen/")).split('id="agreements"')[1].split("</ul>")[0]
    )
    assert step(requester, stream.agreement, "agree", side="requester").status_code == 302
    page = read(owner.get(there))
    assert "Deze vaste afspraak loopt." in page
    assert "Aan de poort" in page.split("Wat jullie afspraken")[1].split("Gevraagd was:")[1].split("</p>")[0]


def test_a_date_that_keeps_other_hours_or_another_place_says_so() -> None:
    stream = Stream()
    stream.agreed(**HOURS, place="Aan de poort")
    stream.change(
        by=stream.owner,
        terms=stream.terms(starts_on=stream.first + WEEK, place="Kade 3"),
    )  # fmt: skip
    page = read(as_(stream.requester).get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    dates = page.split('id="coming"')[1].split("</section>")[0].split("<li")[1:]
    assert ["09:00–10:00" in date and "Aan de poort" in date for date in dates][:2] == [True, False]
    exchange = stream.deliveries()[0].exchange
    assert exchange is not None
    assert "Aan de poort" in read(as_(stream.owner).get(f"/uitwisselingen/{exchange.pk}/"))


def test_a_service_is_asked_for_by_loose_weeks_or_by_a_standing_agreement() -> None:
    stream = Stream(kind="service", recurrence="one_off")
    client, address = as_(stream.requester), f"/zoekertje/{stream.listing.pk}/vaste-afspraak/"
    loose = read(client.get(f"/zoekertje/{stream.listing.pk}/aanvragen/"))
    assert address in loose
    page = read(client.get(address))
    assert "Losse weken" in page
    assert "Week van" in page
    given = hidden(page) | {
        "quantity": "5", "often": "weeks-1", "starts_on": stream.first, "ends_on": "", "from_time": "", "to_time": "",
        "place": "", "remark": "Lakens.",
    }  # fmt: skip
    assert client.post(address, given | {"quantity": "50"}).status_code == 409
    assert client.post(address, given).status_code == 302
    stream.agreement = StandingAgreement.objects.get()
    stream.agreed()
    page = read(client.get(f"/vaste-afspraken/{stream.agreement.pk}/"))
    assert f"Van {stream.organisation} naar {stream.listing.organisation}" in page
    row = client.get(f"{API}{stream.agreement.pk}/").json()
    exchange = client.get(f"/api/v1/exchanges/{row['deliveries'][0]['exchange']}/").json()
    monday = stream.first - dt.timedelta(days=stream.first.weekday())
    assert (exchange["week_start"], exchange["agreement"]) == (monday.isoformat(), row["id"])


def test_it_stands_in_one_s_list_and_on_the_board_of_its_hub() -> None:
    stream = Stream()
    stream.ask_standing()
    hub = Hub.objects.get(pk=stream.listing.hub_ids[0])
    staff = HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user
    there = f"/vaste-afspraken/{stream.agreement.pk}/"
    board = read(as_(staff).get(f"/hubs/{hub.slug}/uitwisselingen/"))
    assert there in board
    for user in (stream.owner, stream.requester):
        page = read(as_(user).get("/mijn/uitwisselingen/"))
        assert there in page
        listed = page.split('id="agreements"')[1].split("</ul>")[0]
        assert ("jij bent aan zet" in listed) == (user == stream.owner)
        assert (f"wacht op {stream.listing.organisation}, tot" in listed) == (user != stream.owner)
        # The header counts it for who is to answer.
        assert ("aan zet</span></span></a>" in page) == (user == stream.owner)
    assert there not in read(as_(make_user()).get("/mijn/uitwisselingen/"))


def test_what_is_over_stands_apart_in_one_s_list_and_its_deliveries_lead_to_it() -> None:
    """Given an agreement that was paused and then stopped, then its list has it, and so has what was called off."""
    stream = Stream()
    agreement, client = stream.agreed(), as_(stream.requester)
    made = stream.deliveries()[0].exchange
    assert made is not None
    assert "Gestopt of niet doorgegaan" not in read(client.get("/mijn/uitwisselingen/"))
    services.pause_agreement(by=stream.owner, agreement=agreement, reason="Vakantie.")
    services.end_agreement(by=stream.owner, agreement=agreement, reason="Gedaan.")
    page = read(client.get("/mijn/uitwisselingen/"))
    over = page.split("Gestopt of niet doorgegaan")[1].split("</details>")[0]
    there = f'href="/vaste-afspraken/{agreement.pk}/"'
    assert page.count(there) == over.count(there) == 1
    assert "gestopt, sinds" in over
    assert there not in read(as_(make_user()).get("/mijn/uitwisselingen/"))
    page = read(client.get(f"/uitwisselingen/{made.pk}/"))
    assert there in page
    assert "die intussen gestopt is" in page
    assert client.get(f"/api/v1/exchanges/{made.pk}/").json()["agreement"] == agreement.pk


def test_what_was_made_before_finds_its_agreement() -> None:
    """Given exchanges from before they kept it, then each finds its own, also where its date was made anew."""
    stream = Stream()
    for hours in range(2):
        stream.at += dt.timedelta(hours=hours)
        how: dict[str, Any] = {"by": stream.owner, "agreement": stream.agreed(), "at": stream.at}
        services.pause_agreement(**how, reason="Vakantie.")
        services.resume_agreement(**how)
        services.end_agreement(**how, reason="Gedaan.")
        del stream.agreement
    kept = dict(Exchange.objects.values_list("pk", "agreement"))
    assert len(set(kept.values())) == 2
    assert len(kept) == 8
    Exchange.objects.update(agreement=None)
    migration = import_module("exchanges.migrations.0035_a_delivery_keeps_its_standing_agreement")
    with connection.cursor() as cursor:
        for statement in migration.WRITE:
            cursor.execute(statement)
    assert dict(Exchange.objects.values_list("pk", "agreement")) == kept


def test_pages_and_lists_ask_as_much_for_many_as_for_few() -> None:
    reader = make_user()
    organisation, client = make_organisation(reader), as_(reader)
    counts = []
    for _round in range(2):
        for _number in range(2):
            stream = Stream()
            stream.organisation, stream.requester = organisation, reader
            stream.agreed()
        found = []
        hub = Hub.objects.get(pk=stream.listing.hub_ids[0])
        staff = as_(HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user)
        for who, address in (
            (client, "/mijn/uitwisselingen/"), (client, API), (client, "/api/v1/exchanges/"),
            (staff, f"/hubs/{hub.slug}/uitwisselingen/"),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert who.get(address).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]
    few = StandingAgreement.objects.order_by("pk")[0]
    with CaptureQueriesContext(connection) as before:
        client.get(f"/vaste-afspraken/{few.pk}/")
    for number in (2, 3, 4):
        services.skip_delivery(by=reader, agreement=few, due_on=stream.first + number * WEEK, reason="Feestdag.")
    with CaptureQueriesContext(connection) as after:
        client.get(f"/vaste-afspraken/{few.pk}/")
    assert len(before) == len(after)


# ---- the API ----


def test_the_api_asks_answers_skips_and_changes() -> None:
    stream = Stream()
    requester, owner = as_(stream.requester), as_(stream.owner)
    given = {
        "organisation": stream.organisation.slug, "listing": stream.listing.pk, "quantity": 10,
        "starts_on": stream.first.isoformat(), "from_time": "09:00", "to_time": "10:00", "idempotency_key": "een",
    }  # fmt: skip
    made = send(requester, API, **given)
    assert made.status_code == 201, made.content
    row = made.json()
    assert send(requester, API, **given).json()["id"] == row["id"]
    assert (row["state"], row["rhythm"], row["every"], row["from_time"]) == ("asked", "weeks", 1, "09:00")
    assert row["open_steps"] == [{"step": "withdraw", "side": "requester"}]
    assert (row["turn"], row["asked"]) == ("owner", None)
    steps = f"{API}{row['id']}/steps/"
    row = send(owner, steps, step="counter", quantity=6, place="Kade 3").json()
    assert (row["state"], row["turn"], row["quantity"], row["place"]) == ("countered", "requester", 6, "Kade 3")
    assert (row["asked"]["quantity"], row["asked"]["place"], row["asked"]["from_time"]) == (10, "", "09:00")
    assert [one["step"] for one in row["open_steps"]] == ["take_back"]
    assert send(requester, steps, step="agree", version=row["version"] - 1).status_code == 409
    row = send(owner, steps, step="take_back").json()
    assert (row["state"], row["quantity"], row["asked"]) == ("asked", 10, None)
    row = send(owner, steps, step="accept", version=row["version"]).json()
    assert [one["state"] for one in row["deliveries"]] == ["made"] * 2 + ["planned"] * 6
    assert row["deliveries"][0]["exchange_state"] == "scheduled"
    exchange = requester.get(f"/api/v1/exchanges/{row['deliveries'][0]['exchange']}/").json()
    assert (exchange["agreement"], exchange["started_from"], exchange["week_start"]) == (row["id"], "stream", None)
    monday = stream.first - dt.timedelta(days=stream.first.weekday())
    assert exchange["period_start"] == monday.isoformat()
    first, second = (one["due_on"] for one in row["deliveries"][:2])
    row = send(owner, steps, step="skip_delivery", due_on=first, reason="Gesloten.").json()
    assert [one["state"] for one in row["deliveries"][:2]] == ["skipped", "made"]
    row = send(requester, steps, step="change_delivery", due_on=second, quantity=7).json()
    assert [one["quantity"] for one in row["deliveries"][:2]] == [10, 7]
    row = send(requester, steps, step="change", starts_on=second, quantity=8, place="Kade 3").json()
    assert (row["quantity"], row["place"], row["turn"]) == (10, "", "owner")
    proposed = row["proposed"]
    assert (proposed["quantity"], proposed["place"], proposed["from_time"]) == (8, "Kade 3", "09:00")
    assert (proposed["by"], proposed["unit"], row["open_steps"][0]["step"]) == (
        "requester",
        "piece",
        "take_back_change",
    )
    assert send(requester, steps, step="agree_change").status_code == 403
    row = send(owner, steps, step="agree_change").json()
    assert (row["quantity"], row["place"], row["from_time"], row["proposed"]) == (8, "Kade 3", "09:00", None)
    assert [one["id"] for one in requester.get(API).json()["results"]] == [row["id"]]
    listing = owner.get(f"/api/v1/listings/{stream.listing.pk}/").json()
    assert listing["free_quantity"] == 40


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"step": "skip_delivery", "reason": "Weg."}, 400, "due_on"),
        ({"step": "skip_delivery", "due_on": "2020-01-01", "reason": "Weg."}, 400, "due_on"),
        ({"step": "skip_delivery", "due_on": "9999-12-31", "reason": "Weg."}, 400, "due_on"),
        ({"step": "change_delivery", "due_on": "9999-12-31", "quantity": 4}, 400, "due_on"),
        ({"step": "pause", "due_on": "2020-01-01", "reason": "Weg."}, 400, "due_on"),
        ({"step": "pause"}, 400, "reason"),
        ({"step": "run_out"}, 400, "step"),
        ({"step": "change", "starts_on": "gisteren"}, 400, "starts_on"),
        ({"step": "change", "starts_on": "2099-01-01"}, 400, "starts_on"),
        ({"step": "accept"}, 409, ""),
        ({"step": "end", "reason": "Weg.", "version": 99}, 409, ""),
        ({"step": "end", "reason": "Weg.", "kleur": "rood"}, 400, "kleur"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_at_its_field(given: dict[str, Any], status: int, field: str) -> None:
    stream = Stream()
    stream.agreed()
    before = snapshot()
    answer = send(as_(stream.owner), f"{API}{stream.agreement.pk}/steps/", **given)
    assert answer.status_code == status, answer.content
    assert not field or field in [row["field"] for row in answer.json()["errors"]]
    assert snapshot() == before


def test_a_wrong_hour_is_answered_with_a_right_one() -> None:
    stream = Stream()
    for wrong in ("9 uur", "25:00", 9, True):
        answer = send(
            as_(stream.requester), API, organisation=stream.organisation.slug, listing=stream.listing.pk, quantity=1,
            starts_on=stream.first.isoformat(), from_time=wrong,
        )  # fmt: skip
        assert answer.json()["errors"] == [{"field": "from_time", "message": "Schrijf een uur als 09:30."}]


def test_each_step_keeps_its_own_reason() -> None:
    stream = Stream()
    agreement, owner = stream.agreed(), as_(stream.owner)
    services.pause_agreement(by=stream.owner, agreement=agreement, reason="De ketel is stuk.")
    services.resume_agreement(by=stream.owner, agreement=agreement)
    services.skip_delivery(by=stream.requester, agreement=agreement, due_on=stream.first, reason="Feestdag.")
    services.end_agreement(by=stream.owner, agreement=agreement, reason="We stoppen.")
    rows = owner.get(f"{API}{agreement.pk}/").json()["steps"]
    assert [row["reason"] for row in rows] == ["", "", "De ketel is stuk.", "", "Feestdag.", "We stoppen."]
    page = read(owner.get(f"/vaste-afspraken/{agreement.pk}/"))
    assert all(reason in page for reason in ("De ketel is stuk.", "Feestdag.", "We stoppen."))


def test_reasons_of_before_go_along_with_the_step_that_they_are_of() -> None:
    stream = Stream()
    agreement = stream.agreed()
    services.pause_agreement(by=stream.owner, agreement=agreement, reason="De ketel is stuk.")
    (kept,) = AgreementReason.objects.values_list("agreement", "event_id", "reason")
    AgreementReason.objects.all().delete()
    migration = import_module("exchanges.migrations.0033_why_of_the_last_step_goes_along")
    with connection.cursor() as cursor:
        for _time in range(2):
            cursor.execute(migration.WRITE)
    assert list(AgreementReason.objects.values_list("agreement", "event_id", "reason")) == [kept]


# ---- rights ----


#: Who reads what one side writes to the other, of a standing agreement and of an exchange alike: reading.py says why.
READS = {"requester": True, "owner": True, "staff": False, "operator": True}


def test_what_one_side_tells_the_other_its_hub_reads_of_neither_agreement_nor_exchange() -> None:
    cast = Cast(remark="Met eigen bakken.")
    agreement = cast.stream.agreement
    services.pause_agreement(by=cast.stream.owner, agreement=agreement, reason="De ketel is stuk.")
    story = Story()
    exchange = services.decline(by=story.owner, exchange=story.ask(), reason="De ketel is stuk.")
    people = dict(cast.users) | {"requester": story.requester, "owner": story.owner}
    found: dict[str, set[bool]] = {role: set() for role in READS}
    for role, seen in found.items():
        user, other = cast.users[role], people[role]
        assert user is not None
        assert other is not None
        page = read(as_(user).get(f"/vaste-afspraken/{agreement.pk}/"))
        row = as_(user).get(f"{API}{agreement.pk}/").json()
        seen |= {"Met eigen bakken." in page, row["remark"] == "Met eigen bakken."}
        seen |= {"De ketel is stuk." in page, row["reason"] == "De ketel is stuk."}
        seen |= {row["steps"][-1]["reason"] == "De ketel is stuk."}
        page = read(as_(other).get(f"/uitwisselingen/{exchange.pk}/"))
        steps = as_(other).get(f"/api/v1/exchanges/{exchange.pk}/steps/").json()["results"]
        seen |= {"De ketel is stuk." in page, steps[-1]["reason"] == "De ketel is stuk."}
    assert found == {role: {may} for role, may in READS.items()}
    # That it was declined, they see; once they are asked in, also why.
    staff = cast.users["staff"]
    assert staff is not None
    assert "weigerde de aanvraag" in read(as_(staff).get(f"/uitwisselingen/{exchange.pk}/"))
    services.invite_hub(by=story.requester, conversation=exchange.conversation)
    assert "De ketel is stuk." in read(as_(staff).get(f"/uitwisselingen/{exchange.pk}/"))
    # Who took a step on behalf of a side reads along.
    services.resume_agreement(by=staff, agreement=agreement, side="owner", behalf_note="An belde")
    assert "Met eigen bakken." in read(as_(staff).get(f"/vaste-afspraken/{agreement.pk}/"))


def test_a_day_beyond_all_reckoning_is_refused_on_the_page() -> None:
    stream = Stream()
    stream.agreed()
    for name in ("skip_delivery", "change_delivery"):
        answer = step(
            as_(stream.owner), stream.agreement, name, due_on="9999-12-31", reason="Weg.", quantity="4",
            on=stream.first.isoformat(),
        )  # fmt: skip
        assert answer.status_code == 409


class Cast:
    """A standing agreement near Gent, with somebody in each role."""

    def __init__(self, **asked: str) -> None:
        self.stream = Stream()
        self.stream.agreed(**HOURS, **asked)
        self.hub = Hub.objects.get(pk=self.stream.listing.hub_ids[0])
        other = Hub.objects.exclude(pk__in=self.stream.listing.hub_ids)[0]
        stranger = make_user()
        self.strangers = make_organisation(stranger)
        self.users: dict[str, User | None] = {
            "anonymous": None,
            "stranger": stranger,
            "requester": self.stream.requester,
            "owner": self.stream.owner,
            "staff": HubStaff.objects.create(hub=self.hub, user=make_user(), role="editor").user,
            "other staff": HubStaff.objects.create(hub=other, user=make_user(), role="manager").user,
            "operator": make_user(is_superuser=True, is_staff=True),
        }

    def answer(self, role: str, call: Callable[[Client, "Cast"], Any]) -> tuple[int, bool]:
        """The status, and whether something changed; undone, so that the next role finds it as it was."""
        client, user, before = Client(), self.users[role], snapshot()
        if user is not None:
            client.force_login(user)
        with transaction.atomic():
            status = call(client, self).status_code
            changed = snapshot() != before
            transaction.set_rollback(True)
        return status, changed


@dataclass(frozen=True)
class Route:
    name: str
    call: Callable[[Client, Cast], Any]
    statuses: tuple[int, ...]
    changes: frozenset[str] = frozenset()


_PARTIES = frozenset({"requester", "owner"})
ROUTES = [
    Route(
        "asking, form", lambda client, cast: client.get(f"/zoekertje/{cast.stream.listing.pk}/vaste-afspraak/"),
        (302, 200, 302, 200, 200, 200, 200),
    ),
    Route(
        "asking",
        lambda client, cast: client.post(f"/zoekertje/{cast.stream.listing.pk}/vaste-afspraak/", {
            "key": "een", "quantity": "5", "often": "weeks-1", "starts_on": cast.stream.first, "ends_on": "",
            "from_time": "", "to_time": "", "place": "", "remark": "",
        }),
        (302, 302, 302, 409, 409, 409, 409), frozenset({"stranger"}),
    ),
    Route(
        "page", lambda client, cast: client.get(f"/vaste-afspraken/{cast.stream.agreement.pk}/"),
        (302, 404, 200, 200, 200, 404, 200),
    ),
    Route(
        "step",
        lambda client, cast: step(
            client, cast.stream.agreement, "end", side="owner", reason="Gedaan.", behalf_note="An belde"
        ),
        (302, 404, 403, 302, 302, 404, 403), frozenset({"owner", "staff"}),
    ),
    Route("API: list", lambda client, cast: client.get(API), (401, 200, 200, 200, 200, 200, 200)),
    Route(
        "API: one", lambda client, cast: client.get(f"{API}{cast.stream.agreement.pk}/"),
        (401, 404, 200, 200, 200, 404, 200),
    ),
    Route(
        "API: asking for strangers",
        lambda client, cast: send(
            client, API, organisation=cast.strangers.slug, listing=cast.stream.listing.pk, quantity=5,
            starts_on=cast.stream.first.isoformat(),
        ),
        (401, 201, 403, 403, 403, 403, 403), frozenset({"stranger"}),
    ),
    Route(
        "API: skipping",
        lambda client, cast: send(
            client, f"{API}{cast.stream.agreement.pk}/steps/", step="skip_delivery", reason="Ziek.",
            due_on=cast.stream.first.isoformat(),
        ),
        # Staff say for whom.
        (401, 404, 200, 200, 400, 404, 403), _PARTIES,
    ),
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_route_answers_each_role_and_changes_nothing_where_it_refuses(route: Route) -> None:
    cast = Cast()
    found = {role: cast.answer(role, route.call) for role in ROLES}
    expected = {role: (status, role in route.changes) for role, status in zip(ROLES, route.statuses, strict=True)}
    assert found == expected


#: Each step of people: what stood before it, by whom, and what it needs.
WHO: dict[str, tuple[str, frozenset[str], dict[str, Any]]] = {
    "accept": ("ask_standing", frozenset({"owner"}), {}),
    "counter": ("ask_standing", frozenset({"owner"}), {"quantity": 6}),
    "decline": ("ask_standing", frozenset({"owner"}), {"reason": "Weg."}),
    "agree": ("countered_standing", frozenset({"requester"}), {}),
    "take_back": ("countered_standing", frozenset({"owner"}), {}),
    "withdraw": ("ask_standing", frozenset({"requester"}), {}),
    "change": ("agreed", _PARTIES, {"starts_on": TODAY + dt.timedelta(days=9), "quantity": 8}),
    "agree_change": ("change_proposed", frozenset({"requester"}), {}),
    "decline_change": ("change_proposed", frozenset({"requester"}), {"reason": "Te veel."}),
    "take_back_change": ("change_proposed", frozenset({"owner"}), {}),
    "pause": ("agreed", _PARTIES, {"reason": "Vakantie."}),
    "resume": ("paused", _PARTIES, {}),
    "end": ("agreed", _PARTIES, {"reason": "Weg."}),
    "skip_delivery": ("agreed", _PARTIES, {"due_on": TODAY + dt.timedelta(days=8), "reason": "Ziek."}),
    "change_delivery": ("agreed", _PARTIES, {"due_on": TODAY + dt.timedelta(days=8), "quantity": 8}),
}


@pytest.mark.parametrize("name", WHO)
def test_each_step_is_for_those_it_belongs_to(name: str) -> None:
    made, who, given = WHO[name]
    cast = Cast()
    cast.stream.agreement.delete()
    del cast.stream.agreement
    cast.stream.agreement = getattr(cast.stream, made)()
    refused = {"anonymous": 401, "stranger": 404, "other staff": 404}
    for role in ROLES:
        side = {"side": next(iter(sorted(who))), "behalf_note": "An belde"} if role == "staff" else {}
        sent = {"step": name} | given | side

        def call(client: Client, cast: Cast, sent: dict[str, Any] = sent) -> Any:
            return send(client, f"{API}{cast.stream.agreement.pk}/steps/", **sent)

        found = cast.answer(role, call)
        may = role in who or role == "staff"
        assert found == ((200, True) if may else (refused.get(role, 403), False)), role


def test_the_table_holds_every_step_of_people() -> None:
    assert set(WHO) == {name for name, one in STEPS.items() if one.sides}


def test_what_was_typed_about_a_date_stays_when_the_other_side_was_first() -> None:
    stream = Stream()
    stream.agreed()
    owner, there = as_(stream.owner), f"/vaste-afspraken/{stream.agreement.pk}/"
    older = stream.agreement.version
    second = (stream.first + WEEK).isoformat()
    assert step(as_(stream.requester), stream.agreement, "skip_delivery", side="requester", due_on=stream.first,
                reason="Feest.").status_code == 302  # fmt: skip
    typed = {"side": "owner", "due_on": second, "reason": "Die week is de weg dicht."}
    page = owner.post(f"{there}stap/skip_delivery/", {"version": older, "key": "late", **typed})
    assert page.status_code == 409
    assert "Wat je invulde, staat er nog." in read(page)
    assert "Die week is de weg dicht." in read(page)
    version = read_again(stream).version
    assert f'name="version" value="{version}"' in read(page)
    assert owner.post(f"{there}stap/skip_delivery/", {"version": version, "key": "late", **typed}).status_code == 302
    # What can't be taken any more is told, without a form.
    typed = {"side": "owner", "due_on": stream.first.isoformat(), "reason": "Ook dicht."}
    late = owner.post(f"{there}stap/skip_delivery/", {"version": older, "key": "later", **typed})
    assert late.status_code == 302


def test_a_list_says_which_delivery_comes_next_also_where_it_is_reserved_already() -> None:
    stream = Stream()
    stream.agreed()
    page = read(as_(stream.owner).get("/mijn/uitwisselingen/"))
    next_unreserved = read_again(stream).next_on
    assert next_unreserved is not None
    assert stream.first < next_unreserved
    assert f"volgende levering {short_day(stream.first)}" in page
