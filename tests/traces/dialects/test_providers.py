"""Native payloads: each provider's response, read as it was made."""

import pytest

from traces.dialects.normalising import fill, finish_words
from traces.providers import read_payload
from traces.providers.writing import PartWriter
from traces.spans import Direction, Fidelity, Kind, PartKind, Span, Usage


def answered(response, model=""):
    """Return the span of a response: what was put out, and what is known of it."""
    writer = PartWriter()
    writer.begin(Direction.OUT)
    payload = read_payload(response, writer)
    assert payload is not None
    span = Span(kind=Kind.LLM, end_ns=9, model=model)
    fill(span, payload)
    finish_words(span, writer, 0, [payload])
    return span


def told(span):
    return [(part.kind.value, part.text) for part in span.parts]


def labels(span):
    return [p.fidelity for p in span.parts if p.kind is PartKind.REASONING]


def test_anthropic_messages():
    span = answered(
        {
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-4-5",
            "content": [
                {"type": "thinking", "thinking": "", "signature": "c2ln"},
                {"type": "redacted_thinking", "data": "cmVk"},
                {"type": "thinking", "thinking": "Hm.", "signature": "c2ln2"},
                {
                    "type": "server_tool_use",
                    "id": "s1",
                    "name": "web_search",
                    "input": {"query": "cats"},
                },
                {
                    "type": "web_search_tool_result",
                    "tool_use_id": "s1",
                    "content": {
                        "type": "web_search_tool_result_error",
                        "error_code": "max_uses_exceeded",
                    },
                },
                {"type": "text", "text": "No cats.", "citations": None},
                {"type": "tool_use", "id": "c1", "name": "find", "input": {"id": 7}},
            ],
            "stop_reason": "tool_use",
            "usage": {
                "input_tokens": 10,
                "cache_read_input_tokens": 80,
                "cache_creation_input_tokens": 5,
                "output_tokens": 50,
                "output_tokens_details": {"thinking_tokens": 30},
            },
        }
    )
    assert told(span) == [
        ("reasoning", ""),
        ("opaque", "c2ln"),
        ("reasoning", ""),
        ("opaque", "cmVk"),
        ("reasoning", "Hm."),
        ("opaque", "c2ln2"),
        ("tool_call", '{"query":"cats"}'),
        (
            "tool_result",
            '{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}',
        ),
        ("text", "No cats."),
        ("tool_call", '{"id":7}'),
    ]
    assert labels(span) == [
        Fidelity.OMITTED,
        Fidelity.PROVIDER_REDACTED,
        Fidelity.SUMMARY,
    ]
    assert span.parts[7].failed
    assert span.usage == Usage(95, 50, 30, 80, 5)
    assert (span.provider, span.stop_class) == ("anthropic", "tool_handoff")


def test_openai_responses():
    span = answered(
        {
            "object": "response",
            "model": "gpt-5-2025-08-07",
            "status": "completed",
            "output": [
                {
                    "type": "reasoning",
                    "id": "rs_1",
                    "summary": [
                        {"type": "summary_text", "text": "Plan."},
                        {"type": "summary_text", "text": "Then act."},
                    ],
                    "encrypted_content": "c2Vj",
                },
                {"type": "web_search_call", "id": "w1", "action": {"query": "cats"}},
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [
                        {"type": "output_text", "text": "Here.", "annotations": []}
                    ],
                },
                {
                    "type": "function_call",
                    "call_id": "c1",
                    "name": "find",
                    "arguments": '{"id": 7}',
                },
            ],
            "usage": {
                "input_tokens": 10,
                "input_tokens_details": {"cached_tokens": 4},
                "output_tokens": 50,
                "output_tokens_details": {"reasoning_tokens": 30},
            },
        }
    )
    assert told(span) == [
        ("reasoning", "Plan."),
        ("opaque", "c2Vj"),
        ("reasoning", "Then act."),
        ("tool_call", '{"action":{"query":"cats"}}'),
        ("text", "Here."),
        ("tool_call", '{"id": 7}'),
    ]
    assert labels(span) == [Fidelity.SUMMARY, Fidelity.SUMMARY]
    assert span.usage == Usage(10, 50, 30, 4, None)
    assert span.stop_class == "tool_handoff"


def test_openai_reasoning_that_is_only_encrypted():
    span = answered(
        {
            "object": "response",
            "status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"},
            "output": [
                {"type": "reasoning", "summary": [], "encrypted_content": "c2Vj"}
            ],
            "usage": {
                "output_tokens": 100,
                "output_tokens_details": {"reasoning_tokens": 100},
            },
        }
    )
    assert told(span) == [("reasoning", ""), ("opaque", "c2Vj")]
    assert labels(span) == [Fidelity.ENCRYPTED]
    assert span.finish == ("max_output_tokens",)
    assert span.stop_class == "reasoning_exhausted"


