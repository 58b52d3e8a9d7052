"""Staff of a hub ask for a partner that asked them to: from a listing, a match and a bundle. It is shown as such."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import HubPartner, HubStaff, Membership, Organisation, User
from exchanges import services
from exchanges.arrangements import OtherRequest
from exchanges.models import Exchange, StandingAgreement
from geo.models import Hub
from journal.models import Event, Letter
from listings.models import Listing
from matching.models import Match
from matching.pairs.batch import pair_all
from tests.exchanges.makers import Stream
from tests.exchanges.test_bundles import Doors
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
NOTE = "An Peeters, per telefoon op 3 maart"


def named(member: User, name: str) -> Organisation:
    organisation = make_organisation(member)
    organisation.name = name
    organisation.save()
    return organisation


class Hubbed:
    """A lot in a hub where Hanne works, and a partner of that hub whose member is An."""

    def __init__(self, listing: Listing | None = None, partner: Organisation | None = None) -> None:
        self.listing = listing or published()
        self.hub = Hub.objects.get(pk=self.listing.hub_ids[0])
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(name="Hanne"), role="editor").user
        self.member = make_user(name="An")
        self.partner = partner or named(self.member, "Kringwinkel Noord")
        HubPartner.objects.create(hub=self.hub, organisation=self.partner)
        self.address = f"/zoekertje/{self.listing.pk}/aanvragen/"

    def send(self, address: str = "", **more: Any) -> Any:
        client = as_(self.staff)
        where = address or self.address
        given = {"quantity": "5", "wanted_on": "", "message": "", "behalf_note": NOTE} | more
        return client.post(where, hidden(read(client.get(where))) | given)


def test_from_the_page_of_a_listing_it_is_asked_for_a_partner_and_all_see_who_asked_for_it() -> None:
    story = Hubbed()
    page = read(as_(story.staff).get(story.listing.get_absolute_url()))
    assert "Aanvragen namens een partner" in page
    form = read(as_(story.staff).get(story.address))
    assert "Je vraagt dit namens Kringwinkel Noord." in form
    assert story.send().status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.requester, exchange.asked_by, exchange.behalf_note) == (story.partner, story.staff, NOTE)
    step = exchange.steps.get()
    assert (step.role, step.side, step.organisation_id) == ("hub", "requester", story.partner.pk)
    event = Event.objects.get(verb="exchange.requested")
    assert event.changes["behalf_note"] == NOTE
    readers = {"owner": story.listing.maker, "partner": story.member, "hub": story.staff}  # type: ignore[attr-defined]
    for user in readers.values():
        shown = read(as_(user).get(f"/uitwisselingen/{exchange.pk}/"))
        assert f"De hub vroeg dit namens Kringwinkel Noord. Wie het de hub vroeg: {NOTE}" in shown
        assert "namens Kringwinkel Noord, vroeg" in shown
    board = as_(story.staff).get(f"/hubs/{story.hub.slug}/uitwisselingen/")
    assert f"namens Kringwinkel Noord: {NOTE}" in read(board)
    table = as_(story.staff).get(f"/hubs/{story.hub.slug}/uitwisselingen/tabel.csv")
    assert f"Kringwinkel Noord: {NOTE}" in read(table)


def test_both_sides_read_in_their_letters_who_asked_the_hub() -> None:
    story = Hubbed()
    assert story.send().status_code == 302
    letters = {letter.recipient: letter.data for letter in Letter.objects.filter(template="exchange_step")}
    owner: User = story.listing.maker  # type: ignore[attr-defined]
    assert set(letters) == {owner.email, story.member.email}
    assert {data["behalf_note"] for data in letters.values()} == {NOTE}


def test_without_saying_who_asked_for_it_nothing_is_asked() -> None:
    story = Hubbed()
    for said, status in (("", 409), ("   ", 409), ("x" * 201, 409), ("x\0", 400)):
        assert story.send(behalf_note=said).status_code == status, said
    assert not Exchange.objects.exists()
    with pytest.raises(ValidationError) as refused:
        services.request_exchange(
            by=story.staff, organisation=story.partner, listing=story.listing, quantity=Decimal(5), behalf_note=" "
        )
    assert list(refused.value.message_dict) == ["behalf_note"]
    with pytest.raises(ValidationError, match="namens een partij") as refused:
        services.request_exchange(
            by=story.member, organisation=story.partner, listing=story.listing, quantity=Decimal(5), behalf_note=NOTE
        )
    assert not Exchange.objects.exists()


def test_the_api_takes_the_same_and_refuses_without_it() -> None:
    story = Hubbed()
    client, given = as_(story.staff), {"organisation": story.partner.slug, "listing": story.listing.pk, "quantity": 5}
    refused = client.post("/api/v1/exchanges/", given, content_type="application/json")
    assert refused.status_code == 400
    assert [row["field"] for row in refused.json()["errors"]] == ["behalf_note"]
    made = client.post("/api/v1/exchanges/", given | {"behalf_note": NOTE}, content_type="application/json")
    assert (made.status_code, made.json()["behalf_note"]) == (201, NOTE)
    member = as_(story.member).post(
        "/api/v1/exchanges/", given | {"behalf_note": NOTE}, content_type="application/json"
    )
    assert member.status_code == 400


def test_the_same_key_with_another_note_is_another_request() -> None:
    story = Hubbed()

    def ask(note: str) -> Exchange:
        return services.request_exchange(
            by=story.staff, organisation=story.partner, listing=story.listing, quantity=Decimal(5), behalf_note=note,
            idempotency_key="een",
        )  # fmt: skip

    assert ask(NOTE) == ask(f" {NOTE} ")
    with pytest.raises(OtherRequest):
        ask("Iemand anders")


def test_only_partners_of_ones_own_hub_can_be_chosen_for_what_lies_in_it() -> None:
    story = Hubbed()
    stranger = named(make_user(), "Geen partner")
    second = named(make_user(), "Tweede partner")
    HubPartner.objects.create(hub=story.hub, organisation=second)
    elsewhere = Hub.objects.exclude(pk__in=story.listing.hub_ids).first()
    assert elsewhere is not None
    other_staff = HubStaff.objects.create(hub=elsewhere, user=make_user(), role="manager").user
    HubPartner.objects.create(hub=elsewhere, organisation=stranger)
    form = read(as_(story.staff).get(story.address))
    assert "Kies een organisatie" in form
    assert "Tweede partner" in form
    assert "Geen partner" not in form
    assert story.send(organisation=stranger.pk).status_code == 409
    assert story.send(organisation="").status_code == 409
    # Who works for another hub has nobody to ask for here, and is told so.
    assert "Hiervoor is er geen partner" in read(as_(other_staff).get(f"{story.address}?namens=partner"))
    assert "namens een partner" not in read(as_(other_staff).get(story.listing.get_absolute_url()))
    assert not Exchange.objects.exists()
    assert story.send(organisation=second.pk).status_code == 302
    assert Exchange.objects.get().requester == second


def test_who_also_has_an_organisation_says_for_whom_by_the_address() -> None:
    story = Hubbed()
    own = named(story.staff, "Van mezelf")
    form = read(as_(story.staff).get(story.address))
    assert "behalf_note" not in form
    assert "?namens=partner" in form
    assert story.send(behalf_note="").status_code == 302
    assert story.send(f"{story.address}?namens=partner").status_code == 302
    made = {one.requester: one.behalf_note for one in Exchange.objects.all()}
    assert made == {own: "", story.partner: NOTE}


def test_from_a_match_it_is_asked_for_the_partner_whose_it_is() -> None:
    supply, demand = published(), published("demand", quantity=15)
    pair_all(at=timezone.now())
    assert Match.objects.filter(supply=supply, demand=demand).exists()
    story = Hubbed(supply, demand.organisation)
    address = f"{story.address}?namens=partner&voor={demand.pk}"
    link = address.replace("&", "&amp;")
    for page in (f"/zoekertje/{supply.pk}/matches/", f"/hubs/{story.hub.slug}/koppels/", supply.get_absolute_url()):
        shown = read(as_(story.staff).get(page))
        assert link in shown, page
        assert f"Aanvragen namens {demand.organisation}" in shown
        assert link not in read(as_(make_user()).get(page))
        assert link not in read(Client().get(page))
    assert story.send(address).status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.requester, exchange.matched, exchange.started_from, exchange.behalf_note) == (
        demand.organisation, demand, "match", NOTE,
    )  # fmt: skip


def test_for_whom_only_the_hub_knows_there_is_no_such_button() -> None:
    supply, demand = published(), published("demand", quantity=15, hub_only=True, precision="blurred")
    pair_all(at=timezone.now())
    assert Match.objects.filter(supply=supply, demand=demand).exists()
    story = Hubbed(supply, demand.organisation)
    assert "Aanvragen namens" not in read(as_(story.staff).get(f"/hubs/{story.hub.slug}/koppels/"))


def test_a_bundle_is_asked_for_a_partner_in_one_go() -> None:
    doors = Doors()
    pair_all(at=timezone.now())
    story = Hubbed(doors.demand, doors.demand.organisation)
    address = f"/zoekertje/{doors.demand.pk}/bundel/aanvragen/"
    assert address in read(as_(story.staff).get(f"/zoekertje/{doors.demand.pk}/matches/"))
    client = as_(story.staff)
    form = read(client.get(address))
    assert f"Je vraagt dit namens {story.partner}." in form
    numbers = hidden(form)["supplies"].split(",")
    assert len(numbers) == 2
    given = hidden(form) | {f"part_{number}": "5" for number in numbers} | {"wanted_on": "", "message": ""}
    assert client.post(address, given).status_code == 409
    assert not Exchange.objects.exists()
    assert client.post(address, given | {"behalf_note": NOTE}).status_code == 302
    assert [one.behalf_note for one in Exchange.objects.all()] == [NOTE, NOTE]
    # Of a hub of which it is no partner, nobody may.
    HubPartner.objects.all().delete()
    assert client.get(address).status_code == 403


def test_a_standing_agreement_is_asked_for_a_partner() -> None:
    stream = Stream()
    story = Hubbed(stream.listing)
    terms = stream.terms()
    with pytest.raises(ValidationError) as refused:
        services.ask_agreement(by=story.staff, organisation=story.partner, listing=stream.listing, terms=terms)
    assert list(refused.value.message_dict) == ["behalf_note"]
    given = {
        "often": "weeks-1", "starts_on": stream.first.isoformat(), "ends_on": "", "from_time": "", "to_time": "",
        "place": "", "remark": "",
    }  # fmt: skip
    address = f"/zoekertje/{stream.listing.pk}/vaste-afspraak/"
    assert story.send(address, **given).status_code == 302
    agreement = StandingAgreement.objects.get()
    assert (agreement.requester, agreement.behalf_note) == (story.partner, NOTE)
    assert Event.objects.get(verb="agreement.asked").changes["behalf_note"] == NOTE
    for user in (story.member, stream.owner):
        assert NOTE in read(as_(user).get(f"/vaste-afspraken/{agreement.pk}/"))


def test_a_member_who_works_for_the_hub_asks_as_a_member() -> None:
    story = Hubbed()
    Membership.objects.create(user=story.staff, organisation=story.partner, role="member")
    assert story.send(behalf_note="").status_code == 302
    exchange = Exchange.objects.get()
    assert (exchange.steps.get().role, exchange.behalf_note) == ("requester", "")
