"""WCAG 2.2 AA on the gallery, which holds every component."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.looks import LOOKS

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_nothing(gallery, scheme, width):
    page = gallery.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    gallery.open_armed()
    # axe is put into the page from outside, which the policy rightly refuses.
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_is_wider_than_the_window(gallery, width):
    gallery.page.set_viewport_size({"width": width, "height": 800})
    page = gallery.open_armed()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_policy_refuses_nothing_of_ours(gallery):
    gallery.open_armed()
    assert gallery.complaints == []


def test_what_has_the_focus_is_never_under_the_bar(gallery):
    page = gallery.open_armed()
    bar_top = page.locator(".bar").bounding_box()["y"]
    for link in page.locator("[data-item-link]").all():
        link.focus()
        box = link.bounding_box()
        assert box["y"] + box["height"] <= bar_top
