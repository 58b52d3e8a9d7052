"""The impact ledger: a line for what was handed over, by the formula on paper, corrected only by a next line."""

import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enums import Confirmation, UnknownReason, Vehicle
from exchanges.facts import facts_of
from exchanges.impact import assumptions
from exchanges.impact.corrections import corrections_of
from exchanges.impact.formula import Range, avoided_kg_co2e, transport_kg_co2e
from exchanges.impact.ledger import value_eur
from exchanges.impact.totals import hours_of, totals_by_material, totals_by_month, totals_of
from exchanges.models import Exchange, HoursStatement, ImpactEntry
from exchanges.sweep import take_due
from frontend.templatetags.werkstof import mass
from geo.models import Hub
from journal.events import events_of
from listings.models import Listing
from materials.models import Material
from tests.exchanges.makers import Story
from tests.exchanges.test_pages import hidden
from tests.makers import make_site, make_user

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def near(**fields: Any) -> Story:
    """Between two organisations of which it is known where they are, some kilometres apart."""
    story = Story(**fields)
    make_site(story.organisation, lat=51.1, lon=3.8)
    return story


def line_of(exchange: Exchange) -> ImpactEntry:
    return ImpactEntry.objects.current().get(leg__exchange=exchange)


# --- the formula, on paper ---


def test_a_tonne_of_clothing_as_on_the_page_about_the_method() -> None:
    # 1 t × 0.60 × (22,310 − 152.25) − 1 t × 20 km × 1.3 × 0.63511 = 13,294.65 − 16.51
    transport = transport_kg_co2e(
        kg=Range.exactly(Decimal(1000)),
        distance_km=Range.exactly(Decimal(20)).times(assumptions.DETOUR.figure),
        per_tonne_km=assumptions.PER_TONNE_KM[Vehicle.VAN].figure,
    )
    avoided = avoided_kg_co2e(
        kg=Range.exactly(Decimal(1000)), displacement=assumptions.displacement_of("textile").figure,
        primary=Decimal(22310), reused=Range.exactly(Decimal("152.25")), transport=transport,
    )  # fmt: skip
    assert round(transport.middle, 2) == Decimal("16.51")
    assert round(avoided.middle, 1) == Decimal("13278.1")
    # 0.28 × 22,157.75 − 20 × 1.5 × 0.63511 × 1.3, and 0.85 × 22,157.75 − 20 × 1.2 × 0.63511 × 0.7
    assert round(avoided.low, 1) == Decimal("6179.4")
    assert round(avoided.high, 1) == Decimal("18823.4")


FIGURES = st.decimals(0, 10**6, allow_nan=False, allow_infinity=False, places=3)


@st.composite
def ranges(draw: Any, most: int = 10**6) -> Range:
    return Range(*sorted(draw(st.lists(st.decimals(0, most, places=3), min_size=3, max_size=3))))


@given(kg=ranges(), displacement=ranges(1), primary=FIGURES, reused=ranges(), transport=ranges())
def test_the_estimate_lies_within_its_range(
    kg: Range, displacement: Range, primary: Decimal, reused: Range, transport: Range
) -> None:
    found = avoided_kg_co2e(kg=kg, displacement=displacement, primary=primary, reused=reused, transport=transport)
    assert found.low <= found.middle <= found.high


# --- lines ---


def test_what_is_completed_has_one_line_with_all_that_it_was_reckoned_from() -> None:
    story = near(price_kind="fixed", price_eur=Decimal("4.00"), price_basis="unit")
    exchange = story.completed()
    line = line_of(exchange)
    assert (line.kg, line.confirmation, line.unknown) == (Decimal(250), Confirmation.BOTH, "")
    assert line.value_eur == Decimal("40.00")
    assert line.assumptions == assumptions.VERSION
    assert line.low_kg_co2e is not None
    assert line.avoided_kg_co2e is not None
    assert line.high_kg_co2e is not None
    assert line.low_kg_co2e < line.avoided_kg_co2e < line.high_kg_co2e
    # By hand, from the line alone.
    reused, primary, displacement = line.reused_kg_co2e_per_tonne, line.primary_kg_co2e_per_tonne, line.displacement
    assert reused is not None
    assert primary is not None
    assert displacement is not None
    by_hand = Decimal("0.25") * displacement * (primary - reused) - (line.transport_kg_co2e or 0)
    assert abs(by_hand - line.avoided_kg_co2e) < Decimal("0.2")


