"""Who sees and does what: the code's rules, the queries' and an oracle that reads the tables one by one agree."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import HubPartner, HubStaff, Membership, Organisation, User
from geo.models import Hub
from maps import services
from maps.enums import FeatureState, Power, Visibility
from maps.models import LayerRight, MapFeature, MapLayer, MaterialMap, PartnerGroup
from maps.permissions import STEPS, can_add, can_see, can_see_layer, can_take, taken_in
from maps.sight import sight_of
from maps.standing import standing_of
from tests.makers import make_organisation, make_user
from tests.maps.makers import Story, partner_of, point

pytestmark = pytest.mark.django_db

# ---- the table, walked ----

#: What each may do with a published public element, and with somebody else's draft.
ROLES: dict[str, tuple[set[str], set[str]]] = {
    "stranger": ({"see"}, set()),
    "member": ({"see"}, set()),
    "operator": ({"see"}, set()),
    "partner": ({"see"}, set()),
    "source": ({"see"}, set()),
    "see": ({"see"}, set()),
    "propose": ({"see", "propose", "add"}, {"add"}),
    "edit": ({"see", "propose", "verify", "add"}, {"see", "change", "submit", "withdraw", "undo", "add"}),
    "publish": (
        {"see", "propose", "verify", "change", "withdraw", "undo", "add"},
        {"see", "change", "submit", "publish", "withdraw", "undo", "add"},
    ),
    "editor": ({"see", "propose", "verify", "add"}, {"see", "change", "submit", "withdraw", "undo", "add"}),
    "manager": (
        {"see", "propose", "verify", "change", "withdraw", "undo", "add"},
        {"see", "change", "submit", "publish", "withdraw", "undo", "add"},
    ),
    "manager of another hub": ({"see"}, set()),
}
#: How widely something published has to be shown for each to see it.
SEEN_FROM = {
    "stranger": 4, "member": 4, "operator": 4, "manager of another hub": 4, "partner": 3, "source": 2, "see": 2,
    "propose": 2, "edit": 2, "publish": 2, "editor": 2, "manager": 1, "owner": 1,
}  # fmt: skip


def people(story: Story) -> dict[str, Any]:
    source = make_user()
    story.source = make_organisation(source)  # type: ignore[attr-defined]
    other = make_user()
    HubStaff.objects.create(hub=Hub.objects.exclude(pk=story.hub.pk)[0], user=other, role="manager")
    return {
        "stranger": AnonymousUser(), "member": make_user(), "operator": make_user(is_superuser=True),
        "partner": partner_of(story.hub)[0], "source": source, "editor": story.editor, "manager": story.manager,
        "manager of another hub": other, "owner": make_user(),
        **{power.slug: story.holder(power) for power in Power},
    }  # fmt: skip


def allowed(user: Any, feature: MapFeature) -> set[str]:
    standing = standing_of(user)
    found = {step for step in STEPS if can_take(standing, feature, step)}
    found |= {"see"} if can_see(standing, feature) else set()
    return found | ({"add"} if can_add(standing, feature.layer) else set())


def test_each_role_may_what_the_table_says() -> None:
    story = Story()
    roles = people(story)
    shown, draft = story.published(source_organisation=story.source), story.draft()  # type: ignore[attr-defined]
    for role, (with_published, with_draft) in ROLES.items():
        assert allowed(roles[role], shown) == with_published, role
        assert allowed(roles[role], draft) == with_draft, role


def test_each_visibility_is_seen_by_whom_it_is_for() -> None:
    story = Story()
    roles = people(story)
    source = story.source  # type: ignore[attr-defined]
    rows = {
        visibility: story.published(visibility=visibility, source_organisation=source) for visibility in Visibility
    }
    # Whoever no longer works for the hub still owns what they wrote down.
    MapFeature.objects.update(owner=roles["owner"])
    for role, least in SEEN_FROM.items():
        seen = set(MapFeature.objects.visible_to(roles[role]).values_list("visibility", flat=True))
        assert seen == {visibility for visibility in rows if visibility >= least}, role


def test_whoever_began_a_draft_works_on_it_until_it_is_put_forward() -> None:
    story = Story()
    draft = story.draft(by=story.proposer)
    assert allowed(story.proposer, draft) == {"see", "change", "submit", "withdraw", "add"}
    waiting = services.submit_feature(by=story.proposer, feature=draft)
    assert allowed(story.proposer, waiting) == {"see", "withdraw", "add"}
    shown = services.publish_feature(by=story.manager, feature=waiting)
    assert allowed(story.proposer, shown) == {"see", "propose", "add"}


# ---- the oracle ----


def oracle_sees(user: User | None, feature: MapFeature) -> bool:
    """The rules once more, from the tables one by one and without what the code shares."""
    layer, map_ = feature.layer, feature.layer.map
    if layer.deleted_at or map_.deleted_at:
        return False
    widest = min(feature.visibility, layer.visibility)
    public = feature.state == "published"
    if user is None:
        return public and widest == 4
    own = set(Membership.objects.filter(user=user).values_list("organisation_id", flat=True))
    partner = HubPartner.objects.filter(hub=map_.hub_id, organisation__in=own)
    powers = [
        right.power
        for right in LayerRight.objects.filter(layer=layer)
        if right.person_id == user.pk
        or right.organisation_id in own
        or (right.group and any(row.pk in own and is_partner(map_, row) for row in right.group.organisations.all()))
    ]
    roles = set(HubStaff.objects.filter(hub=map_.hub_id, user=user).values_list("role", flat=True))
    if feature.owner_id == user.pk or "manager" in roles:
        return True
    if feature.created_by_id == user.pk and feature.state in ("draft", "review"):
        return True
    if public:
        return (
            widest == 4
            or (widest >= 3 and partner.exists())
            or (widest >= 2 and bool(powers or roles or feature.source_organisation_id in own))
        )
    return widest >= 2 and bool(roles or max(powers, default=0) >= 3)


def is_partner(map_: MaterialMap, organisation: Organisation) -> bool:
    return HubPartner.objects.filter(hub=map_.hub_id, organisation=organisation).exists()


@dataclass
class World:
    """Two hubs with a layer each, three people, three organisations, one group."""

    users: list[User] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    layers: list[MapLayer] = field(default_factory=list)


_PEOPLE = st.integers(0, 2)
_LAYERS = st.integers(0, 1)
worlds = st.fixed_dictionaries(
    {
        "members": st.lists(st.tuples(_PEOPLE, _PEOPLE), max_size=4),
        "partners": st.lists(st.tuples(_LAYERS, _PEOPLE), max_size=4),
        "staff": st.lists(st.tuples(_LAYERS, _PEOPLE, st.sampled_from(["manager", "editor"])), max_size=2),
        "group": st.lists(_PEOPLE, max_size=2),
        "rights": st.lists(
            st.tuples(
                _LAYERS, st.sampled_from(["person", "organisation", "group"]), _PEOPLE, st.sampled_from(Power.values)
            ),
            max_size=4,
        ),
        "widest": st.tuples(st.sampled_from(Visibility.values), st.sampled_from(Visibility.values)),
        "gone": st.sampled_from(["", "", "", "layer", "map"]),
        "features": st.lists(
            st.tuples(
                _LAYERS,
                st.sampled_from(FeatureState.values),
                st.sampled_from(Visibility.values),
                st.one_of(st.none(), _PEOPLE),
                st.one_of(st.none(), _PEOPLE),
                st.one_of(st.none(), _PEOPLE),
            ),
            min_size=1,
            max_size=6,
        ),
    }
)


def build(drawn: dict[str, Any]) -> World:
    world = World([make_user() for _ in range(3)], [make_organisation() for _ in range(3)])
    hubs = list(Hub.objects.order_by("pk")[:2])
    for number, hub in enumerate(hubs):
        map_ = MaterialMap.objects.create(hub=hub, title="K", slug=f"k-{world.users[0].pk}")
        world.layers.append(MapLayer.objects.create(map=map_, title="L", visibility=drawn["widest"][number]))
    for person, organisation in set(drawn["members"]):
        Membership.objects.create(
            user=world.users[person], organisation=world.organisations[organisation], role="member"
        )
    for hub, organisation in set(drawn["partners"]):
        HubPartner.objects.create(hub=hubs[hub], organisation=world.organisations[organisation])
    for hub, person, role in {(hub, person): (hub, person, role) for hub, person, role in drawn["staff"]}.values():
        HubStaff.objects.create(hub=hubs[hub], user=world.users[person], role=role)
    groups = [PartnerGroup.objects.create(hub=hub, name=f"G{world.users[0].pk}") for hub in hubs]
    for group in groups:
        group.organisations.set([world.organisations[number] for number in drawn["group"]])
    holders: dict[str, list[Any]] = {"person": world.users, "organisation": world.organisations}
    for layer, kind, number, power in drawn["rights"]:
        holder = groups[layer] if kind == "group" else holders[kind][number]
        LayerRight.objects.update_or_create(layer=world.layers[layer], **{kind: holder}, defaults={"power": power})
    for layer, state, visibility, owner, maker, source in drawn["features"]:
        MapFeature.objects.create(
            layer=world.layers[layer], kind="stock", title="E", geometry=point(), state=state, visibility=visibility,
            published_at="2026-01-01T00:00Z" if state == "published" else None,
            owner=None if owner is None else world.users[owner],
            created_by=None if maker is None else world.users[maker],
            source_organisation=None if source is None else world.organisations[source],
        )  # fmt: skip
    if drawn["gone"] == "layer":
        MapLayer.objects.filter(pk=world.layers[0].pk).update(deleted_at="2026-01-01T00:00Z")
    elif drawn["gone"] == "map":
        MaterialMap.objects.filter(pk=world.layers[0].map_id).update(deleted_at="2026-01-01T00:00Z")
    return world


class TestOracle(TestCase):
    @given(worlds)
    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    def test_code_and_sql_and_the_oracle_agree_on_who_sees_what(self, drawn: dict[str, Any]) -> None:
        world = build(drawn)
        features = list(MapFeature.objects.select_related("layer__map"))
        compared = 0
        for user in (None, *world.users):
            person = user or AnonymousUser()
            standing = standing_of(person)
            in_sql = set(MapFeature.objects.visible_to(person).values_list("pk", flat=True))
            layers_in_sql = set(MapLayer.objects.visible_to(person).values_list("pk", flat=True))
            for feature in features:
                says = oracle_sees(user, feature)
                assert can_see(standing, feature) == says, (user, feature.pk)
                assert (feature.pk in in_sql) == says, (user, feature.pk)
                compared += 1
            for layer in MapLayer.objects.select_related("map"):
                assert can_see_layer(standing, layer) == (layer.pk in layers_in_sql)
                if layer.pk in layers_in_sql:
                    of_layer = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer))
                    seen = {
                        feature.pk for feature in features if feature.pk in in_sql and feature.layer_id == layer.pk
                    }
                    assert set(of_layer.values_list("pk", flat=True)) == seen
                    for step in STEPS:
                        may = {
                            one.pk for one in features if one.layer_id == layer.pk and can_take(standing, one, step)
                        }
                        assert set(taken_in(standing, layer, step).values_list("pk", flat=True)) == may, step
        assert compared == 4 * len(drawn["features"])