def test_open_weights_show_their_reasoning_text():
    item = {
        "type": "reasoning",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": "All of it."}],
    }
    span = answered({"object": "response", "status": "completed", "output": [item]})
    assert (told(span)[0], labels(span)) == (
        ("reasoning", "All of it."),
        [Fidelity.RAW],
    )


def chat(message, **more):
    return {"choices": [{"message": message, "finish_reason": "stop"}], **more}


@pytest.mark.parametrize(
    ("message", "expected", "label"),
    [
        (
            {"role": "assistant", "reasoning_content": "Hm.", "content": "Yes."},
            [("reasoning", "Hm."), ("text", "Yes.")],
            Fidelity.RAW,
        ),
        (
            {"reasoning": "Hm.", "reasoning_content": "Hm.", "content": "Yes."},
            [("reasoning", "Hm."), ("text", "Yes.")],
            Fidelity.RAW,
        ),
        (
            {
                "reasoning": "Hm.",
                "reasoning_details": [
                    {"type": "reasoning.text", "text": "Hm.", "signature": "c2ln"}
                ],
                "content": "Yes.",
            },
            [("reasoning", "Hm."), ("opaque", "c2ln"), ("text", "Yes.")],
            Fidelity.RAW,
        ),
        (
            {
                "reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}],
                "content": "Yes.",
            },
            [("reasoning", "Hm."), ("text", "Yes.")],
            Fidelity.SUMMARY,
        ),
        (
            {
                "reasoning_details": [{"type": "reasoning.encrypted", "data": "c2Vj"}],
                "content": "Yes.",
            },
            [("reasoning", ""), ("opaque", "c2Vj"), ("text", "Yes.")],
            Fidelity.ENCRYPTED,
        ),
        (
            {
                "reasoning_content": "Hm.",
                "thinking_blocks": [
                    {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
                ],
                "content": "Yes.",
            },
            [("reasoning", "Hm."), ("opaque", "c2ln"), ("text", "Yes.")],
            Fidelity.UNKNOWN,
        ),
        (
            {
                "content": [
                    {
                        "type": "thinking",
                        "thinking": [{"type": "text", "text": "Hm."}],
                    },
                    {"type": "text", "text": "Yes."},
                ]
            },
            [("reasoning", "Hm."), ("text", "Yes.")],
            Fidelity.RAW,
        ),
        (
            {"content": "<think>Hm.</think>\n\nYes."},
            [("reasoning", "Hm."), ("text", "Yes.")],
            Fidelity.RAW,
        ),
    ],
    ids=[
        "deepseek", "vllm", "openrouter", "openrouter summary", "openrouter encrypted",
        "litellm", "mistral", "inline",
    ],
)  # fmt: skip
def test_chat_completions_and_who_speaks_them(message, expected, label):
    span = answered(chat(message))
    assert told(span) == expected
    assert labels(span) == [label]


def test_chat_counts_refusals_and_calls():
    span = answered(
        chat(
            {
                "role": "assistant",
                "content": None,
                "refusal": "I will not.",
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "find", "arguments": "{}"},
                    }
                ],
            },
            model="gpt-4o",
            usage={
                "prompt_tokens": 10,
                "completion_tokens": 20,
                "prompt_tokens_details": {"cached_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 8},
            },
        )
    )
    assert told(span) == [
        ("reasoning", ""),
        ("text", "I will not."),
        ("tool_call", "{}"),
    ]
    assert labels(span) == [Fidelity.STRIPPED]
    assert span.usage == Usage(10, 20, 8, 4, None)


def test_gemini():
    span = answered(
        {
            "modelVersion": "gemini-3-pro",
            "candidates": [
                {
                    "content": {
                        "role": "model",
                        "parts": [
                            {"text": "Weighing it.", "thought": True},
                            {
                                "functionCall": {"name": "find", "args": {"id": 7}},
                                "thoughtSignature": "c2ln",
                            },
                            {"text": "Here."},
                        ],
                    },
                    "finishReason": "STOP",
                }
            ],
            "usageMetadata": {
                "promptTokenCount": 10,
                "candidatesTokenCount": 20,
                "thoughtsTokenCount": 30,
                "cachedContentTokenCount": 4,
            },
        }
    )
    assert told(span) == [
        ("reasoning", "Weighing it."),
        ("tool_call", '{"id":7}'),
        ("opaque", "c2ln"),
        ("text", "Here."),
    ]
    assert labels(span) == [Fidelity.SUMMARY]
    assert span.usage == Usage(10, 50, 30, 4, None)
    assert span.finish == ("STOP",)


def test_gemini_with_a_signature_alone_omitted_its_thoughts():
    part = {"function_call": {"name": "find", "args": {}}, "thought_signature": "c2ln"}
    span = answered({"candidates": [{"content": {"parts": [part]}}]})
    assert told(span) == [("reasoning", ""), ("tool_call", "{}"), ("opaque", "c2ln")]
    assert labels(span) == [Fidelity.OMITTED]