def test_a_vehicle_that_was_said_goes_before_the_one_of_its_weight() -> None:
    by_weight = near()
    line = line_of(by_weight.completed())
    assert (line.vehicle, line.vehicle_stated) == (Vehicle.VAN, False)
    story = near()
    exchange = services.state_weight(
        by=story.owner, exchange=story.scheduled(), method="weighed", kg=Decimal(250), vehicle="lorry",
        at=story.after(),
    )  # fmt: skip
    carried = line_of(services.confirm_weight(by=story.requester, exchange=exchange, at=story.after()))
    assert (carried.vehicle, carried.vehicle_stated) == (Vehicle.LORRY, True)
    factor = {name: assumptions.PER_TONNE_KM[name].figure.middle for name in Vehicle}
    assert line.transport_kg_co2e is not None
    assert carried.transport_kg_co2e is not None
    by_hand = line.transport_kg_co2e * factor[Vehicle.LORRY] / factor[Vehicle.VAN]
    assert 0 < carried.transport_kg_co2e < line.transport_kg_co2e
    assert abs(carried.transport_kg_co2e - by_hand) <= Decimal("0.1")
    assert [event.changes.get("vehicle") for event in events_of(exchange)[:2]] == ["lorry", "lorry"]
    for one, words in ((by_weight, "bestelwagen, volgens het gewicht"), (story, "vrachtwagen, opgegeven")):
        lines = as_(one.owner).get(f"/organisatie/{one.listing.organisation.slug}/impact/regels/")
        assert words in lines.content.decode()


def test_who_says_another_vehicle_after_the_first_is_believed_and_none_changes_nothing() -> None:
    story = near()
    exchange = services.state_weight(
        by=story.owner, exchange=story.scheduled(), method="weighed", kg=Decimal(250), vehicle="lorry",
        at=story.after(),
    )  # fmt: skip
    with pytest.raises(ValidationError, match="uit de lijst"):
        services.state_weight(
            by=story.requester, exchange=exchange, method="weighed", kg=Decimal(250), vehicle="raket", at=story.after()
        )
    done = services.state_weight(
        by=story.requester, exchange=exchange, method="weighed", kg=Decimal(250), at=story.after()
    )
    assert (done.state, line_of(done).vehicle, line_of(done).vehicle_stated) == ("completed", "lorry", True)


