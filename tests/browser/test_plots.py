"""The plots of a hub's figures: drawn from the table beside each, by scripts that the pages' policy lets run."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, until
from tests.browser.test_security_policy import watched

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
FIGURES = "/hubs/sociaal-circulaire-hub-gent/cijfers/"
#: Of each plot that is drawn: its kind, the table whose rows it draws, what those say, and how long its bars are.
READ = """
[...document.querySelectorAll('.plot:not([hidden]) [data-plot]')].map(place => {
    const { plot: kind, rows, full, outlined } = place.dataset;
    const table = [...document.querySelectorAll(`#${rows} > tr`)];
    const said = name => table.map(row => Number(row.dataset[name] ?? 0));
    const length = kind === 'weight' ? 'height' : 'width';
    const bars = [...place.querySelectorAll('svg g[aria-label=bar]')].map(
        group => [...group.querySelectorAll('rect')].map(bar => Number(bar.getAttribute(length))));
    return {
        kind, rows, caption: table[0]?.closest('[role=region]')?.ariaLabel ?? '',
        values: outlined ? [said(full), said(outlined)] : [said(full)], bars,
        hidden: place.getAttribute('aria-hidden'),
    };
})
"""
DRAWN = "[...document.querySelectorAll('.plot:not([hidden]) [data-plot]')].every(one => one.querySelector('svg'))"


def shown(page: Page) -> list[dict[str, Any]]:
    """The plots of the page, once all of them came into view."""
    page.goto(FIGURES)
    for group in page.locator("[data-plots]").all():
        group.scroll_into_view_if_needed()
    until(page, DRAWN)
    found: list[dict[str, Any]] = page.evaluate(READ)
    return found


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}], ids=["desk", "phone"])
def test_each_plot_is_drawn_as_its_table_says(open_page: Open, options: dict[str, Any]) -> None:
    page = open_page(**options)
    said = watched(page)
    plots = shown(page)
    assert {"weight-across", "two-across", "weight"} <= {plot["kind"] for plot in plots}
    for plot in plots:
        # Whoever doesn't see it reads the table, which says what it tells.
        assert plot["hidden"] == "true"
        assert plot["caption"], plot["rows"]
        series = list(zip(plot["values"], plot["bars"][: len(plot["values"])], strict=True))
        assert all(len(bars) == len(values) for values, bars in series), plot["rows"]
        # One scale for what is full and what is outlined.
        pairs = [pair for values, bars in series for pair in zip(values, bars, strict=True)]
        most, longest = max(pairs)
        assert most > 0, plot["rows"]
        assert longest > 20, plot["rows"]
        # Insets take up to a pixel off.
        drawn = [bar for _value, bar in pairs]
        assert drawn == pytest.approx([value / most * longest for value, _bar in pairs], abs=2), plot["rows"]
    assert said == []


def test_plots_need_no_eval_and_none_could_run(open_page: Open) -> None:
    page = open_page()
    answer = page.goto(FIGURES)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src" in policy
    assert "unsafe-eval" not in policy
    assert len(shown(page)) >= 4
    # By a timer, as a script of the page would: what a test has evaluated itself is under no policy.
    said = watched(page)
    page.evaluate("setTimeout('window.ran = 1 + 1')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert any("unsafe-eval" in line for line in said), said


def test_a_plot_is_drawn_anew_where_the_window_gets_narrower(open_page: Open) -> None:
    page = open_page()
    shown(page)
    width = "document.querySelector('.plot:not([hidden]) svg').getAttribute('width')"
    before = float(page.evaluate(width))
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    until(page, f"Number({width}) < {before - 50}")
    expect(page.locator(".plot:not([hidden]) svg").first).to_be_visible()
