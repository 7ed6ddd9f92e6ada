"""A help desk's way from a reference to masked reasoning, page by page."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.ingest import LONG, request_of, run_of
from bench.stage import make_policy
from bench.timing import Timing, medians
from reviewapp.core.models import User
from reviewapp.demo.cases import ALL
from reviewapp.demo.past import seed_cases
from reviewapp.demo.seeding import make_password, seed_demo
from systems.actors import AgentCaller
from systems.models import Key, Scope, System
from traces.models import Signal, Trace
from traces.services.batches import keep_batch
from traces.services.digesting import digest_batches

_ROUNDS = 20
_TICKET = "CASE-4711"


@dataclass(frozen=True, slots=True)
class PageFigures:
    """Median times in ms that a page takes this process and PostgreSQL."""

    page: str
    timing: Timing


def measure_pages() -> list[PageFigures]:
    """Measure the pages between a customer's reference and what the agent thought."""
    make_policy()
    seed_demo(make_password())
    seed_cases(timezone.now())
    long = _keep_long_run()
    digest_batches(120)
    case = ALL[0](timezone.now())
    person = User.objects.get(email__startswith="support@")
    desk = Client(SERVER_NAME="localhost")
    desk.force_login(person)

    def find() -> HttpResponse:
        asked = {"ref": case.reference, "support_ref": _TICKET}
        return _checked(desk.post(reverse("find"), asked), 302)

    found = urlsplit(find()["Location"]).path
    if 'class="thoughts"' not in _read(desk, found)():
        raise RuntimeError("The page shows no reasoning.")
    pages = {
        "Find": find,
        "Trace": _read(desk, found),
        "Traces": _read(desk, reverse("list_traces")),
        f"Trace of {LONG:,} spans": _read(desk, reverse("show_trace", args=[long.pk])),
    }
    timings = medians(*pages.values(), rounds=_ROUNDS)
    return [
        PageFigures(page, timing) for page, timing in zip(pages, timings, strict=True)
    ]


def _read(desk: Client, address: str) -> Callable[[], str]:
    def read() -> str:
        return _checked(desk.get(address), 200).content.decode()

    return read


def _checked(answer: HttpResponse, status: int) -> HttpResponse:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code} came instead of {status}.")
    return answer


def _keep_long_run() -> Trace:
    rng = random.Random(3)  # noqa: S311  no secret
    trace_id = rng.randbytes(16)
    system = System.objects.order_by("slug")[:1].get()
    caller = AgentCaller(Key(system=system), system, frozenset({Scope.TRACES}))
    spans = list(run_of(rng, LONG, trace_id))
    for at in range(0, LONG, 500):
        part = spans[at : at + 500]
        body, kind = request_of(part), "application/x-protobuf"
        keep_batch(caller, Signal.TRACES, kind, body, spans=len(part))
    return Trace(pk=Trace.key_of(system.pk, trace_id))