def test_a_vehicle_is_said_on_the_page_and_over_the_api() -> None:
    story = near()
    exchange, client = story.scheduled(), as_(story.owner)
    page = client.get(f"/uitwisselingen/{exchange.pk}/").content.decode()
    assert 'name="vehicle"' in page
    step = f"/uitwisselingen/{exchange.pk}/stap/state_weight/"
    given = hidden(page, step) | {"quantity": "10", "method": "weighed", "kg": "250", "sure": "on"}
    assert client.post(step, given | {"vehicle": "raket"}).status_code == 409
    assert client.post(step, given | {"vehicle": "van"}).status_code == 302
    (row,) = client.get(f"/api/v1/exchanges/{exchange.pk}/").json()["legs"][0]["weights"]
    assert row["vehicle"] == "van"
    sent = {"step": "state_weight", "method": "weighed", "kg": 250, "vehicle": "lorry", "sure": True}
    other = as_(story.requester)
    answer = other.post(f"/api/v1/exchanges/{exchange.pk}/steps/", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert [row["vehicle"] for row in answer.json()["legs"][0]["weights"]] == ["van", "lorry"]
    assert (line_of(exchange).vehicle, line_of(exchange).vehicle_stated) == ("lorry", True)
    assert "vrachtwagen" in client.get(f"/uitwisselingen/{exchange.pk}/").content.decode()


def test_the_price_of_a_demand_is_a_ceiling_and_no_value() -> None:
    story = near(kind="demand", price_kind="fixed", price_eur=Decimal("6.00"), price_basis="unit")
    assert line_of(story.completed()).value_eur is None


def test_listed_or_agreed_is_not_exchanged() -> None:
    for state in ("asked", "accepted", "scheduled", "handed_over"):
        getattr(Story(), state)()
    assert not ImpactEntry.objects.exists()


def completed_by_one(story: Story) -> ImpactEntry:
    """The line of what one side weighed, and the other said nothing of until it was taken for true."""
    exchange = story.handed_over()
    assert exchange.deadline_at is not None
    take_due(exchange=exchange, at=exchange.deadline_at)
    return line_of(exchange)


PRICED: dict[str, Any] = {"price_kind": "fixed", "price_basis": "unit"}


def test_what_only_one_side_weighed_counts_apart() -> None:
    alone = completed_by_one(near(**PRICED, price_eur=Decimal("4.00")))
    assert (alone.confirmation, alone.unknown) == (Confirmation.ONE_SIDED, "")
    totals = totals_of(ImpactEntry.objects.current())
    assert (totals.kg_confirmed, totals.kg_one_sided) == (Decimal(0), Decimal(250))
    assert (totals.co2e_low_kg, totals.co2e_avoided_kg, totals.co2e_high_kg) == (Decimal(0),) * 3
    assert (totals.with_emissions, totals.with_emissions_one_sided, totals.without_emissions) == (0, 1, 0)
    assert (totals.co2e_one_sided_low_kg, totals.co2e_one_sided_kg, totals.co2e_one_sided_high_kg) == (
        alone.low_kg_co2e, alone.avoided_kg_co2e, alone.high_kg_co2e,
    )  # fmt: skip
    assert (totals.asked_eur, totals.asked_one_sided_eur) == (Decimal(0), Decimal(40))
    # Beside what both confirmed, in the totals, by month and by material.
    both = line_of(near(**PRICED, price_eur=Decimal("7.00")).completed())
    entries = ImpactEntry.objects.current()
    for found in (totals_of(entries), totals_by_material(entries)[0][1]):
        assert (found.kg_confirmed, found.kg_one_sided) == (Decimal(250), Decimal(250))
        assert (found.co2e_low_kg, found.co2e_avoided_kg, found.co2e_high_kg) == (
            both.low_kg_co2e, both.avoided_kg_co2e, both.high_kg_co2e,
        )  # fmt: skip
        assert (found.co2e_one_sided_kg, found.with_emissions_one_sided) == (alone.avoided_kg_co2e, 1)
        assert (found.asked_eur, found.asked_one_sided_eur) == (Decimal(70), Decimal(40))
    # They may have been completed in two months.
    months = [found for _, found in totals_by_month(entries)]
    assert sum(found.co2e_avoided_kg for found in months) == both.avoided_kg_co2e
    assert sum(found.co2e_one_sided_kg for found in months) == alone.avoided_kg_co2e


def test_pages_show_what_one_side_weighed_beside_what_both_did() -> None:
    alone = completed_by_one(near(**PRICED, price_eur=Decimal("4.00")))
    hub = Hub.objects.get(pk=alone.hub_ids[0])
    address = f"/hubs/{hub.slug}/impact/"
    staff = as_(staff_of(hub))
    page = staff.get(address).content.decode()
    assert "CO₂e vermeden, met gewicht door één partij opgegeven" in page
    assert "CO₂e vermeden, naar schatting" not in page
    assert "gevraagde prijs samen, gewicht door één partij opgegeven" in page
    assert "gevraagde prijs" not in Client().get(address).content.decode()
    assert alone.avoided_kg_co2e is not None
    avoided = mass(float(alone.avoided_kg_co2e))
    for rows in ("month-rows", "material-rows"):
        body = page.split(f'id="{rows}"')[1].split("</tbody>")[0]
        assert 'data-label="CO₂e vermeden">–<' in body
        assert f'data-label="CO₂e, één partij">{avoided}<' in body
        assert "data-middle" not in body
    near().completed()
    page = staff.get(address).content.decode()
    assert "CO₂e vermeden, naar schatting" in page
    assert page.count("data-middle=") == 2


def test_every_total_opens_to_lines_that_add_up_to_it() -> None:
    alone = completed_by_one(near(**PRICED, price_eur=Decimal("4.00")))
    near(**PRICED, price_eur=Decimal("7.00")).completed()
    near(material=Material.objects.get(code="care")).completed()
    settled(near())
    hub = Hub.objects.get(pk=alone.hub_ids[0])
    staff = as_(staff_of(hub))
    address = f"/hubs/{hub.slug}/impact/"
    page = staff.get(address)
    totals = page.context["totals"]

    def opened(shown: str) -> list[ImpactEntry]:
        link = page.context["addresses"][shown]
        assert link.replace("&", "&amp;") in page.content.decode()
        return [row["entry"] for row in staff.get(link).context["rows"]]

    assert len(opened("afgerond")) == totals.handed_over == 3
    for shown, field, total in (
        ("bevestigd", "kg", totals.kg_confirmed),
        ("eenzijdig", "kg", totals.kg_one_sided),
        ("uitstoot", "low_kg_co2e", totals.co2e_low_kg),
        ("uitstoot", "avoided_kg_co2e", totals.co2e_avoided_kg),
        ("uitstoot_eenzijdig", "high_kg_co2e", totals.co2e_one_sided_high_kg),
        ("prijs", "value_eur", totals.asked_eur),
        ("prijs_eenzijdig", "value_eur", totals.asked_one_sided_eur),
    ):
        assert sum(getattr(entry, field) for entry in opened(shown)) == total != 0, shown
    # A row of a table too: the two of wood, the one of care, and each month.
    months, families = page.context["months"], page.context["materials"]
    assert sum(row.totals.handed_over for row in months) == 3
    assert sorted(row.totals.handed_over for row in families) == [1, 2]
    for row in [*months, *families]:
        if not row.totals.handed_over:
            continue
        entries = [one["entry"] for one in staff.get(row.lines).context["rows"]]
        assert len(entries) == row.totals.handed_over
        assert sum(one.kg for one in entries) == row.totals.kg_confirmed + row.totals.kg_one_sided
    # Who may not see lines has no way to them.
    assert "/impact/regels/" not in Client().get(address).content.decode()


def test_counted_of_unknown_weight_stays_unknown() -> None:
    story = near(unit="bag", material=Material.objects.get(code="textile"))
    exchange = services.state_weight(by=story.owner, exchange=story.scheduled(), method="counted", at=story.after())
    services.confirm_weight(by=story.requester, exchange=exchange, at=story.after())
    line = line_of(exchange)
    assert (line.kg, line.unknown, line.avoided_kg_co2e) == (None, UnknownReason.WEIGHT, None)
    totals = totals_of(ImpactEntry.objects.current())
    assert (totals.without_weight, totals.without_emissions, totals.kg_confirmed) == (1, 1, Decimal(0))


def test_a_material_without_a_factor_has_a_weight_and_no_emissions() -> None:
    exchange = near(material=Material.objects.get(code="care")).completed()
    line = line_of(exchange)
    assert (line.kg, line.unknown) == (Decimal(250), UnknownReason.FACTOR)


def test_who_has_no_place_is_at_an_unknown_distance() -> None:
    line = line_of(Story().completed())
    assert (line.kg, line.unknown, line.distance_km) == (Decimal(250), UnknownReason.DISTANCE, None)


def settled(story: Story, **how: Any) -> Exchange:
    """Completed, disputed, and decided on by the hub."""
    exchange = services.dispute(by=story.requester, exchange=story.completed(), reason="Minder.", at=story.after())
    judge = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=judge, role="editor")
    service = services.settle if how else services.settle_cancelled
    return service(by=judge, exchange=exchange, reason="De bon.", at=story.after(), **how)


