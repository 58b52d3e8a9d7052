"""A hub states the hours of a maatwerkbedrijf that is its partner and asked it to: shown as such."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import HubPartner, HubStaff
from exchanges import services
from exchanges.models import HoursStatement
from geo.models import Hub
from journal.models import Event
from tests.exchanges.test_impact import with_maatwerk
from tests.exchanges.test_pages import as_, read
from tests.makers import make_user

pytestmark = pytest.mark.django_db
NOTE = "Bo, per telefoon op 3 maart"


def test_staff_of_the_hub_state_hours_for_a_partner_and_all_see_who_asked() -> None:
    story, exchange = with_maatwerk()
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    staff = HubStaff.objects.create(hub=hub, user=make_user(name="Hanne"), role="editor").user
    client, page = as_(staff), f"/uitwisselingen/{exchange.pk}/"
    given = {"hours-organisation": story.organisation.pk, "hours-hours": "12,5", "hours-behalf_note": NOTE}
    assert "Uren bewaren" not in read(client.get(page))
    assert client.post(f"{page}uren/", given).status_code == 404
    HubPartner.objects.create(hub=hub, organisation=story.organisation)
    assert "Wie van de organisatie vroeg je dit" in read(client.get(page))
    assert client.post(f"{page}uren/", given | {"hours-behalf_note": " "}).status_code == 409
    assert not HoursStatement.objects.exists()
    assert client.post(f"{page}uren/", given).status_code == 302
    stated = HoursStatement.objects.get()
    assert (stated.hours, stated.stated_by_id, stated.behalf_note) == (Decimal("12.5"), staff.pk, NOTE)
    assert Event.objects.get(verb="exchange.hours_stated").changes["behalf_note"] == NOTE
    for user in (staff, story.requester, story.owner):
        assert f"De hub gaf dit op namens hen. Wie het de hub vroeg: {NOTE}" in read(as_(user).get(page))


def test_a_member_says_it_without_and_another_hub_says_nothing() -> None:
    story, exchange = with_maatwerk()
    with pytest.raises(ValidationError) as refused:
        services.state_hours(
            by=story.requester, exchange=exchange, organisation=story.organisation, hours=Decimal(3), behalf_note=NOTE
        )
    assert list(refused.value.message_dict) == ["behalf_note"]
    other = Hub.objects.exclude(pk__in=exchange.hub_ids)[0]
    there = HubStaff.objects.create(hub=other, user=make_user(), role="manager").user
    HubPartner.objects.create(hub=other, organisation=story.organisation)
    with pytest.raises(PermissionDenied):
        services.state_hours(
            by=there, exchange=exchange, organisation=story.organisation, hours=Decimal(3), behalf_note=NOTE
        )
    assert not HoursStatement.objects.exists()
