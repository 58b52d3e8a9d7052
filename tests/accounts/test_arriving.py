"""Coming in: the address in a letter, what an invitation shows, and the language of an account."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User
from journal.tasks import send_waiting_letters
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sign_up(client: Client, email: str) -> str:
    """Sign up; the address in the letter."""
    client.post(reverse("account_signup"), {"email": email, "password1": "een-lang-geheim-7"})
    send_waiting_letters()
    found = re.search(r"http://testserver(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.mark.parametrize("same_browser", [True, False])
def test_who_is_new_goes_on_with_adding_an_organisation(same_browser: bool) -> None:
    client = Client()
    letter = sign_up(client, "nieuw@test.example")
    answer = (client if same_browser else Client()).post(letter)
    assert answer["Location"] == reverse("organisation-new")


def test_the_mail_of_who_is_new_can_be_sent_again() -> None:
    client = Client()
    sign_up(client, "nieuw@test.example")
    cache.clear()  # a few minutes later
    page = client.post(reverse("resend-confirmation"), follow=True)
    send_waiting_letters()
    assert [letter.to for letter in mail.outbox] == [["nieuw@test.example"]] * 2
    assert "Stuur de mail opnieuw" in page.content.decode()


def test_a_stranger_who_asks_for_a_mail_gets_the_same_answer_and_no_mail() -> None:
    make_user()
    page = Client().post(reverse("resend-confirmation"), follow=True).content.decode()
    send_waiting_letters()
    assert mail.outbox == []
    assert "Er is een nieuwe mail, als je adres nog niet bevestigd is." in page


def test_asking_twice_at_once_sends_one_mail() -> None:
    client = Client()
    sign_up(client, "nieuw@test.example")
    for _again in range(3):
        client.post(reverse("resend-confirmation"))
    send_waiting_letters()
    assert len(mail.outbox) == 1


def test_who_was_invited_goes_on_with_the_invitation() -> None:
    admin = make_user()
    invitation = services.invite_member(by=admin, organisation=make_organisation(admin), email="nieuw@test.example")
    client = Client()
    answer = client.post(sign_up(client, "nieuw@test.example"))
    assert answer["Location"] == reverse("accept-invitation", args=[invitation.token])


@pytest.fixture
def invited() -> dict[str, Any]:
    admin, guest = make_user(name="An Peeters"), make_user()
    organisation = make_organisation(admin)
    invitation = services.invite_member(by=admin, organisation=organisation, email=guest.email)
    return {
        "admin": admin, "guest": guest, "organisation": organisation, "invitation": invitation,
        "address": reverse("accept-invitation", args=[invitation.token]),
    }  # fmt: skip


def test_an_invitation_says_who_invites_for_what(invited: dict[str, Any]) -> None:
    page = client_of(invited["guest"]).get(invited["address"]).content.decode()
    assert "An Peeters" in page
    assert invited["organisation"].name in page
    assert "Aanvaarden" in page
    assert not invited["organisation"].memberships.filter(user=invited["guest"]).exists()


def test_an_invitation_for_another_address_can_t_be_accepted(invited: dict[str, Any]) -> None:
    stranger = make_user()
    client = client_of(stranger)
    page = client.get(invited["address"]).content.decode()
    assert f"niet voor {stranger.email}" in page
    assert "Aanvaarden" not in page
    assert client.post(invited["address"]).status_code == 403


def test_a_used_or_unknown_invitation_says_so(invited: dict[str, Any]) -> None:
    client = client_of(invited["guest"])
    assert client.post(invited["address"]).status_code == 302
    for address in (invited["address"], reverse("accept-invitation", args=["made-up"])):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "werkt niet meer" in answer.content.decode()


def test_an_admin_takes_an_invitation_back(invited: dict[str, Any]) -> None:
    withdraw = reverse("invitation-withdraw", args=[invited["organisation"].slug, invited["invitation"].pk])
    assert client_of(make_user()).post(withdraw).status_code == 403
    assert invited["organisation"].invitations.count() == 1
    assert client_of(invited["admin"]).post(withdraw).status_code == 302
    assert invited["organisation"].invitations.count() == 0


@pytest.mark.parametrize(("chosen", "kept"), [("fr", "fr"), ("xx", "nl")])
def test_a_chosen_language_stays_with_the_account(chosen: str, kept: str) -> None:
    user = make_user()
    assert client_of(user).post(reverse("set_language"), {"language": chosen}).status_code == 302
    user.refresh_from_db()
    assert user.language == kept


def test_who_isn_t_logged_in_chooses_a_language_too() -> None:
    answer = Client().post(reverse("set_language"), {"language": "en"})
    assert answer.cookies["django_language"].value == "en"


def test_a_page_that_stood_open_too_long_says_so_in_our_words() -> None:
    client = Client(enforce_csrf_checks=True)
    for user in (None, make_user()):
        if user:
            client.force_login(user)
        answer = client.post(reverse("set_language"), {"language": "en"})
        assert answer.status_code == 403
        assert "stond te lang open" in answer.content.decode()
