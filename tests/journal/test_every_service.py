"""Every service writes what it does into the journal, in its own transaction.

A service is a public function under `@transaction.atomic`. Each has a story here that calls it; one that has none
fails, and so does one that leaves no event.
"""

import ast
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

import geo.reference
import materials.reference
from accounts import services as accounts
from accounts.models import HubPartner, HubStaff, Membership, User, Verification
from alerts import services as alerts
from alerts.freshness.answers import answer_round, relist
from alerts.models import FreshnessRound
from alerts.stopping import Stop
from exchanges import services as exchanges
from exchanges.agreements.sweep import take_due_agreement
from exchanges.enquiry_sweep import take_due_enquiry
from exchanges.enums import InboundOutcome, Role
from exchanges.mail.handling import Judgement, store_outcome
from exchanges.models import Enquiry, InboundMail, Proposal
from exchanges.proposals import Voice
from exchanges.routing import route_to
from exchanges.services.requests import begin_agreed
from exchanges.sweep import take_due
from geo.models import Hub, HubRegion, Municipality, PostalCode
from geo.official import store_official
from geo.points import METRIC_SRID
from journal.events import record
from journal.letters import accept_letters, refuse_letters, write_letter
from journal.models import Event, Letter
from listings import services as listings
from listings.balances.services import give, hold, hold_as_much, release
from listings.capacity.services import book_capacity, book_weeks, cancel_booking
from listings.duplicates.services import say_no_duplicate, take_back_no_duplicate
from listings.expiry import expire_listings
from listings.imports.mending import map_columns, mend_words
from listings.imports.services import cancel_import, confirm_import, run_check, run_store, start_import
from listings.rederive import place_listings_anew
from listings.verbs import ListingVerb
from matching.dismissals.services import dismiss_pair, take_back_dismissal
from matching.models import HubPlan, PlanState
from matching.pairs import distributed
from matching.plan.services import cancel_plan, request_plan
from matching.weights.default_weights import WEIGHT_POINTS
from matching.weights.services import set_points
from materials.models import ImpactFactor
from tests.alerts.makers import saved
from tests.exchanges.makers import Story, Stream, times_of
from tests.exchanges.test_bundles import Doors
from tests.exchanges.test_chains import Desks
from tests.exchanges.test_fallen_chains import Choice
from tests.exchanges.test_service_weeks import MONDAY, Workshop, reserve
from tests.exchanges.test_work_proposals import Bench
from tests.journal.reading import check_reads_well
from tests.makers import GENT, draft, make_organisation, make_site, make_user, published
from tests.maps.stories import STORIES as MAP_STORIES
from tests.programme.makers import STORIES as PROGRAMME_STORIES

pytestmark = pytest.mark.django_db
ROOMS = ("journal", "accounts", "geo", "materials", "listings", "matching", "exchanges", "alerts", "maps", "programme")
#: What works out again what can be worked out at any time, and changes nothing that anybody gave.
DERIVED = {
    "listings.search.cells.fold_cells",
    "listings.search.cells.recount_cells",
    "listings.search.lexicon.rebuild_words",
    "matching.pairs.batch.pair_all",
    "matching.pairs.batch.pair_by_new_weights",
    "matching.pairs.incremental.pair",
    # Notes who is to hear of a listing: that is no change that anybody made, and nobody else's affair.
    "alerts.telling.tell_of",
    # A stream's row says again what its balance says.
    "listings.balances.follow_periods.follow_periods",
}


def atomic_functions() -> set[str]:
    """Public functions of the rooms that open a transaction, by their full names."""
    found = set()
    for room in ROOMS:
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            for node in ast.parse(path.read_text()).body:
                atomic = isinstance(node, ast.FunctionDef) and "transaction.atomic" in map(
                    ast.unparse, node.decorator_list
                )
                if atomic and not node.name.startswith("_"):  # type: ignore[attr-defined]
                    found.add(f"{module}.{node.name}")  # type: ignore[attr-defined]
    return found


def hub() -> Hub:
    return Hub.objects.get(slug="sociaal-circulaire-hub-gent")


