"""Playing a scene with the real client: ask, wait, act as granted, report."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from threading import Timer
from typing import Any
from uuid import uuid4

import structlog
from opentelemetry import trace
from reviewapp_client import (
    AlreadyDone,
    Client,
    Gate,
    NotPerformed,
    ReviewappError,
    arguments_digest,
)

from reviewapp.demo.fleet.scene import Conduct, Scene

log = structlog.get_logger(__name__)
tracer = trace.get_tracer("reviewapp.demo")

_ACT_S = (1.0, 3.0)
_CHANGE_AFTER_S = 45.0
_PATIENCE_S = 60.0


class ActFailed(RuntimeError):
    """The tool of the invented world did not work."""


def play(scene: Scene, client: Client, dice: Random) -> None:
    """Play one scene to its end. What people answer is the agent's business."""
    run_id = f"run-{uuid4().hex[:12]}"
    with tracer.start_as_current_span(
        "invoke_agent",
        attributes={
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": scene.system,
            "gen_ai.conversation.id": scene.ask.get("conversation_id", run_id),
        },
    ):
        for thought in scene.thoughts:
            _think(thought, dice)
        try:
            _ask_and_act(scene, client, dice, run_id)
        except (NotPerformed, AlreadyDone) as answer:
            log.info("fleet.answered", system=scene.system, how=type(answer).__name__)
        except ActFailed:
            log.info("fleet.act_failed", system=scene.system)
        except ReviewappError as problem:
            log.warning("fleet.lost", system=scene.system, error=type(problem).__name__)


def _think(thought: str, dice: Random) -> None:
    with tracer.start_as_current_span(
        "chat", attributes={"gen_ai.operation.name": "chat", "thought": thought}
    ):
        time.sleep(dice.uniform(0.1, 0.5))


def _ask_and_act(scene: Scene, client: Client, dice: Random, run_id: str) -> None:
    ways: dict[Conduct, Callable[..., None]] = {
        Conduct.DIES: _redeem_and_vanish,
        Conduct.MOVES_ON: _let_the_world_change,
        Conduct.REPEATS: _ask_twice,
    }
    ways.get(scene.conduct, _through_the_gate)(scene, client, dice, run_id)


def _through_the_gate(scene: Scene, client: Client, dice: Random, run_id: str) -> None:
    terms: dict[str, Any] = {
        name: value for name, value in scene.ask.items() if name != "arguments"
    }
    if scene.conduct is Conduct.WITHDRAWS:
        terms["timeout"] = _PATIENCE_S
    gate = Gate(
        client,
        run_id=run_id,
        effects=lambda _: list(scene.effects),
        usage=lambda _: scene.usage,
        **terms,
    )
    act = _act(scene, dice)
    gate.run(act, scene.ask["arguments"], intent=f"{scene.ask['tool']}:{run_id}")


def _act(scene: Scene, dice: Random) -> Callable[..., str]:
    """The tool itself, in the invented world; runs with what was granted."""

    def act(**arguments: object) -> str:
        with tracer.start_as_current_span(
            f"execute_tool {scene.ask['tool']}",
            attributes={
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": scene.ask["tool"],
                "gen_ai.tool.call.argument_count": len(arguments),
            },
        ):
            time.sleep(dice.uniform(*_ACT_S))
            if scene.conduct is Conduct.FAILS:
                raise ActFailed("the service did not come back up")
            # What was granted may differ from what was asked: the report says what ran.
            return scene.result.format_map(arguments)

    return act


def _redeem_and_vanish(scene: Scene, client: Client, dice: Random, run_id: str) -> None:
    """The worker dies between the side effect and the report."""
    request = client.submit(f"{scene.ask['tool']}:{run_id}", run_id=run_id, **scene.ask)
    decided = client.wait(request.id)
    if decided.status != "approved":
        return
    digest = arguments_digest(scene.ask["tool"], scene.ask["arguments"])
    client.redeem(
        request.id, f"attempt-{run_id}", digest, scene.ask.get("preconditions", ())
    )
    log.info("fleet.vanished", system=scene.system)


def _let_the_world_change(
    scene: Scene, client: Client, dice: Random, run_id: str
) -> None:
    """Tell Reviewapp, while it waits, that what it rests on is no longer so."""
    intent = f"{scene.ask['tool']}:{run_id}"
    request = client.submit(intent, run_id=run_id, **scene.ask)
    now = {
        name: f"{state}:changed" for name, state in scene.ask["preconditions"].items()
    }
    timer = Timer(_CHANGE_AFTER_S, client.preconditions, (request.id, now))
    timer.daemon = True
    timer.start()
    decided = client.wait(request.id)
    if decided.status != "approved":
        client.acknowledge(request.id)


def _ask_twice(scene: Scene, client: Client, dice: Random, run_id: str) -> None:
    """A second worker picks the same work up and asks again: a look-alike."""
    other = f"run-{uuid4().hex[:12]}"
    client.submit(f"{scene.ask['tool']}:{other}", run_id=other, **scene.ask)
    _through_the_gate(scene, client, dice, run_id)
