"""Whoever puts something forward learns what became of it, and those who publish what waits for them."""

import datetime as dt
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from frontend.maps import waiting as pages_of_waiting
from journal.letter_text import render_letter
from journal.models import Letter
from maps import services
from maps.enums import Power
from maps.models import FeatureProposal, MapFeature
from maps.reviewing.waiting import tell_reviewers
from tests.makers import make_user
from tests.maps.makers import HUB, Story, overdue, partner_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def proposed(story: Story, feature: MapFeature | None = None, **fields: Any) -> FeatureProposal:
    feature = feature or story.published()
    fields = {"quantity": 50} | fields
    return services.propose_change(by=story.proposer, feature=feature, version=feature.version, **fields)


def put_forward(story: Story, **fields: Any) -> MapFeature:
    return services.submit_feature(by=story.proposer, feature=story.draft(by=story.proposer, **fields))


def letters_to(user: User, template: str) -> list[Letter]:
    return list(Letter.objects.to(user.email).of_template(template).order_by("pk"))


def text_of(letter: Letter) -> str:
    rendered = render_letter(letter)
    return f"{rendered.subject}\n{rendered.text}"


# ---- what became of it ----


def test_who_proposed_a_change_hears_that_it_was_taken() -> None:
    story = Story()
    proposal = proposed(story)
    services.accept_proposal(by=story.manager, proposal=proposal)
    (letter,) = letters_to(story.proposer, "map_outcome")
    text = text_of(letter)
    assert "Je voorstel is aangenomen: Bakstenen van een school" in text
    assert "De reden" not in text
    assert reverse("my-map-proposals") in text


def test_who_proposed_a_change_hears_why_it_was_not_taken() -> None:
    story = Story()
    services.send_back_proposal(by=story.manager, proposal=proposed(story), reason="Gewogen: het blijft 40 ton.")
    (letter,) = letters_to(story.proposer, "map_outcome")
    text = text_of(letter)
    assert "Teruggestuurd: Bakstenen van een school" in text
    assert "De reden: Gewogen: het blijft 40 ton." in text
    assert "blijft zoals ze was" in text


def test_who_put_an_element_forward_hears_what_became_of_it_and_others_do_not() -> None:
    story = Story()
    back = services.send_back_feature(by=story.manager, feature=put_forward(story), reason="Waar is de ingang?")
    assert "Waar is de ingang?" in text_of(letters_to(story.proposer, "map_outcome")[0])
    again = services.submit_feature(by=story.proposer, feature=back)
    services.publish_feature(by=story.manager, feature=again)
    assert "Het staat op de kaart" in text_of(letters_to(story.proposer, "map_outcome")[1])
    # What was a draft of their own, and what one does oneself, is no outcome of anything.
    services.publish_feature(by=story.manager, feature=story.draft(by=story.proposer))
    own = services.submit_feature(by=story.manager, feature=story.draft(by=story.manager))
    services.publish_feature(by=story.manager, feature=own)
    services.take_back_proposal(by=story.proposer, proposal=proposed(story))
    assert Letter.objects.of_template("map_outcome").count() == 2


def test_many_at_once_make_one_letter_each() -> None:
    story = Story()
    other = story.holder(Power.PROPOSE)
    features = [put_forward(story, title=f"Nummer {number}") for number in range(12)]
    alone = services.submit_feature(by=other, feature=story.draft(by=other, title="Van een ander"))
    seen = {one.pk: one.version for one in [*features, alone]}
    services.step_features(by=story.manager, layer=story.layer, seen=seen, step="send_back", reason="Zonder adres.")
    (letter,) = letters_to(story.proposer, "map_outcome")
    text = text_of(letter)
    assert "12 elementen teruggestuurd" in text
    assert "Nummer 9" in text
    assert "en nog 2" in text
    assert "Van een ander" not in text
    assert "Teruggestuurd: Van een ander" in text_of(letters_to(other, "map_outcome")[0])


# ---- what waits ----


