"""Play a queue in other orders: `manage.py simulate_queue`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from queues.models import Queue
from queues.selectors.arrivals import arrivals_of
from queues.simulation import ORDERS, Arrival, Played, invent, play

_HEAD = f"{'':26}{'tardiness':>12}{'expired':>10}{'inversions':>12}{'minutes':>10}"


class Command(BaseCommand):
    help = (
        "Plays a recorded or an invented log of arrivals through a queue in several "
        "orders, with the same reviewers, and prints what comes of each."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", help="play what came to it; else invent a log")
        parser.add_argument("--days", type=float, default=7.0, help="how far back")
        parser.add_argument("--arrivals", type=int, default=2_000)
        parser.add_argument("--load", type=float, default=0.95)
        parser.add_argument("--reviewers", type=int, default=3)
        parser.add_argument("--seed", type=int, default=0)

    # Any: options of a command.
    def handle(self, *args: Any, **options: Any) -> None:
        reviewers: int = options["reviewers"]
        if reviewers < 1:
            raise CommandError("It takes a reviewer.")
        arrivals = self._arrivals(options)
        minutes = (arrivals[-1].at_s - arrivals[0].at_s) / 60
        self.stdout.write(
            f"{len(arrivals):,} requests in {minutes:,.0f} min, "
            f"{reviewers} reviewers; tardiness is weighted, and what expires is tardy "
            f"to the end"
        )
        self.stdout.write(_HEAD)
        for order in ORDERS:
            self.stdout.write(_line(play(arrivals, reviewers, order)))

    # Any: options of a command.
    def _arrivals(self, options: dict[str, Any]) -> Sequence[Arrival]:
        if options["queue"] is None:
            return invent(
                max(1, options["arrivals"]),
                options["reviewers"],
                options["load"],
                options["seed"],
            )
        queue = Queue.objects.filter(slug=options["queue"]).first()
        if queue is None:
            raise CommandError(f"There is no queue {options['queue']}.")
        since = timezone.now() - timedelta(days=options["days"])
        found = arrivals_of(queue, since)
        if not found:
            raise CommandError("Nothing came to this queue in that time.")
        return found


def _line(played: Played) -> str:
    return (
        f"{played.order:26}{played.weighted_tardiness / 3600:10,.0f} h"
        f"{played.expired.total():10,}{played.inversions:12,}"
        f"{played.inversion_s / 60:10,.0f}"
    )
