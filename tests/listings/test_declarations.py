"""What the law has an owner declare of a lot: its status with evidence, the reuse checklist, the dates of food."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings import services
from listings.declarations import BLANK, CHECKLIST, FOOD_FIELDS, asked_fields, wrong_declarations
from listings.enums import Allergen, Condition, FoodDate, FoodStorage, Recurrence
from listings.expiry import expire_listings
from listings.models import Listing
from materials.models import Material
from tests.makers import TODAY, draft, material, published

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LAPTOPS: dict[str, Any] = {"quantity": 12, "unit": "piece"}
YOGHURT: dict[str, Any] = {
    "quantity": 60, "unit": "kg", "food_date_kind": "use_by", "food_date": TODAY + 6 * DAY, "food_storage": "chilled",
    "allergens": ["milk"],
}  # fmt: skip
PASSED: dict[str, Any] = dict.fromkeys(CHECKLIST, True)


def laptops(make: Callable[..., Listing] = published, **fields: Any) -> Listing:
    return make(material=material("ict-laptops"), **LAPTOPS | fields)


def yoghurt(make: Callable[..., Listing] = published, **fields: Any) -> Listing:
    return make(**{"material": material("food-dairy")} | YOGHURT | fields)


def change(listing: Listing, **fields: Any) -> Listing:
    return services.update_listing(by=listing.maker, listing=listing, **fields)  # type: ignore[attr-defined]


def refused(make: Callable[[], Any]) -> dict[str, list[str]]:
    """Which fields a refusal names, and how."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        make()
    return error.value.message_dict


# ---- which material asks what ----


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("ict-laptops", "electrical"), ("appliances-fridges", "electrical"), ("e-bikes", "electrical"),
        ("tools-power", "electrical"), ("food-dairy", "food"), ("food-meals", "food"), ("food-bread", "food_undated"),
        ("ict-toner", ""), ("appliances-batteries", ""), ("bicycles", ""), ("tools-hand", ""), ("spent-grain", ""),
        ("coffee-grounds", ""), ("wood-pallets-eur", ""),
    ],
)  # fmt: skip
def test_a_material_asks_what_it_or_the_one_above_it_says(client: Client, code: str, asks: str) -> None:
    assert material(code).asks == asks
    assert client.get(f"/api/v1/materials/{code}/").json()["asks"] == (asks or None)


def test_only_supply_of_such_a_material_is_asked() -> None:
    assert asked_fields("supply", material("ict-laptops")) == CHECKLIST
    assert asked_fields("supply", material("food-bread")) == FOOD_FIELDS
    assert asked_fields("demand", material("ict-laptops")) == ()
    assert asked_fields("supply", material("wood")) == asked_fields("supply", None) == ()


@pytest.mark.parametrize("name", sorted(BLANK))
def test_what_isn_t_asked_is_refused_in_words(name: str) -> None:
    given = YOGHURT | PASSED | {"status_evidence": "other", "status_number": "7", "status_until": TODAY}
    demand = refused(lambda: draft("demand", **{name: given[name]}))
    assert demand[name] == ["Dit zeg je enkel bij aanbod. Laat het leeg."]
    if not name.startswith("status"):
        pallets = refused(lambda: draft(**{name: given[name]}))
        assert pallets[name] == ["Bij dit materiaal zeg je dit niet. Laat het leeg."]


def test_what_was_declared_of_a_material_goes_with_it() -> None:
    listing = change(laptops(draft, **PASSED), material=material("furniture-desks"))
    assert [getattr(listing, name) for name in CHECKLIST] == [None] * 5
    listing = change(yoghurt(draft), material=material("wood"), title="Planken")
    assert {name: getattr(listing, name) for name in FOOD_FIELDS} == {name: BLANK[name] for name in FOOD_FIELDS}
    # Of another food it stays.
    assert change(yoghurt(draft), material=material("food-meals"), unit="kg").allergens == ["milk"]


# ---- electrical goods ----


def test_electrical_goods_are_ready_for_reuse_after_five_times_yes() -> None:
    assert laptops(**PASSED).reuse_ready is True
    for name in CHECKLIST:
        assert laptops(**PASSED | {name: None}).reuse_ready is None, name
        assert laptops(**PASSED | {name: False, "condition": 2}).reuse_ready is False, name
    # Nobody has to have looked: it says so then.
    assert laptops().reuse_ready is None


@pytest.mark.parametrize("name", CHECKLIST)
@pytest.mark.parametrize("condition", [Condition.USED, Condition.AS_NEW, Condition.NEW])
def test_what_fails_the_checklist_isn_t_usable(name: str, condition: Condition) -> None:
    told = refused(lambda: laptops(draft, condition=condition, **{name: False}))
    assert "niet klaar voor hergebruik" in told["condition"][0]
    listing = laptops(draft, condition=Condition.TO_REPAIR, **{name: False})
    with pytest.raises(IntegrityError, match="listing_usable_passed_checklist"), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(condition=condition)


