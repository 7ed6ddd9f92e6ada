"""OpenLLMetry, Pydantic AI, Vercel, Langfuse, MCP, and several at once."""

import orjson
import pytest

from tests.traces.dialects.spans import heard, read, said, texts
from traces.spans import Direction, Kind, PartKind


def test_openllmetry_numbers_its_messages():
    span = read(
        {
            "gen_ai.system": "openai",
            "gen_ai.request.model": "gpt-4o",
            "llm.request.type": "chat",
            "gen_ai.prompt.0.role": "system",
            "gen_ai.prompt.0.content": "Be brief.",
            "gen_ai.prompt.1.role": "user",
            "gen_ai.prompt.1.content": '[{"type":"text","text":"Where?"}]',
            "gen_ai.prompt.2.role": "tool",
            "gen_ai.prompt.2.tool_call_id": "c0",
            "gen_ai.prompt.2.content": "Delft",
            "gen_ai.completion.0.role": "assistant",
            "gen_ai.completion.0.content": "In Delft.",
            "gen_ai.completion.0.finish_reason": "tool_calls",
            "gen_ai.completion.0.tool_calls.0.id": "c1",
            "gen_ai.completion.0.tool_calls.0.name": "show",
            "gen_ai.completion.0.tool_calls.0.arguments": '{"city":"Delft"}',
            "llm.request.functions.0.name": "show",
            "llm.request.functions.0.description": "Show a map.",
            "llm.request.functions.0.parameters": '{"type":"object"}',
        }
    )
    assert heard(span)[:3] == [
        ("instructions", "Be brief."),
        ("text", "Where?"),
        ("tool_result", "Delft"),
    ]
    assert said(span) == [("text", "In Delft."), ("tool_call", '{"city":"Delft"}')]
    assert (span.kind, span.finish, span.stop_class) == (
        Kind.LLM,
        ("tool_calls",),
        "tool_handoff",
    )
    assert [p.name for p in span.parts if p.kind is PartKind.TOOL_DEFINITION] == [
        "show"
    ]


def test_traceloop_entities_are_tools_agents_and_workflows():
    tool = read(
        {
            "traceloop.span.kind": "tool",
            "traceloop.entity.name": "find",
            "traceloop.entity.input": '{"id":7}',
            "traceloop.entity.output": '"Delft"',
            "traceloop.association.properties.session_id": "s1",
            "traceloop.association.properties.user_id": "u1",
            "traceloop.association.properties.shop": "the one in Delft",
        }
    )
    assert (tool.name, tool.dialect) == ("execute_tool find", "openllmetry")
    assert (tool.conversation, tool.subject) == ("s1", "u1")
    assert heard(tool)[0] == ("tool_call", '{"id":7}')
    assert any("the one in Delft" in text for text in texts(tool))
    flow = read({"traceloop.span.kind": "workflow", "traceloop.workflow.name": "pay"})
    assert (flow.kind, flow.agent) == (Kind.WORKFLOW, "pay")


def test_older_pydantic_ai_lists_its_messages_as_events():
    events = [
        {"event.name": "gen_ai.user.message", "role": "user", "content": "Hi"},
        {
            "event.name": "gen_ai.choice",
            "index": 0,
            "message": {"role": "assistant", "content": "Yo"},
        },
    ]
    span = read(
        {"gen_ai.operation.name": "chat", "events": orjson.dumps(events).decode()}
    )
    assert (heard(span), said(span)) == ([("text", "Hi")], [("text", "Yo")])
    assert span.dialect == "pydantic_ai"


def test_a_structured_final_result_is_the_answer_as_json():
    span = read(
        {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "shop",
            "final_result": '{"refund": 12}',
        }
    )
    assert said(span) == [("text", '{"refund":12}')]


