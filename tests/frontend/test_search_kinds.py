"""The numbers beside the kinds: each is what its address finds, also where a service is asked for."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client

from frontend.search.page import KindChip, find, read_address
from tests.makers import material, published

pytestmark = pytest.mark.django_db
MACHINES = "appliances-washing-machines"


@pytest.fixture(autouse=True)
def _listings() -> None:
    """Three machines to repair and one to wash, one that is fine, one asked for; two repairers and a laundry."""
    for work in (["repair"], ["repair"], ["repair", "washing"], ["washing"], []):
        published(material=material(MACHINES), title="Wasmachine", needs_services=work)
    published("demand", material=material(MACHINES), title="Wasmachine gezocht")
    for work in (["repair"], ["repair", "sorting"], ["washing"]):
        published("service", materials=[material("appliances")], service_kinds=work, title="Dienst")


def chips(address: str) -> list[KindChip]:
    results = find(read_address(QueryDict(address)), AnonymousUser())
    assert results is not None
    return results.kinds


def found(address: str) -> int:
    results = find(read_address(QueryDict(address)), AnonymousUser())
    assert results is not None
    return results.page.count


def numbers(address: str) -> dict[str, str]:
    return {chip.kind: chip.count for chip in chips(address)}


@pytest.mark.parametrize(
    "address",
    [
        "", "place=Gent", "kind=supply", "kind=service", "q=wasmachines", "q=wasmachines&kind=demand",
        "service=repair", "service=washing", "kind=supply&service=repair",
        "place=Gent&service=repair",
        "kind=service&service=repair", "kind=demand&service=repair", f"material={MACHINES}&service=repair",
        "q=wasmachines+herstellen", "q=wasmachines+herstellen&kind=supply", "q=wasmachines+herstellen&service=repair",
        "q=wasmachines&service=washing", "q=wasmachines+herstellen+gent",
    ],
)  # fmt: skip
def test_each_number_is_what_its_address_finds(address: str) -> None:
    shown = chips(address)
    assert len(shown) >= 2
    for chip in shown:
        assert chip.count == str(found(chip.query)), chip
    # What is shown now is marked, with its number.
    assert [chip.count for chip in shown if chip.on] == ([] if "demand&s" in address else [str(found(address))])


def test_a_service_is_counted_by_who_does_it_and_by_what_needs_it() -> None:
    assert numbers("service=repair") == {"service": "2", "supply": "3"}
    assert numbers("service=washing&kind=supply") == {"service": "1", "supply": "2"}
    assert numbers("q=wasmachines+herstellen") == {"service": "2", "supply": "3"}
    assert numbers("service=storage") == {}
    assert numbers("") == {"": "9", "supply": "5", "demand": "1", "service": "3"}


def test_the_page_says_what_is_counted(client: Client) -> None:
    page = client.get("/?service=repair").content.decode()
    assert "Aanbod dat dit nodig heeft" in page
    assert ">Alles <" not in page
    assert 'data-value="service" hx-get="/?service=repair&amp;kind=service"' in page
