"""What may be paired and what needs a service first: the same for one listing, for a query and over columns."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from geo.models import Hub
from listings.derived import derive_mass, derive_material, derive_place
from listings.enums import Condition, ListingKind, ListingStatus, ServiceKind
from listings.models import Listing
from matching.chains import candidates
from matching.chains.candidates import Neighbours
from matching.chains.needs import needing_something, needs_of
from matching.pairs.candidates import OBSTACLES, is_pairable, obstacle_of, pairable
from matching.pairs.columns import SERVICE_BITS, HubBits, load_columns
from tests.makers import GENT, TODAY, make_organisation, material, published

pytestmark = pytest.mark.django_db


@st.composite
def fields(draw: Any) -> dict[str, Any]:
    """What obstacles and needs are read from; the rest is that of a complete listing."""
    kind = draw(st.sampled_from(ListingKind.values))
    ends = draw(st.none() | st.integers(-2, 2))
    return {
        "kind": kind,
        "status": draw(st.sampled_from([*[ListingStatus.PUBLISHED] * 4, *ListingStatus])).value,
        "available_until": None if ends is None else TODAY + dt.timedelta(days=ends),
        "eural_code": draw(st.sampled_from(["", "", "170201", "200135*"])),
        "hub_ids": draw(st.sampled_from([0, 1, 1, 2])),
        "condition": draw(st.sampled_from(Condition.values if kind == "supply" else [None, *Condition.values])),
        "needs_services": draw(st.lists(st.sampled_from(ServiceKind.values), max_size=2, unique=True)),
    }


def store(drawn: list[dict[str, Any]]) -> list[Listing]:
    organisation, wood = make_organisation(), material()
    hubs = list(Hub.objects.order_by("pk").values_list("pk", flat=True))
    made = []
    for number, given_fields in enumerate(drawn):
        row = Listing(
            organisation=organisation, title=f"Iets {number}", location=Point(GENT[1], GENT[0], srid=4326),
            available_from=TODAY - dt.timedelta(days=9), **(given_fields | {"hub_ids": []}),
        )  # fmt: skip
        if row.kind == ListingKind.SERVICE:
            row.service_kinds = ["repair"]
        else:
            row.material, row.quantity, row.unit = wood, 3, "piece"
        derive_place(row)
        derive_material(row, [wood])
        derive_mass(row)
        row.hub_ids = hubs[: given_fields["hub_ids"]]
        row.save()
        made.append(row)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(fields(), min_size=1, max_size=8))
def test_a_listing_alone_and_a_query_agree_on_what_may_be_paired(drawn: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        rows = store(drawn)
        found = {row.pk for kind in ListingKind for row in pairable(kind, TODAY)}
        assert found == {row.pk for row in rows if is_pairable(row, TODAY)}
        for obstacle in OBSTACLES:
            passed = set(obstacle.passed_by(Listing.objects.all(), TODAY).values_list("pk", flat=True))
            assert passed == {row.pk for row in rows if not obstacle.stops(row, TODAY)}, obstacle.name
        event("some are kept out" if len(found) < len(rows) else "none is kept out")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, ""),
        ({"status": "reserved"}, "not_published"),
        ({"status": "reserved", "hub_ids": []}, "not_published"),
        ({"eural_code": "200135*"}, "hazardous"),
        ({"hub_ids": []}, "no_hub"),
        ({"available_until": TODAY - dt.timedelta(days=1)}, "over"),
        ({"available_until": TODAY}, ""),
    ],
    ids=str,
)
def test_what_keeps_a_listing_out_has_a_name(change: dict[str, Any], name: str) -> None:
    listing = published()
    for field, value in change.items():
        setattr(listing, field, value)
    assert obstacle_of(listing, TODAY) == name
    assert is_pairable(listing, TODAY) is (name == "")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(fields(), min_size=1, max_size=8))
def test_a_listing_a_query_and_columns_agree_on_what_is_needed_first(drawn: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        rows = store(drawn)
        supplies = Listing.objects.of_kind(ListingKind.SUPPLY)
        needing = set(supplies.filter(needing_something()).values_list("pk", flat=True))
        assert needing == {row.pk for row in rows if needs_of(row)}
        columns = load_columns(supplies, HubBits())
        bits = dict(zip(columns.id.tolist(), columns.needed.tolist(), strict=True))
        assert bits == {row.pk: sum(SERVICE_BITS[kind] for kind in needs_of(row)) for row in supplies}
        event("needs" if needing else "needs nothing")
        assert columns.needed.dtype == np.int64
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("kind", "condition", "named", "needs"),
    [
        ("supply", Condition.USED, [], []),
        ("supply", Condition.TO_REPAIR, [], ["repair"]),
        ("supply", Condition.TO_REPAIR, ["washing"], ["washing"]),
        ("supply", Condition.NEW, ["sorting", "washing"], ["sorting", "washing"]),
        ("demand", Condition.TO_REPAIR, [], []),
    ],
)
def test_what_is_named_comes_first_and_then_what_the_condition_asks(
    kind: str, condition: Condition, named: list[str], needs: list[str]
) -> None:
    assert needs_of(Listing(kind=kind, condition=condition, needs_services=named)) == needs


def test_however_many_materials_a_service_takes_no_more_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a service that takes three materials, and demands for each, further and further away
    codes = ["furniture", "wood-pallets", "appliances"]
    service = published("service", materials=[material(code) for code in codes])
    made = [
        published("demand", material=material(codes[number % 3]), at=(GENT[0] + number / 1000, GENT[1])).pk
        for number in range(9)
    ]
    # When its neighbours are looked for, then the nearest come, whatever their material, and no more than from one
    monkeypatch.setattr(candidates, "CHAIN_NEAREST", 4)
    spans = [(row.tree_left, row.tree_right) for row in map(material, codes)]
    assert Neighbours(service, TODAY).goods(ListingKind.DEMAND, spans) == made[:4]
    assert Neighbours(service, TODAY).goods(ListingKind.DEMAND, [spans[0], spans[0]]) == made[:9:3]


def test_spans_of_materials_are_joined_where_they_touch() -> None:
    assert candidates._joined([(5, 6), (4, 6), (7, 7), (9, 9)]) == [(4, 7), (9, 9)]
    assert candidates._joined([]) == []