def test_pydantic_ai_s_tools_are_told_once():
    span = read(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.tool.definitions": '[{"type":"function","name":"find"}]',
            "model_request_parameters": '{"function_tools":[{"name":"find",'
            '"description":"Find it.","parameters_json_schema":{}}],'
            '"output_tools":[{"name":"final"}],"output_mode":"text"}',
        }
    )
    names = [p.name for p in span.parts if p.kind is PartKind.TOOL_DEFINITION]
    assert names == ["find", "final"]


VERCEL = {
    "ai.operationId": "ai.generateText.doGenerate",
    "ai.model.provider": "anthropic.messages",
    "ai.model.id": "claude-opus-4-5",
    "ai.prompt.messages": '[{"role":"user","content":[{"type":"text","text":"Hi"}]},'
    '{"role":"assistant","content":[{"type":"reasoning","text":"Hm."},'
    '{"type":"tool-call","toolCallId":"c1","toolName":"find","input":{"id":7}}]},'
    '{"role":"tool","content":[{"type":"tool-result","toolCallId":"c1",'
    '"toolName":"find","output":{"type":"text","value":"Delft"}}]}]',
    "ai.prompt.tools": ['{"type":"function","name":"find","description":"Find."}'],
    "ai.response.reasoning": "So Delft.",
    "ai.response.text": "In Delft.",
    "ai.response.toolCalls": '[{"toolCallId":"c2","toolName":"show","input":"{}"}]',
    "ai.response.finishReason": "tool-calls",
    "ai.response.msToFirstChunk": 500,
    "ai.usage.promptTokens": 7,
    "ai.usage.completionTokens": 9,
    "ai.usage.reasoningTokens": 3,
    "ai.settings.maxOutputTokens": 100,
    "ai.settings.prompt": "of settings",
    "ai.telemetry.metadata.sessionId": "s1",
    "ai.telemetry.metadata.userId": "u1",
}


def test_vercel_calls_are_read():
    span = read(VERCEL)
    assert heard(span)[:4] == [
        ("text", "Hi"),
        ("reasoning", "Hm."),
        ("tool_call", '{"id":7}'),
        ("tool_result", "Delft"),
    ]
    assert said(span) == [
        ("reasoning", "So Delft."),
        ("text", "In Delft."),
        ("tool_call", "{}"),
    ]
    assert (span.name, span.dialect) == ("chat claude-opus-4-5", "vercel")
    assert (span.stop_class, span.first_chunk_ns) == ("tool_handoff", 1_500_000_000)
    assert span.parameters == {"max_tokens": 100}
    assert (span.conversation, span.subject) == ("s1", "u1")
    usage = span.usage
    assert (usage.input, usage.output, usage.reasoning) == (7, 9, 3)
    assert any("of settings" in text for text in texts(span))


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("ai.generateText", Kind.AGENT),
        ("ai.streamText", Kind.AGENT),
        ("ai.streamText.doStream", Kind.LLM),
        ("ai.generateObject.doGenerate", Kind.LLM),
        ("ai.embed.doEmbed", Kind.EMBEDDING),
        ("ai.toolCall", Kind.TOOL),
        ("ai.something", Kind.OTHER),
    ],
)
def test_vercels_operation_says_the_kind(operation, kind):
    assert read({"ai.operationId": operation}).kind is kind


def test_vercels_outer_span_has_the_prompt_and_the_answer():
    span = read(
        {
            "ai.operationId": "ai.generateText",
            "ai.prompt": '{"system":"Be brief.","prompt":"Hi"}',
            "ai.response.text": "Yo",
        }
    )
    assert heard(span) == [("text", "Hi"), ("instructions", "Be brief.")]
    assert said(span) == [("text", "Yo")]