# ---- food ----


@pytest.mark.parametrize("name", ["food_date_kind", "food_storage", "allergens", "food_date"])
def test_food_is_published_with_all_that_it_has_to_say(name: str) -> None:
    more = {"food_date": None} if name == "food_date_kind" else {}
    listing = yoghurt(draft, **{name: BLANK[name]} | more)
    told = refused(lambda: services.publish_listing(by=listing.maker, listing=listing))  # type: ignore[attr-defined]
    assert list(told) == [name]


def test_food_without_a_last_day_is_there_until_its_date() -> None:
    assert yoghurt().available_until == TODAY + 6 * DAY
    assert yoghurt(available_until=TODAY + 2 * DAY).available_until == TODAY + 2 * DAY


@pytest.mark.parametrize("kind", ["use_by", "best_before"])
def test_food_can_t_outlive_its_date(kind: str) -> None:
    listing = yoghurt(food_date_kind=kind)
    assert "available_until" in refused(lambda: change(listing, available_until=TODAY + 7 * DAY))
    assert "available_until" in refused(lambda: change(listing, food_date=TODAY + 5 * DAY))
    with pytest.raises(IntegrityError, match="listing_ends_with_food"), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(available_until=None)
    past = yoghurt(draft, food_date_kind=kind, available_from=TODAY - 9 * DAY, food_date=TODAY - DAY)
    told = refused(lambda: services.publish_listing(by=past.maker, listing=past))  # type: ignore[attr-defined]
    assert "voorbij" in told["food_date"][0]


def test_after_its_use_by_date_food_disappears_also_where_it_is_reserved() -> None:
    rows = [yoghurt(), yoghurt(), yoghurt(food_date_kind="best_before")]
    for row in rows[1:]:
        services.reserve_listing(by=row.maker, listing=row)  # type: ignore[attr-defined]
    assert expire_listings(today=TODAY + 6 * DAY) == 0
    assert expire_listings(today=TODAY + 7 * DAY) == 2
    assert [Listing.objects.get(pk=row.pk).status for row in rows] == ["expired", "expired", "reserved"]
    assert Client().get(f"/api/v1/listings/{rows[1].pk}/").status_code == 404


def test_reserved_food_that_is_over_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, values = Listing.objects.no_longer_safe(TODAY).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        assert "use_by_to_expire" in "".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("code", "fields", "field"),
    [
        ("food-dairy", {"food_date_kind": "none_needed", "food_date": None}, "food_date_kind"),
        ("food-bread", {"food_date_kind": "none_needed"}, "food_date"),
        ("food-dairy", {"food_date_kind": "not_eaten"}, "food_date"),
        ("food-dairy", {"food_date_kind": ""}, "food_date_kind"),
        ("food-dairy", {"recurrence": "weekly"}, "food_date"),
        ("food-dairy", {"available_from": TODAY + 7 * DAY}, "food_date"),
        ("food-dairy", {"allergens": ["none", "milk"]}, "allergens"),
        ("food-dairy", {"allergens": ["honing"]}, "allergens"),
        ("food-dairy", {"food_date": dt.date(1999, 1, 1)}, "food_date"),
    ],
)
def test_what_of_food_can_t_be_so_is_refused_in_a_draft_too(code: str, fields: dict[str, Any], field: str) -> None:
    assert field in refused(lambda: yoghurt(draft, material=material(code), **fields))


def test_some_food_needs_no_date_and_some_isn_t_eaten() -> None:
    bread: dict[str, Any] = {"material": material("food-bread"), "food_date": None, "allergens": ["gluten"]}
    fresh = bread | {"food_date_kind": "none_needed", "food_storage": "ambient"}
    listing = yoghurt(draft, **fresh)
    told = refused(lambda: services.publish_listing(by=listing.maker, listing=listing))  # type: ignore[attr-defined]
    assert list(told) == ["available_until"]
    assert yoghurt(**fresh, available_until=TODAY + DAY).status == "published"
    assert yoghurt(**fresh, recurrence="weekly").status == "published"
    old = bread | {"food_date_kind": "not_eaten", "food_storage": "", "allergens": []}
    assert yoghurt(**old).status == "published"


