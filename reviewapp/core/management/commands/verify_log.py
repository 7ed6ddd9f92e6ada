"""`manage.py verify_log`: recompute the chain of seals over the whole event log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviewapp.core.actors import Actor
from reviewapp.core.log_proof import Proof
from reviewapp.core.services.seals import holds_anchor, verify_log

_SHOWN = 100


class Command(BaseCommand):
    help = (
        "Exit 0 if the event log is what was sealed; else say where it breaks and "
        "name the rows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            metavar="SEQUENCE:HASH",
            help="a seal noted elsewhere earlier (a log.sealed line of the process "
            "log): the chain must still contain it",
        )

    def handle(self, *args: Any, anchor: str | None = None, **options: Any) -> None:
        proof = verify_log(actor=Actor.of_process("manage.py verify_log"))
        self._report(proof)
        if not proof.whole:
            raise CommandError(f"The log is broken in {len(proof.breaks)} places.")
        if anchor is not None and not holds_anchor(anchor):
            raise CommandError("The anchor is not in the chain: it was rewritten.")

    def _report(self, proof: Proof) -> None:
        for found in proof.breaks[:_SHOWN]:
            self.stdout.write(str(found))
        if len(proof.breaks) > _SHOWN:
            self.stdout.write(f"… and {len(proof.breaks) - _SHOWN} more")
        state = "whole" if proof.whole else "BROKEN"
        self.stdout.write(
            f"{state}: {proof.sealed} events under {proof.seals} seals, "
            f"{proof.unsealed} not sealed yet; head {proof.head}"
        )
