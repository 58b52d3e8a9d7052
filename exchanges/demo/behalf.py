"""What the demo shows of acting for somebody: the log-ins' hub asks for a lot on behalf of one of its partners."""

import datetime as dt
from decimal import Decimal

from django.db.models import QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import HubPartner, HubStaff, Membership, Organisation, User
from exchanges import services
from exchanges.demo.play import member_of
from exchanges.demo.scenes import PEOPLE
from exchanges.enums import Side
from exchanges.models import Exchange
from exchanges.schedule import BRUSSELS
from listings.enums import DeclaredStatus, ListingKind, ListingStatus, Recurrence
from listings.models import Listing

_ASKED_HOURS_AGO = 20
#: These act for themselves.
_LOGINS = ("koper", "bedrijf", "maatwerk")


def make_demo_request_on_behalf(*, drawn: QuerySet[Organisation], today: dt.date) -> Exchange | None:
    """A lot of a drawn organisation in the region of the log-ins' hub, asked for by hub@ for a partner that no log-in
    belongs to; None where there is no such lot or partner. Its owner wrote back, which the hub reads.
    """
    staff = (
        HubStaff.objects.filter(hub__slug=DEMO_HUB, user__email=f"hub@{MAIL_DOMAIN}").select_related("user").first()
    )
    if staff is None:
        return None
    partner = _partner(staff)
    lots = Listing.objects.in_hub(staff.hub_id).filter(
        organisation__in=drawn, taken_quantity=0, hub_only=False, kind=ListingKind.SUPPLY,
        status=ListingStatus.PUBLISHED, recurrence=Recurrence.ONE_OFF, quantity__gte=1, available_from__lte=today,
        available_until=None,
    )  # fmt: skip
    # What was asked for already stands in another scene.
    free = lots.exclude(organisation=partner).exclude(pk__in=Exchange.objects.values("listing"))
    lot = free.exclude(declared_status=DeclaredStatus.WASTE).select_related("organisation").order_by("pk").first()
    if lot is None or partner is None:
        return None
    assert lot.quantity is not None, "lots of the demo say how much there is"
    part = max(Decimal(1), Decimal(round(lot.quantity / 4)))
    at = dt.datetime.combine(today, dt.time(12), BRUSSELS) - dt.timedelta(hours=_ASKED_HOURS_AGO)
    made = services.request_exchange(
        by=staff.user, organisation=partner, listing=lot, quantity=part if lot.splittable else lot.quantity,
        message="We vragen dit voor een partner die zelf niet vaak online is. Ophalen kan elke voormiddag.",
        behalf_note="Rita van het magazijn, aan de telefoon", at=at,
    )  # fmt: skip
    owner = _owner(lot)
    text = "Dank je wel. Ik bekijk morgen wat er nog ligt."
    at += dt.timedelta(hours=2)
    services.send_message(by=owner, side=Side.OWNER, conversation=made.conversation, text=text, at=at)
    return made


def _partner(staff: HubStaff) -> Organisation | None:
    rows = HubPartner.objects.filter(hub=staff.hub_id, organisation__is_fictional=True).select_related("organisation")
    logins = [f"{name}@{MAIL_DOMAIN}" for name in _LOGINS]
    of_logins = Membership.objects.filter(user__email__in=logins)
    row = rows.exclude(organisation__in=of_logins.values("organisation")).order_by("pk").first()
    return row.organisation if row is not None else None


def _owner(lot: Listing) -> User:
    name = PEOPLE[-1]
    email = f"{name.split()[0].lower()}@{MAIL_DOMAIN}"
    return member_of(User.objects.get_or_create(email=email, defaults={"name": name})[0], lot.organisation)