def test_those_who_publish_hear_once_a_day_what_waits_and_only_of_something_new() -> None:
    story = Story()
    publisher, member = story.holder(Power.PUBLISH), partner_of(story.hub)
    services.give_right(by=story.manager, layer=story.layer, to=member[1], power=Power.PUBLISH)
    assert tell_reviewers(at=NOW) == 0
    for _number in range(3):
        proposed(story)
    put_forward(story)
    assert tell_reviewers(at=NOW) == 3
    for person in (story.manager, publisher, member[0]):
        (letter,) = letters_to(person, "map_waiting")
        text = text_of(letter)
        assert "4 voorstellen wachten" in text
        assert "Bedrijven (4)" in text
        assert reverse("hub-map-work", args=[HUB]) in text
    for person in (story.editor, story.proposer):
        assert not letters_to(person, "map_waiting")
    # Nothing came since; then something does, on the same day and on the next.
    tomorrow = NOW + dt.timedelta(days=1)
    assert tell_reviewers(at=tomorrow) == 0
    proposal = proposed(story)
    later = timezone.now() + dt.timedelta(hours=1)
    FeatureProposal.objects.filter(pk=proposal.pk).update(proposed_at=later)
    tell_reviewers(at=NOW)
    assert len(letters_to(publisher, "map_waiting")) == 1
    assert tell_reviewers(at=tomorrow) == 3
    assert "5 voorstellen" in text_of(letters_to(publisher, "map_waiting")[1])


def test_nobody_hears_of_a_layer_in_which_they_do_not_publish() -> None:
    story = Story()
    other = services.create_layer(by=story.manager, material_map=story.map, title="Een andere laag")
    publisher = make_user()
    services.give_right(by=story.manager, layer=other, to=publisher, power=Power.PUBLISH)
    # A group counts as far as its members are partners, and this one's isn't any more.
    user, organisation = partner_of(story.hub)
    group = services.create_group(by=story.manager, hub=story.hub, name="Groep", organisations=[organisation])
    services.give_right(by=story.manager, layer=story.layer, to=group, power=Power.PUBLISH)
    story.hub.partners.filter(organisation=organisation).delete()
    put_forward(story)
    tell_reviewers(at=NOW)
    assert not letters_to(publisher, "map_waiting")
    assert not letters_to(user, "map_waiting")
    assert letters_to(story.manager, "map_waiting")
    services.delete_layer(by=story.manager, layer=story.layer)
    Letter.objects.of_template("map_waiting").delete()
    assert tell_reviewers(at=NOW + dt.timedelta(days=1)) == 0


# ---- pages ----


def test_ones_own_proposals_are_listed_with_their_outcomes() -> None:
    story = Story()
    kept, refused, taken = (story.published(title=title) for title in ("Blijft staan", "Komt weerom", "Is genomen"))
    proposed(story, kept)
    services.send_back_proposal(by=story.manager, proposal=proposed(story, refused), reason="Niet gewogen.")
    services.accept_proposal(by=story.manager, proposal=proposed(story, taken))
    services.send_back_feature(by=story.manager, feature=put_forward(story, title="Van mij"), reason="Geef een adres.")
    text = of(story.proposer).get(reverse("my-map-proposals")).content.decode()
    for words in (
        "Blijft staan", "Komt weerom", "Is genomen", "Niet gewogen.", "teruggestuurd", "aangenomen", "na te kijken",
        "Van mij", "Geef een adres.",
    ):  # fmt: skip
        assert words in text, words
    theirs = of(make_user()).get(reverse("my-map-proposals")).content.decode()
    assert "Blijft staan" not in theirs
    assert "Van mij" not in theirs
    withdrawn = services.withdraw_feature(by=story.manager, feature=MapFeature.objects.get(pk=refused.pk))
    assert withdrawn.title not in of(story.proposer).get(reverse("my-map-proposals")).content.decode()


