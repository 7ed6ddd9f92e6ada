"""The agents of the demo: their models, what these show, what their makers tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from reviewapp.demo.cast import SYSTEMS

RELEASE = "2026.11.2"


class Shows(Enum):
    """What a provider gives of the model's reasoning."""

    TEXT = "the text, or a summary of it"
    SIGNATURE = "a signature, and no text"
    COUNT = "how many tokens it was, and nothing else"


@dataclass(frozen=True, slots=True)
class Agent:
    """`asked` and `model`: the model as asked for and as resolved.

    `wordiness`: reasoning tokens for each that is shown. What `parameters`,
    `instructions` or `model` leave empty, the agent's maker does not tell. Any: the
    definition of a tool is JSON.
    """

    system: str
    provider: str
    asked: str
    model: str
    shows: Shows
    instructions: str
    wordiness: int = 1
    parameters: dict[str, float] = field(default_factory=dict)
    tools: tuple[dict[str, Any], ...] = ()


def _tools_of(slug: str) -> tuple[dict[str, Any], ...]:
    """The tools of the inventory, as the model is shown them."""
    system = next(one for one in SYSTEMS if one.slug == slug)
    return tuple(
        {
            "type": "function",
            "name": tool.name,
            "description": tool.says,
            "parameters": tool.schema or {"type": "object"},
        }
        for tool in system.tools
    )


SUPPORT = Agent(
    system="support-agent",
    provider="anthropic",
    asked="claude-sonnet-4-5",
    model="claude-sonnet-4-5-20250929",
    shows=Shows.TEXT,
    wordiness=3,
    instructions="You answer customers of a shop that sells household goods and"
    " software in several countries. Look things up before you answer, be exact about"
    " money and days, and be brief. What changes something needs a person's leave.",
    parameters={"temperature": 1.0, "max_tokens": 4096},
    tools=_tools_of("support-agent"),
)
# The same agent on the days when the larger model has room.
SUPPORT_LARGE = replace(
    SUPPORT,
    asked="claude-opus-4-5",
    model="claude-opus-4-5-20251101",
    shows=Shows.SIGNATURE,
)
OPERATIONS = Agent(
    system="ops-agent",
    provider="openai",
    asked="gpt-5",
    model="gpt-5-2025-08-07",
    shows=Shows.COUNT,
    instructions="You keep the staging services tidy. Never act on production.",
    parameters={"max_tokens": 8192},
    tools=_tools_of("ops-agent"),
)
FINANCE = Agent(
    system="finance-agent",
    provider="anthropic",
    asked="claude-opus-4-5",
    model="claude-opus-4-5-20251101",
    shows=Shows.SIGNATURE,
    wordiness=4,
    instructions="You prepare payments for the end of the month. Match every invoice"
    " with its order before you propose to pay it.",
    parameters={"temperature": 0.0, "max_tokens": 4096},
    tools=_tools_of("finance-agent"),
)
# Its maker tells little: neither instructions nor tools nor the model's own version.
OUTREACH = Agent(
    system="outreach-agent",
    provider="mistral_ai",
    asked="magistral-medium-latest",
    model="",
    shows=Shows.TEXT,
    instructions="",
)
AIRLINE = Agent(
    system="airline-support",
    provider="anthropic",
    asked="claude-3-7-sonnet-latest",
    model="claude-3-7-sonnet-20250219",
    shows=Shows.TEXT,
    instructions="You help passengers with their bookings. Fares differ in what they"
    " allow; read their rules before you promise anything.",
    parameters={"temperature": 0.2, "max_tokens": 2048},
    tools=_tools_of("airline-support"),
)
BY_SYSTEM = {one.system: one for one in (SUPPORT, OPERATIONS, FINANCE, OUTREACH)}
