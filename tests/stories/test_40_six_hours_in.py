"""40. Six hours in, the agent edits files that it deleted itself."""

import pytest

from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
HOUR = 3_600
# Tokens of the window of 200,000 that each hour's call was given.
TOKENS = [6_000, 42_000, 84_000, 120_000, 158_000, 194_000]


def test_the_engineer_sees_how_full_the_context_was_at_every_call(engineer):
    recorder, edda = Recorder.of("refactorer"), Reader(engineer)
    run = Run("refactorer")
    run.hears("Bring the module up to date.")
    for hour, tokens in enumerate(TOKENS):
        tool = {1: "delete_file", 5: "edit_file"}.get(hour, "run_tests")
        run.looks_up(hour * HOUR, tool, {"path": "old/api.py"}, "done", tokens=tokens)
    run.ends(6 * HOUR)
    recorder.sends(run)
    with later(minutes=5):
        page = edda.run(run.trace_id)
    shares = ("3 %", "21 %", "42 %", "60 %", "79 %", "97 %")
    # On every step, in the table of calls, and the fullest in the facts.
    for share in shares:
        assert f"{share} of its context" in page.text
    assert "97 % at its fullest" in page.text
    table = page.text[page.text.index("Calls of models") :]
    assert [share for share in shares if share in table] == list(shares)
    assert "took 6 h" in page.text
