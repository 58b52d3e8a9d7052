"""Totals of the ledger by organisation and by material: each opens to its lines, for those who may see them."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import HubStaff, Organisation, User
from exchanges import services
from exchanges.enums import Confirmation, UnknownReason
from exchanges.impact.totals import sums_by_organisation, totals_by_material, totals_by_organisation, totals_of
from exchanges.models import ExchangeLeg, ImpactEntry
from frontend.components.paging import ROWS_PER_PAGE
from frontend.impact.views import ORGANISATIONS_SHOWN
from geo.models import Hub
from materials.models import Material
from tests.exchanges.makers import Story
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 10)


@pytest.fixture
def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


@pytest.fixture
def staff(hub: Hub) -> Client:
    return as_(HubStaff.objects.create(hub=hub, user=make_user(), role="editor").user)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def line(hub: Hub, giver: int, receiver: int, kg: int, **fields: Any) -> ImpactEntry:
    """One that isn't stored yet: its leg is still to be made."""
    given = {"confirmation": Confirmation.BOTH, "unknown": UnknownReason.FACTOR} | fields
    return ImpactEntry(
        completed_on=DAY, hub_ids=[hub.pk], giver_id=giver, receiver_id=receiver, quantity=kg, unit="kg", kg=kg,
        assumptions="1", **given,
    )  # fmt: skip


def store(lines: Iterable[ImpactEntry]) -> None:
    """Each with a leg of its own, all of one exchange."""
    found, exchange = list(lines), Story().asked()
    same = {"listing": exchange.listing, "quantity": 1, "asked_quantity": 1, "unit": "piece"}
    between = {"giver": exchange.owner, "receiver": exchange.requester}
    legs = [ExchangeLeg(exchange=exchange, position=number, **same, **between) for number in range(1, len(found) + 1)]
    for entry, leg in zip(found, ExchangeLeg.objects.bulk_create(legs, batch_size=1_000), strict=True):
        entry.leg = leg
    ImpactEntry.objects.bulk_create(found, batch_size=1_000)


def of_code(code: str) -> Material:
    return Material.objects.get(code=code)


# --- by organisation ---


def test_a_line_counts_for_who_gave_and_for_who_got_and_the_heaviest_stand_first(hub: Hub) -> None:
    small, large, one_handed = (make_organisation().pk for _ in range(3))
    store([line(hub, small, large, 100), line(hub, large, one_handed, 300, confirmation=Confirmation.ONE_SIDED)])
    found = totals_by_organisation(sums_by_organisation(ImpactEntry.objects.current().in_hub(hub.pk)))
    assert [(key, row.handed_over, row.kg_confirmed, row.kg_one_sided) for key, row in found] == [
        (large, 2, Decimal(100), Decimal(300)),
        (one_handed, 1, Decimal(0), Decimal(300)),
        (small, 1, Decimal(100), Decimal(0)),
    ]


def test_each_organisation_s_totals_are_those_of_its_own_lines(hub: Hub) -> None:
    stories = [Story() for _ in range(3)]
    for story in stories:
        story.completed()
    entries = ImpactEntry.objects.current().in_hub(hub.pk)
    found = totals_by_organisation(sums_by_organisation(entries))
    assert len(found) == 6
    for key, row in found:
        assert row == totals_of(entries.of_organisation(key))


def test_staff_open_an_organisation_to_its_lines_and_to_its_own_totals(hub: Hub, staff: Client) -> None:
    first, other = Story(), Story()
    for story in (first, other):
        story.completed()
    page = staff.get(f"/hubs/{hub.slug}/impact/")
    rows = {row.of: row for row in page.context["organisations"]}
    assert set(rows) == {
        first.organisation,
        first.listing.organisation,
        other.organisation,
        other.listing.organisation,
    }
    row = rows[first.organisation]
    assert row.lines.replace("&", "&amp;") in page.content.decode()
    lines = staff.get(row.lines)
    (entry,) = [one["entry"] for one in lines.context["rows"]]
    assert (entry.receiver_id, entry.kg) == (first.organisation.pk, row.totals.kg_confirmed)
    # Its own page of totals, with files that hold the same.
    own = staff.get(row.deeper)
    assert own.context["totals"] == row.totals
    assert f"Alleen wat {first.organisation.name} gaf of kreeg." in own.content.decode()
    text = staff.get(lines.context["addresses"]["table"]).content.decode()
    assert first.organisation.name in text
    assert other.organisation.name not in text


