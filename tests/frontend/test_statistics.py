"""Figures of a hub: each is reckoned again in Python over random rows, and stands in the page and the files alike."""

import csv
import datetime as dt
import io
import random
import re
import time
from collections import defaultdict
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import HubStaff, User
from exchanges.routing import route_to
from exchanges.services import ask_hub, take_enquiry
from frontend.components import kept
from frontend.statistics import counting, reading
from frontend.statistics.counting import Counts, count
from geo.models import Municipality
from listings.balances.periods import monday_of
from listings.balances.services import hold
from listings.capacity.services import book_capacity
from listings.enums import Recurrence
from listings.models import Listing
from listings.statistics import findable_in, free_by_week, volumes_of
from maps.enums import FeatureState, Period, Visibility
from maps.models import MapFeature, MapFeatureListing, MapLayer
from maps.services import create_layer
from maps.standing import standing_of
from maps.statistics import published_features, summed
from matching.models import Match
from matching.pairs.batch import pair_all
from matching.statistics import unmet
from materials.enums import Unit
from materials.models import Material
from tests.exchanges.makers import Story as Exchanging
from tests.makers import TODAY, make_user, material, published
from tests.maps.makers import HUB, Story, hub, point
from tests.maps.ogc.reading import fill

pytestmark = pytest.mark.django_db
ADDRESS = f"/hubs/{HUB}/cijfers/"
FILES = ("voorraad-en-stromen", "aanbod-en-vraag", "onvervulde-vraag", "capaciteit", "bronnen", "vragen")


def figures(user: Any = None) -> Counts:
    return count(hub(), standing_of(user or AnonymousUser()), TODAY)


def scatter(story: Story, count: int, seed: int) -> None:
    """Elements of every sort in two layers: some not published, some for few, some over, some of unknown mass."""
    dice = random.Random(seed)
    other = create_layer(
        by=story.manager, material_map=story.map, title="Voor partners", visibility=Visibility.PARTNERS
    )
    materials = list(
        Material.objects.filter(code__in=["building-bricks", "wood-pallets", "glass", "textile-clothing"])
    )
    places = list(Municipality.objects.filter(name_nl__in=["Gent", "Aalst", "Deinze"]))
    at = timezone.now()
    rows = []
    for number in range(count):
        flow = dice.random() < 0.5
        quantity = Decimal(dice.randint(1, 5_000)) if dice.random() < 0.8 else None
        known = quantity is not None and dice.random() < 0.8
        state = dice.choice([FeatureState.PUBLISHED] * 4 + [FeatureState.DRAFT, FeatureState.WITHDRAWN])
        rows.append(
            MapFeature(
                layer=dice.choice([story.layer, story.layer, other]), title=f"Element {number}", geometry=point(),
                kind="flow" if flow else "stock", state=state,
                published_at=at if state != FeatureState.DRAFT else None,
                visibility=dice.choice([4, 4, 4, 3, 2, 1]), material=dice.choice([*materials, None]),
                municipality=dice.choice([*places, None]), quantity=quantity, unit="kg" if quantity else "",
                mass_kg=quantity if known else None,
                quantity_basis=dice.choice(["measured", "estimated"]) if quantity else "unknown",
                period=dice.choice(Period.values) if flow else "",
                season_months=dice.choice([[], [], [6, 7, 8]]) if flow else [],
                available_until=dice.choice([None, None, TODAY, TODAY - dt.timedelta(days=1)]),
            )
        )  # fmt: skip
    MapFeature.objects.bulk_create(rows)


def yearly(feature: MapFeature) -> Decimal:
    """Kilograms of a stock, or of a flow in a year, reckoned here."""
    assert feature.mass_kg is not None
    if feature.kind == "stock":
        return feature.mass_kg
    times = {"day": 365, "week": 52, "month": 12, "year": 1}[feature.period]
    months = len(feature.season_months) if feature.season_months and feature.period != "year" else 12
    return feature.mass_kg * times * months / 12


def seen(feature: MapFeature, user: User | None, story: Story) -> bool:
    if feature.state != "published" or (feature.available_until and feature.available_until < TODAY):
        return False
    if user == story.manager:
        return True
    return feature.visibility == 4 and feature.layer.visibility == 4


