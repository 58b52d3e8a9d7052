"""Sources are asked whether what is overdue is still so; what they answer counts, or waits for who curates."""

import datetime as dt
import re
import time
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from accounts.models import Membership, Organisation, User
from journal.letter_text import render_letter
from journal.models import Event, Letter
from maps import services
from maps.models import MapFeature, MapLayer, VerificationRound
from maps.verification.answers import answer_verification
from maps.verification.letters import TEMPLATE
from maps.verification.links import SALT, VALID, asked_by_link, source_link
from maps.verification.rounds import PAUSES
from materials import figures
from tests.makers import make_organisation, make_site, make_user
from tests.maps.makers import HUB, NOW, Story, ask, asked_source, overdue

pytestmark = pytest.mark.django_db


def letters_to(user: User) -> list[Letter]:
    return list(Letter.objects.to(user.email).of_template(TEMPLATE).order_by("pk"))


def path_of(asked: VerificationRound) -> str:
    return source_link(asked.person, asked.pk).removeprefix("http://127.0.0.1:8000")


def press(client: Client, asked: VerificationRound, answer: str, words: str = "", path: str = "") -> int:
    given = {"answer": f"{asked.pk}:{answer}", "version": asked.feature.version, "words": words}
    return client.post(path or path_of(asked), given).status_code


def test_one_letter_asks_a_source_about_all_that_is_overdue() -> None:
    story, by = Story(), make_user()
    source = make_organisation(by)
    features = [overdue(story, title=f"Nummer {number}", source_organisation=source) for number in range(3)]
    story.published(source_organisation=source)
    assert (ask(NOW), ask(NOW)) == (3, 0)
    (letter,) = letters_to(by)
    assert letter.data["count"] == 3
    assert render_letter(letter).subject == "Kloppen deze 3 elementen nog?"
    asked = Event.objects.filter(verb="element.source_asked")
    assert {event.subject_id for event in asked} == {feature.pk for feature in features}


def test_who_may_not_see_an_element_is_not_asked_about_it() -> None:
    story = Story()
    overdue(story, source_organisation=make_organisation(make_user()), visibility=1)
    overdue(story, source_name="Een school")
    overdue(story, source_organisation=make_organisation())
    services.withdraw_feature(
        by=story.manager, feature=overdue(story, source_organisation=make_organisation(make_user()))
    )
    assert ask(NOW) == 0
    assert not Letter.objects.of_template(TEMPLATE).exists()


def test_without_an_answer_it_is_asked_once_more_and_then_never() -> None:
    asked = asked_source(Story())
    assert ask(NOW + PAUSES[0] - dt.timedelta(hours=1)) == 0
    assert ask(NOW + PAUSES[0]) == 1
    assert ask(NOW + PAUSES[0] + PAUSES[1]) == 1
    assert ask(NOW + dt.timedelta(days=200)) == 0
    assert [letter.data["again"] for letter in letters_to(asked.person)] == [False, True]
    asked.refresh_from_db()
    assert asked.answer == "lapsed"


def test_a_letter_names_the_last_day_on_our_clocks() -> None:
    overdue(Story(), source_organisation=make_organisation(by := make_user()))
    # Half past midnight here, on the day after.
    late = NOW.replace(hour=23, minute=30)
    assert ask(late) == 1
    until = letters_to(by)[0].data["until"]
    assert until == figures.long_day((late + PAUSES[0]).date() + dt.timedelta(days=1))


def test_that_it_is_still_so_counts_as_a_verification(client: Client) -> None:
    asked = asked_source(Story())
    before = asked.feature
    assert press(client, asked, "still_so") == 302
    feature = MapFeature.objects.get(pk=before.pk)
    assert (feature.verified_by, feature.certainty) == (asked.person, "confirmed")
    assert feature.verify_by is not None
    assert before.verify_by is not None
    assert feature.verify_by > NOW.date() > before.verify_by
    assert feature.version == before.version + 1
    assert Event.objects.about(feature).filter(verb="element.source_confirmed", by_id=asked.person_id).count() == 1
    # When that is over, it is asked again.
    assert ask(NOW + dt.timedelta(days=300)) == 1


@pytest.mark.parametrize(("answer", "words"), [("changed", "Het is nu de helft."), ("gone", "")])
def test_anything_else_waits_for_who_curates(client: Client, answer: str, words: str) -> None:
    story = Story()
    asked = asked_source(story)
    assert press(client, asked, answer, words) == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.words) == (answer, words)
    feature = MapFeature.objects.get(pk=asked.feature_id)
    assert feature.verified_at == asked.feature.verified_at
    editor = Client()
    editor.force_login(story.editor)
    for page in (f"/hubs/{HUB}/kaarten/", f"/kaarten/element/{feature.pk}/"):
        text = editor.get(page).content.decode()
        assert "De bron antwoordde" in text
        assert words in text
    assert "De bron antwoordde" not in client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    services.verify_feature(by=story.editor, feature=feature)
    assert "De bron antwoordde" not in editor.get(f"/hubs/{HUB}/kaarten/").content.decode()


