"""Play recorded runs: each write call becomes a request, marked synthetic."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from queues.services.replays import replay_run
from queues.write_calls import writes_of
from reviewapp.core.actors import Actor
from reviewapp.core.problems import Problem
from traces.recorded_runs import BadRun, RecordedRun


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Recorded runs, as JSON Lines.")
        parser.add_argument(
            "--every",
            type=float,
            default=0,
            metavar="SECONDS",
            help="Wait this long between two runs (default: all at once).",
        )

    def handle(self, *args: Any, file: Path, every: float, **options: Any) -> None:
        runs = self._read(file)
        made = found = 0
        for number, run in enumerate(runs):
            if number and every:
                time.sleep(every)
            for done in self._replay(run):
                made, found = made + done.made, found + (not done.made)
                self.stdout.write(f"{done.ask.pk}  {done.ask.status}  {done.ask.tool}")
        self.stderr.write(
            f"{len(runs)} runs: {made} requests made, {found} were there before."
        )

    def _read(self, file: Path) -> list[RecordedRun]:
        """All lines are read before any is played: a bad file plays nothing."""
        try:
            lines = file.read_bytes().splitlines()
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}") from problem
        runs = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                runs.append(RecordedRun.parse(line))
                writes_of(runs[-1])
            except BadRun as fault:
                raise CommandError(f"{file}, line {number}: {fault}") from fault
        return runs

    def _replay(self, run: RecordedRun) -> list[Any]:
        try:
            return replay_run(run, actor=Actor.of_process("replay_runs"))
        except Problem as problem:
            raise CommandError(f"Run {run.run_id}: {problem.detail}") from problem
