"""OpenTelemetry's GenAI conventions, all three generations of them.

1. up to 1.36: one event a message, `gen_ai.prompt` and `gen_ai.completion` as JSON
2. 1.37 to 1.41: `gen_ai.input.messages` and its kin, as JSON or structured
3. since, in a repository of their own: the same with renames
"""

from __future__ import annotations

from traces.dialects.told import Dialect, Told
from traces.providers.messages import read_messages
from traces.providers.requests import read_instructions
from traces.providers.tools import read_tools
from traces.providers.values import loads
from traces.providers.writing import PartWriter
from traces.spans import Kind

DIALECT = Dialect(
    "genai",
    slots={
        "operation": ("gen_ai.operation.name",),
        "provider": ("gen_ai.provider.name", "gen_ai.system"),
        "model_asked": ("gen_ai.request.model",),
        "model": ("gen_ai.response.model",),
        "conversation": ("gen_ai.conversation.id",),
        "agent": ("gen_ai.agent.name",),
        "workflow": ("gen_ai.workflow.name",),
        "index": ("gen_ai.data_source.id",),
        "index_version": ("gen_ai.data_source.version",),
        "tool": ("gen_ai.tool.name",),
        "call_id": ("gen_ai.tool.call.id",),
        "effect": ("gen_ai.agent.tool.tier", "gen_ai.tool.tier"),
        "finish": ("gen_ai.response.finish_reasons", "gen_ai.response.finish_reason"),
        "first_chunk_s": (
            "gen_ai.response.time_to_first_chunk",
            "gen_ai.server.time_to_first_token",
        ),
        "input_tokens": (
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.prompt_tokens",
            "gen_ai.aggregated_usage.input_tokens",
        ),
        "output_tokens": (
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.completion_tokens",
            "gen_ai.aggregated_usage.output_tokens",
        ),
        "reasoning_tokens": (
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.output_tokens.reasoning",
            "gen_ai.usage.details.reasoning_tokens",
            "gen_ai.usage.details.thinking_tokens",
            "gen_ai.usage.details.thoughts_tokens",
            "gen_ai.aggregated_usage.details.reasoning_tokens",
        ),
        "cache_read": (
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.input_tokens.cached",
            "gen_ai.usage.details.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens",
            "gen_ai.usage.details.cached_tokens",
            "gen_ai.aggregated_usage.cache_read.input_tokens",
            "gen_ai.aggregated_usage.details.cache_read_input_tokens",
            "gen_ai.aggregated_usage.details.cache_read_tokens",
        ),
        "cache_write": (
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.input_tokens.cache_write",
            "gen_ai.usage.details.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_write_tokens",
            "gen_ai.aggregated_usage.details.cache_creation_input_tokens",
        ),
        "cost": ("operation.cost", "gen_ai.usage.cost", "gen_ai.usage.total_cost"),
        "genai_input": ("gen_ai.input.messages",),
        "genai_output": ("gen_ai.output.messages",),
        "genai_instructions": ("gen_ai.system_instructions",),
        "genai_tools": ("gen_ai.tool.definitions", "gen_ai.request.available_tools"),
        "genai_prompt": ("gen_ai.prompt", "gen_ai.content.prompt"),
        "genai_completion": ("gen_ai.completion", "gen_ai.content.completion"),
        "genai_query": ("gen_ai.retrieval.query.text",),
        "genai_documents": ("gen_ai.retrieval.documents",),
        "arguments": ("gen_ai.tool.call.arguments", "gen_ai.tool.input"),
        "result": (
            "gen_ai.tool.call.result",
            "gen_ai.tool.output",
            "gen_ai.tool.message",
        ),
    },
    families={"gen_ai.request": "genai_request"},
)
KINDS = {
    "chat": Kind.LLM,
    "generate_content": Kind.LLM,
    "text_completion": Kind.LLM,
    "completion": Kind.LLM,
    "responses": Kind.LLM,
    "fetch_response": Kind.LLM,
    "embeddings": Kind.EMBEDDING,
    "retrieval": Kind.RETRIEVAL,
    "execute_tool": Kind.TOOL,
    "create_agent": Kind.AGENT,
    "invoke_agent": Kind.AGENT,
    "invoke_workflow": Kind.WORKFLOW,
    "plan": Kind.PLANNING,
    "evaluate": Kind.EVALUATION,
    "guardrail": Kind.GUARDRAIL,
    **{
        f"{verb}_memory": Kind.MEMORY
        for verb in ("create", "update", "upsert", "search", "delete")
    },
    "create_memory_store": Kind.MEMORY,
    "delete_memory_store": Kind.MEMORY,
}


def read_input(told: Told, writer: PartWriter) -> None:
    read_kept_messages(told, writer, "genai_input", "user")
    read_messages(told.take("event_input"), writer)
    read_kept_messages(told, writer, "genai_prompt", "user")
    query = told.take("genai_query")
    if query is not None:
        read_messages(query, writer)


def read_context(told: Told, writer: PartWriter) -> None:
    read_instructions(told.take_json("genai_instructions"), writer)
    tools = told.take("genai_tools")
    if tools:
        read_tools(tools, writer)


def read_output(told: Told, writer: PartWriter) -> None:
    read_kept_messages(told, writer, "genai_output", "assistant")
    read_messages(told.take("event_output"), writer, "assistant")
    read_kept_messages(told, writer, "genai_completion", "assistant")
    documents = told.take("genai_documents")
    if documents is not None:
        writer.tool_result("", loads(documents))


def read_kept_messages(told: Told, writer: PartWriter, slot: str, role: str) -> None:
    """Read messages; those whose JSON does not close were cut: kept, and said so."""
    value = told.take(slot)
    if value is None:
        return
    data = loads(value)
    if isinstance(data, str) and data.lstrip()[:2] in ("[{", '{"'):
        writer.cut(slot, data)
        return
    read_messages(data, writer, role)
