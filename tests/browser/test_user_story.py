"""The story that docs/gebruikers.md tells, played as it stands there: a page that names another button fails."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.house.pages import ROOT

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PAGE = ROOT / "docs" / "gebruikers.md"
#: What is pressed or filled in, what is read, and at what something is chosen.
_MARKS = re.compile(r"\*\*(?P<press>[^*]+)\*\*(?: `(?P<value>[^`]+)`)?|\*(?P<read>[^*]+)\*|“(?P<at>[^”]+)”")


@dataclass(frozen=True)
class Step:
    """What one log-in does, as the page says it."""

    number: int
    login: str
    text: str


def steps() -> list[Step]:
    told = PAGE.read_text().split("## Eén uitwisseling in tien minuten\n")[1].split("\n## ")[0]
    found = re.findall(r"^(\d+)\. `(\w+)`(.*?)(?=^\d+\. |^\S|\Z)", told, re.S | re.M)
    return [Step(int(number), login, " ".join(text.split())) for number, login, text in found]


def take(page: Page, step: Step) -> int:
    """Do what a step says, in its order; returns how many things that were."""
    at: list[str] = []
    done = 0
    for mark in _MARKS.finditer(step.text):
        if mark["at"]:
            at.append(mark["at"])
            continue
        if mark["read"]:
            expect(visible(page.get_by_text(mark["read"]))).to_be_visible()
        elif mark["value"]:
            fill(page, mark["press"], mark["value"])
        else:
            press(page, mark["press"], at)
            at = []
        done += 1
    return done


def press(page: Page, name: str, at: list[str]) -> None:
    """Press what is called so: within what holds all texts of `at`, where there are some; else in the page itself
    rather than in its menu.
    """
    scopes: list[Locator] = [page.locator("main"), page.locator("body")]
    if at:
        within = page.locator("main :is(article, li, tr)")
        for text in at:
            within = within.filter(has_text=text)
        scopes = [within]
    for _try in range(50):
        for target in (target for scope in scopes for target in _targets(scope, name)):
            if target.count():
                target.click()
                page.wait_for_load_state()
                return
        page.wait_for_timeout(200)
    raise AssertionError(f"Nothing on {page.url} is called “{name}”")


def _targets(scope: Locator, name: str) -> Iterator[Locator]:
    """The innermost that is seen: a button or link of that very name first, then one whose name holds it."""
    for exact in (True, False):
        for role in ("button", "link"):
            yield visible(scope.get_by_role(role, name=name, exact=exact))  # type: ignore[arg-type]
        yield visible(scope.locator("summary").filter(has_text=name))
        yield visible(scope.get_by_label(name, exact=exact))


def visible(found: Locator) -> Locator:
    return found.locator("visible=true").first


def fill(page: Page, name: str, value: str) -> None:
    visible(page.get_by_label(name).and_(page.locator("input, textarea"))).fill(value)


def test_the_story_of_ten_minutes_is_played_to_its_end(open_page: Open) -> None:
    told = steps()
    assert [step.number for step in told] == list(range(1, len(told) + 1))
    logins = {step.login for step in told}
    assert logins == {"bedrijf", "maatwerk", "koper", "hub"}
    pages = {login: open_page(login) for login in sorted(logins)}
    done = [take(pages[step.login], step) for step in told]
    assert min(done) >= 1
    assert sum(done) >= 30