def operator() -> User:
    return make_user(is_superuser=True, is_staff=True)


def manager() -> User:
    user = make_user()
    HubStaff.objects.create(hub=hub(), user=user, role="manager")
    return user


def admin_and_organisation() -> dict[str, Any]:
    by = make_user()
    return {"by": by, "organisation": make_organisation(by)}


def by_maker(listing: Any) -> dict[str, Any]:
    return {"by": listing.maker, "listing": listing}


def staff() -> HubStaff:
    return HubStaff.objects.create(hub=hub(), user=make_user(), role="editor")


def verified() -> Verification:
    organisation = make_organisation(make_user())
    HubPartner.objects.create(hub=hub(), organisation=organisation)
    return accounts.verify_organisation(
        by=staff().user, organisation=organisation, hub=hub(), what="organisation", evidence="KBO-uittreksel gezien.",
        until=timezone.localdate() + dt.timedelta(days=90),
    )  # fmt: skip


def photo_file() -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (60, 40), "red").save(stream, "PNG")
    return SimpleUploadedFile("x.png", stream.getvalue(), "image/png")


def an_import(by_and: dict[str, Any] | None = None) -> dict[str, Any]:
    given = by_and or admin_and_organisation()
    make_site(given["organisation"])
    text = "materiaal;hoeveelheid;eenheid\nHouten paletten;12;stuks\n"
    upload = SimpleUploadedFile("lijst.csv", text.encode())
    made = start_import(**given, upload=upload)
    run_check(made)
    return {"by": given["by"], "listing_import": made}


def next_monday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday()) + dt.timedelta(weeks=2)


def a_whole_lot() -> Any:
    """A lot of which nothing is free any more: what is held of it in part, says the step within which it is held."""
    return hold(by=None, listing=(lot := published(quantity=20)), quantity=lot.quantity or Decimal(0))


def a_booking(service: Any) -> Any:
    return book_capacity(by=service.maker, service=service, week_start=next_monday(), quantity=Decimal(1))


def a_pair() -> dict[str, Any]:
    """Two listings that look alike, and somebody of the hub that they lie in."""
    return {"by": staff().user, "hub": hub(), "one": published(), "other": published()}


def a_dismissal() -> Any:
    supply, demand = published(), published("demand")
    return dismiss_pair(by=by_maker(supply)["by"], listing=supply, other=demand, reason="price")


def areas() -> dict[str, MultiPolygon]:
    square = Polygon(((0, 0), (0, 1), (1, 1), (1, 0), (0, 0)), srid=METRIC_SRID)
    return {row.nis: MultiPolygon(square, srid=METRIC_SRID) for row in Municipality.objects.all()}


def invite() -> Any:
    return accounts.invite_member(**admin_and_organisation(), email="nieuw@test.example")


def a_letter(state: str) -> Letter:
    """Failed, or broken off after its text was handed over."""
    letter = write_letter("invitation", to="nieuw@test.example", language="nl", data={})
    assert letter is not None
    letter.state, letter.phase, letter.leased_until = state, "after", timezone.now() - dt.timedelta(minutes=1)
    letter.save()
    return letter


def accept() -> None:
    invitation = invite()
    accounts.accept_invitation(by=User.objects.create_user(invitation.email), token=invitation.token)


def cancel_running_plan() -> None:
    by = manager()
    cancel_plan(by=by, plan=HubPlan.objects.create(hub=hub(), state=PlanState.WAITING))


def moved_listing() -> None:
    published()
    HubRegion.objects.filter(hub=hub()).first().municipalities.clear()  # type: ignore[union-attr]
    place_listings_anew()


def with_photo() -> dict[str, Any]:
    listing = draft()
    return {"by": listing.maker, "photo": listings.add_photo(**by_maker(listing), upload=photo_file())}  # type: ignore[attr-defined]


def in_dispute(state: str = "disputed") -> dict[str, Any]:
    """An exchange that the sides disagree about, and somebody of the hub it lies in, who decides."""
    story = Story()
    exchange = getattr(story, state)()
    by = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=by, role="editor")
    return {"by": by, "exchange": exchange, "reason": "De bon zegt het."}


