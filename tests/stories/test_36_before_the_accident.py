"""36. After the accident: no model version, no prompt, no settings, results cut off."""

import json
import re

import pytest

from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
# As long as an instrument with a limit of 2,048 leaves it.
CUT = "The customer's account shows " + "x" * 2_018 + "…"
ACCOUNT = {"id": 7, "balance": 12}
TOOL = {"type": "function", "name": "get_account", "description": "Reads an account."}
CAREFUL = {
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Be kind."}]),
    "gen_ai.tool.definitions": json.dumps([TOOL]),
    "gen_ai.request.temperature": 0.2,
    "gen_ai.usage.input_tokens": 900,
    "gen_ai.usage.output_tokens": 40,
}
# The conventions' way to say nothing of the model that answered.
CARELESS = {"gen_ai.response.model": "", **{
    name: CAREFUL[name] for name in CAREFUL if "usage" in name
}}  # fmt: skip


def run_with(result, told):
    run, called = Run(), Called("get_account", {"id": 7}, "call_1")
    run.hears("What is my balance?")
    run.calls_model(1, calls=[called], **told)
    run.runs_tool(3, 1, called, ACCOUNT, **{"gen_ai.tool.call.result": result})
    run.calls_model(5, says="It is 12 EUR.", **told)
    run.ends(9)
    return run


def recorder_page(reader, slug):
    """By the link on the system's page, which draws it in itself with JavaScript."""
    page = reader.opens(f"/systems/{slug}/").source
    link = re.search(r'href="([^"]+)">What its flight recorder lacks', page)
    return reader.opens(link[1]).text


def fields_of(page):
    table = page[page.index("Runs that have it") :]
    names = ("Model", "Prompt", "Parameters", "Tool schemas", "Arguments", "Results",
             "Times of evidence", "Stop reason", "Usage", "Version")  # fmt: skip
    starts = {name: table.index(f"{name} ") for name in names}
    return {name: table[start:].split(" of 3")[0] for name, start in starts.items()}


def test_the_engineer_sees_beforehand_what_each_systems_recorder_lacks(engineer):
    edda = Reader(engineer)
    blind, whole = Recorder.of("blind-agent"), Recorder.of("whole-agent")
    careless = [run_with(CUT, CARELESS) for _ in range(3)]
    blind.sends(*careless)
    whole.sends(*(run_with(json.dumps(ACCOUNT), CAREFUL) for _ in range(3)))
    with later(minutes=5):
        page, other = (
            recorder_page(edda, "blind-agent"),
            recorder_page(edda, "whole-agent"),
        )
        run = edda.run(careless[0].trace_id).text
    lacks = {name for name, told in fields_of(page).items() if "None 0" in told}
    assert lacks == {"Model", "Prompt", "Parameters", "Tool schemas", "Results"}
    assert all("All 3" in told for told in fields_of(other).values())
    assert "100 % of its fields" in other
    # And on each run's own page.
    assert "5 missing" in run