def test_bedrock_converse():
    span = answered(
        {
            "output": {
                "message": {
                    "role": "assistant",
                    "content": [
                        {
                            "reasoningContent": {
                                "reasoningText": {"text": "Hm.", "signature": "c2ln"}
                            }
                        },
                        {"reasoningContent": {"redactedContent": "cmVk"}},
                        {"text": "Here."},
                        {
                            "toolUse": {
                                "toolUseId": "c1",
                                "name": "find",
                                "input": {"id": 7},
                            }
                        },
                    ],
                }
            },
            "stopReason": "tool_use",
            "usage": {
                "inputTokens": 10,
                "outputTokens": 20,
                "cacheReadInputTokens": 5,
            },
        },
        model="anthropic.claude-sonnet-4-v1:0",
    )
    assert told(span) == [
        ("reasoning", "Hm."),
        ("opaque", "c2ln"),
        ("reasoning", ""),
        ("opaque", "cmVk"),
        ("text", "Here."),
        ("tool_call", '{"id":7}'),
    ]
    assert labels(span) == [Fidelity.SUMMARY, Fidelity.PROVIDER_REDACTED]
    assert span.usage == Usage(15, 20, None, 5, None)
    assert span.stop_class == "tool_handoff"


def asked(request):
    writer = PartWriter()
    writer.begin(Direction.IN)
    payload = read_payload(request, writer)
    assert payload is not None
    return payload, [(part.kind.value, part.text) for part in writer.parts]


@pytest.mark.parametrize(
    "request_",
    [
        {
            "model": "m",
            "max_tokens": 5,
            "system": [{"type": "text", "text": "Be brief."}],
            "tools": [{"name": "find", "input_schema": {}}],
            "messages": [
                {"role": "user", "content": "Where?"},
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "c1",
                            "content": [{"type": "text", "text": "Delft"}],
                        }
                    ],
                },
            ],
        },
        {
            "model": "m",
            "max_output_tokens": 5,
            "instructions": "Be brief.",
            "tools": [{"type": "function", "name": "find"}],
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "Where?"}]},
                {"type": "function_call_output", "call_id": "c1", "output": "Delft"},
            ],
        },
        {
            "model": "m",
            "generationConfig": {"maxOutputTokens": 5},
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "tools": [{"functionDeclarations": [{"name": "find"}]}],
            "contents": [
                {"role": "user", "parts": [{"text": "Where?"}]},
                {
                    "role": "user",
                    "parts": [
                        {"functionResponse": {"name": "find", "response": "Delft"}}
                    ],
                },
            ],
        },
        {
            "modelId": "m",
            "inferenceConfig": {"maxTokens": 5},
            "system": [{"text": "Be brief."}],
            "toolConfig": {"tools": [{"toolSpec": {"name": "find"}}]},
            "messages": [
                {"role": "user", "content": [{"text": "Where?"}]},
                {
                    "role": "user",
                    "content": [
                        {
                            "toolResult": {
                                "toolUseId": "c1",
                                "content": [{"text": "Delft"}],
                            }
                        }
                    ],
                },
            ],
        },
    ],
    ids=["anthropic", "openai responses", "gemini", "bedrock"],
)
def test_a_request_of_any_provider_says_the_same(request_):
    payload, parts = asked(request_)
    assert (payload.model_asked, payload.parameters) == ("m", {"max_tokens": 5})
    assert [pair for pair in parts if pair[0] != "tool_definition"] == [
        ("text", "Where?"),
        ("tool_result", "Delft"),
        ("instructions", "Be brief."),
    ]
    assert "find" in dict(parts)["tool_definition"]


def test_a_failed_tool_says_so_whoever_called_it():
    for block in (
        {"type": "tool_result", "tool_use_id": "c1", "content": "no", "is_error": True},
        {"toolResult": {"toolUseId": "c1", "content": [], "status": "error"}},
        {"functionResponse": {"name": "f", "response": {"error": "no"}}},
        {"type": "tool-error", "toolCallId": "c1", "toolName": "f", "error": "no"},
    ):
        writer = PartWriter()
        read_payload({"messages": [{"role": "user", "content": [block]}]}, writer)
        assert [part.failed for part in writer.parts] == [True]


def test_langchain_s_own_messages_are_read():
    message = {
        "lc": 1,
        "type": "constructor",
        "id": ["langchain", "schema", "messages", "HumanMessage"],
        "kwargs": {"content": "Where?", "type": "human"},
    }
    _, parts = asked({"messages": [message]})
    assert parts == [("text", "Where?")]


@pytest.mark.parametrize(
    "value", [None, 7, "text", "{", "[]", {}, {"input": "x"}, {"output": []}]
)
def test_anything_else_is_no_payload(value):
    writer = PartWriter()
    assert read_payload(value, writer) is None
    assert writer.parts == []
