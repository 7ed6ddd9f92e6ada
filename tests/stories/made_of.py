"""What a system is made of on a day, as its runs of that day tell it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.stories.recording import Recorder, Run
from tests.stories.stage import later


@dataclass
class Making:
    """Change it, and let it work: a run on the day it is by now."""

    model: str
    prompt: str
    tools: dict[str, str] = field(default_factory=dict)
    index: str = ""
    asked: str = "claude-sonnet-4-5"

    def works(self, recorder: Recorder) -> None:
        recorder.sends(self._run())
        with later(minutes=5):
            assert recorder.system.traces.exists()

    def _run(self) -> Run:
        run = Run(model=self.asked)
        run.hears("I want my money back.")
        if self.index:
            name, version = self.index.split("@")
            looked_up = {
                "gen_ai.operation.name": "retrieval",
                "gen_ai.data_source.id": name,
                "reviewapp.index.version": version,
            }
            run.span(1, 1, **looked_up)
        told = {
            "gen_ai.response.model": self.model,
            "gen_ai.system_instructions": _instructions(self.prompt),
            "gen_ai.tool.definitions": json.dumps(
                [_definition(*tool) for tool in self.tools.items()]
            ),
        }
        run.calls_model(3, says="It is on its way.", **told)
        run.ends(10)
        return run


def _instructions(prompt: str) -> str:
    return json.dumps([{"type": "text", "content": prompt}])


def _definition(name: str, description: str) -> dict[str, object]:
    takes = {"type": "object", "properties": {"order_id": {"type": "integer"}}}
    return {
        "type": "function",
        "name": name,
        "description": description,
        "parameters": takes,
    }