def test_many_proposals_stand_on_pages_in_one_order() -> None:
    story = Story()
    feature = story.published()
    FeatureProposal.objects.bulk_create(
        FeatureProposal(
            feature=feature, base_version=1, changes={"quantity": number}, comment=f"Voorstel {number:03}.",
            proposed_by=story.proposer,
        )
        for number in range(120)
    )  # fmt: skip
    client, seen, page = of(story.proposer), list[str](), reverse("my-map-proposals")
    while page:
        answer = client.get(page)
        seen += [one["proposal"].comment for one in answer.context["proposals"]]
        before = answer.context["before"]
        page = f"{reverse('my-map-proposals')}?voor={before}" if before else ""
    assert seen == [f"Voorstel {number:03}." for number in reversed(range(120))]
    assert client.get(f"{reverse('my-map-proposals')}?voor=x").status_code == 404


def test_each_list_of_what_waits_has_pages_that_miss_nothing_and_cost_no_more_queries() -> None:
    story, today = Story(), timezone.localdate()
    waiting = [put_forward(story, title=f"Wacht {number}").pk for number in range(5)]
    late = [overdue(story, title=f"Oud {number}").pk for number in range(5)]
    proposals = [proposed(story, MapFeature.objects.get(pk=pk)).pk for pk in late]
    # Several of one moment or day: the next page begins within them.
    MapFeature.objects.filter(pk__in=late[1:4]).update(verify_by=today - dt.timedelta(days=3))
    MapFeature.objects.filter(pk__in=waiting[1:4]).update(updated_at=NOW)
    client, address = of(story.manager), reverse("hub-map-work", args=[HUB])
    lists = {"to_review": waiting, "proposals": proposals, "overdue": late}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pages_of_waiting, "WAITING_SHOWN", 2)
        client.get(address)
        for called, ids in lists.items():
            seen, counts, page = list[int](), set[int](), address
            while page:
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(page)
                counts.add(len(queries))
                shown = answer.context[called]
                seen += [row.pk for row in shown.rows]
                more = f"{shown.name}={quote(shown.following)}"
                assert not shown.following or more in answer.content.decode()
                page = f"{address}?{more}" if shown.following else ""
            assert sorted(seen) == sorted(ids), called
            assert len(counts) == 1, called
        gone = client.get(address, {"na-kijken": f"{timezone.now().isoformat()}~{10**17}"}).content.decode()
        assert "Hierna komt niets meer." in gone
        assert "Naar het begin" in gone
    for wrong in ("x", "2026-01-01~1", "2026-01-01T00:00:00~1", f"{NOW.isoformat()}~x", "2026-13-01T00:00Z~1", "\0"):
        assert client.get(address, {"na-kijken": wrong}).status_code == 404, wrong


def test_who_publishes_by_a_right_has_a_list_of_what_waits_in_their_layers_alone() -> None:
    story = Story()
    hidden = services.create_layer(by=story.manager, material_map=story.map, title="Andere laag")
    elsewhere = services.add_feature(
        by=story.editor, layer=hidden, kind="stock", title="Elders", geometry=story.published().geometry
    )
    services.submit_feature(by=story.editor, feature=elsewhere)
    waits = put_forward(story, title="Dit wacht")
    publisher, address = story.holder(Power.PUBLISH), reverse("hub-map-work", args=[HUB])
    text = of(publisher).get(address).content.decode()
    assert "Dit wacht" in text
    assert "Elders" not in text
    assert "Andere laag" not in text
    for staff_only in ("map-new", "map-groups"):
        assert reverse(staff_only, args=[HUB]) not in text
    assert address in of(publisher).get(reverse("map", args=[HUB, story.map.slug])).content.decode()
    assert address not in of(story.proposer).get(reverse("map", args=[HUB, story.map.slug])).content.decode()
    assert of(story.holder(Power.EDIT)).get(address).status_code == 403
    text = of(story.manager).get(address).content.decode()
    assert "Elders" in text
    step = reverse("map-element-step", args=[waits.pk])
    of(publisher).post(step, {"step": "publish", "version": waits.version})
    assert MapFeature.objects.get(pk=waits.pk).state == "published"
