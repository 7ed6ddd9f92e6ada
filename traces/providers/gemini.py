"""Gemini generateContent: parts that say by their keys what they are."""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers.blobs import size_of
from traces.providers.payload import Block, Payload, ReadMessage, count, texts, total
from traces.providers.writing import PartWriter
from traces.spans import Usage


def _take(block: Block, *names: str) -> Any:
    """Take a value by its first name that is there; all its names go."""
    found = [block.pop(name, None) for name in names]
    return next((value for value in found if value is not None), None)


def _signature(block: Block) -> Any:
    return _take(block, "thoughtSignature", "thought_signature")


def read_text(block: Block, writer: PartWriter) -> None:
    """Read a text or a thought, whose text is a summary and may be missing."""
    thought, signature = block.pop("thought", False), _signature(block)
    text = block.pop("text", None)
    if text is not None and not isinstance(text, str):
        block["text"] = text
        text = ""
    if thought:
        writer.reasoning(text or "", Source.THOUGHT, [signature])
    else:
        writer.text(text or "")
        writer.opaque_of(signature)


def read_call(block: Block, writer: PartWriter) -> None:
    call = _take(block, "functionCall", "function_call")
    told = dict(call) if isinstance(call, dict) else {"args": call}
    writer.tool_call(told.pop("name", ""), told.pop("id", ""), told.pop("args", None))
    writer.left_over("functionCall", told)
    writer.opaque_of(_signature(block))


def read_answer(block: Block, writer: PartWriter) -> None:
    told = _take(block, "functionResponse", "function_response")
    told = dict(told) if isinstance(told, dict) else {"response": told}
    answer = told.pop("response", None)
    failed = isinstance(answer, dict) and bool(answer.get("error"))
    name = told.pop("name", "")
    writer.tool_result(told.pop("id", ""), answer, name, failed=failed)


def read_inline(block: Block, writer: PartWriter) -> None:
    data = _take(block, "inlineData", "inline_data")
    told = data if isinstance(data, dict) else {}
    encoded = told.get("data")
    size = size_of(encoded) if isinstance(encoded, str) else None
    writer.attachment(told.get("mimeType") or told.get("mime_type"), size)


def read_file(block: Block, writer: PartWriter) -> None:
    data = _take(block, "fileData", "file_data")
    told = data if isinstance(data, dict) else {}
    where = told.get("fileUri") or told.get("file_uri") or ""
    media = told.get("mimeType") or told.get("mime_type")
    writer.attachment(media, None, where if isinstance(where, str) else "")


def read_code(block: Block, writer: PartWriter) -> None:
    code = _take(block, "executableCode", "executable_code")
    writer.tool_call("code_execution", "", code)


def read_code_result(block: Block, writer: PartWriter) -> None:
    result = _take(block, "codeExecutionResult", "code_execution_result")
    writer.tool_result("", result, "code_execution")


BLOCKS = {
    "text": read_text,
    "thought": read_text,
    "functionCall": read_call,
    "function_call": read_call,
    "functionResponse": read_answer,
    "function_response": read_answer,
    "inlineData": read_inline,
    "inline_data": read_inline,
    "fileData": read_file,
    "file_data": read_file,
    "executableCode": read_code,
    "executable_code": read_code,
    "codeExecutionResult": read_code_result,
    "code_execution_result": read_code_result,
    "thoughtSignature": read_text,
    "thought_signature": read_text,
}


def is_response(data: Block) -> bool:
    candidates = data.get("candidates")
    return isinstance(candidates, list) and all(
        isinstance(candidate, dict) for candidate in candidates
    )


def read_response(data: Block, writer: PartWriter, read: ReadMessage) -> Payload:
    finish = []
    for candidate in data.pop("candidates"):
        read(candidate.get("content") or "", writer, "assistant")
        finish.append(_take(dict(candidate), "finishReason", "finish_reason"))
    model = _take(data, "modelVersion", "model_version") or ""
    return Payload(
        provider="gcp.gemini",
        model=model if isinstance(model, str) else "",
        finish=texts(*finish),
        usage=usage_of(_take(data, "usageMetadata", "usage_metadata")),
        left=data,
    )


def usage_of(usage: Any) -> Usage:
    """Return the counts; thoughts are counted beside the candidates, so added."""
    thoughts = count(usage, "thoughts_token_count")
    output = count(usage, "candidates_token_count")
    return Usage(
        input=count(usage, "prompt_token_count"),
        output=total((output, thoughts)),
        reasoning=thoughts,
        cache_read=count(usage, "cached_content_token_count"),
    )
