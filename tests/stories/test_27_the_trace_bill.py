"""27. The trace bill goes from 12 k to 81 k in four months, the regression buried."""

import re
from datetime import UTC, datetime
from random import Random

import pytest
import time_machine

from reviewapp.core.actors import Actor
from tests.builders import make_system
from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, works
from traces.models import Trace
from traces.retention import Why
from traces.services.keeping import keep_words

pytestmark = pytest.mark.django_db
# What is kept at the end of each month, in runs: as 12 is to 81.
KEPT = {
    datetime(2026, 8, 28, 9, tzinfo=UTC): 12,
    datetime(2026, 9, 28, 9, tzinfo=UTC): 27,
    datetime(2026, 10, 28, 9, tzinfo=UTC): 52,
    datetime(2026, 11, 18, 9, tzinfo=UTC): 81,
}
UNITS = {"bytes": 1, "KB": 2**10, "MB": 2**20}


def tell_the_run(began, number):
    """A run that thinks, reads a page and talks, in words that nothing packs small."""
    dice = Random(number)
    run = Run(
        "researcher",
        began=began,
        model="claude-3-7-sonnet",
        trace_id=f"{number + 1:032x}",
    )
    run.hears(f"What is new? {dice.randbytes(800).hex()}")
    called = Called("fetch_page", {"page": number}, "call_1")
    run.calls_model(1, calls=[called], thinks=dice.randbytes(400).hex())
    run.runs_tool(3, 1, called, dice.randbytes(3_000).hex())
    used = {"gen_ai.usage.input_tokens": 6_000, "gen_ai.usage.output_tokens": 900}
    run.calls_model(5, says="Nothing is new.", **used)
    run.ends(8)
    return run


@pytest.fixture
def four_months(db, admin):
    """Four months of runs, and with the last of them three that have a finding."""
    with time_machine.travel(min(KEPT)):
        prices = Reader(admin).http
        since = {"from_date": "2026-08-01"}
        # Dear, so that a day of these few bytes is more than a cent.
        gigabyte = {"usd_per_gb_month": "1000000"}
        tokens = {"pattern": "anthropic/*", "input": "3", "output": "15"}
        prices.post("/costs/prices/storage", gigabyte | since)
        prices.post("/costs/prices/model", tokens | since)
    system = make_system("researcher", name="Researcher")
    small = Recorder.for_system(make_system("greeter", name="Greeter"))
    number = 0
    for day, kept in KEPT.items():
        with time_machine.travel(day):
            recorder = Recorder.for_system(system)
            recorder.sends(*(tell_the_run(day, n) for n in range(number, kept)))
            number = kept
            if day == max(KEPT):
                small.sends(tell_the_run(day, 500))
                for one in range(3):
                    _find(system, number - 1 - one)
            works()


def _find(system, number):
    """As a detector will, once there is one."""
    key = Trace.key_of(system.pk, bytes.fromhex(f"{number + 1:032x}"))
    actor = Actor.of_process("a detector")
    keep_words(key, Why.FINDING, system=system.pk, actor=actor)


def size(words):
    figure, unit = words.split()
    return float(figure) * UNITS[unit]


def opens_costs(lead):
    with time_machine.travel(max(KEPT)):
        return Reader(lead).opens("/costs/?month=2026-11").text


def test_the_lead_sees_bytes_and_money_by_system_and_class(lead, four_months):
    page = opens_costs(lead)
    kept = page[page.index("What is kept, by system") : page.index("Whose words")]
    assert "Structure Dialogue Tools Reasoning Opaque parts Dead letters All" in kept
    sizes = r" ([\d.]+ (?:KB|bytes|MB))" * 7
    rows = {
        name: [size(one) for one in re.search(name + sizes, kept).groups()]
        for name in ("Researcher", "Greeter")
    }
    structure, dialogue, tools, reasoning, opaque, letters, total = rows["Researcher"]
    # Tools bring most of it: that is where the bill is to be cut.
    assert tools > dialogue > reasoning > 0
    assert structure > 0
    assert (opaque, letters) == (0, 0)
    assert total == pytest.approx(sum(rows["Researcher"][:6]), rel=0.01)
    assert rows["Greeter"][6] < total / 20
    assert len(re.findall(r"\$\d", kept)) == 2


def test_the_trend_and_the_cost_of_a_run_that_is_kept_for_a_reason(lead, four_months):
    page = opens_costs(lead)
    trend = page[page.index("By month") :]
    months = ("Aug", "Sep", "Oct", "Nov")
    grown = [
        size(re.search(rf"{month} 2026 ([\d.]+ (?:KB|MB))", trend)[1])
        for month in months
    ]
    assert grown == sorted(grown)
    assert grown[-1] / grown[0] == pytest.approx(81 / 12, rel=0.2)
    # What the money is for: the regression, in three runs among them all.
    assert "n = 3 runs with a finding" in page
    each = re.search(r"per run kept with a finding \$([\d.]+)", page)
    whole = re.search(r"Storage \$([\d.]+) November", page)
    assert float(each[1]) == pytest.approx(float(whole[1]) / 3, abs=0.01)
