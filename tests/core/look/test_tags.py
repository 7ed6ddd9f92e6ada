from __future__ import annotations

from datetime import timedelta

import pytest
from django.template import engines
from django.utils import timezone
from django.utils.html import escape
from heroicons import IconDoesNotExist

from reviewapp.core.look.vocabulary import KINDS
from reviewapp.core.templatetags import ui


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("kind", KINDS)
def test_every_chip_has_an_icon_and_a_word(kind):
    for value, look in KINDS[kind].items():
        drawn = ui.chip(kind, value)
        assert "<svg" in drawn
        assert escape(look.word) in drawn


def test_a_value_without_a_look_is_said_plainly():
    assert "brand new thing" in ui.chip("risk", "brand_new_thing")


def test_a_kind_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError):
        ui.chip("colour", "red")


def test_an_icon_that_does_not_exist_is_a_mistake():
    with pytest.raises(IconDoesNotExist):
        ui.icon("no-such-icon")


def test_an_icon_with_a_label_speaks_and_one_without_is_silent():
    speaks, silent = ui.icon("clock", "Late"), ui.icon("clock")
    assert 'aria-label="Late"' in speaks
    assert 'aria-hidden="true"' not in speaks
    assert 'aria-hidden="true"' in silent


def test_a_chip_escapes_what_it_is_told():
    assert "<script>" not in ui.chip("flag", "held", "<script>")


def test_hidden_characters_are_named_and_markup_is_escaped():
    drawn = render("{{ text|visible }}", text="<b>\u202eevil</b>")
    assert "&lt;b&gt;" in drawn
    assert "U+202E" in drawn
    assert "RIGHT-TO-LEFT OVERRIDE" in drawn


def test_a_time_says_how_long_ago_and_exactly_when_in_the_readers_zone():
    with timezone.override("Europe/Lisbon"):
        drawn = render("{% ago at %}", at=timezone.now() - timedelta(minutes=3))
    assert ">3 min ago<" in drawn
    assert "WET" in drawn or "WEST" in drawn


def test_a_time_that_never_was_is_said():
    assert render("{% ago at %}", at=None) == "never"


def test_a_countdown_carries_all_its_looks_and_one_step():
    until = timezone.now() + timedelta(minutes=1)
    drawn = render("{% time_left until %}", until=until)
    assert 'data-step="soon"' in drawn
    assert drawn.count("<svg") == 3


@pytest.mark.parametrize(
    ("age_s", "limit_s", "words"),
    [(60, 900, "1 min old, limit 15 min"), (7200, 900, "Stale: 2 h old")],
)
def test_evidence_says_its_age_against_its_limit(age_s, limit_s, words):
    observed = timezone.now() - timedelta(seconds=age_s)
    assert words in render("{% freshness at limit %}", at=observed, limit=limit_s)


@pytest.mark.parametrize(
    ("cookie", "shown"), [("dark", "dark"), ('"><script>', "auto"), (None, "auto")]
)
def test_the_theme_is_one_of_three_whatever_the_cookie_says(rf, cookie, shown):
    request = rf.get("/")
    if cookie:
        request.COOKIES["theme"] = cookie
    assert render("{% theme %}", request=request) == shown


def test_the_theme_needs_no_request():
    assert render("{% theme %}") == "auto"
