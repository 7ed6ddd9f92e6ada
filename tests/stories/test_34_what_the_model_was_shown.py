"""34. The agent picks V2 instead of V3, copies an example's limit, drops the tenant."""

import json
import re

import pytest

from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
# The old one is described well, and with an example; the new one is not.
TOOLS = [
    {
        "type": "function",
        "name": "search_orders_v2",
        "description": 'Searches orders. Example: {"query": "lamp", "limit": 10}',
        "parameters": {
            "type": "object",
            "properties": {
                "query": {"type": "string"},
                "limit": {"type": "integer"},
                "tenant": {"type": "string", "description": "Whose orders."},
            },
            "required": ["query"],
        },
    },
    {
        "type": "function",
        "name": "search_orders_v3",
        "description": "Use this.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "tenant": {"type": "string"}},
            "required": ["query", "tenant"],
        },
    },
]


def test_the_engineer_reads_schema_and_description_beside_the_call(engineer):
    recorder, edda, run = Recorder.of("shop"), Reader(engineer), Run()
    called = Called("search_orders_v2", {"query": "shade", "limit": 10}, "call_1")
    run.hears("Which shades did tenant 12 order this year? All of them, please.")
    shown = {"gen_ai.tool.definitions": json.dumps(TOOLS)}
    model = run.calls_model(1, calls=[called], **shown)
    run.runs_tool(4, 1, called, [{"id": n} for n in range(10)])
    run.calls_model(7, says="There were 10.", **shown)
    run.ends(9)
    recorder.sends(run)
    with later(minutes=5):
        page = edda.run(run.trace_id)
        beside = page.source[page.source.index('<div class="act ') :]
        link = re.search(r'href="([^"]+/tool\?tool=search_orders_v2)"', beside)
        seen = edda.opens(link[1]).text
        call = edda.opens(f"{link[1].split('/spans/')[0]}/spans/{model}").text
    # The call: V2, the example's limit, no tenant.
    assert "limit 10" in page.text
    assert "The tool as the model saw it" in page.text
    # Beside it what it was shown: where the limit came from, and the tenant it dropped.
    assert 'Example: {"query": "lamp", "limit": 10}' in seen
    assert "Whose orders." in seen
    assert "required" in seen
    # And what else it could have taken, in the call of the model.
    assert "search_orders_v3" in call
    assert "Use this." in call