@pytest.mark.parametrize("who", ["stranger", "manager"])
def test_stock_and_flow_are_what_the_elements_add_up_to(who: str) -> None:
    story = Story()
    scatter(story, 300, seed=7)
    user = story.manager if who == "manager" else None
    counted = [one for one in MapFeature.objects.select_related("layer") if seen(one, user, story)]
    assert len(counted) > 50
    expected: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0), Decimal(0), 0])
    for one in counted:
        row = expected[one.kind, one.material_id, one.municipality_id]
        row[0] += 1
        if one.mass_kg is None:
            row[3] += 1
            continue
        row[1] += yearly(one)
        row[2] += yearly(one) if one.quantity_basis == "measured" else 0
    found = figures(user).shares
    assert {(share.kind, share.material_id, share.municipality_id) for share in found} == set(expected)
    for share in found:
        elements, kg, measured, unknown = expected[share.kind, share.material_id, share.municipality_id]
        assert (share.elements, share.unknown) == (elements, unknown)
        assert share.kg == pytest.approx(kg, abs=Decimal("0.01"))
        assert share.measured_kg == pytest.approx(measured, abs=Decimal("0.01"))
    assert sum(source.elements for source in figures(user).sources) == len(counted)


def test_what_is_over_is_told_and_not_counted() -> None:
    story = Story()
    story.published()
    gone = story.published(title="Gesloopt")
    MapFeature.objects.filter(pk=gone.pk).update(available_until=TODAY - dt.timedelta(days=1))
    read = figures()
    assert (sum(one.elements for one in read.shares), read.ended) == (1, 1)
    assert "1 element is afgelopen." in Client().get(ADDRESS).content.decode()


def test_supply_and_demand_are_what_listings_add_up_to() -> None:
    dice, codes = random.Random(11), ["wood-pallets", "building-bricks", "furniture"]
    for number in range(40):
        kind = dice.choice(["supply", "demand"])
        one = published(kind, material=material(dice.choice(codes)), quantity=dice.randint(2, 90), unit="kg")
        held = dice.random() < 0.3
        if held:
            hold(by=None, listing=one, quantity=Decimal(1))
        Listing.objects.filter(pk=one.pk).update(
            recurrence="one_off" if held else dice.choice(Recurrence.values),
            mass_kg=dice.choice([None, Decimal(dice.randint(1, 9_000))]),
            status=dice.choice(["published", "published", "published", "reserved"]),
            available_from=TODAY - dt.timedelta(days=3),
            available_until=dice.choice([None, TODAY, TODAY - dt.timedelta(days=1)]) if number % 3 == 0 else None,
        )
    rows = [
        one
        for one in Listing.objects.all()
        if one.status == "published"
        and hub().pk in one.hub_ids
        and not (one.available_until and one.available_until < TODAY)
    ]
    assert len(rows) > 15
    expected: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0), 0, 0, Decimal(0), 0])
    for one in rows:
        row = expected[one.kind, one.material_id, one.municipality_id]
        at = 0 if one.recurrence == "one_off" else 3
        row[at] += 1
        if one.mass_kg is None:
            row[at + 2] += 1
        elif at == 0:
            assert one.quantity is not None
            row[1] += one.mass_kg * (one.quantity - one.taken_quantity) / one.quantity
        else:
            row[4] += one.mass_kg * {"weekly": 52, "monthly": 12, "quarterly": 4}[one.recurrence]
    found = {
        (one.kind, one.material_id, one.municipality_id): [
            one.lots, one.lots_kg, one.lots_unknown, one.regular, one.yearly_kg, one.regular_unknown,
        ]
        for one in volumes_of(findable_in(hub().pk, TODAY))
    }  # fmt: skip
    assert set(found) == set(expected)
    for key, row in found.items():
        assert row == [pytest.approx(value, abs=Decimal("0.01")) for value in expected[key]], key


def test_unmet_demand_is_what_no_pair_of_the_hub_serves() -> None:
    for number in range(6):
        published("demand", title=f"Vraag {number}", material=material("wood-pallets" if number < 3 else "furniture"))
    published("supply", material=material("wood-pallets"))
    waits = published("demand", material=material("glass"), unit="kg")
    assert sum(one.lots for one in figures().unmet) == 0
    assert figures().waiting == 7
    pair_all(at=timezone.now())
    Listing.objects.filter(pk=waits.pk).update(paired_at=None)
    served = set(Match.objects.current().in_hub(hub().pk).values_list("demand", flat=True))
    assert served
    expected = {
        one.pk
        for one in Listing.objects.filter(kind="demand", paired_at__isnull=False)
        if one.pk not in served
    }  # fmt: skip
    rows = unmet(findable_in(hub().pk, TODAY), hub().pk)
    assert set(rows.values_list("pk", flat=True)) == expected
    assert len(expected) == 3
    assert figures().waiting == 1
    page = Client().get(ADDRESS).content.decode()
    assert "Van 1 nieuwe vraag weten we het nog niet." in page
    assert '"count": 3' in page