def test_allergens_stand_once_in_the_order_of_the_law() -> None:
    assert yoghurt(allergens=["nuts", "milk", "nuts", "gluten"]).allergens == ["gluten", "milk", "nuts"]
    assert len(set(Allergen.values) - {"none", "on_label"}) == 14


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_rules_let_pass_the_database_takes(data: st.DataObject) -> None:
    """Given any answers, then what no rule refuses is stored, and what is stored never outlives its date."""
    food = data.draw(st.booleans())
    days = st.none() | st.integers(-3, 9).map(lambda number: TODAY + number * DAY)
    fields: dict[str, Any] = {"condition": data.draw(st.sampled_from(Condition.values))}
    if food:
        fields |= {
            "food_date_kind": data.draw(st.sampled_from(["", *FoodDate.values])), "food_date": data.draw(days),
            "food_storage": data.draw(st.sampled_from(["", *FoodStorage.values])), "available_until": data.draw(days),
            "allergens": data.draw(st.lists(st.sampled_from(Allergen.values), max_size=3)),
            "recurrence": data.draw(st.sampled_from(Recurrence.values)),
        }  # fmt: skip
    else:
        fields |= {name: data.draw(st.sampled_from([True, False, None])) for name in CHECKLIST}
    code = data.draw(st.sampled_from(["food-dairy", "food-bread"] if food else ["ict-laptops", "appliances-tv"]))
    with transaction.atomic():
        stored, wrong = outcome({"material": material(code), "quantity": 5, "unit": "kg"} | fields)
        transaction.set_rollback(True)
    assert wrong <= {*fields, "food_date"}
    if stored is not None:
        assert not wrong_declarations(stored)
        assert stored.food_date is None or stored.available_until is not None
        assert stored.food_date is None or stored.available_until <= stored.food_date  # type: ignore[operator]
        assert stored.reuse_ready is not False or stored.condition <= Condition.TO_REPAIR  # type: ignore[operator]


def outcome(fields: dict[str, Any]) -> tuple[Listing | None, set[str]]:
    """The draft as it is stored, or the fields that are refused."""
    try:
        stored = draft(**fields)
    except ValidationError as error:
        return None, set(error.message_dict)
    stored.refresh_from_db()
    return stored, set()


# ---- the status, with its evidence ----


def test_waste_needs_its_eural_code_and_a_by_product_its_evidence() -> None:
    assert list(refused(lambda: published(declared_status="waste"))) == ["eural_code"]
    assert published(declared_status="waste", eural_code="15 01 03").is_waste
    assert list(refused(lambda: published(declared_status="by_product"))) == ["status_evidence"]
    assert published(declared_status="by_product", status_evidence="self_test").status == "published"
    raw: dict[str, Any] = {"declared_status": "by_product", "status_evidence": "raw_material"}
    assert list(refused(lambda: published(**raw))) == ["status_number"]
    assert published(**raw, status_number="2026\N{EN DASH}0417\n").status_number == "2026\N{EN DASH}0417"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"declared_status": "product", "status_number": "7"}, "status_evidence"),
        ({"declared_status": "product", "status_until": TODAY}, "status_evidence"),
        ({"status_evidence": "certificate"}, "declared_status"),
        ({"declared_status": "product", "status_evidence": "belofte"}, "status_evidence"),
        ({"declared_status": "product", "status_evidence": "other", "status_number": "x" * 61}, "status_number"),
    ],
)
def test_evidence_that_says_nothing_is_refused(fields: dict[str, Any], field: str) -> None:
    assert field in refused(lambda: draft(**fields))


def test_evidence_that_is_past_is_not_published_again() -> None:
    evidence: dict[str, Any] = {
        "declared_status": "product",
        "status_evidence": "certificate",
        "status_until": TODAY - DAY,
    }
    assert list(refused(lambda: published(**evidence))) == ["status_until"]
    listing = published(**evidence | {"status_until": TODAY})
    assert list(refused(lambda: change(listing, status_until=TODAY - DAY))) == ["status_until"]


# ---- the API ----


def test_the_api_reads_and_writes_what_is_declared() -> None:
    listing = yoghurt(draft)
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    path = f"/api/v1/listings/{listing.pk}/"
    row = client.get(path).json()
    day = (TODAY + 6 * DAY).isoformat()
    assert {name: row[name] for name in FOOD_FIELDS} == {
        "food_date_kind": "use_by", "food_date": day, "food_storage": "chilled", "allergens": ["milk"],
    }  # fmt: skip
    assert client.patch(path, row, content_type="application/json").json() == row
    body = {"allergens": ["eggs", "milk"], "food_date": (TODAY + 8 * DAY).isoformat()}
    changed = client.patch(path, body, content_type="application/json").json()
    assert (changed["allergens"], changed["food_date"]) == (["eggs", "milk"], body["food_date"])
    wrong = client.patch(path, {"reuse_safe": True}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "reuse_safe")


def test_the_api_says_whether_it_is_ready_for_reuse() -> None:
    listing = laptops(draft)
    client = Client()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    path = f"/api/v1/listings/{listing.pk}/"
    assert client.get(path).json()["reuse_ready"] is None
    body = json.dumps(PASSED)
    assert client.patch(path, body, content_type="application/json").json()["reuse_ready"] is True
    refusal = client.patch(path, {"reuse_ready": False}, content_type="application/json")
    assert (refusal.status_code, refusal.json()["errors"][0]["field"]) == (400, "reuse_ready")


def test_the_whole_tree_asks_something_known() -> None:
    assert set(Material.objects.values_list("asks", flat=True)) == {"", "electrical", "food", "food_undated"}
