"""How far state machines go: a little in every run of the tests, and as far as one has time for before a release."""

import os
import re

from hypothesis import settings

#: So many stories of so many steps, as "200x60". Without it, what a run of all tests has time for.
DEPTH = "WERKSTOF_MACHINES"
#: In every run of the tests.
_STORIES = 8


def as_deep_as_asked(steps: int = 25) -> settings:
    """What run_state_machine_as_test() takes; of `steps` in a story unless the environment says how many.

    Raises ValueError for a depth that makes no sense: a deep run that was none would be worse than none.
    """
    asked = os.environ.get(DEPTH, "")
    found = re.fullmatch(r"([1-9]\d{0,5})x([1-9]\d{0,3})", asked)
    if asked and found is None:
        raise ValueError(f'{DEPTH} is "{asked}": say how many stories of how many steps, such as 200x60')
    stories, steps = (int(found[1]), int(found[2])) if found else (_STORIES, steps)
    return settings(max_examples=stories, stateful_step_count=steps, deadline=None)