def test_free_capacity_adds_up_only_what_can_be_added() -> None:
    def service(**fields: Any) -> Listing:
        return published("service", **fields)

    kilos = service(capacity_per_week=500, capacity_unit="kg")
    service(capacity_per_week=2, capacity_unit="tonne")
    service(capacity_per_week=30, capacity_unit="piece")
    service(capacity_per_week=4, capacity_unit="pallet")
    silent = service()
    Listing.objects.filter(pk=silent.pk).update(capacity_per_week=None, capacity_unit="")
    full = service(capacity_per_week=5, capacity_unit="piece", available_until=TODAY + dt.timedelta(weeks=2))
    monday = monday_of(TODAY) + dt.timedelta(weeks=1)
    book_capacity(by=kilos.maker, service=kilos, week_start=monday, quantity=Decimal(100))  # type: ignore[attr-defined]
    book_capacity(by=full.maker, service=full, week_start=monday, quantity=Decimal(5))  # type: ignore[attr-defined]
    weeks = free_by_week(findable_in(hub().pk, TODAY), TODAY)
    assert len(weeks) == 12
    assert weeks[1].start == monday
    assert dict(weeks[1].free) == {Unit.KG: 2400, Unit.PIECE: 30, Unit.PALLET: 4}
    assert (weeks[1].open, weeks[1].full, weeks[1].unknown) == (6, 1, 1)
    assert dict(weeks[6].free) == {Unit.KG: 2500, Unit.PIECE: 30, Unit.PALLET: 4}
    assert (weeks[6].open, weeks[6].full) == (5, 0)


def test_elements_that_became_exchanges_are_for_everybody_together_and_for_staff_one_by_one() -> None:
    story, done, goes_on = Story(), Exchanging(), Exchanging()
    first = story.published(title="Paletten van de loods")
    second = story.published(title="Paletten van de haven")
    story.published(title="Zonder zoekertje")
    MapFeatureListing.objects.create(feature=first, listing=done.listing)
    MapFeatureListing.objects.create(feature=first, listing=goes_on.listing)
    MapFeatureListing.objects.create(feature=second, listing=published())
    MapFeatureListing.objects.create(feature=second, listing=done.listing)
    draft = published()
    Listing.objects.filter(pk=draft.pk).update(status="draft")
    MapFeatureListing.objects.create(feature=story.published(title="Met een concept"), listing=draft)
    done.completed()
    goes_on.accepted()
    found = [(one.feature_id, one.listings, one.going, one.completed, one.kg) for one in figures().exchanged]
    assert found == [(first.pk, 2, 1, 1, Decimal(250)), (second.pk, 2, 0, 1, Decimal(250))]
    page = Client().get(ADDRESS).content.decode()
    assert "<dd>250" in page
    assert first.title not in page
    client = Client()
    assert client.get(f"{ADDRESS}uitwisselingen.csv").status_code == 404
    client.force_login(story.editor)
    assert first.title in client.get(ADDRESS).content.decode()
    assert cells("uitwisselingen", client)[1] == [first.title, "2", "1", "1", "250"]