def test_a_langfuse_generation_is_read():
    span = read(
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": "gpt-5",
            "langfuse.observation.input": '[{"role":"user","content":"Hi"}]',
            "langfuse.observation.output": '{"role":"assistant","content":"Yo"}',
            "langfuse.observation.model.parameters": '{"temperature":1}',
            "langfuse.observation.usage_details": '{"input":10,"input_cached_tokens":6,'
            '"output":5,"output_reasoning_tokens":7,"total":28}',
            "langfuse.observation.cost_details": '{"input":0.1,"output":0.2}',
            "langfuse.observation.completion_start_time": '"1970-01-01T00:00:02Z"',
            "langfuse.session.id": "s1",
            "langfuse.user.id": "u1",
            "langfuse.environment": "staging",
        }
    )
    assert (heard(span), said(span)) == (
        [("text", "Hi")],
        [("reasoning", ""), ("text", "Yo")],
    )
    assert (span.kind, span.dialect, span.environment) == (
        Kind.LLM,
        "langfuse",
        "staging",
    )
    usage = span.usage
    assert (usage.input, usage.output) == (16, 12)
    assert (usage.cache_read, usage.reasoning) == (6, 7)
    assert span.cost_usd == pytest.approx(0.3)
    assert span.first_chunk_ns == 2_000_000_000
    assert (span.conversation, span.subject) == ("s1", "u1")


def test_a_langfuse_step_that_failed_says_so_by_its_level():
    span = read(
        {
            "langfuse.observation.type": "tool",
            "langfuse.observation.level": "ERROR",
            "langfuse.observation.status_message": "no such order",
        }
    )
    assert span.failed
    (error,) = [part for part in span.parts if part.kind is PartKind.ERROR]
    assert error.text == "no such order"


@pytest.mark.parametrize(
    ("hints", "effect"),
    [
        ({"readOnlyHint": True}, "read"),
        ({"readOnlyHint": False}, "destructive"),
        ({"readOnlyHint": False, "destructiveHint": False}, "write"),
        ({"destructiveHint": True}, "destructive"),
        ({}, ""),
    ],
)
def test_mcp_hints_say_what_a_tool_does(hints, effect):
    told = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "find"}
    flat = {f"mcp.tool.annotations.{name}": value for name, value in hints.items()}
    for span in (
        read({**told, **flat}),
        read({**told, "gen_ai.tool.annotations": orjson.dumps(hints).decode()}),
    ):
        assert (span.kind, span.effect) == (Kind.TOOL, effect)


def test_our_own_attributes_count_most():
    span = read(
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "refund",
            "gen_ai.agent.tool.tier": "read",
            "reviewapp.tool.effect": "write",
            "reviewapp.request_id": "0198c0de-0000-7000-8000-000000000000",
            "reviewapp.subject_ref": "cust 7",
            "user.id": "cust 8",
            "reviewapp.synthetic": True,
            "reviewapp.turn": 4,
        }
    )
    assert (span.effect, span.subject, span.turn) == ("write", "cust 7", 4)
    assert span.request_id == "0198c0de-0000-7000-8000-000000000000"
    assert span.synthetic is True
    assert any("user.id=cust 8" in text for text in texts(span))


def test_a_span_of_two_dialects_says_each_word_once():
    span = read(
        {
            "openinference.span.kind": "LLM",
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "Hi",
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.content": "Yo",
            "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text",'
            '"content":"Hi"}]}]',
            "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text",'
            '"content":"Yo"},{"type":"tool_call","id":"c1","name":"find",'
            '"arguments":{"id":7}}]}]',
            "output.value": "Yo",
        }
    )
    assert heard(span) == [("text", "Hi")]
    assert said(span) == [("text", "Yo"), ("tool_call", '{"id":7}')]


def test_a_message_repeated_in_one_source_stays_repeated():
    span = read(
        {
            "gen_ai.input.messages": '[{"role":"user","content":"yes"},'
            '{"role":"assistant","content":"Sure?"},{"role":"user","content":"yes"}]'
        }
    )
    assert [p.text for p in span.parts if p.direction is Direction.IN] == [
        "yes",
        "Sure?",
        "yes",
    ]
    assert [p.message for p in span.parts] == [0, 1, 2]
