"""What is read for the costs page, and what the page makes of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import Sum
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from reviewapp.core.problems import Invalid
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_run, make_span
from tests.traces.keeping.quarantine import set_one_aside
from tests.traces.keeping.runs import store_aged
from traces.models import (
    RunReading,
    Segment,
    SpendReading,
    StorageReading,
    Trace,
    Words,
)
from traces.months import Month
from traces.retention import Why
from traces.selectors.costs import costs_of
from traces.services.keeping import keep_words
from traces.services.prices import TokenPrices, set_model_price, set_storage_price
from traces.services.readings import read_costs, read_runs, read_spend
from traces.services.retention import set_keep_share
from traces.services.sampling import sweep_sampling
from traces.spans import Usage

pytestmark = pytest.mark.django_db
MODEL = "anthropic/claude-sonnet-4-5"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON):
        yield


def today():
    return timezone.now().date()


def model_price(person, pattern=MODEL, from_date=None, **prices):
    told = {"input": Decimal(3), "output": Decimal(15)} | prices
    return set_model_price(
        pattern,
        TokenPrices(**told),
        from_date=from_date or today(),
        person=person,
        actor=actor_of_person(person),
    )


def test_tokens_are_summed_by_system_and_model():
    system = make_system()
    store_aged(0, system)
    store_aged(0, system)
    store_aged(0)
    read_spend(today())
    mine = SpendReading.objects.get(system=system)
    assert (mine.model, mine.runs) == (MODEL, 2)
    assert (mine.input, mine.output, mine.reasoning) == (2400, 280, 80)


def test_reading_twice_counts_once():
    store_aged()
    for _ in range(2):
        read_spend(today())
        read_runs(today())
    assert SpendReading.objects.get().runs == 1
    assert RunReading.objects.get().runs == 1


def test_imports_stay_out():
    trace = store_aged()
    Trace.objects.filter(pk=trace.pk).update(synthetic=True)
    read_spend(today())
    read_runs(today())
    assert not SpendReading.objects.exists()
    assert not RunReading.objects.exists()


def test_what_agents_boast_of_breaks_nothing():
    usage = Usage(input=2**62, output=2**62)
    for _ in range(3):
        span = make_span(seconds=1, usage=usage, model="m", provider="p")
        store_aged(0, spans=[span])
        store_aged(0, Trace.objects.last().system, spans=make_run())
    read_spend(today())
    assert SpendReading.objects.filter(model="p/m").count() == 3


def test_every_run_counts_once_at_its_first_reason():
    system, actor = make_system(), Actor.of_process("test")
    runs = {why: store_aged(0, system) for why in ("plain", "error", "both", "asked")}
    Trace.objects.filter(pk__in=[runs["error"].pk, runs["both"].pk]).update(errors=1)
    keep_words(runs["both"].pk, Why.FINDING, system=system.pk, actor=actor)
    keep_words(runs["asked"].pk, Why.ASKED, system=system.pk, actor=actor)
    read_runs(today())
    assert dict(RunReading.objects.values_list("stratum", "runs")) == {
        "ordinary": 1,
        "error": 1,
        "finding": 1,
        "asked": 1,
    }


def test_coverage_by_stratum_after_sampling(privacy_officer):
    """Story 20: the failure is kept, whatever the share."""
    system = make_system()
    set_keep_share(
        system, 0.0, person=privacy_officer, actor=actor_of_person(privacy_officer)
    )
    for number in range(4):
        trace = store_aged(0, system)
        Trace.objects.filter(pk=trace.pk).update(errors=int(number == 0))
    began = today()
    with time_machine.travel(NOON + timedelta(days=15)):
        sweep_sampling(60)
        read_costs()
    coverage = {
        one.stratum.value: one for one in costs_of(Month.of(began), began).coverage
    }
    assert (coverage["error"].kept, coverage["error"].runs) == (1, 1)
    ordinary = coverage["ordinary"]
    assert (ordinary.kept, ordinary.runs, ordinary.shares) == (0, 3, ["0 %"])
    assert coverage["error"].shares == []


def test_bytes_are_counted_by_system_and_kind():
    trace = store_aged()
    set_one_aside(trace.system)
    read_costs()
    sizes = dict(
        StorageReading.objects.filter(system=trace.system).values_list("kind", "size")
    )
    assert set(sizes) == {
        "structure",
        "dialogue",
        "tools",
        "reasoning",
        "dead_letters",
    }
    [shape] = Segment.objects.filter(trace=trace).values_list("shape", flat=True)
    assert sizes["structure"] == len(bytes(shape))
    words = Words.objects.get(segment__trace=trace, words="reasoning")
    assert sizes["reasoning"] == len(bytes(words.sealed)) + len(
        bytes(words.masks or b"")
    )


def test_bytes_are_counted_every_six_hours():
    store_aged()
    read_costs()
    store_aged()
    read_costs()
    assert StorageReading.objects.values("system").distinct().count() == 1
    with time_machine.travel(NOON + timedelta(hours=7)):
        read_costs()
    assert StorageReading.objects.values("system").distinct().count() == 2


def test_money_by_dated_prices(admin):
    trace = store_aged()
    model_price(admin, from_date=date(2026, 1, 1), input=Decimal(1))
    model_price(admin, from_date=today())
    model_price(admin, from_date=today() + timedelta(days=1), input=Decimal(99))
    set_storage_price(
        Decimal(30), from_date=today(), person=admin, actor=actor_of_person(admin)
    )
    read_costs()
    costs = costs_of(Month.of(today()), today())
    # 1200 tokens in at $3 and 140 out at $15 a million.
    assert costs.model_usd == Decimal("0.0057")
    size = StorageReading.objects.aggregate(all=Sum("size"))["all"]
    assert costs.size == size
    assert costs.storage_usd == Decimal(size) / 10**9
    assert costs.usd_per_finding is None
    keep_words(
        trace.pk, Why.FINDING, system=trace.system_id, actor=Actor.of_process("t")
    )
    read_costs()
    assert costs_of(Month.of(today()), today()).usd_per_finding == costs.storage_usd


def test_what_has_no_price_is_named_and_not_guessed():
    store_aged()
    read_costs()
    costs = costs_of(Month.of(today()), today())
    assert (costs.model_usd, costs.storage_usd) == (None, None)
    assert costs.unpriced == [MODEL]


def test_the_trend_has_twelve_months_newest_first():
    store_aged()
    read_costs()
    trend = costs_of(Month.of(today()), today()).trend
    assert len(trend) == 12
    assert (str(trend[0].month), trend[0].percent, trend[0].runs) == (
        "November 2026",
        100,
        1,
    )
    assert (str(trend[-1].month), trend[-1].size) == ("December 2025", 0)


def test_a_price_is_told_once_a_day(admin):
    model_price(admin)
    with pytest.raises(Invalid) as caught:
        model_price(admin)
    assert set(caught.value.errors) == {"from_date"}
    assert Event.objects.filter(verb="price.set").count() == 1
