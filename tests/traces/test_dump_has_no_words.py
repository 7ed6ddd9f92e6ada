"""A dump of the main database holds no word of a trace, before and after digestion."""

import json

import pytest

from tests.builders import make_key, make_system
from tests.dumps import dump_of, is_said_in
from tests.traces.api.exporting import Exporter
from tests.traces.otlp.bodies import TRACE_ID, logs_of, record, span, traces_of
from traces.models import Batch, Quarantined, Trace
from traces.selectors.backlog import recent_backlog
from traces.selectors.reading import place_of, read_shape, read_words
from traces.services import digesting, ingest_keys
from traces.services.digesting import digest_batches
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

# No word of ours begins so, in no schema, setting or name.
MARK = "zquorvex"


SAID = (
    "asked",
    "thought",
    "answered",
    "instructions",
    "tool",
    "status",
    "exception",
    "custom",
    "description",
)


def messages(role, *parts):
    return json.dumps([{"role": role, "parts": list(parts)}])


def marked(number=1):
    """A span with a marked word wherever a span can carry words."""
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.request.stop_sequences": [f"{MARK} stop"],
        "gen_ai.conversation.id": f"{MARK} conversation",
        "enduser.id": f"{MARK}@example.com",
        "gen_ai.agent.description": f"{MARK} description",
        "gen_ai.system_instructions": json.dumps(
            [{"type": "text", "content": f"{MARK} instructions"}]
        ),
        "gen_ai.tool.definitions": json.dumps(
            [{"name": "look_up", "description": f"{MARK} tool"}]
        ),
        "gen_ai.input.messages": messages(
            "user", {"type": "text", "content": f"{MARK} asked"}
        ),
        "gen_ai.output.messages": messages(
            "assistant",
            {"type": "reasoning", "content": f"{MARK} thought", "signature": MARK},
            {"type": "tool_call", "name": "look_up", "arguments": {MARK: f"{MARK} a"}},
            {"type": "text", "content": f"{MARK} answered"},
        ),
        f"custom.{MARK}": f"{MARK} custom",
        "error.type": f"the {MARK} was not there",
    }
    fields = {"name": f"chat about {MARK}"} if number % 2 else {}
    made = span(number, attributes, **fields)
    made.status.code, made.status.message = 2, f"{MARK} status"
    event = made.events.add()
    event.name, event.time_unix_nano = "exception", made.start_time_unix_nano
    event.attributes.extend(
        span(attributes={"exception.message": f"{MARK} exception"}).attributes
    )
    return made


@pytest.fixture
def exporter():
    ingest_keys.current.drop()
    recent_backlog.forget()
    return Exporter(make_key(make_system(), scopes=["traces"])[1])


def test_no_word_stands_in_a_dump_at_any_time(exporter, monkeypatch):
    exporter.send(traces_of(marked(1), marked(2)))
    exporter.send(
        logs_of(
            record(
                "gen_ai.client.inference.operation.details",
                {"gen_ai.output.messages": messages("assistant", MARK)},
            )
        ),
        path="/v1/logs",
    )
    assert Batch.objects.count() == 2
    assert not is_said_in(dump_of("DATABASE_URL"), MARK)

    digest_batches(60)
    trace = Trace.objects.get(trace_id=TRACE_ID.hex())
    shape = read_shape(trace)
    parts = [part for one in shape.spans for part in one.parts]
    told = read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
    for word in SAID:
        assert any(f"{MARK} {word}" in text for text in told.values()), word
    assert place_of(parts[0]) in told
    assert not is_said_in(dump_of("DATABASE_URL"), MARK)

    monkeypatch.setattr(digesting, "normalise", _break)
    exporter.send(traces_of(marked(3)))
    digest_batches(60)
    assert Quarantined.objects.exists()
    assert not is_said_in(dump_of("DATABASE_URL"), MARK)


def _break(raw):
    raise ValueError(f"could not read {raw.attributes}")
