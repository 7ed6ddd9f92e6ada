"""What a call of a model tells of how its system is made, as fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviewapp.core.digests import keyed_digest
from systems.manifests import Sighting
from traces.dialects import fingerprints
from traces.figures import moment
from traces.spans import Kind, Span

_SHOWN = 16
# What a call of a model tells of its system.
_FACTS = ("agent", "release", "provider", "model_asked", "model", "prompt")


def set_fingerprints(span: Span) -> None:
    """Set the fingerprints of a model call's instructions and tools."""
    if span.kind not in (Kind.LLM, Kind.AGENT):
        return
    instructions, tools = fingerprints(span)
    if instructions:
        span.prompt = _fingerprint("prompt", instructions)
    span.tools = {name: _fingerprint("tool", told) for name, told in tools.items()}


def sightings_of(spans: Iterable[Span]) -> list[Sighting]:
    """Return which combinations of model, prompt and tools were at work, and when.

    Imports and replays are none: they tell of another time and house.
    """
    return [
        Sighting(manifest, moment(span.start_ns))
        for span in spans
        if span.start_ns and not span.synthetic
        for manifest in _manifests(span)
    ]


def _manifests(span: Span) -> Iterator[dict[str, object]]:
    if span.kind is Kind.LLM:
        told: dict[str, object] = {name: getattr(span, name) for name in _FACTS}
        yield told | {"tools": span.tools}
    # By itself: an index is looked up in, whatever model was called before.
    if span.index:
        yield {"agent": span.agent, "index": span.index}


def _fingerprint(kind: str, text: str) -> str:
    """Not cached, though agents repeat themselves: a cache would hold their words."""
    return keyed_digest(kind, text)[:_SHOWN]