def cells(name: str, client: Client | None = None, query: str = "") -> list[list[str]]:
    answer = (client or Client()).get(f"{ADDRESS}{name}.csv{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_files_hold_what_the_page_adds_up() -> None:
    story = Story()
    story.published(quantity=40, unit="tonne")
    story.published(kind="flow", period="week", quantity=10, unit="kg", title="=SOM(1)")
    published("supply", quantity=10)
    published("service")
    header, *rows = cells("voorraad-en-stromen")
    assert len(header) == 7
    assert [(row[0], row[3], row[4]) for row in rows] == [("Stroom", "1", "520"), ("Voorraad", "1", "40000")]
    assert len(cells("aanbod-en-vraag")) == 2
    assert len(cells("capaciteit")) == 13
    assert [row[1] for row in cells("bronnen")] == ["Elementen", "2"]
    answer = Client().get(f"{ADDRESS}cijfers.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == len(FILES)
    sheet = book["Voorraad en stromen"]
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == [520, 40000]
    assert "40 ton" in Client().get(ADDRESS).content.decode().replace("\xa0", " ")


def test_how_soon_questions_are_taken_up_stands_on_the_page_and_in_its_file() -> None:
    assert cells("vragen")[1:] == [
        ["opgenomen binnen 3 dagen", "0", "0", ""], ["opgenomen binnen 5 dagen", "0", "0", ""],
    ]  # fmt: skip
    cache.clear()
    by, staff, now = (
        make_user(),
        HubStaff.objects.create(hub=hub(), user=make_user(), role="editor").user,
        timezone.now(),
    )
    for taken_after in (2, 4, None):
        asked_at = now - dt.timedelta(days=10)
        asked = ask_hub(by=by, route=route_to(hub()), subject="Frigo's", text="Wie haalt ze?", at=asked_at)
        if taken_after is not None:
            take_enquiry(by=staff, enquiry=asked, at=asked_at + dt.timedelta(days=taken_after))
    assert cells("vragen")[1:] == [
        ["opgenomen binnen 3 dagen", "1", "3", "33"], ["opgenomen binnen 5 dagen", "2", "3", "67"],
    ]  # fmt: skip
    page = Client().get(ADDRESS).content.decode()
    table = page.split('id="taken-up-rows"')[1].split("</tbody>")[0]
    assert re.findall(r">([^<>]+)</t[hd]>", table) == [
        "opgenomen binnen 3 dagen", "1", "3", "33", "opgenomen binnen 5 dagen", "2", "3", "67",
    ]  # fmt: skip


def test_a_family_is_shown_by_its_materials() -> None:
    story = Story()
    story.published(material=material("building-bricks"))
    story.published(material=material("wood-pallets"), unit="piece", quantity=3)
    of_all = cells("voorraad-en-stromen")
    of_wood = cells("voorraad-en-stromen", query="?materiaal=wood")
    assert (len(of_all), len(of_wood)) == (3, 2)
    page = Client().get(f"{ADDRESS}?materiaal=wood").content.decode()
    assert "aletten" in page
    for wrong in ("niets", "wood-pallets", "%00", "x" * 500):
        assert Client().get(f"{ADDRESS}?materiaal={wrong}").status_code == 404
    assert Client().get(f"{ADDRESS}niets.csv").status_code == 404
    assert Client().get("/hubs/bestaat-niet/cijfers/").status_code == 404


def test_the_page_takes_as_many_queries_for_many_rows_as_for_few() -> None:
    story = Story()

    def fill() -> None:
        feature = story.published(title="Nog een")
        MapFeatureListing.objects.create(feature=feature, listing=published())
        for kind in ("demand", "service"):
            published(kind)

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as context:
            assert Client().get(ADDRESS).status_code == 200
        return len(context)

    fill()
    queries()
    few = queries()
    for _number in range(4):
        fill()
    assert queries() == few <= 23


def test_figures_are_kept_for_some_minutes_and_say_of_when_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    story.published(quantity=40, unit="tonne")
    shown = Client().get(ADDRESS).content.decode()
    counted = timezone.localtime()
    assert f"Geteld op {counted.day} " in shown
    assert re.search(r"Geteld op .* om \d\d:\d\d\.", shown)
    story.published(quantity=2, unit="tonne")
    with CaptureQueriesContext(connection) as context:
        again = Client().get(ADDRESS).content.decode()
    assert "maps_mapfeature" not in " ".join(one["sql"] for one in context)
    assert "40 ton" in again.replace("\xa0", " ")
    # The files have the figures of the page, and their names the moment.
    answer = Client().get(f"{ADDRESS}voorraad-en-stromen.csv")
    assert [row[4] for row in cells("voorraad-en-stromen")[1:]] == ["40000"]
    assert re.search(rf"-{HUB}-\d{{4}}-\d\d-\d\d-\d{{4}}\.csv", answer["Content-Disposition"])
    # Somebody who sees more has figures of their own.
    client = Client()
    client.force_login(story.manager)
    assert [row[4] for row in cells("voorraad-en-stromen", client)[1:]] == ["42000"]
    monkeypatch.setattr(kept, "FRESH_FOR", dt.timedelta(0))
    assert [row[4] for row in cells("voorraad-en-stromen")[1:]] == ["42000"]


def test_while_one_counts_anew_others_get_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    story.published(quantity=40, unit="tonne")
    standing = standing_of(AnonymousUser())
    before = reading.read_figures(hub(), standing, TODAY)
    monkeypatch.setattr(kept, "FRESH_FOR", dt.timedelta(0))
    meanwhile = []

    def slow(*asked: Any) -> Counts:
        meanwhile.append(reading.read_figures(hub(), standing, TODAY).counts)
        return count(*asked)

    monkeypatch.setattr(reading, "count", slow)
    story.published(quantity=2, unit="tonne")
    after = reading.read_figures(hub(), standing, TODAY)
    assert meanwhile == [before.counts]
    assert [sum(one.kg for one in found.counts.shares) for found in (before, after)] == [40_000, 42_000]


def test_where_nothing_is_kept_one_counts_and_others_wait_or_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    Story().published(quantity=40, unit="tonne")
    standing = standing_of(AnonymousUser())
    counted: list[Counts] = []
    answers: list[Any] = []

    def slow(*asked: Any) -> Counts:
        counted.append(count(*asked))
        answers.extend(Client().get(ADDRESS + name) for name in ("", "bronnen.csv", "cijfers.xlsx"))
        return counted[-1]

    monkeypatch.setattr(reading, "count", slow)
    monkeypatch.setattr(kept, "_BETWEEN_S", 0)
    assert reading.read_figures(hub(), standing, TODAY).counts == counted[0]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(int(answer["Retry-After"]) > 0 for answer in answers)
    assert "worden net geteld" in answers[0].content.decode()
    assert len(counted) == 1
    # Who waits gets what the other kept.
    cache.clear()
    key = reading._key(hub(), standing, TODAY, None)
    cache.add(f"{key}:counting", True, 60)
    monkeypatch.setattr(time, "sleep", lambda _seconds: cache.set(key, counted[0]))
    assert reading.read_figures(hub(), standing, TODAY).counts == counted[0]
    assert len(counted) == 1


def test_where_counting_fails_the_next_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    Story().published()
    standing = standing_of(AnonymousUser())
    with monkeypatch.context() as patched:
        patched.setattr(reading, "count", lambda *_asked: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reading.read_figures(hub(), standing, TODAY)
    monkeypatch.setattr(kept, "_BETWEEN_S", 0)
    assert reading.read_figures(hub(), standing, TODAY).counts.shares


def test_who_sees_no_more_than_a_stranger_has_the_figures_of_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    story.published(quantity=40, unit="tonne")
    hidden = story.published(quantity=2, unit="tonne", visibility=Visibility.HUB)
    member, owner = make_user(), make_user()
    MapFeature.objects.filter(pk=hidden.pk).update(owner=owner)
    counted: list[Any] = []

    def once_more(*asked: Any) -> Counts:
        counted.append(asked)
        return count(*asked)

    monkeypatch.setattr(reading, "count", once_more)

    def kg(user: Any) -> Decimal:
        return sum((one.kg for one in reading.read_figures(hub(), standing_of(user), TODAY).counts.shares), Decimal(0))

    assert [kg(user) for user in (AnonymousUser(), member, owner, story.manager)] == [40_000, 40_000, 42_000, 42_000]
    assert len(counted) == 3


def test_sources_are_called_as_they_are_now_and_hidden_ones_are_not_named() -> None:
    story = Story()
    story.published()
    assert "Bedrijven" in Client().get(f"{ADDRESS}bronnen.csv").content.decode()
    MapLayer.objects.filter(pk=story.layer.pk).update(title="Anders genoemd")
    assert "Anders genoemd" in Client().get(f"{ADDRESS}bronnen.csv").content.decode()
    MapLayer.objects.filter(pk=story.layer.pk).update(visibility=Visibility.HUB)
    assert "Anders genoemd" not in Client().get(f"{ADDRESS}bronnen.csv").content.decode()


def test_figures_are_of_the_moment_at_which_counting_began(monkeypatch: pytest.MonkeyPatch) -> None:
    Story().published()
    began = timezone.now()
    moments = iter([began, began + dt.timedelta(minutes=1)])
    monkeypatch.setattr(counting, "timezone", SimpleNamespace(now=lambda: next(moments)))
    read_at: list[bool] = []

    def reads(*asked: Any) -> Any:
        read_at.append(next(moments) > began)
        return summed(*asked)

    monkeypatch.setattr(counting, "summed", reads)
    assert figures().counted_at == began
    assert read_at == [True]


def test_each_element_of_a_hub_is_looked_at_once_and_found_by_its_layer() -> None:
    story = Story()
    fill(story.layer, 2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
    with CaptureQueriesContext(connection) as context:
        found = summed(published_features(hub(), standing_of(AnonymousUser())), TODAY)
    assert sum(one.elements for one in found.shares) == 2_000
    (read,) = [one["sql"] for one in context if "maps_mapfeature" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {read}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on maps_mapfeature" not in plan, plan
    looked_at = re.findall(r"on maps_mapfeature .*actual rows=(\d+) loops=(\d+)", plan)
    # With several loops the plan has the rows of each on average.
    assert 0 < sum(int(rows) * int(loops) for rows, loops in looked_at) <= 2_000, plan