def test_what_a_service_worked_on_opens_too(hub: Hub, staff: Client) -> None:
    worker, getter = make_organisation(), make_organisation()
    store([line(hub, worker.pk, getter.pk, 400, unknown=UnknownReason.SERVICE)])
    (row, _other) = staff.get(f"/hubs/{hub.slug}/impact/").context["organisations"]
    assert (row.totals.handed_over, row.totals.kg_worked_on, row.lines) == (0, 400, "")
    assert "toon=diensten" in row.worked_lines
    assert "organisatie=" in row.worked_lines


def test_hours_stand_with_the_maatwerkbedrijf_that_worked_them(hub: Hub, staff: Client) -> None:
    story = Story()
    story.organisation.kind = "social_enterprise"
    story.organisation.save()
    exchange = story.completed()
    for hours in ("3", "12.5"):
        services.state_hours(
            by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(hours)
        )
    rows = staff.get(f"/hubs/{hub.slug}/impact/").context["organisations"]
    assert {row.of: row.hours for row in rows} == {
        story.organisation: Decimal("12.5"), story.listing.organisation: None,
    }  # fmt: skip


@pytest.mark.parametrize("page", ["", "organisaties/", "organisaties.csv", "organisaties.xlsx"])
def test_only_who_works_for_the_hub_sees_what_an_organisation_did(hub: Hub, staff: Client, page: str) -> None:
    story = Story()
    story.completed()
    address = f"/hubs/{hub.slug}/impact/{page}"
    of_one = f"{address}?organisatie={story.organisation.slug}"
    elsewhere = HubStaff.objects.create(
        hub=Hub.objects.exclude(pk=hub.pk).earliest("pk"), user=make_user(), role="manager"
    ).user
    for reader in (as_(story.requester), as_(elsewhere)):
        assert reader.get(of_one).status_code == 403
        assert reader.get(address).status_code == (403 if page else 200)
    assert Client().get(of_one).status_code == (403 if "." in page else 302)
    assert story.organisation.name not in Client().get(address).content.decode()
    assert staff.get(of_one).status_code == 200
    for wrong in ("bestaat-niet", "%00"):
        assert staff.get(f"{address}?organisatie={wrong}").status_code == 404


@pytest.fixture
def many(hub: Hub) -> list[Organisation]:
    """One that got something from each of the others, of which each gave less than the one before."""
    getter, *givers = found = [make_organisation() for _ in range(ROWS_PER_PAGE + 1)]
    store(line(hub, one.pk, getter.pk, 1_000 - number) for number, one in enumerate(givers))
    return found


def test_many_organisations_stand_on_pages_of_their_own(hub: Hub, staff: Client, many: list[Organisation]) -> None:
    overview = staff.get(f"/hubs/{hub.slug}/impact/")
    assert [row.of for row in overview.context["organisations"]] == many[:ORGANISATIONS_SHOWN]
    address = overview.context["addresses"]["organisations"]
    assert f'href="{address}"' in overview.content.decode()
    first, second = (staff.get(f"{address}?page={number}").context["organisations"] for number in (1, 2))
    assert [row.of for row in [*first, *second]] == many
    assert len(first) == ROWS_PER_PAGE


def test_files_hold_every_organisation_with_every_figure(hub: Hub, staff: Client, many: list[Organisation]) -> None:
    Organisation.objects.filter(pk=many[-1].pk).update(name="=1+1")
    story = Story(price_kind="fixed", price_eur=Decimal("4.00"), price_basis="unit")
    story.completed()
    address = f"/hubs/{hub.slug}/impact/organisaties"
    sheet = load_workbook(io.BytesIO(staff.get(f"{address}.xlsx").content)).active
    assert sheet is not None
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert len(found) == len(rows) == len(many) + 2
    assert found[story.organisation.name]["gewicht, bevestigd (kg)"] == 250
    assert found[story.organisation.name]["gevraagde prijs (euro)"] == 40
    # No factor is known of these: an empty cell, and no nought. A name is no formula.
    assert found[many[-2].name]["vermeden (kg CO2e)"] is None
    assert "'=1+1" in found
    text = staff.get(f"{address}.csv?jaar={DAY.year - 1}").content.decode("utf-8-sig").splitlines()
    assert text == [";".join(header)]
    assert len(staff.get(f"{address}.csv").content.decode("utf-8-sig").splitlines()) == len(rows) + 1


def test_many_organisations_cost_no_more_queries(hub: Hub, staff: Client) -> None:
    for page, most in (("", 22), ("organisaties/", 14), ("organisaties.csv", 12)):
        address, counts = f"/hubs/{hub.slug}/impact/{page}", []
        for _round in range(2):
            givers = [make_organisation() for _ in range(4)]
            store(line(hub, one.pk, givers[0].pk, 100) for one in givers[1:])
            staff.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(address).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= most, page