def test_that_it_changed_says_what_and_nothing_is_answered_twice(client: Client) -> None:
    asked = asked_source(Story())
    for answer, words in (("changed", "  "), ("still_so", ""), ("gone", "")):
        assert press(client, asked, answer, words) == 302
        asked.refresh_from_db()
        assert asked.answer == ("" if answer == "changed" else "still_so")


def test_opening_the_link_shows_the_question_and_changes_nothing(client: Client) -> None:
    asked = asked_source(Story())
    text = client.get(path_of(asked)).content.decode()
    assert "Klopt nog" in text
    assert "40\N{NO-BREAK SPACE}ton, geschat" in text
    asked.refresh_from_db()
    assert asked.ended_at is None
    assert MapFeature.objects.get(pk=asked.feature_id).version == asked.feature.version


def test_an_old_link_answers_no_later_round(client: Client) -> None:
    story = Story()
    first = asked_source(story)
    old = path_of(first)
    press(client, first, "still_so")
    later = NOW + dt.timedelta(days=300)
    ask(later)
    second = VerificationRound.objects.latest("pk")
    assert second.feature_id == first.feature_id
    assert press(client, second, "gone", path=old) == 404
    assert f'value="{second.pk}:gone"' not in client.get(old).content.decode()
    assert f'value="{second.pk}:gone"' in client.get(path_of(second)).content.decode()


def test_a_link_is_for_whom_it_was_sent_to_as_long_as_they_belong_to_the_source(client: Client) -> None:
    asked = asked_source(Story())
    path = path_of(asked)
    for wrong in ("x", signing.dumps([asked.person_id, asked.pk], salt="other"), path.split("/")[-2] + "x"):
        assert client.get(f"/klopt-nog/{wrong}/").status_code == 404
    with pytest.raises(PermissionDenied):
        answer_verification(by=make_user(), asked=asked, version=1, answer="gone", at=NOW)
    Membership.objects.filter(user=asked.person).delete()
    assert press(client, asked, "gone") == 404
    assert ask(NOW + PAUSES[0]) == 1
    asked.refresh_from_db()
    assert asked.answer == "moved"


def test_a_link_is_valid_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asked_source(Story())
    token = path_of(asked).split("/")[-2]
    assert asked_by_link(token) is not None
    with monkeypatch.context() as patch:
        later = time.time() + VALID.total_seconds() + 1
        patch.setattr("django.core.signing.time.time", lambda: later)
        assert asked_by_link(token) is None
    assert signing.loads(token, salt=SALT) == [asked.person_id, asked.pk]


def test_what_the_hub_verified_meanwhile_is_asked_no_more() -> None:
    story = Story()
    asked = asked_source(story)
    services.verify_feature(by=story.editor, feature=asked.feature, at=NOW + dt.timedelta(days=1))
    assert ask(NOW + PAUSES[0]) == 1
    asked.refresh_from_db()
    assert (asked.answer, len(letters_to(asked.person))) == ("moved", 1)


def test_the_hub_sees_what_became_of_asking() -> None:
    story = Story()
    asked_source(story)
    overdue(story, title="Een school", source_name="Een school")
    editor = Client()
    editor.force_login(story.editor)
    text = editor.get(f"/hubs/{HUB}/kaarten/").content.decode()
    assert "gevraagd op" in text
    assert "bron zonder account: vraag het zelf aan Een school" in text


def overdue_lines(story: Story) -> dict[str, str]:
    """What the hub's list of work says of each overdue element, by its title."""
    editor = Client()
    editor.force_login(story.editor)
    page = editor.get(f"/hubs/{HUB}/kaarten/").content.decode()
    part = page[page.index('id="overdue"') :]
    rows = re.findall(
        r"<li class=.row row--between.><a [^>]*>([^<]*)</a>(.*?)</li>", part[: part.index("</ul>")], re.S
    )
    return {title: strip_tags(said) for title, said in rows}


