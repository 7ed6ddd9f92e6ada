"""The log of changes that writes itself, and a manifest at two dates."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from systems.changelog import has_given_way, history, in_use
from systems.comparing import count_changes, made_of, side_by_side, tools_since
from systems.manifests import Seen, What, differences

DAY = timedelta(days=1)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
TOOLS = {"get_order": "aa", "refund": "bb"}
BASE = {"model": "claude-1", "model_asked": "claude", "prompt": "p1", "tools": TOOLS}
_keys = count(1)


def seen(first_day: float, last_day: float, **changes) -> Seen:
    """A version seen from one day after 1 March to another."""
    manifest = BASE | changes
    return Seen(
        next(_keys),
        repr(sorted(manifest.items())),
        manifest,
        MARCH + first_day * DAY,
        MARCH + last_day * DAY,
    )


def words(entry):
    return [change.words for change in entry.told]


def test_each_change_is_told_in_words():
    more = TOOLS | {"refund_all": "cc"}
    log = history(
        [
            seen(0, 10),
            seen(10, 20, model="claude-2"),
            seen(20, 30, model="claude-2", prompt="p2"),
            seen(30, 40, model="claude-2", prompt="p2", tools=more),
            seen(40, 50, model="claude-2", prompt="p2", tools=more | {"refund": "b2"}),
            seen(50, 60, model="claude-2", prompt="p2", tools={"get_order": "aa"}),
        ]
    )
    assert [words(entry) for entry in log] == [
        [],
        ["model claude-1 → claude-2"],
        ["prompt edited"],
        ["tool refund_all added"],
        ["tool refund: schema or description changed"],
        ["tool refund removed", "tool refund_all removed"],
    ]
    assert log[0].since is None


def test_a_roll_back_is_a_change_of_its_own():
    log = history([seen(0, 5), seen(5, 6, prompt="p2"), seen(6, 9)])
    assert [(words(entry), entry.again) for entry in log] == [
        ([], False),
        (["prompt edited"], False),
        (["prompt edited"], True),
    ]
    assert count_changes(log, MARCH, MARCH + 9 * DAY) == ["2 prompt edits"]


def test_a_model_that_comes_back_with_another_prompt_has_changed_twice():
    log = history(
        [
            seen(0, 5),
            seen(5, 6, model="claude-2", prompt="p2"),
            seen(6, 9, model="claude-1", prompt="p3"),
        ]
    )
    assert words(log[2]) == ["model claude-2 → claude-1", "prompt edited"]
    assert count_changes(log, MARCH, MARCH + 9 * DAY) == [
        "model changed twice",
        "2 prompt edits",
    ]


def test_what_works_once_a_month_keeps_its_own_past():
    log = history(
        [
            seen(0, 90, prompt="plan"),
            *(seen(day, day, prompt="bill", model=f"m{day}") for day in (1, 31, 61)),
        ]
    )
    assert [words(entry) for entry in log[2:]] == [
        ["model m1 → m31"],
        ["model m31 → m61"],
    ]


def test_a_call_without_tools_beside_those_with_them_tells_nothing():
    log = history(
        [
            seen(0, 10),
            seen(0.001, 10, tools={}),
            seen(10, 20, release="r2"),
            seen(10.001, 20, release="r2", tools={}),
            seen(20, 30, release="r3"),
            seen(20.001, 30, release="r3", tools={}),
        ]
    )
    assert [words(entry) for entry in log] == [
        [],
        [],
        ["release r2"],
        [],
        ["release r2 → r3"],
        [],
    ]


def test_what_a_failed_call_did_not_tell_has_not_changed():
    log = history([seen(0, 10), seen(3, 3, model="", prompt="", tools={})])
    assert words(log[1]) == []
    assert list(differences(BASE, {"model": "", "prompt": "", "tools": {}})) == []


def test_two_prompts_at_work_at_once_are_two_and_each_has_its_own_past():
    planner, writer = {"prompt": "plan-1"}, {"prompt": "write-1", "tools": {}}
    log = history(
        [
            seen(0, 10, **planner),
            seen(0.01, 20, **writer),
            seen(10, 20, prompt="plan-2"),
        ]
    )
    assert words(log[1]) == ["prompt edited"]
    assert log[1].told[0].goes_on
    assert log[2].since is log[0].seen
    assert not log[2].told[0].goes_on


def test_agents_have_a_log_each():
    log = history([seen(0, 9, agent="a"), seen(1, 9, agent="b", prompt="other")])
    assert [entry.since for entry in log] == [None, None]


def test_an_index_has_a_past_of_its_own():
    first = {"index": "policies@v7", "model": "", "prompt": "", "tools": {}}
    log = history(
        [
            seen(0, 9),
            seen(0, 5, **first),
            seen(5, 9, **first | {"index": "policies@v8"}),
        ]
    )
    assert words(log[-1]) == ["index policies v7 → v8"]


def test_of_two_that_share_a_day_the_old_one_goes_on():
    log = history([seen(0, 10), seen(5, 10, model="claude-2")])
    (change,) = log[1].told
    assert change.goes_on
    used = in_use([log[0].seen, log[1].seen], MARCH + 9 * DAY)
    assert {one.manifest["model"] for one in used} == {"claude-1", "claude-2"}


@pytest.mark.parametrize(
    ("day", "prompts"),
    [(-1, set()), (3, {"p1"}), (5.5, {"p2"}), (8, {"p1"}), (200, {"p1"})],
)
def test_what_was_in_use_at_a_date(day, prompts):
    versions = [seen(0, 5), seen(5, 6, prompt="p2"), seen(6, 9)]
    used = in_use(versions, MARCH + day * DAY)
    assert {one.manifest["prompt"] for one in used} == prompts


def test_edits_minutes_apart_leave_the_last_one_in_use():
    versions = [
        seen(0, 1),
        *(seen(1 + n / 200, 1 + (n + 1) / 200, prompt=f"edit {n}") for n in range(9)),
        seen(1.05, 2, prompt="done"),
    ]
    (used,) = in_use(versions, MARCH + 1.5 * DAY)
    assert used.manifest["prompt"] == "done"


def test_an_agent_that_the_others_outlast_is_no_longer_in_use():
    versions = [seen(0, 5, agent="old"), seen(0, 90, agent="new")]
    assert len(in_use(versions, MARCH + 10 * DAY)) == 2
    assert [one.agent for one in in_use(versions, MARCH + 90 * DAY)] == ["new"]


def test_a_version_gives_way_to_what_came_of_it_and_to_nothing_else():
    first, heir = seen(0, 5), seen(5, 6, prompt="p2")
    assert has_given_way(first, [heir], MARCH + 6 * DAY)
    assert not has_given_way(first, [heir], MARCH + 5.001 * DAY)
    assert not has_given_way(first, [], MARCH + 60 * DAY)
    stranger = seen(5, 6, agent="other")
    assert not has_given_way(first, [stranger], MARCH + 6 * DAY)


def test_two_dates_side_by_side():
    more = {"get_order": "a2", "wipe": "dd"}
    versions = [seen(0, 10), seen(10, 20, model="claude-2", tools=more)]
    (agent,) = side_by_side(versions, MARCH + 5 * DAY, MARCH + 15 * DAY)
    assert {(line.what, line.name): line.fate for line in agent.lines} == {
        (What.MODEL, ""): "changed",
        (What.ASKED, ""): "same",
        (What.PROMPT, ""): "same",
        (What.TOOL, "get_order"): "changed",
        (What.TOOL, "refund"): "gone",
        (What.TOOL, "wipe"): "new",
    }
    assert agent.lines[0].before == ("claude-1",)
    assert agent.lines[0].after == ("claude-2",)


def test_what_it_is_made_of_now():
    (agent,) = made_of([seen(0, 10), seen(10, 20, prompt="p2")], MARCH + 20 * DAY)
    assert agent.is_new
    assert [line.after for line in agent.others] == [
        ("claude-1",), ("claude",), ("p2",),
    ]  # fmt: skip


def test_changes_are_counted_between_two_dates():
    tools = TOOLS | {"a": "1", "b": "1", "c": "1"}
    log = history(
        [
            seen(0, 10),
            seen(10, 20, model="claude-2"),
            seen(20, 30, model="claude-2", prompt="p2"),
            seen(30, 40, model="claude-2", prompt="p3", tools=tools),
        ]
    )
    assert count_changes(log, MARCH, MARCH + 40 * DAY) == [
        "model changed once",
        "2 prompt edits",
        "3 new tools",
    ]
    assert count_changes(log, MARCH + 10 * DAY, MARCH + 29 * DAY) == ["1 prompt edit"]
    assert tools_since(log, MARCH + 29 * DAY) == ["a", "b", "c"]
    assert tools_since(log, MARCH + 30 * DAY) == []


def test_a_tool_that_came_went_and_came_again_is_one_new_tool():
    more = TOOLS | {"wipe": "dd"}
    log = history(
        [seen(0, 5), seen(5, 6, tools=more), seen(6, 9), seen(9, 12, tools=more)]
    )
    assert words(log[3]) == ["tool wipe added"]
    assert count_changes(log, MARCH, MARCH + 12 * DAY) == [
        "1 new tool",
        "1 removed tool",
    ]


def test_a_history_of_a_thousand_is_told_at_once():
    """A prompt that carries the hour: a new version an hour, each held for one."""
    versions = [seen(n / 24, (n + 1) / 24, prompt=f"p{n}") for n in range(1_000)]
    log = history(versions)
    assert all(words(entry) == ["prompt edited"] for entry in log[1:])
