"""State machines go as far as one asks, and all of them do."""

import re
from pathlib import Path

import pytest
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from hypothesis.strategies import integers

from tests.machines import DEPTH, as_deep_as_asked

ROOT = Path(__file__).resolve().parents[2]


class Counts(RuleBasedStateMachine):
    """How many stories were played, and how many steps the longest had."""

    stories, longest = 0, 0

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        type(self).stories += 1

    @rule(_number=integers())
    def step(self, _number: int) -> None:
        self.steps += 1
        type(self).longest = max(type(self).longest, self.steps)


@pytest.mark.parametrize(("asked", "stories", "steps"), [("", 8, 25), ("40x60", 40, 60)])
def test_a_machine_goes_as_far_as_the_environment_asks(
    monkeypatch: pytest.MonkeyPatch, asked: str, stories: int, steps: int
) -> None:
    monkeypatch.setenv(DEPTH, asked)
    Counts.stories = Counts.longest = 0
    run_state_machine_as_test(Counts, settings=as_deep_as_asked())
    assert stories <= Counts.stories <= stories + 2
    assert Counts.longest == steps


@pytest.mark.parametrize("asked", ["200", "200 × 60", "0x60", "deep", "200x60x2"])
def test_a_depth_that_makes_no_sense_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(DEPTH, asked)
    with pytest.raises(ValueError, match=f'{DEPTH} is "{asked}": say how many stories'):
        as_deep_as_asked()


def test_every_machine_does_and_the_guide_says_how() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*.py")]
    calls = [line for text in texts for line in text.splitlines() if re.match(r" +run_state_machine_as_test\(", line)]
    assert len(calls) >= 5
    assert [line for line in calls if "settings=as_deep_as_asked(" not in line] == []
    assert f"{DEPTH}=200x60" in (ROOT / "CONTRIBUTING.md").read_text()
