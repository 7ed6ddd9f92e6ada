"""Playing a scene with the real client: ask, wait, act as granted, report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from threading import Timer
from typing import Any
from uuid import uuid4

import structlog
from opentelemetry.trace import Tracer
from reviewapp_client import (
    AlreadyDone,
    Client,
    Gate,
    NotPerformed,
    Request,
    ReviewappError,
    arguments_digest,
    request_here,
)

from reviewapp.demo.fleet.scene import Conduct, Scene
from reviewapp.demo.runs.agents import BY_SYSTEM
from reviewapp.demo.runs.clocks import Clock, LiveClock
from reviewapp.demo.runs.recorder import RunRecorder
from reviewapp.demo.runs.script import Turn

log = structlog.get_logger(__name__)

_ACT_S = (1.0, 3.0)
_CHANGE_AFTER_S = 45.0
_PATIENCE_S = 60.0


class ActFailed(RuntimeError):
    """The tool of the invented world did not work."""


def play(
    scene: Scene,
    client: Client,
    dice: Random,
    tracer: Tracer,
    clock: Clock | None = None,
) -> None:
    """Play one scene to its end. What people answer is the agent's business."""
    run_id = f"run-{uuid4().hex[:12]}"
    clock = clock or LiveClock()
    recorder = RunRecorder(
        tracer,
        BY_SYSTEM[scene.system],
        clock,
        dice,
        conversation=scene.ask.get("conversation_id", run_id),
        subject=scene.ask.get("subject_ref", ""),
    )
    player = _Player(scene, client, dice, recorder, clock, run_id)
    with recorder.run():
        recorder.hear(scene.heard)
        for turn in scene.turns:
            recorder.take(turn)
        try:
            player.ask_and_act()
        except ActFailed:
            log.info("fleet.act_failed", system=scene.system)
        except ReviewappError as problem:
            log.warning("fleet.lost", system=scene.system, error=type(problem).__name__)


@dataclass(frozen=True)
class _Player:
    scene: Scene
    client: Client
    dice: Random
    recorder: RunRecorder
    clock: Clock
    run_id: str

    def ask_and_act(self) -> None:
        """Call the tool that needs leave in the scene's way, and say how it went."""
        (call_id,) = self.recorder.answer(self.scene.last_turn)
        ways: dict[Conduct, Callable[[str], str]] = {
            Conduct.DIES: self._redeem_and_vanish,
            Conduct.MOVES_ON: self._let_the_world_change,
            Conduct.REPEATS: self._ask_twice,
        }
        way = ways.get(self.scene.conduct, self._through_the_gate)
        try:
            said = way(call_id)
        except (NotPerformed, AlreadyDone) as answer:
            log.info(
                "fleet.answered", system=self.scene.system, how=type(answer).__name__
            )
            self.recorder.learn(call_id, answer.message_for_model)
            said = "I could not do this: " + answer.message_for_model
        if said:
            self.recorder.take(Turn(said=said))

    def _through_the_gate(self, call_id: str) -> str:
        scene = self.scene
        terms: dict[str, Any] = {
            name: value for name, value in scene.ask.items() if name != "arguments"
        }
        if scene.conduct is Conduct.WITHDRAWS:
            terms["timeout"] = _PATIENCE_S
        gate = Gate(
            self.client,
            run_id=self.run_id,
            effects=lambda _: list(scene.effects),
            usage=lambda _: scene.usage,
            **terms,
        )

        def act(**arguments: object) -> str:
            return self._act(call_id, dict(arguments))

        done = gate.run(act, scene.ask["arguments"], intent=self._intent(self.run_id))
        return f"{done.value} {done.message_for_model}"

    def _act(self, call_id: str, arguments: dict[str, Any]) -> str:
        """The tool itself, in the invented world; runs with what was granted."""
        scene, request_id = self.scene, request_here() or ""
        tool = scene.ask["tool"]
        with self.recorder.tool(tool, arguments, call_id, request_id) as span:
            self.clock.spend(self.dice.uniform(*_ACT_S))
            if scene.conduct is Conduct.FAILS:
                raise ActFailed("the service did not come back up")
            # What was granted may differ from what was asked: the report says what ran.
            result = scene.result.format_map(arguments)
            self.recorder.returned(span, call_id, result)
        return result

    def _redeem_and_vanish(self, call_id: str) -> str:
        """The worker dies between the side effect and the report."""
        scene = self.scene
        request = self._submit(self.run_id, self.recorder.ids)
        decided = self.client.wait(request.id)
        if decided.status != "approved":
            return ""
        arguments = scene.ask["arguments"]
        digest = arguments_digest(scene.ask["tool"], arguments)
        self.client.redeem(
            request.id,
            f"attempt-{self.run_id}",
            digest,
            scene.ask.get("preconditions", ()),
        )
        self._act(call_id, arguments)
        self.recorder.abandon()
        log.info("fleet.vanished", system=scene.system)
        return ""

    def _let_the_world_change(self, call_id: str) -> str:
        """Tell Reviewapp, while it waits, that what it rests on is no longer so."""
        request = self._submit(self.run_id, self.recorder.ids)
        now = {
            name: f"{state}:changed"
            for name, state in self.scene.ask["preconditions"].items()
        }
        timer = Timer(_CHANGE_AFTER_S, self.client.preconditions, (request.id, now))
        timer.daemon = True
        timer.start()
        decided = self.client.wait(request.id)
        if decided.status != "approved":
            self.client.acknowledge(request.id)
        self.recorder.learn(call_id, "The order has changed meanwhile.")
        return "Your order has changed while I was at it; I look at it anew."

    def _ask_twice(self, call_id: str) -> str:
        """A second worker picks the same work up and asks again: a look-alike."""
        self._submit(f"run-{uuid4().hex[:12]}", {})
        return self._through_the_gate(call_id)

    def _submit(self, run_id: str, ids: dict[str, str]) -> Request:
        ask: dict[str, Any] = {**self.scene.ask, **ids}
        return self.client.submit(self._intent(run_id), run_id=run_id, **ask)

    def _intent(self, run_id: str) -> str:
        return f"{self.scene.ask['tool']}:{run_id}"
