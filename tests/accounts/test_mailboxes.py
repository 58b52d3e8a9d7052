"""One mailbox is one account, however its domain is written: "bücher.example" is "xn--bcher-kva.example"."""

import importlib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import services
from accounts.models import Invitation, Membership, User
from geo.models import Hub
from journal.addresses import mailbox
from journal.letters import refuse_letters, write_letter
from journal.models import Letter, LetterRefusal
from journal.tasks import send_waiting_letters
from tests.makers import make_organisation, make_user

#: Of one mailbox.
SPELLINGS = [
    "jan@bücher.example", "Jan@BÜCHER.example", "jan@xn--bcher-kva.example", "JAN@XN--BCHER-KVA.EXAMPLE",
    "jan@bu\u0308cher.example", " jan@bücher.example ",
]  # fmt: skip
STORED = "jan@xn--bcher-kva.example"
PASSWORD = "een-lang-geheim-7"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_mailbox_has_one_spelling(spelling: str) -> None:
    assert mailbox(spelling) == STORED


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("An@Test.Example", "an@test.example"),
        ("an@straße.example", "an@xn--strae-oqa.example"),
        ("an@bücher。example", "an@xn--bcher-kva.example"),
        ("an@☕.example", "an@xn--53h.example"),
        ("an@xn--53h.example", "an@xn--53h.example"),
        ("geen adres", "geen adres"),
        ("büro", "büro"),
        ("", ""),
        ("an@ü..example", "an@ü..example"),
    ],
)
def test_other_addresses_keep_what_they_are(written: str, stored: str) -> None:
    assert mailbox(written) == stored


@given(st.text(max_size=300) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=80)))
def test_any_text_has_a_spelling_that_stays(text: str) -> None:
    assert mailbox(mailbox(text)) == mailbox(text)


def sign_up(email: str) -> None:
    Client().post(reverse("account_signup"), {"email": email, "password1": PASSWORD})
    send_waiting_letters()