def a_no_show(story: Story) -> dict[str, Any]:
    return {"by": story.requester, "exchange": story.no_show(), "reason": "We stonden er.", "at": story.after()}


def a_proposal() -> Proposal:
    """A supply and a demand that a hub brings together."""
    supply, demand = published("supply"), published("demand")
    hub = Hub.objects.get(pk=supply.hub_ids[0])
    by = make_user()
    HubStaff.objects.create(hub=hub, user=by, role="editor")
    return exchanges.propose_match(by=by, hub=hub, supply=supply, demand=demand)


def of_the_hub() -> dict[str, Any]:
    """An exchange, and somebody of the hub that it lies in."""
    exchange = Story().ask()
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    by = make_user()
    HubStaff.objects.create(hub=hub, user=by, role="editor")
    return {"by": by, "about": exchange, "hub": hub}


def worked_on() -> dict[str, Any]:
    """An exchange that a maatwerkbedrijf asked for and has got."""
    story = Story()
    story.organisation.kind = "social_enterprise"
    story.organisation.save()
    return {"by": story.requester, "exchange": story.completed(), "organisation": story.organisation}


def lapsed() -> None:
    story = Story()
    take_due(exchange=story.ask(), at=story.at + dt.timedelta(days=8))


def an_enquiry() -> Enquiry:
    return exchanges.ask_hub(by=make_user(), route=route_to(hub()), subject="Frigo's", text="Wie demonteert ze?")


def with_staff() -> dict[str, Any]:
    """A conversation in whose hub somebody works, and its owner."""
    story = Story()
    HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=make_user(), role="editor")
    return {"conversation": story.ask().conversation, "by": story.owner}


def staff_of(enquiry: Enquiry) -> User:
    return HubStaff.objects.create(hub=enquiry.hub, user=make_user(), role="editor").user


def a_refused_mail() -> None:
    """For an address that was never given out."""
    mail = InboundMail.objects.create(
        recipient="x@test.example", sha256="0" * 64, size=1, source="smtp", received_at=timezone.now()
    )
    store_outcome(mail=mail, judgement=Judgement(InboundOutcome.UNKNOWN_ADDRESS), at=timezone.now())


def asked_whether_fresh(**fields: Any) -> dict[str, Any]:
    """A listing whose owner is being asked whether it is still there."""
    listing, now = published(), timezone.now()
    fields = {"due_at": now} | fields
    asked = FreshnessRound.objects.create(listing=listing, person=listing.maker, number=1, begun_at=now, **fields)  # type: ignore[attr-defined]
    return {"by": listing.maker, "asked": asked, "at": now}  # type: ignore[attr-defined]


def lapsed_listing() -> dict[str, Any]:
    """One that expired without an answer."""
    given = asked_whether_fresh(due_at=None, ended_at=timezone.now(), answer="lapsed")
    given["asked"].listing = listings.lapse_listing(listing=given["asked"].listing)
    return given


