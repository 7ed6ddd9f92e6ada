"""`manage.py issue_token EMAIL`: a personal token, alone on its line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviewapp.core.actors import Actor
from reviewapp.core.models import User
from reviewapp.core.problems import Problem
from reviewapp.core.services.tokens import issue_token


class Command(BaseCommand):
    help = "Print a new personal token of a person; it cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError("Nobody here has this address.")
        try:
            _, secret = issue_token(person, actor=Actor.of_process("manage.py"))
        except Problem as problem:
            raise CommandError(problem.detail) from problem
        self.stdout.write(secret)
