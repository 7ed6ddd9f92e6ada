"""Three generations of the GenAI conventions."""

import orjson
import pytest

from tests.traces.dialects.spans import heard, raw, read, said, texts
from traces.dialects import normalise
from traces.spans import Direction, Kind, PartKind, WordClass

NEWEST = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-opus-4-5",
    "gen_ai.response.model": "claude-opus-4-5-20251101",
    "gen_ai.conversation.id": "conv 7",
    "gen_ai.request.max_tokens": 900,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.reasoning.level": "high",
    "gen_ai.request.stop_sequences": ["Kind regards,"],
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.time_to_first_chunk": 0.25,
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.output_tokens": 60,
    "gen_ai.usage.cache_read.input_tokens": 80,
    "gen_ai.usage.cache_write.input_tokens": 5,
    "gen_ai.usage.reasoning.output_tokens": 40,
    "gen_ai.system_instructions": [{"type": "text", "content": "Be kind."}],
    "gen_ai.input.messages": [
        {"role": "system", "parts": [{"type": "text", "content": "You are Ann."}]},
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "Look."},
                {
                    "type": "blob",
                    "modality": "image",
                    "mime_type": "image/png",
                    "content": "aGVsbG8=",
                },
                {"type": "uri", "modality": "image", "uri": "https://x.test/a.png"},
            ],
        },
        {"role": "assistant", "parts": [{"type": "text", "content": "I see."}]},
        {"role": "user", "parts": [{"type": "text", "content": "And now?"}]},
    ],
    "gen_ai.output.messages": [
        {
            "role": "assistant",
            "finish_reason": "stop",
            "parts": [
                {"type": "reasoning", "content": "Hm.", "signature": "c2ln"},
                {
                    "type": "server_tool_call",
                    "id": "s1",
                    "name": "web_search",
                    "server_tool_call": {"type": "web_search", "query": "cats"},
                },
                {
                    "type": "server_tool_call_response",
                    "id": "s1",
                    "server_tool_call_response": {"type": "web", "hits": ["a cat"]},
                },
                {"type": "compaction", "id": "k", "content": "So far: cats."},
                {"type": "hologram", "beam": "words in a new shape"},
                {"type": "text", "content": "A cat."},
            ],
        }
    ],
}


def test_the_newest_generation_is_read_in_order():
    assert said(read(NEWEST)) == [
        ("reasoning", "Hm."),
        ("opaque", "c2ln"),
        ("tool_call", '{"type":"web_search","query":"cats"}'),
        ("tool_result", '{"type":"web","hits":["a cat"]}'),
        ("text", "So far: cats."),
        ("text", "A cat."),
    ]


def test_attachments_are_told_by_type_and_size_and_never_kept():
    span = read(NEWEST)
    blob, uri = [p for p in span.parts if p.kind is PartKind.ATTACHMENT]
    assert (blob.name, blob.size, blob.text) == ("image/png", 5, "")
    assert (uri.name, uri.size, uri.text) == (
        "image/unknown",
        None,
        "https://x.test/a.png",
    )
    assert not any("aGVsbG8" in text for text in texts(span))


def test_a_part_of_a_kind_nobody_knows_is_kept_as_it_came():
    span = read(NEWEST)
    (other,) = [
        part
        for part in span.parts
        if part.kind is PartKind.OTHER and part.direction is Direction.OUT
    ]
    assert orjson.loads(other.text)["beam"] == "words in a new shape"


def test_system_messages_and_instructions_are_instructions():
    span = read(NEWEST)
    assert heard(span, PartKind.INSTRUCTIONS) == [
        ("instructions", "You are Ann."),
        ("instructions", "Be kind."),
    ]


def test_its_facts_are_read():
    span = read(NEWEST, resource={"service.name": "shop", "service.version": "1.2"})
    assert (span.kind, span.name, span.dialect) == (
        Kind.LLM,
        "chat claude-opus-4-5",
        "genai",
    )
    assert (span.service, span.release, span.turn) == ("shop", "1.2", 2)
    assert span.conversation == "conv 7"
    assert span.parameters == {
        "max_tokens": 900,
        "temperature": 0.5,
        "reasoning_level": "high",
    }
    assert "Kind regards," in "".join(texts(span))
    assert span.first_chunk_ns == 1_250_000_000
    usage = span.usage
    assert (usage.input, usage.output, usage.reasoning) == (100, 60, 40)
    assert (usage.cache_read, usage.cache_write) == (80, 5)


def test_structured_and_json_attributes_say_the_same():
    as_json = {
        key: orjson.dumps(value).decode() if "messages" in key else value
        for key, value in NEWEST.items()
    }
    assert read(as_json).parts == read(NEWEST).parts


OLD_EVENTS = (
    ("gen_ai.system.message", {"content": "Be brief.", "gen_ai.system": "openai"}),
    ("gen_ai.user.message", {"content": "Where is it?"}),
    (
        "gen_ai.assistant.message",
        {
            "tool_calls": orjson.dumps(
                [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "find", "arguments": '{"id": 7}'},
                    }
                ]
            ).decode()
        },
    ),
    ("gen_ai.tool.message", {"id": "c1", "content": "in Delft"}),
    (
        "gen_ai.choice",
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "In Delft."},
        },
    ),
)


def test_the_oldest_generation_says_each_message_by_an_event():
    span = read({"gen_ai.system": "openai"}, events=OLD_EVENTS)
    assert heard(span) == [
        ("instructions", "Be brief."),
        ("text", "Where is it?"),
        ("tool_call", '{"id": 7}'),
        ("tool_result", "in Delft"),
    ]
    assert said(span) == [("text", "In Delft.")]
    assert (span.provider, span.finish, span.turn) == ("openai", ("stop",), 1)
    result = next(p for p in span.parts if p.kind is PartKind.TOOL_RESULT)
    assert result.call_id == "c1"


