"""What identifies a prompt and a tool, whoever tells of it."""

import pytest

from tests.traces.dialects.spans import read
from traces.dialects import fingerprints
from traces.providers.tools import canonical_definition

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}


def prompt_of(text):
    parts = [{"type": "text", "content": text}]
    return fingerprints(read({"gen_ai.system_instructions": parts}))[0]


def test_numbers_and_uuids_in_instructions_do_not_count():
    first = "Today is 2026-11-20, run 8d6f3f0a-52ce-4d0e-9f0c-3a1b2c4d5e6f. Be kind."
    second = "Today is 2026-12-01, run 11111111-2222-3333-4444-555555555555. Be kind."
    assert prompt_of(first) == prompt_of(second) == "Today is 0-0-0, run 0. Be kind."
    assert prompt_of("Be kind.") != prompt_of("Be stern.")


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "function", "name": "f", "description": "Find.", "parameters": SCHEMA},
        {
            "type": "function",
            "function": {"name": "f", "description": "Find.", "parameters": SCHEMA},
        },
        {"input_schema": SCHEMA, "description": "Find.", "name": "f"},
        {"name": "f", "description": "Find.", "parameters_json_schema": SCHEMA},
        {
            "toolSpec": {
                "name": "f",
                "description": "Find.",
                "inputSchema": {"json": SCHEMA},
            }
        },
        {"name": "f", "description": "Find.", "parametersJsonSchema": SCHEMA},
    ],
)
def test_a_tool_is_the_same_in_every_providers_envelope(definition):
    _, tools = fingerprints(read({"gen_ai.tool.definitions": [definition]}))
    assert tools == {
        "f": '{"description":"Find.","name":"f","schema":{"properties":'
        '{"id":{"type":"integer"}},"type":"object"}}'
    }


def test_another_description_is_another_tool():
    one = canonical_definition('{"name":"f","description":"Find."}')
    assert one != canonical_definition('{"name":"f","description":"Find all."}')
    assert one == canonical_definition(
        '{"description":"Find.","name":"f","strict":true}'
    )
    assert canonical_definition("find") == "find"


def test_a_span_without_either_has_none():
    assert fingerprints(read({})) == ("", {})
