"""One span in the one model that every dialect is brought into. Pure.

`traces/otlp` reads a `RawSpan` off the wire, `traces/dialects` turns it into a `Span`,
`traces/shapes` splits that into shape and words. What a span says stands in `parts`, in
the order it came; everything else is shape and holds no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Any: whatever AnyValue carries: text, number, bool, bytes, lists, maps.
Attributes = Mapping[str, Any]


class WordClass(StrEnum):
    """The four classes of words (docs/access.md)."""

    DIALOGUE = "dialogue"
    TOOLS = "tools"
    REASONING = "reasoning"
    OPAQUE = "opaque"


class Kind(StrEnum):
    """What a span did."""

    LLM = "llm"
    TOOL = "tool"
    AGENT = "agent"
    WORKFLOW = "workflow"
    PLANNING = "planning"
    RETRIEVAL = "retrieval"
    EMBEDDING = "embedding"
    MEMORY = "memory"
    GUARDRAIL = "guardrail"
    EVALUATION = "evaluation"
    OTHER = "other"


class PartKind(StrEnum):
    """What one part of a span's words is."""

    TEXT = "text"
    REASONING = "reasoning"
    OPAQUE = "opaque"  # signatures, encrypted or provider-redacted reasoning
    TOOL_CALL = "tool_call"  # the arguments; name and call_id beside it
    TOOL_RESULT = "tool_result"
    TOOL_DEFINITION = "tool_definition"  # schema and description as the model saw them
    INSTRUCTIONS = "instructions"
    ATTACHMENT = "attachment"  # what it was and how large, never its bytes
    ERROR = "error"  # a message that came with a failure
    OTHER = "other"  # a kind nobody has told us of, kept as it came


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Fidelity(StrEnum):
    """What kind of text a piece of reasoning is; `traces/fidelity.py` says how."""

    MASKED_BY_SOURCE = "masked_by_source"
    TRUNCATED = "truncated"
    PROVIDER_REDACTED = "provider_redacted"
    ENCRYPTED = "encrypted"
    OMITTED = "omitted"
    SUMMARY = "summary"
    RAW = "raw"
    STRIPPED = "stripped_by_instrumentation"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class RawEvent:
    name: str
    at_ns: int
    attributes: dict[str, Any]


@dataclass(slots=True)
class RawSpan:
    """A span as it came, ids as bytes (16, 8; a root's parent is empty), times in ns.

    `supplement`: no span of its own but a log event about one (GenAI inference
    details); it has the span's ids and no times.
    """

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Any]
    resource: Attributes
    scope: str
    scope_version: str = ""
    events: list[RawEvent] = field(default_factory=list)
    links: list[tuple[bytes, bytes]] = field(default_factory=list)
    kind: int = 0
    flags: int = 0
    status_code: int = 0
    status_message: str = ""
    dropped_attributes: int = 0
    dropped_events: int = 0
    dropped_links: int = 0
    supplement: bool = False


@dataclass(slots=True)
class PartFacts:
    """What is known of one piece of words without its words.

    `message` counts the messages of one direction from 0; `role` is whose it is.
    `size` is in bytes, for attachments of what was not kept.
    """

    kind: PartKind
    words: WordClass
    direction: Direction = Direction.OUT
    message: int = 0
    role: str = ""
    name: str = ""
    call_id: str = ""
    fidelity: Fidelity | None = None
    failed: bool = False
    size: int | None = None


@dataclass(slots=True)
class Part(PartFacts):
    """One piece of words. `text` is what a person reads; JSON stays JSON."""

    text: str = ""


@dataclass(slots=True)
class PartShape(PartFacts):
    """Where the words of a part are: `place` is (segment, index among its class).

    `same` tells a long text from another without its words, across segments too: equal
    texts have equal ones. Empty for a short text.
    """

    length: int = 0
    place: tuple[int, int] = (0, 0)
    same: str = ""


@dataclass(slots=True)
class Usage:
    """Tokens; `input` counts cached ones, `output` reasoning ones. None: not said."""

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None


@dataclass(slots=True)
class Judgement:
    """An evaluation or annotation that came with a span: feedback on it."""

    name: str
    label: str = ""
    score: float | None = None
    source: str = ""
    comment: str = ""


@dataclass(slots=True)
class SpanFacts:
    """What is known of a span without its words. Ids in hex, times in ns since 1970.

    An open span has `end_ns` 0. `name` is told without words: what it did and with
    what (`traces/dialects` sees to it). `fields` is the number of things that were told
    of it: of two copies the one with more is the more complete. `prompt` and `tools`
    are keyed fingerprints of the instructions and of each tool's definition. `index` is
    what was looked up in, `name@version`.
    """

    span_id: str = ""
    parent_id: str = ""
    kind: Kind = Kind.OTHER
    name: str = ""
    start_ns: int = 0
    end_ns: int = 0
    failed: bool = False
    error_type: str = ""
    dialect: str = ""
    service: str = ""
    environment: str = ""
    release: str = ""
    agent: str = ""
    provider: str = ""
    model_asked: str = ""
    model: str = ""
    tool: str = ""
    call_id: str = ""
    effect: str = ""
    index: str = ""
    request_id: str = ""
    turn: int | None = None
    finish: tuple[str, ...] = ()
    stop_class: str = ""
    usage: Usage = field(default_factory=Usage)
    parameters: dict[str, Any] = field(default_factory=dict)
    prompt: str = ""
    tools: dict[str, str] = field(default_factory=dict)
    cost_usd: float | None = None
    first_chunk_ns: int | None = None
    dropped: int = 0
    links: tuple[str, ...] = ()
    remote_parent: bool = False
    supplement: bool = False
    synthetic: bool = False
    fields: int = 0


@dataclass(slots=True)
class Span(SpanFacts):
    """A span brought into the one model, with its words.

    References (`conversation`, `subject`) are words: they are sealed, and looked up by
    keyed digest.
    """

    trace_id: str = ""
    conversation: str = ""
    subject: str = ""
    parts: list[Part] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)


@dataclass(slots=True)
class SpanShape(SpanFacts):
    """A merged span of a trace, as it is read back.

    `answer` is a fingerprint of what it put out: of two ended copies with other answers
    the second is a replay, and stands in `beside`. `said` is one of all the words of a
    log event (`supplement`), by which its redelivery is known.
    """

    answer: str = ""
    said: str = ""
    segment: int = 0
    parts: list[PartShape] = field(default_factory=list)
    beside: list[SpanShape] = field(default_factory=list)