def test_a_hub_s_organisations_are_read_by_the_index_of_its_lines(hub: Hub) -> None:
    elsewhere = Hub.objects.exclude(pk=hub.pk).earliest("pk")

    def lines() -> Iterator[ImpactEntry]:
        for number in range(6_000):
            yield line(hub if number % 30 == 0 else elsewhere, number // 30 % 90 + 1, number % 7 + 101, 10)

    store(lines())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchanges_impactentry")
    rows = sums_by_organisation(ImpactEntry.objects.current().in_hub(hub.pk))
    assert "impact_in_hubs" in rows[:ROWS_PER_PAGE].explain()
    assert len(rows) == rows.count() > ROWS_PER_PAGE


# --- by material ---


@pytest.fixture
def of_wood(hub: Hub) -> None:
    """Wood as such, pallets as such, two kinds of pallet, and glass; of one line nobody knows what it was."""
    kilos = {"wood": 1, "wood-pallets": 10, "wood-pallets-eur": 100, "wood-pallets-block": 1_000, "glass": 10_000}
    two = make_organisation().pk, make_organisation().pk
    store([*(line(hub, *two, kg, material=of_code(code)) for code, kg in kilos.items()), line(hub, *two, 100_000)])


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (None, {None: 100_000, "glass": 10_000, "wood": 1_111}),
        ("wood", {"wood-pallets": 1_110, "wood": 1}),
        ("wood-pallets", {"wood-pallets-block": 1_000, "wood-pallets-eur": 100, "wood-pallets": 10}),
        ("wood-pallets-eur", {"wood-pallets-eur": 100}),
    ],
)
def test_a_material_is_divided_into_those_below_it_and_what_is_about_itself(
    of_wood: None, hub: Hub, staff: Client, within: str | None, expected: dict[str | None, int]
) -> None:
    page = staff.get(f"/hubs/{hub.slug}/impact/?materiaal={within or ''}")
    rows = page.context["materials"]
    assert [(row.of and row.of.code, row.totals.kg_confirmed) for row in rows] == list(expected.items())
    assert page.context["totals"].kg_confirmed == sum(expected.values())
    # Each opens to lines that add up to it, and what has more below it to that.
    for row in rows:
        lines = staff.get(row.lines).context["rows"]
        assert sum(one["entry"].kg for one in lines) == row.totals.kg_confirmed
        if row.deeper:
            assert staff.get(row.deeper).context["totals"] == row.totals
    divided = {row.of.code for row in rows if row.deeper}
    assert divided == {"wood-pallets", "wood", "glass"} & set(expected) - {within}


def test_by_material_all_figures_add_up(of_wood: None, hub: Hub) -> None:
    for _round in range(2):
        Story(price_kind="fixed", price_eur=Decimal("4.00"), price_basis="unit").completed()
    entries = ImpactEntry.objects.current().in_hub(hub.pk)
    wood = of_code("wood")
    of_family = dict(totals_by_material(entries))[wood]
    within = entries.filter(material__tree_left__range=(wood.tree_left, wood.tree_right))
    assert of_family == totals_of(within)
    assert dict(totals_by_material(within, wood))[of_code("wood-pallets")].asked_eur == 80


def test_everybody_may_choose_a_material_that_has_lines_and_sees_where_it_stands(of_wood: None, hub: Hub) -> None:
    page = Client().get(f"/hubs/{hub.slug}/impact/?materiaal=wood-pallets-eur")
    codes = [code for code, _name in page.context["choices"]]
    families = set(Material.objects.families().values_list("code", flat=True))
    assert set(codes) == families | {"wood-pallets", "wood-pallets-eur", "wood-pallets-block"}
    assert codes.index("wood") < codes.index("wood-pallets") < codes.index("wood-pallets-eur")
    assert [name for name, _address in page.context["above"]] == ["Hout", "Houten paletten"]
    assert page.context["totals"].kg_confirmed == 100
    assert "/impact/regels/" not in page.content.decode()


def test_more_materials_cost_no_more_queries(hub: Hub, staff: Client) -> None:
    counts, two = [], (make_organisation().pk, make_organisation().pk)
    for codes in (["wood", "glass"], ["wood-pallets", "wood-pallets-eur", "steel", "copper", "textile"]):
        store(line(hub, *two, 5, material=of_code(code)) for code in codes)
        staff.get(f"/hubs/{hub.slug}/impact/")
        with CaptureQueriesContext(connection) as queries:
            staff.get(f"/hubs/{hub.slug}/impact/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
