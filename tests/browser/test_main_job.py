"""The main job on recorded runs: four answers in the browser reach a waiting agent.

The recorded runs are the project's own (a customer, their seat, and what the agent
looked up); the agent is the released client in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy

import pytest

from queues.models import ActionRequest
from queues.services.replays import replay_run
from reviewapp.core.actors import Actor
from tests.browser.cards import await_arming, path_of, status_of, verdict
from tests.builders import make_key
from tests.queues.builders import make_policy, make_queue
from tests.queues.test_replay_runs import a_run
from traces.recorded_runs import RecordedRun

# From the commit of the decision to the agent's next line of code.
PROMPT_S = 1.0
EDITED = {"ticket_id": "T-2", "class": "second", "refund": {"amount": 5}}


@pytest.fixture
def asks() -> list[ActionRequest]:
    """Four recorded runs, each with one call that would change a ticket."""
    make_policy()
    make_queue()
    return [play(number) for number in range(4)]


def play(number: int) -> ActionRequest:
    run = deepcopy(a_run(run_id=f"run-{number}"))
    call = run["messages"][-1]["tool_calls"][0]
    call["arguments"]["ticket_id"] = f"T-{number + 1}"
    recorded = RecordedRun.parse(json.dumps(run).encode())
    return replay_run(recorded, actor=Actor.of_process("test"))[0].ask


@pytest.fixture
def agent(asks, live_site):
    """The agent's process; `hear` returns what it printed, by request."""
    secret = make_key(asks[0].system)[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.browser.waiting_agent"),
            *(live_site.url, secret, *(str(ask.pk) for ask in asks)),
        ],
        stdout=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.wait()


def hear(process) -> dict[str, dict]:
    printed, _ = process.communicate(timeout=60)
    answers = [json.loads(line) for line in printed.splitlines()]
    return {answer["id"]: answer for answer in answers}


def test_four_answers_in_a_browser_reach_a_waiting_agent(
    reviewer, open_for, asks, agent
):
    make_queue(reviewer)
    approved, edited, rejected, answered = asks
    page = open_for(reviewer)
    for ask, give in (
        (approved, approve),
        (edited, edit),
        (rejected, reject),
        (answered, answer),
    ):
        page.goto(path_of(ask))
        give(await_arming(page))
        page.wait_for_function("path => location.pathname !== path", arg=path_of(ask))
    heard = hear(agent)
    for ask in asks:
        status_of(ask)
        late = heard[str(ask.pk)]["heard_at"] - ask.decided_at.timestamp()
        assert late < PROMPT_S, f"{ask.tool} was heard after {late:.2f} s"
    asked = {"ticket_id": "T-1", "class": "second", "refund": {"amount": 12.5}}
    assert heard[str(approved.pk)]["arguments"] == asked
    assert heard[str(edited.pk)]["arguments"] == EDITED
    assert heard[str(rejected.pk)]["status"] == "rejected"
    assert heard[str(answered.pk)]["message"] == "Ask whether they still travel."
    assert [status_of(ask) for ask in asks] == [
        "redeemed",
        "redeemed",
        "rejected",
        "answered",
    ]


def approve(page) -> None:
    verdict(page, "approve").click()


def edit(page) -> None:
    verdict(page, "edit").click()
    page.fill("#arguments", json.dumps(EDITED))
    verdict(page, "edit").click()


def reject(page) -> None:
    page.select_option("#reason_code", "not_asked_for")
    verdict(page, "reject").click()


def answer(page) -> None:
    page.fill("#comment", "Ask whether they still travel.")
    verdict(page, "answer").click()