def test_a_correction_is_a_next_line_and_the_last_counts() -> None:
    exchange = settled(Story(), method="weighed", quantity=Decimal(8), kg=Decimal(200))
    first, disputed, second = ImpactEntry.objects.filter(leg__exchange=exchange).order_by("pk")
    assert (disputed.corrects, second.corrects) == (first, disputed)
    assert line_of(exchange) == second
    assert (second.kg, second.confirmation, second.completed_on) == (
        Decimal(200),
        Confirmation.HUB,
        first.completed_on,
    )
    assert totals_of(ImpactEntry.objects.current()).kg_confirmed == 200


def test_a_line_shows_what_it_replaced_and_who_corrected_it_when_and_why() -> None:
    story = near(unit="piece")
    exchange = settled(story, method="weighed", quantity=Decimal(8), kg=Decimal(200))
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    first, disputed, second = ImpactEntry.objects.filter(leg__exchange=exchange).order_by("pk")
    reader = staff_of(hub)
    (later, earlier) = corrections_of([second], reader)[second.pk]
    assert [(one.replaced, one.by, one.why) for one in (later, earlier)] == [
        (disputed, second, "De bon."),
        (first, disputed, "Minder."),
    ]
    assert earlier.who.startswith(story.requester.name)
    assert hub.name in later.who
    assert later.at == exchange.steps.get(step="exchange.settled").at
    # The same to both sides, each with what it was.
    for user, address in (
        (reader, f"/hubs/{hub.slug}/impact/regels/"),
        (story.requester, f"/organisatie/{story.organisation.slug}/impact/regels/"),
        (story.owner, f"/organisatie/{story.listing.organisation.slug}/impact/regels/"),
    ):
        page = as_(user).get(address).content.decode()
        assert "Verbeterd: 2 eerdere regels" in page
        assert page.count("<del>") == 2
        assert "250\N{NO-BREAK SPACE}kg" in page
        assert "De bon." in page
        assert "Minder." in page
    # In a file they stand in words beside the line that counts, which stands there once.
    Story().completed()
    found = as_(reader).get(f"/hubs/{hub.slug}/impact/impact.xlsx?toon=bevestigd").content
    sheet = load_workbook(io.BytesIO(found)).active
    assert sheet is not None
    header, *lines = ([cell.value for cell in line] for line in sheet.iter_rows())
    (line,) = (
        one
        for one in (dict(zip(header, row, strict=True)) for row in lines)
        if str(one["uitwisseling"]) == str(exchange.pk)
    )
    assert line["gewicht (kg)"] == 200
    later_words, earlier_words = line["eerdere regels (tellen niet mee)"].split("\n")
    assert "De bon." in later_words
    assert later.who in later_words
    assert "Minder." in earlier_words
    assert earlier_words.startswith("250 kg")
    assert corrections_of([line_of(Story().completed())], reader) == {}