def test_who_is_not_asked_is_named_with_why_and_how_to_reach_them() -> None:
    story = Story()
    firm = make_organisation()
    firm.phone, firm.email = "09 123 45 67", "info@firma.example"
    firm.save()
    site = make_site(firm)
    site.street, site.house_number = "Kerkstraat", "1"
    site.save()
    nothing = make_organisation()
    member = make_user()
    without_admin = make_organisation(member)
    Membership.objects.filter(user=member).update(role="member")
    left = make_user()
    gone = make_organisation(left)
    User.objects.filter(pk=left.pk).update(is_active=False)
    asked, hidden = make_organisation(make_user()), make_organisation(make_user())
    for title, source in (
        ("Bij de firma", firm), ("Bij niemand", nothing), ("Zonder beheerder", without_admin), ("Wie wegging", gone),
        ("Wordt gevraagd", asked),
    ):  # fmt: skip
        overdue(story, title=title, source_organisation=source)
    overdue(story, title="Voor de eigenaar", source_organisation=hidden, visibility=1, owner=story.editor)
    overdue(story, title="Zonder bron")
    said = overdue_lines(story)
    for title, words in (
        ("Bij de firma", f"{firm.name} heeft geen account: vraag het zelf · 09 123 45 67 · info@firma.example"),
        ("Bij de firma", site.address),
        ("Bij niemand", f"{nothing.name} heeft geen account: vraag het zelf · geen telefoon, e-mail of adres gekend"),
        ("Zonder beheerder", f"{without_admin.name} heeft geen beheerder met een account: vraag het zelf"),
        ("Wie wegging", f"{gone.name} heeft geen account: vraag het zelf"),
        ("Voor de eigenaar", f"{hidden.name} ziet dit element niet: vraag het zelf"),
        ("Zonder bron", "geen bron gekend: ga het zelf na"),
    ):
        assert words in said[title], said[title]
    assert "vraag het zelf" not in said["Wordt gevraagd"]
    # What is said is what happens: of all of them one is asked.
    ask(NOW)
    assert [one.feature.title for one in VerificationRound.objects.all()] == ["Wordt gevraagd"]


def test_who_did_not_answer_is_to_be_reached_otherwise() -> None:
    story = Story()
    asked = asked_source(story)
    Organisation.objects.filter(map_features=asked.feature).update(phone="09 765 43 21")
    assert "09 765" not in overdue_lines(story)[asked.feature.title]
    ask(NOW + PAUSES[0])
    ask(NOW + PAUSES[0] + PAUSES[1])
    said = overdue_lines(story)[asked.feature.title]
    assert "geen antwoord · 09 765 43 21" in said


def test_the_list_of_work_takes_no_more_queries_for_many() -> None:
    story, counts = Story(), []
    editor = Client()
    editor.force_login(story.editor)
    for number in (1, 4):
        for _time in range(number):
            firm = make_organisation()
            make_site(firm)
            overdue(story, source_organisation=firm)
        with CaptureQueriesContext(connection) as page:
            assert editor.get(f"/hubs/{HUB}/kaarten/").status_code == 200
        counts.append(len(page))
    assert counts[0] == counts[1]


def test_many_take_no_more_queries_than_one(client: Client) -> None:
    story, by = Story(), make_user()
    source = make_organisation(by)
    counts: list[Any] = []
    for number in (1, 5):
        for _time in range(number):
            overdue(story, source_organisation=source)
        with CaptureQueriesContext(connection) as asking:
            ask(NOW)
        path = path_of(VerificationRound.objects.latest("pk"))
        with CaptureQueriesContext(connection) as page:
            assert client.get(path).status_code == 200
        counts.append((len(asking), len(page)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("way", ["element", "layer", "gone"])
def test_who_may_no_longer_see_an_element_is_not_asked_and_does_not_answer(client: Client, way: str) -> None:
    story = Story()
    asked = asked_source(story)
    page = path_of(asked)
    assert asked.feature.title in client.get(page).content.decode()
    if way == "element":
        MapFeature.objects.filter(pk=asked.feature_id).update(visibility=1)
    elif way == "layer":
        MapLayer.objects.filter(pk=story.layer.pk).update(visibility=1)
    else:
        services.delete_layer(by=story.manager, layer=story.layer)
    assert asked.feature.title not in client.get(page).content.decode()
    assert press(client, asked, "still_so") == 404
    if way == "gone":
        call: dict[str, Any] = {"version": asked.feature.version, "answer": "still_so", "at": NOW}
        assert answer_verification(by=asked.person, asked=asked, **call) is False
    else:
        assert ask(NOW + PAUSES[0]) == 1
    asked.refresh_from_db()
    assert (asked.answer, len(letters_to(asked.person))) == ("moved", 1)
    assert MapFeature.objects.get(pk=asked.feature_id).version == asked.feature.version


def test_that_it_is_still_so_is_said_of_what_was_seen(client: Client) -> None:
    story = Story()
    asked = asked_source(story)
    feature = asked.feature
    services.change_feature(by=story.manager, feature=feature, version=feature.version, title="Anders nu")
    given = {"answer": f"{asked.pk}:still_so", "version": feature.version}
    shown = client.post(path_of(asked), given, follow=True).content.decode()
    assert "Dit is intussen gewijzigd" in shown
    assert "Anders nu" in shown
    asked.refresh_from_db()
    assert asked.answer == ""
    asked.feature.refresh_from_db()
    assert press(client, asked, "still_so") == 302
    asked.refresh_from_db()
    assert asked.answer == "still_so"