def test_an_events_body_may_stand_in_one_attribute():
    told = {"gen_ai.event.content": '{"role":"user","content":"Where is it?"}'}
    span = read(events=[("gen_ai.user.message", told)])
    assert heard(span) == [("text", "Where is it?")]


def test_content_events_carry_all_messages_at_once():
    span = read(
        {"gen_ai.system": "openai"},
        events=[
            (
                "gen_ai.content.prompt",
                {"gen_ai.prompt": '[{"role":"user","content":"Hi"}]'},
            ),
            (
                "gen_ai.content.completion",
                {"gen_ai.completion": '[{"role":"assistant","content":"Yo"}]'},
            ),
        ],
    )
    assert (heard(span), said(span)) == ([("text", "Hi")], [("text", "Yo")])


def test_older_names_are_read_and_newer_ones_win():
    span = read(
        {
            "gen_ai.system": "openai",
            "gen_ai.provider.name": "azure.ai.openai",
            "gen_ai.usage.prompt_tokens": 4,
            "gen_ai.usage.completion_tokens": 5,
            "gen_ai.usage.cache_creation_input_tokens": 1,
            "gen_ai.usage.reasoning_tokens": 2,
        }
    )
    assert span.provider == "azure.ai.openai"
    assert "gen_ai.system=openai" in texts(span)
    usage = span.usage
    assert (usage.input, usage.output) == (4, 5)
    assert (usage.cache_write, usage.reasoning) == (1, 2)


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("chat", Kind.LLM),
        ("generate_content", Kind.LLM),
        ("text_completion", Kind.LLM),
        ("embeddings", Kind.EMBEDDING),
        ("retrieval", Kind.RETRIEVAL),
        ("execute_tool", Kind.TOOL),
        ("create_agent", Kind.AGENT),
        ("invoke_agent", Kind.AGENT),
        ("invoke_workflow", Kind.WORKFLOW),
        ("plan", Kind.PLANNING),
        ("search_memory", Kind.MEMORY),
        ("delete_memory_store", Kind.MEMORY),
        ("something_new", Kind.OTHER),
    ],
)
def test_the_operation_says_the_kind(operation, kind):
    assert read({"gen_ai.operation.name": operation}).kind is kind


def test_a_tool_span_has_arguments_and_result():
    span = read(
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "refund",
            "gen_ai.tool.call.id": "c9",
            "gen_ai.tool.call.arguments": {"amount": 12},
            "gen_ai.tool.call.result": {"ok": True},
            "gen_ai.agent.tool.tier": "destructive",
            "error.type": "tool_error",
        }
    )
    assert (span.name, span.call_id) == ("execute_tool refund", "c9")
    assert (span.effect, span.failed) == ("destructive", True)
    assert heard(span) == [("tool_call", '{"amount":12}')]
    assert said(span) == [("tool_result", '{"ok":true}')]
    assert span.parts[1].failed


def test_inference_details_on_the_log_read_like_a_span():
    span = normalise(
        raw(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "gpt-5",
                "gen_ai.input.messages": NEWEST["gen_ai.input.messages"],
            },
            name="gen_ai.client.inference.operation.details",
            start_ns=0,
            end_ns=0,
            supplement=True,
        )
    )
    assert (span.supplement, span.name, span.turn) == (True, "chat gpt-5", 2)
    assert ("text", "And now?") in heard(span)


def test_what_an_evaluation_says_beside_is_part_of_its_comment():
    told = {
        "event.name": "gen_ai.evaluation.result",
        "gen_ai.evaluation.name": "groundedness",
        "error.type": "timeout",
        "gen_ai.response.id": "r-1",
    }
    (judged,) = read(events=[("gen_ai.evaluation.result", told)]).judgements
    assert (judged.name, judged.label, judged.score) == ("groundedness", "", None)
    assert judged.comment == "error.type: timeout\ngen_ai.response.id: r-1"


def test_an_evaluation_becomes_a_judgement():
    span = read(
        events=[
            (
                "gen_ai.evaluation.result",
                {
                    "gen_ai.evaluation.name": "groundedness",
                    "gen_ai.evaluation.score.value": 0.25,
                    "gen_ai.evaluation.score.label": "fail",
                    "gen_ai.evaluation.explanation": "It made the date up.",
                },
            )
        ]
    )
    (judged,) = span.judgements
    assert (judged.name, judged.label, judged.score) == ("groundedness", "fail", 0.25)
    assert judged.comment == "It made the date up."


def test_retrieval_has_its_query_and_its_documents():
    span = read(
        {
            "gen_ai.operation.name": "retrieval",
            "gen_ai.retrieval.query.text": "refund rules",
            "gen_ai.retrieval.documents": '[{"id":"d1","content":"30 days"}]',
        }
    )
    assert heard(span) == [("text", "refund rules")]
    assert "30 days" in texts(span)[1]


def test_what_a_model_was_told_of_its_tools_is_one_part_a_tool():
    span = read(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.tool.definitions": [
                {
                    "type": "function",
                    "name": "refund",
                    "description": "Pay back.",
                    "parameters": {"type": "object"},
                },
                {"type": "function", "function": {"name": "find"}},
            ],
        }
    )
    parts = [p for p in span.parts if p.kind is PartKind.TOOL_DEFINITION]
    assert [part.name for part in parts] == ["refund", "find"]
    assert {part.words for part in parts} == {WordClass.TOOLS}
    assert "Pay back." in parts[0].text