def test_a_file_holds_the_lines_of_the_page_it_is_fetched_from() -> None:
    alone = completed_by_one(Story())
    both = line_of(Story().completed())
    hub = Hub.objects.get(pk=alone.hub_ids[0])
    staff = as_(staff_of(hub))
    for shown, entries in (("eenzijdig", [alone]), ("bevestigd", [both]), ("", list(ImpactEntry.objects.current()))):
        page = staff.get(f"/hubs/{hub.slug}/impact/regels/?toon={shown}")
        assert [row["entry"] for row in page.context["rows"]] == entries
        text = staff.get(page.context["addresses"]["table"]).content.decode("utf-8-sig")
        assert [line.split(";")[0] for line in text.splitlines()[1:]] == [str(one.leg.exchange_id) for one in entries]
        sheet = load_workbook(io.BytesIO(staff.get(page.context["addresses"]["book"]).content)).active
        assert sheet is not None
        assert [str(row[0].value) for row in sheet.iter_rows(min_row=2)] == [
            str(one.leg.exchange_id) for one in entries
        ]
    assert staff.get(f"/hubs/{hub.slug}/impact/impact.csv?toon=niets").status_code == 404


def test_what_was_disputed_before_it_was_completed_corrects_nothing_and_a_second_dispute_does() -> None:
    """The steps that wrote lines are told from those that wrote none."""
    story = Story()
    exchange = story.disputed()
    judge = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=judge, role="editor")
    exchange = services.settle(
        by=judge, exchange=exchange, reason="Eerste.", method="weighed", quantity=Decimal(8), kg=Decimal(200),
        at=story.after(),
    )  # fmt: skip
    assert corrections_of([line_of(exchange)], judge) == {}


def test_what_the_hub_decides_was_not_handed_over_counts_for_nothing() -> None:
    exchange = settled(Story())
    assert line_of(exchange).confirmation == Confirmation.NOTHING
    totals = totals_of(ImpactEntry.objects.current())
    assert (totals.handed_over, totals.kg_confirmed, totals.co2e_avoided_kg) == (0, Decimal(0), Decimal(0))


