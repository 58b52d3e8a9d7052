"""Two people on one element: whatever each changed, the second loses nothing, and what neither wrote isn't stored."""

from typing import Any

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from frontend.components.seen_form import CHOICE
from frontend.maps.forms import ElementForm
from frontend.maps.saving import save_element
from maps import services
from maps.conflicts import TOGETHER
from maps.fields import plain_values
from maps.models import MapFeature
from materials.models import Material
from tests.makers import material
from tests.maps.makers import Story, point

#: What people write of an element: how it is at first, and what one or the other makes of it.
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "title": ("Bakstenen", "Gevelstenen", "Oude stenen"), "description": ("Van een school.", "Van een hal.", ""),
    "quantity": ("40", "50", "60"), "unit": ("tonne", "kg", "piece"), "period": ("week", "month", "year"),
    "quantity_basis": ("estimated", "measured", "unknown"), "season_months": ([5], [6, 7], []),
    "form": ("los", "op palet", ""), "composition": ("klei", "zand", ""), "contaminants": ("", "mortel", "roet"),
    "declared_status": ("unsure", "waste", "product"), "source_name": ("School", "Hal", ""),
    "source_reference": ("a-1", "a-2", ""), "destination": ("", "breker", "werf"),
    "available_from": ("2027-01-01", "2027-02-01", "2027-03-01"),
    "available_until": ("2027-06-01", "2027-07-01", "2027-08-01"), "certainty": ("likely", "confirmed", "unsure"),
    "visibility": (4, 3, 2), "geometry": (3.70, 3.71, 3.72),
}  # fmt: skip
changes = st.dictionaries(st.sampled_from(list(VALUES)), st.sampled_from([1, 2]), min_size=1, max_size=4)


def as_given(changed: dict[str, int]) -> dict[str, Any]:
    """Values as a service takes them."""
    values = {name: VALUES[name][which] for name, which in changed.items()}
    return {name: point(value) if name == "geometry" else value for name, value in values.items()}


def sent(form: ElementForm) -> QueryDict:
    """What a browser sends of a form as it is shown."""
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        shown = field.widget.format_value(form[name].value())
        many = shown if isinstance(shown, list) else [shown]
        data.setlist(name, ["" if one is None else str(one) for one in many])
    return data


def fill_in(data: QueryDict, changed: dict[str, int]) -> None:
    for name, which in changed.items():
        value = VALUES[name][which]
        if name == "geometry":
            # As the canvas does: what is drawn is the one way that says where it is.
            data["lat"] = data["lon"] = ""
            data["shape"] = point(value).wkt
        else:
            data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])


class TestTwoEditors(TestCase):
    story: Story
    bricks: Material

    @classmethod
    def setUpTestData(cls) -> None:
        cls.story = Story()
        cls.bricks = material("building-bricks")

    @given(theirs=changes, mine=changes, choices=st.sets(st.sampled_from(list(VALUES))))
    @settings(max_examples=30)
    def test_of_what_two_change_nothing_is_lost_and_nothing_mixed(
        self, theirs: dict[str, int], mine: dict[str, int], choices: set[str]
    ) -> None:
        """Given two who opened the same version, when both save, the second gets both versions field by field, and
        what is stored then is of each field what whoever changed it made of it, or what the second chose.
        """
        story = self.story
        first = as_given(dict.fromkeys(VALUES, 0)) | {"kind": "flow", "material": self.bricks}
        feature = services.add_feature(by=story.editor, layer=story.layer, **first)
        before = plain_values(feature)
        data = sent(ElementForm(layer=story.layer, feature=feature, staff=True))
        fill_in(data, mine)
        services.change_feature(by=story.manager, feature=feature, version=1, **as_given(theirs))
        stored = plain_values(MapFeature.objects.get(pk=feature.pk))

        form = ElementForm(data, layer=story.layer, feature=feature, staff=True)
        assert form.is_valid(), form.errors
        is_saved, rows = save_element(story.editor, form, feature, proposes=False)
        assert not is_saved
        assert plain_values(MapFeature.objects.get(pk=feature.pk)) == stored
        # Each field that one of them changed is told, with all three values.
        assert {row["name"] for row in rows} == {*theirs, *mine}
        asked = {row["name"] for row in rows if row["clashes"]}
        wants = plain_values(MapFeature(**as_given(mine)), list(mine))
        assert asked >= {name for name in theirs.keys() & mine.keys() if stored[name] != wants[name]}

        again = form.data.copy()  # type: ignore[attr-defined] # a QueryDict
        again.update({CHOICE + name: "theirs" if name in choices else "mine" for name in asked})
        newer = MapFeature.objects.get(pk=feature.pk)
        second = ElementForm(again, layer=story.layer, feature=newer, staff=True)
        assert second.is_valid(), second.errors
        assert save_element(story.editor, second, newer, proposes=False) == (True, [])
        after = plain_values(MapFeature.objects.get(pk=feature.pk))
        for name, value in after.items():
            if name in asked:
                expected = stored[name] if name in choices else wants.get(name, before[name])
            else:
                expected = wants.get(name, stored[name])
            assert value == expected, name

        # Who only presses on has stored, of what says one thing together, what one of the two wrote.
        for group in TOGETHER:
            if not choices & set(group):
                said = [after[name] for name in group]
                assert said in ([stored[name] for name in group], [wants.get(name, before[name]) for name in group])
