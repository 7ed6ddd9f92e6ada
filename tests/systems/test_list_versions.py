"""The log of changes that writes itself, and the manifest at two dates."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.builders import make_system
from tests.systems.versions import TOOLS, hourly, saw

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NEWER = "claude-sonnet-4-5-20251115"
LOG, COMPARE = "/systems/shop/versions/", "/systems/shop/versions/compare"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        yield


@pytest.fixture
def system():
    return make_system("shop")


@pytest.fixture
def changed(system):
    """A release a month; the newest has three tools more."""
    more = TOOLS | {"refund_all": "cc" * 8, "wipe": "dd" * 8, "mail": "ee" * 8}
    saw(system, *days(0, 90))
    saw(system, *days(90, 180), model=NEWER)
    saw(system, *days(180, 220), model=NEWER, prompt="5555" * 4)
    saw(system, *days(220, 260), model=NEWER, prompt="6666" * 4, tools=more)
    index = {"model": "", "prompt": "", "tools": {}, "release": "", "model_asked": ""}
    saw(system, *days(0, 250), **index, provider="", index="policies@v7")
    saw(system, *days(251, 260), **index, provider="", index="policies@v8")
    return system


def days(first, last):
    return hourly(MARCH + first * DAY, 1) + hourly(MARCH + last * DAY, 1)[:1]


def words_of(answer):
    assert answer.status_code == 200
    source = answer.content.decode().replace("<wbr>", "")
    return " ".join(re.sub(r"<[^>]+>", " ", source).split())


def test_each_change_stands_in_words_with_its_date(engineer, client_for, changed):
    page = words_of(client_for(engineer).get(LOG))
    for words in (
        f"model claude-sonnet-4-5-20250929 → {NEWER}",
        "prompt edited",
        "tool refund_all added",
        "index policies v7 → v8",
        "First seen",
        "30 May 2026",
    ):
        assert words in page, words
    assert page.index("tool wipe added") < page.index("model claude-sonnet-4-5-2025")


def test_a_system_without_a_trace_says_why_there_is_nothing(
    engineer, client_for, system
):
    browser = client_for(engineer)
    assert "No trace has come yet" in words_of(browser.get(LOG))
    assert "Nothing was seen by then" in words_of(browser.get(COMPARE))
    assert "Not seen yet" in words_of(browser.get("/systems/shop/"))


def test_the_page_of_the_system_says_what_it_is_made_of_now(
    engineer, client_for, changed
):
    page = words_of(client_for(engineer).get("/systems/shop/"))
    made_of = page[page.index("Made of") :]
    asked = "claude-sonnet-4-5"
    for words in (NEWER, asked, "2026.3.1", "refund_all", "policies", "v8"):
        assert words in made_of, words
    assert "20250929" not in made_of


def test_two_dates_stand_side_by_side(engineer, client_for, changed):
    answer = client_for(engineer).get(COMPARE, {"a": "2026-03-01", "b": "2026-11-20"})
    page = words_of(answer)
    assert (
        "Between the two: model changed once, 2 prompt edits, 3 new tools,"
        " index rebuilt once." in page
    )
    (agent,) = answer.context["comparison"].agents
    fates = {(str(line.what), line.name): line.fate for line in agent.lines}
    assert fates == {
        ("model", ""): "changed",
        ("model_asked", ""): "same",
        ("provider", ""): "same",
        ("prompt", ""): "changed",
        ("release", ""): "same",
        ("index", "policies"): "changed",
        ("tool", "get_order"): "same",
        ("tool", "mail"): "new",
        ("tool", "refund"): "same",
        ("tool", "refund_all"): "new",
        ("tool", "wipe"): "new",
    }
    assert "On 1 Mar 2026" in page


def test_dates_in_the_wrong_order_are_put_right(engineer, client_for, changed):
    browser = client_for(engineer)
    one = browser.get(COMPARE, {"b": "2026-03-01", "a": "2026-11-20"})
    assert "3 new tools" in words_of(one)


def test_a_date_before_the_first_trace_had_nothing(engineer, client_for, changed):
    page = words_of(client_for(engineer).get(COMPARE, {"a": "2025-01-01"}))
    assert "Not seen before" in page


@pytest.mark.parametrize("sent", [{"a": "March"}, {"a": ""}, {"b": "2026-02-30"}])
def test_what_is_no_date_is_said_at_its_field(engineer, client_for, changed, sent):
    page = words_of(client_for(engineer).get(COMPARE, sent))
    assert "Two dates, please" in page
    assert "Side by side" in page


def test_what_traces_show_since_the_sign_off_is_named(engineer, client_for):
    system = make_system(
        "shop",
        process_owner=engineer,
        signed_off_by=engineer,
        signed_off_at=MARCH + 91 * DAY,
    )
    saw(system, *days(0, 90))
    more = TOOLS | {"refund_all": "cc" * 8}
    saw(system, *days(100, 120), model=NEWER, tools=more)
    page = words_of(client_for(engineer).get("/systems/shop/"))
    assert "Tool added since: refund_all" in page
    assert "Traces show: model changed once, 1 new tool." in page


def test_the_log_is_paged_by_key(engineer, client_for, system):
    for number in range(30):
        saw(system, MARCH + number * DAY, prompt=f"p{number}")
    browser = client_for(engineer)
    first = browser.get(LOG)
    assert len(first.context["entries"]) == 25
    second = browser.get(first.context["older_url"])
    assert len(second.context["entries"]) == 5
    assert second.context["entries"][-1].since is None
    assert all(entry.told for entry in first.context["entries"])


def test_twenty_versions_cost_what_two_do(
    engineer, client_for, system, django_assert_max_num_queries
):
    browser = client_for(engineer)
    saw(system, MARCH, MARCH + DAY)
    for address in (LOG, COMPARE, "/systems/shop/"):
        browser.get(address)
        with django_assert_max_num_queries(20) as few:
            browser.get(address)
        for number in range(20):
            saw(system, MARCH + number * DAY, prompt=f"{address}{number}")
        with django_assert_max_num_queries(len(few)):
            browser.get(address)


def test_htmx_gets_the_part_that_changes(engineer, client_for, changed):
    for address in (LOG, COMPARE):
        piece = client_for(engineer).get(address, headers={"HX-Request": "true"})
        assert "<html" not in piece.content.decode()
