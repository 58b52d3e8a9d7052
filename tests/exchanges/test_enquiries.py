"""Questions to hubs: which hub gets one, what its people do, what time does, and who sees what."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enquiry_schedule import WITHIN_DAYS
from exchanges.enquiry_sweep import sweep_enquiries
from exchanges.enums import EnquiryState, InboundOutcome, InboundSource
from exchanges.mail.handling import handle
from exchanges.mail.intake import take_in
from exchanges.models import Conversation, Enquiry, MessagePhoto
from exchanges.routing import route_of_municipality, route_of_point, route_to
from geo.models import Hub, HubRegion, Municipality
from journal.letter_text import render_letter
from journal.models import Event, Letter
from listings.late import TooLate
from tests.exchanges.mails import a_photo, reply
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


class Asked:
    """Somebody asked the hub of Gent something; two people work there."""

    def __init__(self, at: dt.datetime | None = None) -> None:
        self.at = at or timezone.now()
        self.hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
        self.asker: User = make_user(name="An Vrager")
        self.staff = [
            HubStaff.objects.create(hub=self.hub, user=make_user(name=name), role="editor").user
            for name in ("Hanne Hub", "Bo Hub")
        ]
        self.enquiry = services.ask_hub(
            by=self.asker, route=route_to(self.hub), subject="Oude frigo's", text="Wie demonteert ze?", at=self.at
        )
        self.conversation = self.enquiry.conversation

    def say(self, by: User, text: str = "Probeer de kringwinkel.", after: dt.timedelta = DAY) -> None:
        services.send_message(by=by, conversation=self.conversation, text=text, at=self.at + after)

    def fresh(self) -> Enquiry:
        self.enquiry.refresh_from_db()
        return self.enquiry


def upload(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", content or a_photo(), "image/jpeg")


def letters(template: str) -> list[str]:
    return list(Letter.objects.of_template(template).order_by("pk").values_list("recipient", flat=True))


# ---- which hub ----


def test_a_place_s_own_hub_gets_the_question() -> None:
    gent = Municipality.objects.get(name_nl="Gent")
    route = route_of_municipality(gent)
    assert route is not None
    assert (route.hub.slug, route.municipality, route.is_nearest) == ("sociaal-circulaire-hub-gent", gent, False)


def test_a_core_region_comes_before_a_shared_one_and_a_theme_is_no_place() -> None:
    gent = Municipality.objects.get(name_nl="Gent")
    core = route_of_municipality(gent)
    assert core is not None
    others = Hub.objects.exclude(pk=core.hub.pk).order_by("pk")[:2]
    for other, kind in zip(others, ("shared", "thematic"), strict=True):
        HubRegion.objects.create(hub=other, name=f"Extra {kind}", kind=kind).municipalities.add(gent)
    found = route_of_municipality(gent)
    assert found is not None
    assert found.hub == core.hub
    HubRegion.objects.filter(municipalities=gent, kind="core").delete()
    shared = route_of_municipality(gent)
    assert shared is not None
    assert (shared.hub, shared.is_nearest) == (others[0], False)


def test_every_municipality_without_a_hub_has_a_nearest_one() -> None:
    without = list(Municipality.objects.without_hub().filter(region="vlaanderen"))
    assert len(without) > 50
    for municipality in without[:15]:
        route = route_of_municipality(municipality)
        assert route is not None
        assert route.is_nearest
        assert 0 < (route.away_m or 0) < 120_000


def test_a_point_abroad_has_no_hub() -> None:
    gent = Municipality.objects.get(name_nl="Gent").centre
    assert route_of_point(gent) is not None
    paris = gent.clone()
    paris.x, paris.y = 2.35, 48.85
    assert route_of_point(paris) is None


# ---- asking and answering ----


def test_everybody_of_the_hub_hears_of_a_question_and_the_same_key_asks_once() -> None:
    asked = Asked()
    assert set(letters("enquiry_asked")) == {user.email for user in asked.staff}
    again: dict[str, Any] = {"by": asked.asker, "route": route_to(asked.hub), "subject": "x", "text": "y"}
    first = services.ask_hub(**again, idempotency_key="k")
    assert services.ask_hub(**again, idempotency_key="k") == first
    assert Enquiry.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [({"subject": " "}, "subject"), ({"text": "\n"}, "text"), ({"text": "x" * 4_001}, "text"),
     ({"text": "a\0b"}, "text"), ({"subject": "x" * 121}, "subject"),
     ({"idempotency_key": "x" * 65}, "idempotency_key")],
)  # fmt: skip
def test_what_makes_no_question_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    hub = Hub.objects.all()[0]
    asking: dict[str, Any] = {"by": make_user(), "route": route_to(hub), "subject": "Frigo's", "text": "Wie?"} | given
    with pytest.raises(ValidationError) as refused:
        services.ask_hub(**asking)
    assert list(refused.value.message_dict) == [field]


def test_nobody_floods_a_hub() -> None:
    asked = Asked()
    for number in range(9):
        services.ask_hub(by=asked.asker, route=route_to(asked.hub), subject=f"{number}", text="Wie?")
    with pytest.raises(ValidationError, match="wachten"):
        services.ask_hub(by=asked.asker, route=route_to(asked.hub), subject="10", text="Wie?")
    assert Enquiry.objects.filter(asker=asked.asker).count() == 10


def test_nobody_asks_for_an_organisation_of_others() -> None:
    with pytest.raises(PermissionDenied):
        services.ask_hub(
            by=make_user(), route=route_to(Hub.objects.all()[0]), subject="x", text="y",
            organisation=make_organisation(),
        )  # fmt: skip


def test_an_answer_takes_it_up_and_what_the_asker_writes_opens_it_again() -> None:
    asked = Asked()
    asked.say(asked.staff[0])
    found = asked.fresh()
    assert (found.state, found.owner, found.taken_up_at) == (EnquiryState.ANSWERED, asked.staff[0], asked.at + DAY)
    assert letters("exchange_message") == [asked.asker.email]
    asked.say(asked.asker, "Die neemt geen frigo's.", 2 * DAY)
    found = asked.fresh()
    assert (found.state, found.state_since, found.taken_up_at) == (
        EnquiryState.OPEN,
        asked.at + 2 * DAY,
        asked.at + DAY,
    )
    # Who sees to it hears of it, and the colleague doesn't.
    assert letters("exchange_message") == [asked.asker.email, asked.staff[0].email]


def test_staff_take_a_question_and_give_it_to_a_colleague() -> None:
    asked = Asked()
    services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry, at=asked.at + DAY)
    first, second = asked.staff[:2]
    services.take_enquiry(by=first, enquiry=asked.enquiry, owner=second, seen_owner=first.pk, at=asked.at + 2 * DAY)
    found = asked.fresh()
    assert (found.owner, found.taken_up_at, found.state) == (asked.staff[1], asked.at + DAY, EnquiryState.OPEN)
    with pytest.raises(ValidationError):
        services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry, owner=asked.asker)
    with pytest.raises(PermissionDenied):
        services.take_enquiry(by=asked.asker, enquiry=asked.enquiry)


def test_nobody_takes_a_question_from_a_colleague_without_having_seen_that_they_have_it() -> None:
    asked = Asked()
    first, second = asked.staff[:2]
    services.take_enquiry(by=first, enquiry=asked.enquiry)
    for seen in (None, second.pk):
        with pytest.raises(TooLate, match=f"{first.name} nam dit intussen op"):
            services.take_enquiry(by=second, enquiry=asked.enquiry, seen_owner=seen)
    assert asked.fresh().owner == first
    # A second click of the same person takes it from nobody.
    services.take_enquiry(by=first, enquiry=asked.enquiry)
    services.take_enquiry(by=second, enquiry=asked.enquiry, seen_owner=first.pk)
    assert asked.fresh().owner == second


def test_the_page_of_a_question_says_who_took_it_meanwhile_and_then_lets_one_take_it_over() -> None:
    asked = Asked()
    first, second = asked.staff[:2]
    path = f"/vraag/{asked.enquiry.pk}/"
    client = as_(second)
    seen = _seen_owner(client, path)
    as_(first).post(f"{path}opnemen/", {"owner": first.pk, "seen_owner": ""})
    page = read(client.post(f"{path}opnemen/", {"owner": second.pk, "seen_owner": seen}, follow=True))
    assert f"{first.name} nam dit intussen op." in page
    assert asked.fresh().owner == first
    client.post(f"{path}opnemen/", {"owner": second.pk, "seen_owner": _seen_owner(client, path)})
    assert asked.fresh().owner == second


def _seen_owner(client: Client, path: str) -> str:
    (value,) = re.findall(r'name="seen_owner" value="(\d*)"', read(client.get(path)))
    return value


def test_either_closes_it_and_then_nobody_writes() -> None:
    asked = Asked()
    services.close_enquiry(by=asked.staff[0], enquiry=asked.enquiry)
    services.close_enquiry(by=asked.staff[0], enquiry=asked.enquiry)
    assert letters("enquiry_closed") == [asked.asker.email]
    with pytest.raises(services.ConversationClosed):
        asked.say(asked.asker)
    with pytest.raises(ValidationError):
        services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry)
    other = Asked()
    services.close_enquiry(by=other.asker, enquiry=other.enquiry)
    assert letters("enquiry_closed") == [asked.asker.email]
    with pytest.raises(PermissionDenied):
        services.close_enquiry(by=make_user(), enquiry=other.enquiry)


def test_a_conversation_is_about_one_thing() -> None:
    with pytest.raises(IntegrityError, match="conversation_about_one"), transaction.atomic():
        Conversation.objects.create()


# ---- by mail ----


def test_hub_and_asker_answer_each_other_by_mail(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"
    asked = Asked()
    told = Letter.objects.of_template("enquiry_asked").get(recipient=asked.staff[0].email)

    def mail(letter: Letter, text: str) -> str:
        raw = reply(letter.reply_to, letter.recipient, text).as_bytes()
        taken = take_in(
            raw=raw, recipient=letter.reply_to, envelope_sender=letter.recipient, source=InboundSource.SMTP,
            at=timezone.now(),
        )  # fmt: skip
        assert taken is not None
        return str(handle(mail_id=taken.pk, at=timezone.now()))

    assert mail(told, "Probeer de kringwinkel.") == InboundOutcome.TAKEN
    assert asked.fresh().state == EnquiryState.ANSWERED
    assert mail(Letter.objects.of_template("exchange_message").get(), "Bedankt.") == InboundOutcome.TAKEN
    assert asked.fresh().state == EnquiryState.OPEN
    services.close_enquiry(by=asked.asker, enquiry=asked.enquiry)
    assert mail(told, "Nog iets.") == InboundOutcome.CLOSED


def test_photos_come_along_on_the_page_and_by_mail_as_in_every_conversation(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"
    hub = Asked().hub
    asker, staff = make_user(name="An Vrager"), HubStaff.objects.filter(hub=hub).earliest("pk").user
    form = {"key": "k1", "subject": "Frigo's", "text": "Wie haalt ze?", "photos": [upload(), upload()]}
    assert as_(asker).post(f"/vraag/?hub={hub.slug}", form).status_code == 302
    enquiry = Enquiry.objects.latest("pk")
    told = Letter.objects.about(enquiry).get(recipient=staff.email)
    assert "Er zijn 2 foto's bij" in render_letter(told).text
    page = read(as_(staff).get(f"/vraag/{enquiry.pk}/"))
    assert page.count('alt="Foto ') == 2
    written = {"key": "k2", "text": "Zo staan ze er.", "photos": [upload()]}
    assert as_(asker).post(f"/vraag/{enquiry.pk}/bericht/", written).status_code == 302
    raw = reply(told.reply_to, told.recipient, "En de stekker?", photos=[a_photo()]).as_bytes()
    taken = take_in(
        raw=raw, recipient=told.reply_to, envelope_sender=told.recipient, source=InboundSource.SMTP, at=timezone.now()
    )
    assert taken is not None
    assert handle(mail_id=taken.pk, at=timezone.now()) == InboundOutcome.TAKEN
    kept = MessagePhoto.objects.filter(message__conversation__enquiry=enquiry).order_by("message", "position")
    assert [(photo.message.text, photo.position) for photo in kept] == [
        ("Wie haalt ze?", 0), ("Wie haalt ze?", 1), ("Zo staan ze er.", 0), ("En de stekker?", 0),
    ]  # fmt: skip
    assert as_(asker).get(f"/bericht/foto/{kept[3].pk}/")["Content-Type"] == "image/webp"
    assert as_(make_user()).get(f"/bericht/foto/{kept[0].pk}/").status_code == 404


@pytest.mark.parametrize(
    "photos", [[b"geen foto"], [b""] * 9], ids=["no photo", "too many"]
)  # fmt: skip
def test_what_is_no_photo_is_said_at_its_field_and_nothing_is_sent(photos: list[bytes]) -> None:
    asked = Asked()
    addresses = {f"/vraag/?hub={asked.hub.slug}": {"subject": "x"}, f"/vraag/{asked.enquiry.pk}/bericht/": {}}
    for address, more in addresses.items():
        form = {"key": "k", "text": "Wie haalt ze?", "photos": [upload(content) for content in photos]} | more
        refused = as_(asked.asker).post(address, form)
        assert refused.status_code == 409
        assert 'id="id_photos_error"' in refused.content.decode()
        assert "Wie haalt ze?" in refused.content.decode()
    assert (Enquiry.objects.count(), asked.conversation.messages.count()) == (1, 1)


def test_what_nobody_read_yet_is_counted_until_it_is_opened() -> None:
    asked = Asked()
    asked.say(asked.staff[0])
    asked.say(asked.staff[0], "En deze ook.", 2 * DAY)
    address = f"/vraag/{asked.enquiry.pk}/"
    lists = {asked.asker: "/mijn/vragen/", asked.staff[1]: f"/hubs/{asked.hub.slug}/vragen/?stand=answered"}
    seen = {asked.asker: "2 nieuwe berichten", asked.staff[1]: "3 nieuwe berichten"}
    for reader, page in lists.items():
        assert f'href="{address}#berichten"' in read(as_(reader).get(page))
        assert seen[reader] in read(as_(reader).get(page))
    assert "2<span" in read(as_(asked.asker).get("/mijn/uitwisselingen/"))
    for reader, page in lists.items():
        read(as_(reader).get(address))
        assert "nieuw" not in read(as_(reader).get(page)).split("<main")[1]
    asked.say(asked.asker, "Dank je.", 3 * DAY)
    # What one wrote oneself isn't new; for the colleague it is.
    assert "nieuw" not in read(as_(asked.asker).get("/mijn/vragen/")).split("<main")[1]
    assert "1 nieuw bericht" in read(as_(asked.staff[1]).get(f"/hubs/{asked.hub.slug}/vragen/"))


# ---- time ----


def test_the_hub_is_reminded_on_day_nine_and_twenty_one_and_then_the_asker_is_told() -> None:
    asked = Asked()
    seen = []
    for day in range(1, 50):
        before = len(letters("enquiry_reminder"))
        sweep_enquiries(at=asked.at + day * DAY)
        seen += [day] if len(letters("enquiry_reminder")) > before else []
    assert seen == [9, 21]
    found = asked.fresh()
    assert (found.state, found.ended_by, found.state_since) == ("closed", "unanswered", asked.at + 45 * DAY)
    assert letters("enquiry_closed") == [asked.asker.email]
    verbs = list(Event.objects.filter(verb__startswith="enquiry.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["enquiry.asked", "enquiry.reminded", "enquiry.reminded", "enquiry.unanswered"]


def test_reminders_that_were_missed_are_one_letter() -> None:
    asked = Asked()
    assert sweep_enquiries(at=asked.at + 25 * DAY) == 1
    assert sorted(letters("enquiry_reminder")) == sorted(user.email for user in asked.staff)
    assert sweep_enquiries(at=asked.at + 25 * DAY) == 0


def test_only_who_sees_to_it_is_reminded() -> None:
    asked = Asked()
    services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry)
    sweep_enquiries(at=asked.at + 9 * DAY)
    assert letters("enquiry_reminder") == [asked.staff[0].email]
    # Who left the hub sees to nothing any more.
    HubStaff.objects.filter(user=asked.staff[0]).delete()
    sweep_enquiries(at=asked.at + 21 * DAY)
    assert letters("enquiry_reminder") == [asked.staff[0].email, asked.staff[1].email]


def test_the_second_reminder_also_goes_to_the_managers_who_read_whose_it_is() -> None:
    asked = Asked()
    manager = HubStaff.objects.create(hub=asked.hub, user=make_user(), role="manager").user
    services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry)
    sweep_enquiries(at=asked.at + 9 * DAY)
    assert letters("enquiry_reminder") == [asked.staff[0].email]
    sweep_enquiries(at=asked.at + 21 * DAY)
    second = {letter.recipient: letter for letter in Letter.objects.filter(template="enquiry_reminder")[1:]}
    assert set(second) == {asked.staff[0].email, manager.email}
    assert "De vraag staat op jouw naam" in render_letter(second[asked.staff[0].email]).text
    to_manager = render_letter(second[manager.email]).text
    assert f"{asked.staff[0].name or 'Een collega'} volgt de vraag op." in to_manager
    assert "op jouw naam" not in to_manager


def test_what_is_answered_isn_t_reminded_of_and_closes_in_silence() -> None:
    asked = Asked()
    asked.say(asked.staff[0])
    for day in range(2, 40):
        sweep_enquiries(at=asked.at + day * DAY)
    assert letters("enquiry_reminder") == []
    found = asked.fresh()
    assert (found.state, found.ended_by, found.state_since) == ("closed", "silence", asked.at + 31 * DAY)
    assert letters("enquiry_closed") == []


def test_the_share_taken_up_in_time_is_counted() -> None:
    now = timezone.now()
    hub = Asked(now - 30 * DAY).hub  # never taken up
    for after in (2, 4, 8):
        one = Asked(now - 30 * DAY)
        services.take_enquiry(by=one.staff[0], enquiry=one.enquiry, at=one.at + after * DAY)
    Asked(now - 2 * DAY)  # too new to say
    Asked(now - 400 * DAY)  # too long ago
    gone = Asked(now - 20 * DAY)
    services.close_enquiry(by=gone.asker, enquiry=gone.enquiry)
    shares = Enquiry.objects.of_hub(hub.pk).taken_up_within(WITHIN_DAYS, now)
    assert shares == {3: (1, 4), 5: (2, 4)}


# ---- pages ----


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def read(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_question_from_a_listing_goes_to_its_hub_and_back() -> None:
    listing = published()
    asker = make_user(name="An Vrager")
    address = f"/vraag/?zoekertje={listing.pk}"
    assert address in read(as_(asker).get(f"/zoekertje/{listing.pk}/"))
    hub = route_of_municipality(listing.municipality)  # type: ignore[arg-type]
    assert hub is not None
    assert hub.hub.name in read(as_(asker).get(address))
    sent = as_(asker).post(address, {"key": "k1", "subject": "Paletten", "text": "Mag ik <b>komen</b>?"})
    enquiry = Enquiry.objects.get()
    assert sent["Location"] == f"/vraag/{enquiry.pk}/"
    assert (enquiry.hub, enquiry.listing, enquiry.municipality) == (hub.hub, listing, listing.municipality)
    as_(asker).post(address, {"key": "k1", "subject": "Paletten", "text": "Mag ik <b>komen</b>?"})
    assert Enquiry.objects.count() == 1
    staff = HubStaff.objects.create(hub=hub.hub, user=make_user(name="Hanne"), role="editor").user
    page = read(as_(staff).get(f"/hubs/{hub.hub.slug}/vragen/"))
    assert f"/vraag/{enquiry.pk}/" in page
    assert "Mag ik &lt;b&gt;komen&lt;/b&gt;?" in read(as_(staff).get(f"/vraag/{enquiry.pk}/"))
    answered = as_(staff).post(f"/vraag/{enquiry.pk}/bericht/", {"key": "k2", "text": "Zeker."})
    assert answered.status_code == 302
    page = read(as_(asker).get(f"/vraag/{enquiry.pk}/"))
    assert "Zeker." in page
    assert "beantwoord" in read(as_(asker).get("/mijn/vragen/"))
    closed = as_(asker).post(f"/vraag/{enquiry.pk}/sluiten/")
    assert closed.status_code == 302
    assert "Stel een nieuwe vraag" in read(as_(asker).get(f"/vraag/{enquiry.pk}/"))


def test_from_a_municipality_without_a_hub_the_page_names_the_nearest() -> None:
    municipality = Municipality.objects.without_hub().filter(region="vlaanderen")[0]
    assert f"/vraag/?gemeente={municipality.nis}" in read(Client().get("/hubs/"))
    route = route_of_municipality(municipality)
    assert route is not None
    HubStaff.objects.create(hub=route.hub, user=make_user(), role="editor")
    page = read(as_(make_user()).get(f"/vraag/?gemeente={municipality.nis}"))
    assert f"{municipality.name} ligt in geen hubregio" in page
    assert route.hub.name in page


def test_a_search_that_found_nothing_leads_to_the_hub_of_its_place() -> None:
    page = read(Client().get("/?q=zeldzaamheid&lat=51.05&lon=3.72&radius_km=5"))
    assert "/vraag/?over=" in page
    assert "lat=51.05000" in page
    asked = read(as_(make_user()).get("/vraag/?over=zeldzaamheid&lat=51.05&lon=3.72"))
    assert "zeldzaamheid" in asked
    assert Hub.objects.get(slug="sociaal-circulaire-hub-gent").name in asked


def test_who_says_no_place_is_asked_for_one() -> None:
    client = as_(make_user())
    form = {"key": "k", "subject": "Frigo's", "text": "Wie?"}
    assert 'name="place"' in read(client.get("/vraag/"))
    refused = client.post("/vraag/", form | {"place": "Nergenshuizen"})
    assert refused.status_code == 409
    assert "kennen we niet" in refused.content.decode()
    assert client.post("/vraag/", form | {"place": "9000 Gent"}).status_code == 302
    assert Enquiry.objects.get().municipality == Municipality.objects.get(name_nl="Gent")


@pytest.mark.parametrize(
    "address",
    [
        "?zoekertje=0x1",
        "?zoekertje=" + "9" * 30,
        "?zoekertje=999999999",
        "?hub=bestaat-niet",
        "?hub=%00",
        "?gemeente=00000",
    ],
)
def test_an_address_that_names_nothing_is_not_found(address: str) -> None:
    assert as_(make_user()).get(f"/vraag/{address}").status_code == 404


@pytest.mark.parametrize(
    "point", ["lat=x&lon=1", "lat=nan&lon=3", "lat=999&lon=3", "lat=48.85&lon=2.35", "lat=inf&lon=inf"]
)
def test_a_point_that_is_nowhere_here_is_asked_for(point: str) -> None:
    assert 'name="place"' in read(as_(make_user()).get(f"/vraag/?{point}"))


@pytest.mark.parametrize("owner", ["0", "x", "9" * 30, "stranger"])
def test_a_question_goes_in_nobody_s_name_who_doesn_t_work_there(owner: str) -> None:
    asked = Asked()
    given = f"{make_user().pk}" if owner == "stranger" else owner
    answer = as_(asked.staff[0]).post(f"/vraag/{asked.enquiry.pk}/opnemen/", {"owner": given}, follow=True)
    assert "Kies iemand die voor deze hub werkt." in read(answer)
    assert asked.fresh().owner is None


ROLES = ("anonymous", "stranger", "asker", "staff", "other staff", "operator")
#: What each role is answered, in this order; and for whom something changes.
ROUTES = {
    ("GET", "/vraag/{enquiry}/"): ((302, 404, 200, 200, 404, 200), set()),
    ("POST", "/vraag/{enquiry}/bericht/"): ((302, 404, 302, 302, 404, 403), {"asker", "staff"}),
    ("POST", "/vraag/{enquiry}/opnemen/"): ((302, 404, 403, 302, 404, 403), {"staff"}),
    ("POST", "/vraag/{enquiry}/sluiten/"): ((302, 404, 302, 302, 404, 403), {"asker", "staff"}),
    ("GET", "/hubs/{hub}/vragen/"): ((302, 403, 403, 200, 403, 403), set()),
    ("GET", "/mijn/vragen/"): ((302, 200, 200, 200, 200, 200), set()),
    ("GET", "/vraag/?hub={hub}"): ((302, 200, 200, 200, 200, 200), set()),
    ("GET", "/bericht/foto/{photo}/"): ((302, 404, 200, 200, 404, 200), set()),
}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_each_route_answers_each_role_and_changes_nothing_where_it_refuses(method: str, path: str) -> None:
    asked = Asked()
    photo = MessagePhoto.objects.create(message=asked.conversation.messages.get(), position=0, webp=a_photo())
    other = Hub.objects.exclude(pk=asked.hub.pk)[0]
    users = {
        "anonymous": None,
        "stranger": make_user(),
        "asker": asked.asker,
        "staff": asked.staff[0],
        "other staff": HubStaff.objects.create(hub=other, user=make_user(), role="manager").user,
        "operator": make_user(is_superuser=True, is_staff=True),
    }
    statuses, changes = ROUTES[method, path]
    for role, status in zip(ROLES, statuses, strict=True):
        before = list(Enquiry.objects.values()), asked.conversation.messages.count()
        with transaction.atomic():
            client = as_(users[role])
            address = path.format(enquiry=asked.enquiry.pk, hub=asked.hub.slug, photo=photo.pk)
            answer = client.get(address) if method == "GET" else client.post(address, {"key": "k", "text": "Dag"})
            changed = (list(Enquiry.objects.values()), asked.conversation.messages.count()) != before
            transaction.set_rollback(True)
        assert (answer.status_code, changed) == (status, role in changes), role


def test_the_lists_ask_as_much_for_many_as_for_few() -> None:
    asked = Asked()

    def queries(user: User, address: str) -> int:
        client = as_(user)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read(client.get(address))
        return len(captured)

    addresses = [
        (asked.staff[0], f"/hubs/{asked.hub.slug}/vragen/"), (asked.asker, "/mijn/vragen/"),
        (asked.staff[0], f"/vraag/{asked.enquiry.pk}/"),
    ]  # fmt: skip
    few = [queries(*one) for one in addresses]
    for number in range(4):
        services.ask_hub(by=asked.asker, route=route_to(asked.hub), subject=f"{number}", text="Wie?")
        asked.say(asked.staff[0], f"{number}")
    assert [queries(*one) for one in addresses] == few


def test_the_board_says_how_soon_questions_are_taken_up() -> None:
    asked = Asked(timezone.now() - 20 * DAY)
    services.take_enquiry(by=asked.staff[0], enquiry=asked.enquiry, at=asked.at + 4 * DAY)
    for page in ("uitwisselingen", "vragen"):
        text = read(as_(asked.staff[0]).get(f"/hubs/{asked.hub.slug}/{page}/"))
        assert "vragen opgenomen binnen 3 dagen" in text
        assert "0 % " in text
        assert "100 % " in text


# ---- where nobody works for the hub ----


def a_hub_without_people(slug: str = "sociaal-circulaire-hub-gent", email: str = "") -> Hub:
    Hub.objects.filter(slug=slug).update(email=email)
    HubStaff.objects.filter(hub__slug=slug).delete()
    return Hub.objects.get(slug=slug)


def ask_as_page(user: User, hub: Hub) -> tuple[str, str, Enquiry]:
    """What the page says before and after, and the question."""
    client = Client()
    client.force_login(user)
    address = f"/vraag/?hub={hub.slug}"
    before = client.get(address).content.decode()
    key = before.split('name="key" value="')[1].split('"')[0]
    answer = client.post(address, {"key": key, "subject": "Frigo's", "text": "Wie?"}, follow=True)
    return before, answer.content.decode(), Enquiry.objects.latest("pk")


def test_where_nobody_works_for_a_hub_the_nearest_with_people_gets_the_question_and_the_page_says_so() -> None:
    gent = a_hub_without_people()
    others = Hub.objects.exclude(pk=gent.pk).order_by("pk")
    staffed = others[3]
    member = HubStaff.objects.create(hub=staffed, user=make_user(), role="editor").user
    gone = make_user()
    HubStaff.objects.create(hub=others[0], user=gone, role="editor")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    before, after, enquiry = ask_as_page(make_user(), gent)
    assert f"Bij {gent.name} werkt nog niemand op Werkstof." in before
    assert f"Verstuurd aan {staffed.name}." in after
    assert (enquiry.hub, enquiry.is_nearest, letters("enquiry_asked")) == (staffed, False, [member.email])
    letter = Letter.objects.of_template("enquiry_asked").get()
    assert f"De vraag was voor {gent.name}" in render_letter(letter).text


def test_where_a_hub_has_a_mail_address_alone_that_and_operators_hear_of_it_also_of_reminders() -> None:
    gent, operator = a_hub_without_people(email="gent@hub.example"), make_user(is_superuser=True)
    before, after, enquiry = ask_as_page(make_user(), gent)
    assert "Je vraag gaat naar het mailadres van die hub, en naar wie deze site beheert." in before
    assert f"Verstuurd naar het mailadres van {gent.name}, en naar wie deze site beheert." in after
    assert set(letters("enquiry_asked")) == {"gent@hub.example", operator.email}
    texts = {one.recipient: render_letter(one).text for one in Letter.objects.of_template("enquiry_asked")}
    assert "heeft nog niemand een account" in texts["gent@hub.example"]
    assert "Geef iemand van de hub toegang" in texts[operator.email]
    sweep_enquiries(at=enquiry.created_at + 10 * DAY)
    assert set(letters("enquiry_reminder")) == {"gent@hub.example", operator.email}


def test_where_nobody_works_anywhere_operators_hear_of_a_question() -> None:
    gent, operator = a_hub_without_people(), make_user(is_superuser=True)
    before, after, enquiry = ask_as_page(make_user(), gent)
    assert "Je vraag gaat naar wie deze site beheert." in before
    assert "Verstuurd naar wie deze site beheert" in after
    assert (enquiry.hub, letters("enquiry_asked")) == (gent, [operator.email])
    sweep_enquiries(at=enquiry.created_at + 10 * DAY)
    assert letters("enquiry_reminder") == [operator.email]


def test_where_the_last_of_a_hub_leaves_operators_are_reminded() -> None:
    asked, operator = Asked(), make_user(is_superuser=True)
    HubStaff.objects.filter(hub=asked.hub).delete()
    sweep_enquiries(at=asked.at + 10 * DAY)
    assert letters("enquiry_reminder") == [operator.email]


def test_the_same_key_with_another_question_is_refused() -> None:
    asked = Asked()
    given: dict[str, Any] = {"by": asked.asker, "route": route_to(asked.hub), "idempotency_key": "k"}
    services.ask_hub(**given, subject="x", text="y")
    for subject, text in (("x", "z"), ("z", "y")):
        with pytest.raises(ValidationError, match="iets anders verstuurd"):
            services.ask_hub(**given, subject=subject, text=text)
    assert Enquiry.objects.count() == 2
