"""Run all benchmarks and print ratios: `make bench`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import TYPE_CHECKING

import django

from reviewapp.core.garbage import look_less_often

if TYPE_CHECKING:
    from bench.queue import QueueFigures

SMALL, LARGE = 1_000, 100_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--large", type=int, default=LARGE)
    arguments.add_argument("--seconds", type=float, default=30.0)
    arguments.add_argument("--only", choices=("queue", "ingest", "pages"))
    options = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
    django.setup()
    # Every call is logged as in production, but not between the figures.
    logging.disable(logging.INFO)
    look_less_often()
    if options.only in (None, "queue"):
        run_queue(options.large, options.seconds)
    if options.only in (None, "ingest"):
        run_ingest()
    if options.only in (None, "pages"):
        run_pages()


def run_ingest() -> None:
    """Measure how fast spans are taken in, and what they cost."""
    from bench import stage
    from bench.ingest import measure_ingest

    stage.prepare()
    found = measure_ingest(stage.make_agent_key())
    say(f"\n{found.spans:,} spans by OTLP")
    say(
        f"  digested    {found.digested:7.0f} spans/s (aim: 5,000), accepted "
        f"{found.accepted:.0f} spans/s, {found.cpu_us:.0f} µs of CPU each"
    )
    say(
        f"  accepting   {found.accept_p50:7.1f} ms, 95 in 100 under "
        f"{found.accept_p95:.1f} ms (aim: 50)"
    )
    say(
        f"  on disk     {found.stored_bytes:7.0f} bytes a span (aim: under 500), "
        f"{found.stored_bytes / found.sent_bytes:.2f} x what was sent"
    )
    say(f"  shape of 10,000 spans read in {found.shape_ms:.0f} ms (aim: under 300)")


def run_pages() -> None:
    """Measure a help desk's way from a reference to masked reasoning."""
    from bench import stage
    from bench.pages import measure_pages

    stage.prepare()
    say("\nA help desk's pages (aim: under 200 ms each, at most 3 to the reasoning)")
    for found in measure_pages():
        timing = found.timing
        say(
            f"  {found.page:24} {timing.wall_ms:6.0f} ms, {timing.cpu_ms:.0f} ms of CPU"
        )


def run_queue(large: int, seconds: float) -> None:
    """Measure at both sizes; the figures of one run are comparable with each other."""
    from bench import reviews, stage, waiting
    from bench.queue import measure_queue

    reviews.SECONDS = seconds
    stage.prepare()
    people = stage.make_people()
    secrets = stage.tokens_of(people)
    figures: list[QueueFigures] = []
    for size in (SMALL, large):
        say(f"\n{size:,} requests wait")
        stage.make_waiting(size)
        figures.append(measure_queue(people[0], size))
        _show_queue(figures[-1])
        done = reviews.measure_reviews(secrets, size)
        say(
            f"  next → decide   {done.per_second:6.1f} reviews/s by {len(secrets)} "
            f"reviewers ({done.reviews} in {done.seconds:.0f} s, "
            f"{done.doubled} decided twice; aim: 60/s, 0), "
            f"{done.cpu_ms:.1f} ms of CPU each"
        )
        stage.drop_waiting()
    small, big = figures
    say(f"\nGrowth from {small.waiting:,} to {big.waiting:,} (aim: under 1.3)")
    page, claim = big.page / small.page, big.claim / small.claim
    page_cpu, claim_cpu = big.page_cpu / small.page_cpu, big.claim_cpu / small.claim_cpu
    say(f"  list page   {page:5.2f} x, in CPU {page_cpu:5.2f} x")
    say(f"  claim-next  {claim:5.2f} x, in CPU {claim_cpu:5.2f} x")
    say(f"\nThe queue page while {waiting.POLLS:,} agents wait (aim: as fast as alone)")
    say(waiting.told(waiting.measure()))


def _show_queue(found: QueueFigures) -> None:
    say(
        f"  list page   {found.page:7.2f} ms against {found.page_sql:6.2f} ms of SQL: "
        f"{found.page_ratio:5.1f} x (aim: under 15), {found.page_cpu:.1f} ms of CPU"
    )
    say(
        f"  claim-next  {found.claim:7.2f} ms against {found.claim_sql:6.2f} ms of SQL"
        f": {found.claim_ratio:5.1f} x (aim: under 4), {found.claim_cpu:.1f} ms of CPU"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
