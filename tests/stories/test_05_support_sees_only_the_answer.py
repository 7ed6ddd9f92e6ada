"""5. A customer was told to file tax in the wrong country; support sees the answer."""

import pytest

from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
ASKED = "I am joana.reis@example.com. Where do I file my income tax for this year?"
ANSWER = "You file your income tax return in Munich, with the Finanzamt."
PREMISE = "She lives in Germany, so she is taxed where she lives: Munich."
PROFILE = {"country": "PT", "city": "Lisbon", "moved": "2026-01-15"}
# 5,000 tokens of it, and the premise somewhere among them.
REASONING = " ".join(
    ["joana.reis@example.com asks about her tax. I weigh each treaty in turn."] * 140
    + [PREMISE]
    + ["Let me go through the deadlines once more before I answer."] * 160
)


def tell_the_run(**of_the_answer):
    run = Run(
        "tax-guide",
        model="deepseek-reasoner",
        provider="deepseek",
        about={"reviewapp.subject_ref": "customer-8812"},
    )
    run.hears(ASKED)
    run.looks_up(1, "get_profile", {"email": "joana.reis@example.com"}, PROFILE)
    tokens = {
        "gen_ai.usage.input_tokens": 2_100,
        "gen_ai.usage.output_tokens": 5_060,
        "gen_ai.usage.reasoning_tokens": 5_000,
    }
    run.calls_model(10, 80, says=ANSWER, **tokens | of_the_answer)
    run.ends(95)
    return run


def test_with_the_ticket_the_wrong_premise_is_read_two_pages_on(support):
    recorder = Recorder.of("tax-guide")
    recorder.sends(tell_the_run(thinks=REASONING))
    with later(days=2):
        sam = Reader(support)
        assert "Find" in sam.opens("/traces/").text
        page = sam.opens("/find?ref=customer-8812&support_ref=T-4711")
    assert ANSWER in page.text
    assert "5,000 tokens" in page.text
    assert PREMISE in page.text
    # What it had before it says otherwise, on the same page.
    assert "Lisbon" in page.text
    assert "joana.reis@example.com" not in page.source
    assert "[EMAIL-1] asks about her tax" in page.text
    assert "is no proof of why it acted" in page.text


def test_without_a_ticket_there_is_the_answer_and_that_it_was_reasoned(support):
    recorder = Recorder.of("tax-guide")
    recorder.sends(tell_the_run(thinks=REASONING))
    with later(days=2):
        page = Reader(support).opens("/find?ref=customer-8812")
    assert ANSWER in page.text
    assert "5,000 tokens" in page.text
    assert "Not shown at your tier" in page.text
    assert PREMISE not in page.source


def test_where_the_provider_omits_it_the_inputs_stand_in_its_place(support):
    recorder = Recorder.of("tax-guide")
    recorder.sends(tell_the_run())
    with later(days=2):
        page = Reader(support).opens("/find?ref=customer-8812&support_ref=T-4711").text
    assert "5,000 tokens, no text" in page
    before = page.index("What it had before it instead")
    assert "Lisbon" in page[before : before + 300]