def test_what_is_in_dispute_counts_as_disputed_until_the_hub_decides() -> None:
    story = near(price_kind="fixed", price_eur=Decimal("4.00"), price_basis="unit")
    completed = story.completed()
    first = line_of(completed)
    exchange = services.dispute(by=story.requester, exchange=completed, reason="Minder.", at=story.after())
    line = line_of(exchange)
    assert (line.corrects, line.confirmation, line.kg) == (first, Confirmation.DISPUTED, Decimal(250))
    assert (line.unknown, line.avoided_kg_co2e, line.value_eur) == (UnknownReason.DISPUTED, None, None)
    totals = totals_of(ImpactEntry.objects.current())
    assert (totals.kg_confirmed, totals.kg_one_sided, totals.kg_disputed) == (Decimal(0), Decimal(0), Decimal(250))
    assert (totals.co2e_avoided_kg, totals.without_emissions, totals.without_value) == (Decimal(0), 1, 1)
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    staff = as_(staff_of(hub))
    assert "betwist: de hub beslist nog" in staff.get(f"/hubs/{hub.slug}/impact/").content.decode()
    assert "betwist" in staff.get(f"/hubs/{hub.slug}/impact/regels/?toon=betwist").content.decode()
    assert exchange.deadline_at is not None
    take_due(exchange=exchange, at=exchange.deadline_at)
    line = line_of(exchange)
    assert (line.confirmation, line.kg, line.unknown) == (Confirmation.ONE_SIDED, Decimal(250), "")
    assert line.completed_on == first.completed_on


def test_who_stands_behind_a_weight_is_who_said_it() -> None:
    """Both: two people, each for their own side."""

    def confirmation(first: str, other: str) -> str:
        story = Story()
        exchange = story.scheduled()
        people = {
            "owner": story.owner, "requester": story.requester, "both": make_user(),
            "hub": staff_of(Hub.objects.get(pk=exchange.hub_ids[0])),
        }  # fmt: skip
        for organisation in (story.organisation, story.listing.organisation):
            organisation.memberships.create(user=people["both"], role="member")
        note = {name: "An, per telefoon" if name == "hub" else "" for name in people}
        exchange = services.state_weight(
            by=people[first], side="owner", exchange=exchange, method="weighed", kg=Decimal(250), at=story.after(),
            behalf_note=note[first],
        )  # fmt: skip
        exchange = services.confirm_weight(
            by=people[other], side="requester", exchange=exchange, at=story.after(), behalf_note=note[other]
        )
        weighed_by_both = facts_of(story.organisation, at=story.after()).weighed_by_both
        line = line_of(exchange)
        assert weighed_by_both == (line.confirmation == Confirmation.BOTH)
        return line.confirmation

    assert confirmation("owner", "requester") == Confirmation.BOTH
    assert confirmation("both", "requester") == Confirmation.BOTH
    assert confirmation("both", "both") == Confirmation.ONE_SIDED
    assert confirmation("hub", "hub") == Confirmation.HUB
    assert confirmation("hub", "requester") == Confirmation.HUB
    assert confirmation("owner", "hub") == Confirmation.HUB


def test_staff_that_say_the_same_twice_confirm_nothing_for_both() -> None:
    story = Story()
    exchange = story.scheduled()
    staff = staff_of(Hub.objects.get(pk=exchange.hub_ids[0]))
    for side in ("owner", "requester"):
        exchange = services.state_weight(
            by=staff, side=side, exchange=exchange, method="weighed", kg=Decimal(250), at=story.after(),
            behalf_note="An, per telefoon",
        )  # fmt: skip
    assert (exchange.state, line_of(exchange).confirmation) == ("completed", Confirmation.HUB)


def test_a_value_that_no_lot_has_is_unknown_and_stops_nobody() -> None:
    story = near(unit="kg", quantity=Decimal(1_000_000), price_kind="fixed", price_eur=Decimal(15), price_basis="unit")
    story.ask(1_000_000)
    exchange = services.state_weight(
        by=story.owner, exchange=story.scheduled(), method="weighed", kg=Decimal(1_000_000), at=story.after()
    )
    # As it was stored before such a price was refused.
    Listing.objects.filter(pk=story.listing.pk).update(price_eur=Decimal(15_000))
    done = services.confirm_weight(by=story.requester, exchange=exchange, at=story.after())
    assert (done.state, line_of(done).value_eur) == ("completed", None)
    assert totals_of(ImpactEntry.objects.current()).without_value == 1


@pytest.mark.parametrize(
    ("basis", "price", "lot", "given", "value"),
    [
        ("unit", "10", "1", "999999999.999", "9999999999.99"),
        ("unit", "10", "1", "1000000000", None),
        ("lot", "99999999.99", "0.001", "1000000000", None),
        ("lot", "99999999.99", "2", "1", "50000000.00"),
    ],
)
def test_a_value_is_what_a_line_can_hold_or_unknown(
    basis: str, price: str, lot: str, given: str, value: str | None
) -> None:
    listing = Listing(
        kind="supply", price_kind="fixed", price_basis=basis, price_eur=Decimal(price), quantity=Decimal(lot)
    )
    assert value_eur(listing, Decimal(given)) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_line_is_never_changed(change: str) -> None:
    line = line_of(Story().completed())
    rows = ImpactEntry.objects.filter(pk=line.pk)
    changing = {"update": lambda: rows.update(kg=9), "delete": rows.delete}[change]
    with pytest.raises(DatabaseError), transaction.atomic():
        changing()
    assert line_of(line.leg.exchange).kg == 250


