"""`manage.py issue_key SYSTEM --scopes requests,traces,signals`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviewapp.core.actors import Actor
from reviewapp.core.problems import Problem
from systems.models import Scope, System
from systems.services.keys import issue_key


class Command(BaseCommand):
    help = "Issue an agent key and print it alone on its line; it is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", help="slug of the system")
        parser.add_argument("--scopes", default=",".join(Scope.values))
        parser.add_argument("--label", default="issued on the command line")

    # Any: argparse knows no types.
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _, secret = issue_key(
                _find_system(options["system"]),
                scopes=[name.strip() for name in options["scopes"].split(",")],
                label=options["label"],
                actor=Actor.of_process("manage.py issue_key"),
            )
        except Problem as problem:
            raise CommandError(_words_of(problem)) from problem
        self.stdout.write(secret)


def _find_system(slug: str) -> System:
    system = System.objects.filter(slug=slug).first()
    if system is None:
        known = ", ".join(System.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"No system is called {slug}. There are: {known}.")
    return system


def _words_of(problem: Problem) -> str:
    named = [f"{name}: {' '.join(texts)}" for name, texts in problem.errors.items()]
    return " ".join([problem.detail, *named])