A = "accounts.services"
X = "exchanges.services"
S = "alerts.services"
STORIES: dict[str, Callable[[], Any]] = {
    f"{A}.users.update_user": lambda: accounts.update_user(by=make_user(), name="Bo", language="fr"),
    f"{A}.users.set_up_user": lambda: accounts.set_up_user(by=operator(), user=make_user(), groups=[], is_staff=True),
    f"{A}.users.delete_user": lambda: accounts.delete_user(by=operator(), user=make_user()),
    f"{A}.tokens.make_token": lambda: accounts.make_token(by=make_user()),
    f"{A}.tokens.revoke_token": lambda: [accounts.make_token(by=(by := make_user())), accounts.revoke_token(by=by)],
    f"{A}.members.add_member": lambda: accounts.add_member(
        by=operator(), organisation=make_organisation(make_user()), user=make_user(), role="admin"
    ),
    f"{A}.members.change_role": lambda: accounts.change_role(
        by=(given := admin_and_organisation())["by"],
        membership=Membership.objects.create(
            organisation=given["organisation"], user=make_user(), role="member"
        ),
        role="admin",
    ),
    f"{A}.members.remove_member": lambda: accounts.remove_member(
        by=(given := admin_and_organisation())["by"],
        membership=Membership.objects.create(
            organisation=given["organisation"], user=make_user(), role="member"
        ),
    ),
    f"{A}.sites.add_site": lambda: accounts.add_site(
        **admin_and_organisation(), location=Point(GENT[1], GENT[0], srid=4326), name="Loods",
        postal_code="9000", place_name="Gent",
    ),
    f"{A}.sites.update_site": lambda: accounts.update_site(
        by=(given := admin_and_organisation())["by"], site=make_site(given["organisation"]), name="Kade"
    ),
    f"{A}.sites.remove_site": lambda: accounts.remove_site(
        by=(given := admin_and_organisation())["by"], site=make_site(given["organisation"])
    ),
    f"{A}.hubs.update_hub": lambda: accounts.update_hub(by=manager(), hub=hub(), intro="Welkom"),
    f"{A}.hubs.set_up_hub": lambda: accounts.set_up_hub(by=operator(), hub=Hub(), slug="nieuw", name="Nieuw"),
    f"{A}.hubs.remove_hub": lambda: accounts.remove_hub(by=operator(), hub=Hub.objects.create(slug="x", name="X")),
    f"{A}.hubs.set_up_region": lambda: accounts.set_up_region(
        by=operator(), region=HubRegion(hub=hub()), name="Kade", kind="thematic",
        municipalities=Municipality.objects.filter(name_nl="Gent"),
    ),
    f"{A}.hubs.remove_region": lambda: accounts.remove_region(
        by=operator(), region=HubRegion.objects.create(hub=hub(), name="Kade", kind="core")
    ),
    f"{A}.invitations.invite_member": invite,
    f"{A}.invitations.invite_hub_staff": lambda: accounts.invite_hub_staff(
        by=manager(), hub=hub(), email="nieuw@test.example"
    ),
    f"{A}.invitations.withdraw_invitation": lambda: accounts.withdraw_invitation(
        by=(invitation := invite()).invited_by, invitation=invitation
    ),
    f"{A}.invitations.accept_invitation": accept,
    f"{A}.hub_partners.add_hub_partner": lambda: accounts.add_hub_partner(
        by=manager(), hub=hub(), organisation=make_organisation()
    ),
    f"{A}.hub_partners.remove_hub_partner": lambda: accounts.remove_hub_partner(
        by=manager(), partner=HubPartner.objects.create(hub=hub(), organisation=make_organisation())
    ),
    f"{A}.organisations.create_organisation": lambda: accounts.create_organisation(
        by=make_user(), name="Kringloop", kind="company"
    ),
    f"{A}.organisations.update_organisation": lambda: accounts.update_organisation(
        **admin_and_organisation(), description="Hout"
    ),
    f"{A}.organisations.set_up_organisation": lambda: accounts.set_up_organisation(
        by=operator(), organisation=make_organisation(), description="Hout"
    ),
    f"{A}.verifications.verify_organisation": lambda: verified(),
    f"{A}.verifications.withdraw_verification": lambda: accounts.withdraw_verification(
        by=operator(), verification=verified(), reason="Gestopt volgens de KBO."
    ),
    f"{A}.verifications.end_expired_verifications": lambda: [
        Verification.objects.filter(pk=verified().pk).update(until=timezone.localdate() - dt.timedelta(days=1)),
        accounts.end_expired_verifications(at=timezone.now()),
    ],
    f"{A}.hub_staff.add_hub_staff": lambda: accounts.add_hub_staff(by=manager(), hub=hub(), user=make_user()),
    f"{A}.hub_staff.change_hub_role": lambda: accounts.change_hub_role(by=manager(), staff=staff(), role="manager"),
    f"{A}.hub_staff.remove_hub_staff": lambda: accounts.remove_hub_staff(by=manager(), staff=staff()),
    f"{A}.hub_staff.show_hub_staff": lambda: [
        accounts.update_user(by=(mine := staff()).user, name="Bo", language="nl"),
        accounts.show_hub_staff(by=mine.user, staff=mine, shown=True),
    ],
    f"{A}.letters.send_letter_again": lambda: accounts.send_letter_again(by=operator(), letter=a_letter("failed")),
    f"{A}.letters.take_letter_as_sent": lambda: accounts.take_letter_as_sent(
        by=operator(), letter=a_letter("sending")
    ),
    "journal.letters.accept_letters": lambda: [
        refuse_letters("nee@test.example", "strangers"),
        accept_letters("nee@test.example", "strangers"),
    ],
    "journal.letters.refuse_letters": lambda: refuse_letters("nee@test.example", "strangers"),
    "geo.reference.load": lambda: [PostalCode.objects.filter(code="9000").delete(), geo.reference.load()],
    "geo.official.store_official": lambda: store_official(areas(), source="proef"),
    "materials.reference.load": lambda: [ImpactFactor.objects.all().delete(), materials.reference.load()],
    "listings.services.create_listing": draft,
    "listings.services.update_listing": lambda: listings.update_listing(**by_maker(draft()), title="Planken"),
    "listings.services.blur_site": lambda: listings.blur_site(**by_maker(published())),
    "listings.services.publish_listing": published,
    "listings.services.reserve_listing": lambda: listings.reserve_listing(**by_maker(published())),
    "listings.services.withdraw_listing": lambda: listings.withdraw_listing(**by_maker(published())),
    "listings.services.close_listing": lambda: listings.close_listing(**by_maker(published())),
    "listings.services.delete_draft": lambda: listings.delete_draft(**by_maker(draft())),
    "listings.services.take_down_listing": lambda: listings.take_down_listing(by=operator(), listing=published()),
    "listings.services.add_safe_photo": with_photo,
    "listings.services.remove_photo": lambda: listings.remove_photo(**with_photo()),
    "listings.rederive.place_listings_anew": moved_listing,
    "listings.duplicates.services.say_no_duplicate": lambda: say_no_duplicate(**a_pair(), reason="Elk een loods."),
    "listings.duplicates.services.take_back_no_duplicate": lambda: take_back_no_duplicate(
        by=(given := a_pair())["by"], hub=given["hub"], said=say_no_duplicate(**given)
    ),
    "listings.imports.services.start_import": an_import,
    "listings.imports.services.confirm_import": lambda: confirm_import(**an_import()),
    "listings.imports.services.cancel_import": lambda: cancel_import(**an_import()),
    "listings.imports.mending.map_columns": lambda: map_columns(**an_import(), fields={"materiaal": "material"}),
    "listings.imports.mending.mend_words": lambda: mend_words(**an_import(), words={}),
    "listings.balances.services.hold": a_whole_lot,
    "listings.balances.services.hold_as_much": lambda: hold_as_much(
        reservation=hold(by=None, listing=published(quantity=20), quantity=Decimal(10)), quantity=Decimal(20)
    ),
    "listings.balances.services.give": lambda: give(reservation=a_whole_lot(), quantity=Decimal(20)),
    "listings.balances.services.release": lambda: release(reservation=a_whole_lot()),
    "listings.capacity.services.book_weeks": lambda: book_weeks(
        by=by_maker(service := published("service"))["by"], service=service, quantity=Decimal(25),
        weeks=[next_monday(), next_monday() + dt.timedelta(weeks=1)],
    ),
    "listings.capacity.services.book_capacity": lambda: a_booking(published("service")),
    "listings.capacity.services.cancel_booking": lambda: cancel_booking(
        by=(service := published("service")).maker,  # type: ignore[attr-defined]
        booking=a_booking(service),
    ),
    f"{X}.requests.request_exchange": lambda: Story().ask(),
    f"{X}.bundles.request_bundle": lambda: Doors().ask(10, 8),
    f"{X}.capacity.request_weeks": lambda: Workshop().ask_weeks(5, MONDAY),
    f"{X}.capacity.book_weeks_for": lambda: reserve(shop := Workshop(), shop.own_supply()),
    f"{X}.chains.propose_chain": lambda: Desks().propose(),
    f"{X}.chains.free_again": lambda: exchanges.free_again(exchange=(choice := Choice()).left(), by=choice.giver),
    f"{X}.work_proposals.propose_work": lambda: Bench().propose(),
    f"{X}.requests.begin_agreed": lambda: begin_agreed(
        asker=Voice(make_user(), Role.REQUESTER, ""), owner=Voice(make_user(), Role.OWNER, ""),
        listing=published(), matched=published("demand"), quantity=Decimal(10), at=timezone.now(),
    ),
    f"{X}.requests.accept": lambda: Story().accepted(),
    f"{X}.requests.counter": lambda: Story().countered(),
    f"{X}.requests.agree": lambda: exchanges.agree(exchange=(story := Story()).countered(), by=story.requester),
    f"{X}.requests.take_back": lambda: exchanges.take_back(exchange=(story := Story()).countered(), by=story.owner),
    f"{X}.requests.decline": lambda: exchanges.decline(
        exchange=(story := Story()).ask(), by=story.owner, reason="Weg."
    ),
    f"{X}.requests.withdraw": lambda: exchanges.withdraw(exchange=(story := Story()).ask(), by=story.requester),
    f"{X}.appointments.propose_times": lambda: Story().proposed(),
    f"{X}.appointments.confirm_time": lambda: exchanges.confirm_time(
        exchange=(proposed := (story := Story()).proposed()), by=story.requester, appointment=times_of(proposed)[0]
    ),
    f"{X}.carriers.state_carrier": lambda: exchanges.state_carrier(
        exchange=(story := Story(declared_status="waste", eural_code="150103")).accepted(), by=story.owner,
        name="Vervoer De Kikker", registration="VL 0417",
    ),
    f"{X}.appointments.cancel": lambda: exchanges.cancel(
        exchange=(story := Story()).scheduled(), by=story.owner, reason="Onze wagen is stuk."
    ),
    f"{X}.appointments.report_no_show": lambda: Story().no_show(),
    f"{X}.appointments.contest_no_show": lambda: exchanges.contest_no_show(**a_no_show(Story())),
    f"{X}.appointments.uphold_no_show": lambda: exchanges.uphold_no_show(**in_dispute("contested")),
    f"{X}.weights.state_weight": lambda: Story().handed_over(),
    f"{X}.weights.confirm_weight": lambda: Story().completed(),
    f"{X}.weights.dispute": lambda: Story().disputed(),
    f"{X}.weights.settle": lambda: exchanges.settle(**in_dispute(), method="counted", quantity=Decimal(9)),
    f"{X}.weights.settle_cancelled": lambda: exchanges.settle_cancelled(**in_dispute()),
    f"{X}.calendar_feeds.renew_calendar_feed": lambda: exchanges.renew_calendar_feed(by=make_user()),
    f"{X}.calendar_feeds.stop_calendar_feed": lambda: exchanges.stop_calendar_feed(
        by=exchanges.renew_calendar_feed(by=make_user()).user
    ),
    f"{X}.proposals.propose_match": a_proposal,
    f"{X}.proposals.answer_proposal": lambda: exchanges.answer_proposal(
        proposal=(made := a_proposal()), by=made.supply.organisation.memberships.get().user, answer="yes"
    ),
    f"{X}.proposals.withdraw_proposal": lambda: exchanges.withdraw_proposal(
        proposal=(made := a_proposal()), by=User.objects.get(pk=made.made_by_id or 0)
    ),
    f"{X}.agreements.ask_agreement": lambda: Stream().ask_standing(),
    # Far enough away that nothing is reserved at once.
    f"{X}.agreements.accept_agreement": lambda: Stream(first=40).agreed(),
    f"{X}.agreements.counter_agreement": lambda: Stream(first=40).countered_standing(),
    f"{X}.agreements.agree_agreement": lambda: exchanges.agree_agreement(
        agreement=(stream := Stream(first=40)).countered_standing(), by=stream.requester
    ),
    f"{X}.agreements.take_back_agreement": lambda: exchanges.take_back_agreement(
        agreement=(stream := Stream(first=40)).countered_standing(), by=stream.owner
    ),
    f"{X}.agreements.decline_agreement": lambda: exchanges.decline_agreement(
        agreement=(stream := Stream()).ask_standing(), by=stream.owner, reason="Weg."
    ),
    f"{X}.agreements.withdraw_agreement": lambda: exchanges.withdraw_agreement(
        agreement=(stream := Stream()).ask_standing(), by=stream.requester
    ),
    f"{X}.agreement_changes.change_agreement": lambda: Stream(first=40).change_proposed(),
    f"{X}.agreement_changes.agree_change": lambda: exchanges.agree_change(
        agreement=(stream := Stream(first=40)).change_proposed(), by=stream.requester
    ),
    f"{X}.agreement_changes.decline_change": lambda: exchanges.decline_change(
        agreement=(stream := Stream(first=40)).change_proposed(), by=stream.requester, reason="Te veel."
    ),
    f"{X}.agreement_changes.take_back_change": lambda: exchanges.take_back_change(
        agreement=(stream := Stream(first=40)).change_proposed(), by=stream.owner
    ),
    f"{X}.agreements.pause_agreement": lambda: Stream().paused(),
    f"{X}.agreements.resume_agreement": lambda: exchanges.resume_agreement(
        agreement=(stream := Stream(first=40)).paused(), by=stream.requester
    ),
    f"{X}.agreements.end_agreement": lambda: exchanges.end_agreement(
        agreement=(stream := Stream()).agreed(), by=stream.owner, reason="Gestopt."
    ),
    f"{X}.deliveries.skip_delivery": lambda: exchanges.skip_delivery(
        agreement=(stream := Stream()).agreed(), by=stream.owner, due_on=stream.first, reason="Gesloten."
    ),
    f"{X}.deliveries.change_delivery": lambda: exchanges.change_delivery(
        agreement=(stream := Stream()).agreed(), by=stream.owner, due_on=stream.first, quantity=Decimal(6)
    ),
    "exchanges.agreements.sweep.take_due_agreement": lambda: take_due_agreement(
        agreement=Stream().ask_standing(), at=timezone.now() + dt.timedelta(days=8)
    ),
    f"{X}.follow_up.follow_up": lambda: exchanges.follow_up(**of_the_hub(), user=None),
    f"{X}.follow_up.add_note": lambda: exchanges.add_note(**of_the_hub(), text="Gebeld."),
    f"{X}.hours.state_hours": lambda: exchanges.state_hours(**worked_on(), hours=Decimal(12)),
    f"{X}.messages.send_message": lambda: exchanges.send_message(
        conversation=(story := Story()).ask().conversation, by=story.owner, text="Kom je met een wagen?"
    ),
    f"{X}.messages.invite_hub": lambda: exchanges.invite_hub(**with_staff()),
    f"{X}.enquiries.ask_hub": an_enquiry,
    f"{X}.enquiries.take_enquiry": lambda: exchanges.take_enquiry(by=staff_of(asked := an_enquiry()), enquiry=asked),
    f"{X}.enquiries.close_enquiry": lambda: exchanges.close_enquiry(by=(asked := an_enquiry()).asker, enquiry=asked),  # type: ignore[arg-type]
    "exchanges.enquiry_sweep.take_due_enquiry": lambda: take_due_enquiry(
        enquiry=an_enquiry(), at=timezone.now() + dt.timedelta(days=9)
    ),
    "exchanges.mail.handling.store_outcome": a_refused_mail,
    "exchanges.sweep.take_due": lapsed,
    f"{S}.save_search": saved,
    f"{S}.change_search": lambda: alerts.change_search(
        by=(search := saved()).owner, search=search, name="Hout", frequency="weekly", paused=True
    ),
    f"{S}.delete_search": lambda: alerts.delete_search(by=(search := saved()).owner, search=search),
    f"{S}.choose_match_alerts": lambda: alerts.choose_match_alerts(by=make_user(), frequency="daily"),
    f"{S}.stop_alerts": lambda: alerts.stop_alerts(stop=Stop((search := saved()).owner_id, (search.pk,))),
    "alerts.freshness.answers.answer_round": lambda: answer_round(**asked_whether_fresh(), answer="still_there"),
    "alerts.freshness.answers.relist": lambda: relist(**lapsed_listing()),
    "listings.services.lapse_listing": lambda: listings.lapse_listing(listing=published()),
    "matching.pairs.distributed.start": lambda: distributed.start(at=timezone.now()),
    "matching.pairs.distributed.start_unless_one_runs": lambda: distributed.start_unless_one_runs(at=timezone.now()),
    "matching.pairs.distributed.cancel": lambda: distributed.cancel(run_id=distributed.start(at=timezone.now()).pk),
    "matching.dismissals.services.dismiss_pair": a_dismissal,
    "matching.dismissals.services.take_back_dismissal": lambda: take_back_dismissal(
        by=(made := a_dismissal()).by, dismissal=made
    ),
    "matching.plan.services.request_plan": lambda: request_plan(by=manager(), hub=hub()),
    "matching.plan.services.cancel_plan": cancel_running_plan,
    "matching.weights.services.set_points": lambda: set_points(
        by=manager(), hub=hub(), points=dict.fromkeys(WEIGHT_POINTS, 4), at=timezone.now()
    ),
    **MAP_STORIES,
    **PROGRAMME_STORIES,
}  # fmt: skip