# --- hours ---


def with_maatwerk() -> tuple[Story, Exchange]:
    story = near()
    story.organisation.kind = "social_enterprise"
    story.organisation.save()
    return story, story.completed()


def test_a_maatwerkbedrijf_says_its_hours_and_the_last_counts() -> None:
    story, exchange = with_maatwerk()
    for hours in ("12.5", "14"):
        services.state_hours(
            by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(hours)
        )
    assert HoursStatement.objects.count() == 2
    assert hours_of(ImpactEntry.objects.current()) == 14


def test_the_total_of_hours_opens_to_the_lines_that_it_was_added_up_from() -> None:
    story, exchange = with_maatwerk()
    other = near()
    other.completed()
    for hours in ("12.5", "14"):
        services.state_hours(
            by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(hours)
        )
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    staff = as_(staff_of(hub))
    address = f"/hubs/{hub.slug}/impact/regels/?toon=uren"
    assert address in staff.get(f"/hubs/{hub.slug}/impact/").content.decode()
    assert address not in Client().get(f"/hubs/{hub.slug}/impact/").content.decode()
    page = staff.get(address)
    rows = page.context["rows"]
    assert [row["entry"] for row in rows] == [line_of(exchange)]
    assert sum(row["hours"] for row in rows) == hours_of(ImpactEntry.objects.current()) == 14
    assert "14 uur gewerkt" in page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    # Who says nought of it in the end, worked on none.
    services.state_hours(by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(0))
    assert staff.get(address).context["rows"] == []


@pytest.mark.parametrize("hours", ["-1", "10001", "NaN", "1.234"])
def test_hours_that_make_no_sense_are_refused(hours: str) -> None:
    story, exchange = with_maatwerk()
    with pytest.raises(ValidationError) as refused:
        services.state_hours(
            by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(hours)
        )
    assert "hours" in refused.value.message_dict
    assert not HoursStatement.objects.exists()


# --- pages ---


def a_hub_with_lines() -> tuple[Hub, Story]:
    story, exchange = with_maatwerk()
    return Hub.objects.get(pk=exchange.hub_ids[0]), story


def staff_of(hub: Hub) -> User:
    user = make_user()
    HubStaff.objects.create(hub=hub, user=user, role="editor")
    return user


def test_everyone_sees_what_a_hub_reached_and_its_staff_every_line(client: Client) -> None:
    hub, story = a_hub_with_lines()
    page = client.get(f"/hubs/{hub.slug}/impact/").content.decode()
    assert "250" in page
    assert "Alle regels" not in page
    assert story.organisation.name not in page
    staff = as_(staff_of(hub))
    lines = staff.get(f"/hubs/{hub.slug}/impact/regels/").content.decode()
    assert story.organisation.name in lines


def test_a_weight_that_nobody_knows_is_no_nought_in_the_tables() -> None:
    story = near(unit="bag", material=Material.objects.get(code="textile"))
    exchange = services.state_weight(by=story.owner, exchange=story.scheduled(), method="counted", at=story.after())
    services.confirm_weight(by=story.requester, exchange=exchange, at=story.after())
    page = as_(story.requester).get(f"/organisatie/{story.organisation.slug}/impact/").content.decode()
    for rows in ("month-rows", "material-rows"):
        body = page.split(f'id="{rows}"')[1].split("</tbody>")[0]
        assert 'data-label="Bevestigd">niet bekend<' in body
        assert "0\N{NO-BREAK SPACE}kg" not in body


def test_lines_of_what_was_not_handed_over_are_shown_and_counted_apart() -> None:
    first, other = Story(), Story()
    first.completed()
    settled(other)
    hub = Hub.objects.get(pk=first.listing.hub_ids[0])
    lines = as_(staff_of(hub)).get(f"/hubs/{hub.slug}/impact/regels/").content.decode()
    assert "1 regel, en 1 van iets wat toch niet werd overgedragen." in lines
    # Beside the line, where it says what replaced the one before.
    assert lines.count("niets overgedragen") == 2


