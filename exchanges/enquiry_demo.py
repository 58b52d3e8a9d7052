"""Questions to the hub of the demo's log-ins: new, taken, answered and closed."""

import datetime as dt
from dataclasses import dataclass

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import Membership, User
from exchanges import services
from exchanges.models import Enquiry
from exchanges.routing import Route, route_of_municipality, route_to
from exchanges.schedule import BRUSSELS
from geo.models import Hub, Municipality


@dataclass(frozen=True)
class Question:
    """What somebody asked so many days ago, and what was written after that, by the hub and by who asked in turn."""

    asker: str
    days_ago: int
    subject: str
    text: str
    talk: tuple[str, ...] = ()
    is_taken: bool = False
    is_closed: bool = False
    municipality: str = ""


QUESTIONS = (
    Question("koper", 1, "Wie herstelt stoelen?", "We kregen veertig stoelen met losse zittingen. Wie herstelt ze?"),
    Question("bedrijf", 11, "Reststroom van schuimrubber", "Wekelijks twee kuub snijresten. Past dat bij iemand?"),
    Question("maatwerk", 3, "Vervoer tussen twee vestigingen", "Kent de hub een partner met een laadklep?",
             is_taken=True, municipality="Gent"),
    Question("koper", 6, "Materiaal voor een buurtatelier", "We zoeken verf en hout voor een atelier in de lente.",
             ("Er is hout bij een partner in Gent. Ik breng jullie in contact.",)),
    Question("bedrijf", 24, "Mag dit als grondstof?", "Hebben we voor onze houtresten een grondstofverklaring nodig?",
             ("Voor onbehandeld hout meestal niet. OVAM heeft er een pagina over.", "Dank je, dat helpt ons verder."),
             is_closed=True),
)  # fmt: skip


def remove_fictional_enquiries() -> None:
    """Delete the questions of the log-ins, and what others' questions say of fictional organisations."""
    Enquiry.objects.filter(asker__email__endswith=f"@{MAIL_DOMAIN}").delete()
    Enquiry.objects.filter(listing__organisation__is_fictional=True).update(listing=None)
    Enquiry.objects.filter(organisation__is_fictional=True).update(organisation=None)


def make_demo_enquiries(*, today: dt.date) -> None:
    """Ask and answer by the services that people use, on a clock of its own."""
    hub = Hub.objects.get(slug=DEMO_HUB)
    staff = hub.staff.filter(user__email=f"hub@{MAIL_DOMAIN}").select_related("user").first()
    now = dt.datetime.combine(today, dt.time(11), BRUSSELS)
    for question in QUESTIONS:
        asker = User.objects.filter(email=f"{question.asker}@{MAIL_DOMAIN}").first()
        if asker is not None and staff is not None:
            _play(question, asker, staff.user, _route(question, hub), now - dt.timedelta(days=question.days_ago))


def _route(question: Question, hub: Hub) -> Route:
    municipality = Municipality.objects.filter(name_nl=question.municipality).first()
    return (route_of_municipality(municipality) if municipality else None) or route_to(hub)


def _play(question: Question, asker: User, staff: User, route: Route, at: dt.datetime) -> None:
    membership = Membership.objects.filter(user=asker).select_related("organisation").first()
    enquiry = services.ask_hub(
        by=asker, route=route, subject=question.subject, text=question.text, at=at,
        organisation=membership.organisation if membership else None,
    )  # fmt: skip
    if question.is_taken:
        services.take_enquiry(by=staff, enquiry=enquiry, at=at + dt.timedelta(days=1))
    for number, text in enumerate(question.talk):
        by = asker if number % 2 else staff
        later = at + dt.timedelta(days=1 + number)
        services.send_message(by=by, conversation=enquiry.conversation, text=text, at=later)
    if question.is_closed:
        services.close_enquiry(by=asker, enquiry=enquiry, at=at + dt.timedelta(days=5))