@pytest.mark.django_db
@pytest.mark.parametrize("second", SPELLINGS)
@pytest.mark.parametrize("first", [SPELLINGS[0], SPELLINGS[2]])
def test_who_signs_up_twice_is_told_of_the_account(first: str, second: str) -> None:
    sign_up(first)
    # The owner of the mailbox presses the button in the first letter.
    EmailAddress.objects.update(verified=True)
    # Three minutes pass: sooner no second letter goes to one address.
    cache.clear()
    sign_up(second)
    assert list(User.objects.values_list("email", flat=True)) == [STORED]
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [STORED]
    assert [letter.to for letter in mail.outbox] == [[STORED], [STORED]]
    assert Letter.objects.newest_first()[0].template == "account_already_exists"


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_who_has_an_account_logs_in_and_resets_by_any_spelling(client: Client, spelling: str) -> None:
    user = User.objects.create_user(SPELLINGS[0], PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post(reverse("account_login"), {"login": spelling, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    Client().post(reverse("account_reset_password"), {"email": spelling})
    assert Letter.objects.newest_first()[0].template == "password_reset"
    assert Letter.objects.newest_first()[0].recipient == STORED
    assert User.objects.get_by_natural_key(spelling) == user


@pytest.mark.django_db
def test_an_address_of_another_account_is_not_added_by_its_other_spelling() -> None:
    User.objects.create_user(SPELLINGS[0], PASSWORD)
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    client.post(reverse("account_email"), {"action_add": "", "email": SPELLINGS[2]})
    client.post(reverse("account_email"), {"action_add": "", "email": SPELLINGS[0]})
    assert not EmailAddress.objects.exclude(email__in=[user.email, STORED]).exists()
    assert not EmailAddress.objects.filter(email=STORED, verified=True).exists()


@pytest.mark.django_db
def test_an_address_whose_domain_grows_too_long_is_refused_in_words(client: Client) -> None:
    long = f"{'a' * 60}@{'.'.join(['ü' * 20 + 'x' * 10] * 6)}.example"
    answer = client.post(reverse("account_signup"), {"email": long, "password1": PASSWORD})
    assert answer.status_code == 200
    assert answer.context["form"].errors["email"]
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_invitation_is_for_the_mailbox(spelling: str) -> None:
    admin, guest = make_user(), User.objects.create_user(SPELLINGS[0], PASSWORD)
    organisation = make_organisation(admin)
    invitation = services.invite_member(by=admin, organisation=organisation, email=spelling)
    assert invitation.email == STORED
    with pytest.raises(ValidationError, match="al uitgenodigd"):
        services.invite_member(by=admin, organisation=organisation, email=SPELLINGS[2])
    services.accept_invitation(by=guest, token=invitation.token)
    with pytest.raises(ValidationError, match="al lid"):
        services.invite_member(by=admin, organisation=organisation, email=spelling)


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_who_refuses_letters_gets_none_by_any_spelling(spelling: str) -> None:
    refuse_letters(SPELLINGS[0], "strangers")
    refuse_letters(SPELLINGS[2], "strangers")
    assert LetterRefusal.objects.count() == 1
    told: dict[str, Any] = {"language": "nl", "data": {}, "topic": "strangers"}
    assert write_letter("invitation", to=spelling, **told) is None


@pytest.mark.django_db
def test_three_letters_a_week_are_counted_over_all_spellings() -> None:
    for spelling in SPELLINGS[:3]:
        admin = make_user()
        services.invite_member(by=admin, organisation=make_organisation(admin), email=spelling)
    admin = make_user()
    with pytest.raises(ValidationError, match="deze week al 3"):
        services.invite_member(by=admin, organisation=make_organisation(admin), email=SPELLINGS[3])


# ---- what was stored before ----


def spell_alike() -> None:
    """As the migrations do."""
    for app in ("journal", "accounts"):
        importlib.import_module(f"{app}.migrations.0002_one_spelling_of_addresses").spell_alike(apps, None)


def an_old_account(email: str, *, used: bool) -> User:
    """As it was stored before addresses had one spelling."""
    user = make_user(last_login=timezone.now() if used else None)
    User.objects.filter(pk=user.pk).update(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=used, primary=True)
    user.refresh_from_db()
    return user


@pytest.mark.django_db
def test_an_address_that_is_stored_gets_its_spelling() -> None:
    user, admin = an_old_account(SPELLINGS[0], used=True), make_user()
    invitation = Invitation.objects.create(organisation=make_organisation(admin), email=SPELLINGS[0])
    letter = write_letter("invitation", to="x@test.example", language="nl", data={})
    assert letter is not None
    Letter.objects.filter(pk=letter.pk).update(recipient=SPELLINGS[0])
    LetterRefusal.objects.create(address=SPELLINGS[0])
    for _twice in range(2):
        spell_alike()
    for row in (user, invitation, letter):
        row.refresh_from_db()
    assert (user.email, invitation.email, letter.recipient) == (STORED, STORED, STORED)
    assert user.is_active
    assert EmailAddress.objects.get().email == STORED
    assert LetterRefusal.objects.get().address == STORED


@pytest.mark.django_db
@pytest.mark.parametrize("old_is_used", [True, False])
@pytest.mark.parametrize("twin_is_used", [True, False])
def test_of_two_accounts_of_one_mailbox_one_stays_with_the_roles_of_both(
    old_is_used: bool, twin_is_used: bool
) -> None:
    old, twin = an_old_account(SPELLINGS[0], used=old_is_used), an_old_account(STORED, used=twin_is_used)
    theirs, both = make_organisation(), make_organisation()
    Membership.objects.create(organisation=theirs, user=old, role="admin")
    Membership.objects.create(organisation=both, user=old, role="admin")
    Membership.objects.create(organisation=both, user=twin, role="member")
    for address in (SPELLINGS[0], STORED):
        Invitation.objects.create(organisation=theirs, email=address)
        LetterRefusal.objects.create(address=address)
    spell_alike()
    kept, closed = (old, twin) if old_is_used and not twin_is_used else (twin, old)
    kept.refresh_from_db()
    closed.refresh_from_db()
    assert (kept.email, kept.is_active, closed.is_active) == (STORED, True, False)
    assert [address.user for address in EmailAddress.objects.all()] == [kept]
    assert Invitation.objects.get().email == STORED
    assert LetterRefusal.objects.get().address == STORED
    roles = dict(kept.memberships.values_list("organisation", "role"))
    if old_is_used:
        assert roles == {theirs.pk: "admin", both.pk: "admin"}
    else:
        # Nobody ever showed that the mailbox of the closed one is theirs.
        assert roles == {both.pk: "member"}


@pytest.mark.django_db
def test_hub_staff_is_found_by_any_spelling(client: Client) -> None:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    operator, colleague = make_user(is_superuser=True), User.objects.create_user(SPELLINGS[0], PASSWORD)
    client.force_login(operator)
    client.post(reverse("hub-staff", args=[hub.slug]), {"email": SPELLINGS[1], "role": "editor"})
    assert hub.staff.get().user == colleague


@pytest.mark.django_db
def test_an_operator_made_by_a_command_has_the_spelling_too() -> None:
    call_command("createsuperuser", interactive=False, email=SPELLINGS[0], verbosity=0)
    assert User.objects.get().email == STORED