@pytest.mark.parametrize("page", ["regels/", "impact.csv", "impact.xlsx"])
def test_others_see_no_line(page: str) -> None:
    hub, story = a_hub_with_lines()
    address = f"/hubs/{hub.slug}/impact/{page}"
    assert as_(story.requester).get(address).status_code == 403
    assert Client().get(address).status_code in (302, 403)


def test_a_member_sees_the_lines_of_their_organisation() -> None:
    _, story = a_hub_with_lines()
    address = f"/organisatie/{story.organisation.slug}/impact/"
    assert as_(story.requester).get(address).status_code == 200
    assert as_(make_user()).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_the_workbook_has_numbers_and_the_text_the_readers_comma() -> None:
    hub, _ = a_hub_with_lines()
    staff = as_(staff_of(hub))
    sheet = load_workbook(io.BytesIO(staff.get(f"/hubs/{hub.slug}/impact/impact.xlsx").content)).active
    assert sheet is not None
    header, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    found = dict(zip(header, row, strict=True))
    assert found["gewicht (kg)"] == 250
    assert isinstance(found["afgerond op"], dt.datetime)
    text = staff.get(f"/hubs/{hub.slug}/impact/impact.csv").content.decode("utf-8-sig")
    assert ";250;" in text
    # Nothing parts thousands: a spreadsheet would take that for text.
    assert not re.search(r"\d[\xa0\u202f]\d", text)


def test_a_year_and_a_material_narrow_it_and_nonsense_is_not_found() -> None:
    hub, _ = a_hub_with_lines()
    client = Client()
    year = ImpactEntry.objects.get().completed_on.year
    assert "250" in client.get(f"/hubs/{hub.slug}/impact/?jaar={year}&materiaal=wood").content.decode()
    assert "nog niets afgerond" in client.get(f"/hubs/{hub.slug}/impact/?jaar={year - 1}").content.decode()
    assert "nog niets afgerond" in client.get(f"/hubs/{hub.slug}/impact/?materiaal=glass").content.decode()
    assert "nog niets afgerond" in client.get(f"/hubs/{hub.slug}/impact/?materiaal=onbekend").content.decode()
    month = f"{ImpactEntry.objects.get().completed_on:%Y-%m}"
    for period, known in (
        (f"van={month}", True), (f"tot={month}", True), (f"van={month}&tot={month}", True),
        (f"van={year + 1}-01", False), (f"tot={year - 1}-12", False),
    ):  # fmt: skip
        page = client.get(f"/hubs/{hub.slug}/impact/?{period}").content.decode()
        assert ("nog niets afgerond" not in page) == known, period
    for wrong in (
        "jaar=0",
        "jaar=٢٠٢٦",
        "jaar=99999",
        "materiaal=niets",
        "materiaal=%00",
        "van=2026-13",
        "tot=2026",
        "van=%00",
    ):
        assert client.get(f"/hubs/{hub.slug}/impact/?{wrong}").status_code == 404


def test_totals_by_month_and_by_material_add_up() -> None:
    Story().completed()
    Story(material=Material.objects.get(code="care")).completed()
    entries = ImpactEntry.objects.current()
    whole = totals_of(entries)
    assert sum(row.kg_confirmed for _, row in totals_by_month(entries)) == whole.kg_confirmed == 500
    families = totals_by_material(entries)
    assert sum(row.kg_confirmed for _, row in families) == 500
    assert {str(family.code) for family, _ in families if family} == {"wood", "care"}


def test_many_lines_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    hub, _ = a_hub_with_lines()
    staff = as_(staff_of(hub))
    staff.get(f"/hubs/{hub.slug}/impact/")
    for _ in range(3):
        Story().completed()
    for page, most in (("", 20), ("regels/", 14), ("impact.csv", 12)):
        with django_assert_max_num_queries(most):
            assert staff.get(f"/hubs/{hub.slug}/impact/{page}").status_code == 200


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_method_is_explained_with_an_example_that_is_reckoned(language: str) -> None:
    prefix = "" if language == "nl" else f"/{language}"
    page = Client().get(f"{prefix}/methode/").content.decode()
    plain = re.sub(r"[\xa0\u202f]", " ", page)
    assert {"nl": "13 278,1", "en": "13,278.1", "fr": "13 278,1"}[language] in plain
