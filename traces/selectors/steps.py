"""The steps of a run as they are drawn: words, ages, context and cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from systems.models import System, Tool
from traces.captions import CAPTIONS
from traces.context_windows import share_used, window_of
from traces.contradictions import Answered, Clash, clashes_in
from traces.fates import Fate
from traces.figures import moment
from traces.own_dates import OwnDate, own_date_of
from traces.selectors.ages import Age, age_of, moment_of
from traces.selectors.words_shown import Reader, Shown, reasoned_words
from traces.spans import Fidelity, Kind, SpanShape
from traces.steps import Act, Step

# Steps drawn at once; a run may have thousands.
PAGE = 25
_NS = 1_000_000_000
# What such spans do changes nothing outside of the run.
_READING = frozenset({Kind.RETRIEVAL, Kind.GUARDRAIL, Kind.EVALUATION, Kind.PLANNING})


@dataclass(frozen=True, slots=True)
class Registered:
    """What the inventory says of a tool."""

    effect: str = ""
    limit_s: int | None = None


UNKNOWN = Registered()
Tools = Mapping[str, Registered]


def tools_of(system: System) -> dict[str, Registered]:
    rows = Tool.objects.filter(system=system)
    return {
        name: Registered(effect or "", limit)
        for name, effect, limit in rows.values_list(
            "name", "effect", "freshness_limit_s"
        )
    }


@dataclass(frozen=True, slots=True)
class Dispute:
    """Another act, of this step and tool, whose result says otherwise."""

    step: int
    tool: str
    clash: Clash


@dataclass(frozen=True)
class ActLine:
    act: Act
    tool: Registered
    reader: Reader
    # Filled in when all acts drawn together are there (`lines_of`).
    disputes: list[Dispute] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.act.name

    @property
    def span(self) -> SpanShape | None:
        return self.act.span

    @property
    def effect(self) -> str:
        """As registered, else as the run told it, else by its nature."""
        if self.tool.effect or self.span is None:
            return self.tool.effect
        return self.span.effect or ("read" if self.span.kind in _READING else "")

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.span) if self.span else None

    @cached_property
    def arguments(self) -> Shown | None:
        return self.reader.show(self.act.arguments) if self.act.arguments else None

    @cached_property
    def results(self) -> list[Shown]:
        return self.reader.show_all(self.act.results)

    @cached_property
    def own_date(self) -> OwnDate | None:
        """What the result says of its own date, as far as the reader reads it."""
        texts = [shown.text for shown in self.results if shown.text]
        return own_date_of(texts, moment_of(self.act.known_at_ns))

    @property
    def is_read(self) -> bool:
        """True if all of the result is before the reader, its own date with it."""
        return all(shown.text is not None for shown in self.results)

    def age_at(self, read_at_ns: int) -> Age | None:
        """Return how old the result was then; None where nothing tells."""
        age = age_of(self.act, read_at_ns, self.tool.limit_s)
        if age is None and self.own_date and read_at_ns:
            age = Age(0.0, self.tool.limit_s, moment(read_at_ns), is_timed=False)
        return age and age.told(self.own_date, is_read=self.is_read)

    @property
    def age(self) -> Age | None:
        """How old it was when it was read for the last time, else when it came."""
        read_at_ns = max(self.act.read_at_ns, default=0)
        if not read_at_ns and self.own_date:
            read_at_ns = self.act.known_at_ns
        return self.age_at(read_at_ns)

    @property
    def state(self) -> str:
        """failed, done, open, announced (called, and nothing ran or came back), or
        unseen: announced in a run whose spans are not all here.

        Of what leave was asked for and not used: waiting, refused, not_done; or asked,
        where it is not known what came of it.
        """
        if self.act.has_failed:
            return "failed"
        fate = self.act.fate
        if fate is not None and fate is not Fate.USED:
            return self._without_leave(fate)
        if self.act.results:
            return "done"
        if self.span is None:
            return "unseen" if self.reader.may_miss else "announced"
        return "done" if self.span.end_ns else "open"

    def _without_leave(self, fate: Fate) -> str:
        """A span that ended may be the asking itself, or have run all the same."""
        has_ended = self.span is not None and self.span.end_ns
        return Fate.UNKNOWN if has_ended else fate


@dataclass(frozen=True)
class StepLine:
    """One step, ready to be drawn."""

    step: Step
    reader: Reader
    tools: Tools

    @property
    def number(self) -> int:
        return self.step.number

    @property
    def span(self) -> SpanShape | None:
        return self.step.span

    @property
    def model(self) -> str:
        return (self.span.model or self.span.model_asked) if self.span else ""

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.span) if self.span else None

    @property
    def at(self) -> datetime | None:
        return moment(self.span.start_ns) if self.span and self.span.start_ns else None

    @property
    def context_percent(self) -> int | None:
        return share_used(self.model, self.span.usage.input) if self.span else None

    @property
    def window(self) -> int | None:
        return window_of(self.model)

    @property
    def fidelity(self) -> Fidelity:
        return self.step.fidelity

    @property
    def caption(self) -> str:
        return CAPTIONS[self.fidelity]

    @property
    def reasoned(self) -> str:
        tokens = self.span.usage.reasoning if self.span else None
        return reasoned_words(tokens, self.step.thoughts)

    @cached_property
    def heard(self) -> list[Shown]:
        return self.reader.show_all(self.step.heard)

    @cached_property
    def thoughts(self) -> list[Shown]:
        return self.reader.show_all(self.step.thoughts)

    @cached_property
    def said(self) -> list[Shown]:
        return self.reader.show_all(self.step.said)

    @cached_property
    def went_by(self) -> list[Shown]:
        """What it was given, in the place of reasoning that is not there."""
        if self.step.has_reasoning or self.step.span is None:
            return []
        return self.reader.show_all(self.step.given)

    @cached_property
    def acts(self) -> list[ActLine]:
        return [act_line(act, self.reader, self.tools) for act in self.step.acts]


def act_line(act: Act, reader: Reader, tools: Tools) -> ActLine:
    return ActLine(act, tools.get(act.name, UNKNOWN), reader)


def lines_of(steps: Iterable[Step], reader: Reader, tools: Tools) -> list[StepLine]:
    """Return steps to be drawn together, results that contradict each other tied."""
    lines = [StepLine(step, reader, tools) for step in steps]
    _tie_contradictions(lines)
    return lines


def _tie_contradictions(lines: Iterable[StepLine]) -> None:
    acts = [(line.number, act) for line in lines for act in line.acts]
    clashes = clashes_in([_answered(act) for _, act in acts])
    for index, found in clashes.items():
        for clash in found:
            step, other = acts[clash.other]
            acts[index][1].disputes.append(Dispute(step, other.name, clash))


def _answered(line: ActLine) -> Answered:
    """What is read of it; a failure says nothing of the thing that was asked for."""
    failed = line.act.has_failed
    texts = [shown.text or "" for shown in line.results]
    return Answered(
        tool=line.name,
        arguments=(line.arguments.text if line.arguments else None) or None,
        result=texts[0] if len(texts) == 1 and not failed else "",
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """The steps drawn together, and where the next ones begin (0: there are none)."""

    steps: Sequence[Step]
    next: int
    total: int

    @property
    def left(self) -> int:
        return self.total - self.next if self.next else 0

    @property
    def spans(self) -> list[SpanShape]:
        return [span for step in self.steps for span in step.spans]


def stretch_from(steps: Sequence[Step], start: int) -> Stretch:
    end = start + PAGE
    return Stretch(steps[start:end], end if end < len(steps) else 0, len(steps))


def seconds_of(span: SpanShape) -> float | None:
    if not span.start_ns or not span.end_ns:
        return None
    return (span.end_ns - span.start_ns) / _NS
