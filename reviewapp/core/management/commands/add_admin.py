"""Open an administrator's account; prints the link at which they set a password."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.permissions import Role
from reviewapp.core.problems import Problem
from reviewapp.core.services.people import add_person, invite_person


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        actor = Actor.of_process("add_admin")
        try:
            with transaction.atomic():
                person = add_person(email, name=name, roles=[Role.ADMIN], actor=actor)
                link = invite_person(person, actor=actor)
        except Problem as problem:
            reasons = [text for texts in problem.errors.values() for text in texts]
            raise CommandError(" ".join(reasons) or problem.detail) from problem
        self.stdout.write(link)