def test_every_service_has_its_story() -> None:
    services = atomic_functions()
    assert len(services) > 50
    assert services - DERIVED - set(STORIES) == set()
    assert set(STORIES) | DERIVED <= services


@pytest.mark.parametrize("name", STORIES)
def test_a_service_leaves_an_event(name: str) -> None:
    begun = Event.objects.count()
    STORIES[name]()
    event = Event.objects.newest_first().first()
    assert event is not None
    verb_of = {
        "delete_user": "user.deleted", "set_up_hub": "hub.changed", "set_up_organisation": "organisation.changed",
        "update_user": "user.changed", "make_token": "token.made", "revoke_token": "token.revoked",
        "refuse_letters": "letters.refused", "accept_letters": "letters.accepted",
        "start_import": "import.checked", "load": "loaded",
        "map_columns": "import.mended", "mend_words": "import.mended",
    }  # fmt: skip
    last = name.rsplit(".", 1)[1]
    assert verb_of.get(last, event.verb) in event.verb, f"{name} left {event.verb}"
    # The event says who did it, but where a task or a command did.
    without_people = {
        "load",
        "store_official",
        "place_listings_anew",
        "start_unless_one_runs",
        "start",
        "matching.pairs.distributed.cancel",
        "start_import",
        "refuse_letters",
        "accept_letters",
        "take_due",
        "take_due_agreement",
        "take_due_enquiry",
        # Nobody knows who sends to an address that was never given out.
        "exchanges.mail.handling.store_outcome",
        "lapse_listing",
        "end_expired_verifications",
        "clear_map_import",
        # A lot's status follows by itself; the step within which something is held says who took it.
        "hold",
        "hold_as_much",
        "give",
        "release",
    }
    assert (event.by_id is None) == bool({last, name} & without_people)
    check_reads_well(list(Event.objects.order_by("id")[begun:]))


def test_each_listing_that_expires_has_its_event() -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    rows = [published(available_until=timezone.localdate()) for _number in range(2)]
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(available_from=yesterday, available_until=yesterday)
    assert expire_listings(today=timezone.localdate()) == 2
    expired = Event.objects.filter(verb=ListingVerb.EXPIRED)
    assert {event.subject_id for event in expired} == {row.pk for row in rows}


def test_an_import_that_is_stored_or_fails_leaves_an_event() -> None:
    given = an_import()
    confirm_import(**given)
    given["listing_import"].refresh_from_db()
    run_store(given["listing_import"])
    event = Event.objects.newest_first().first()
    assert event is not None
    assert (event.verb, event.changes["added"]) == ("import.stored", 1)


def test_what_is_rolled_back_leaves_nothing() -> None:
    def publish_and_fail() -> None:
        published()
        raise RuntimeError

    before = Event.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        publish_and_fail()
    assert Event.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"listing\.created"):
        record(ListingVerb.CREATED, None)
