"""From an intent to a decision: submit, wait, and leave decently when interrupted."""

import logging
import math
from collections.abc import Callable
from typing import TypeVar

from . import _contract
from ._calls import Call
from ._errand import Errand, Setting, body_to_ask, evidence_now, preconditions_now
from ._errors import Conflict, KeyReused, Problem, QueueFull, ReviewappError
from ._flow import INTERRUPTS, Flow, Pause, ask
from ._models import Request, Status
from ._outcomes import StillPending
from .journal import Entry

T = TypeVar("T")
log = logging.getLogger("reviewapp_client")

POLL = 60  # seconds a long poll asks to be held
PARTING = 5.0  # seconds of patience for calls made on the way out

_WITH_DECISION = (Status.APPROVED, Status.REJECTED, Status.ANSWERED)


def submitted(
    errand: Errand[T], key: str, entry: Entry | None
) -> Flow[tuple[Entry, Request]]:
    """Have the server know of this intent, whether or not it does already."""
    if entry is None:
        body = yield from body_to_ask(errand)
        entry = errand.journal.asked(key, errand.digest, body)
    refuse_another_act(errand, entry)
    if entry.request_id is not None:
        return entry, (yield from ask(_contract.get(entry.request_id)))
    request = yield from _sent(errand, entry)
    if request.status in _WITH_DECISION and request.decision is None:
        # Answered by a policy at once: the decision is told in full on the request.
        request = yield from ask(_contract.get(request.id))
    return errand.journal.submitted(key, request.id), request


def refuse_another_act(errand: Errand[T], entry: Entry) -> None:
    """Raise KeyReused when the intent was noted for another tool or arguments."""
    if entry.arguments_digest != errand.digest:
        detail = f"the intent {errand.intent!r} stands for another act"
        raise KeyReused(409, "key_reused", detail)


def until_decided(
    request: Request,
    setting: Setting,
    until: float = math.inf,
    between: Callable[[Request], Flow[None]] | None = None,
) -> Flow[Request]:
    """Wait while the request is pending, at most `until` (monotonic seconds).

    Nothing in the transport ends the wait: the server may restart meanwhile. `between`
    runs between two polls.
    """
    clock = setting.clock
    while request.status is Status.PENDING and (now := clock.monotonic()) < until:
        request = yield from ask(_poll(request, setting, until - now))
        if request.status is Status.PENDING and clock.monotonic() - now < 1:
            yield Pause(1.0)  # a server that does not hold the poll is not hammered
        if between is not None:
            yield from between(request)
    return request


def waited(request_id: str, setting: Setting, timeout: float | None) -> Flow[Request]:
    """Return the request once decided, or still pending after `timeout` seconds."""
    now = setting.clock.monotonic()
    request = yield from ask(_contract.get(request_id))
    until = math.inf if timeout is None else now + timeout
    return (yield from until_decided(request, setting, until))


def _poll(request: Request, setting: Setting, left: float) -> Call[Request]:
    wait = math.ceil(min(left, POLL))
    if left < math.inf:
        return _contract.get(request.id, wait).within(left)
    if request.expires_at is None:
        return _contract.get(request.id, wait).within(math.inf)
    # Up to its end the answer can still come; an outage is no reason to stop waiting.
    lives = (request.expires_at - setting.clock.now()).total_seconds()
    patience = max(0.0, lives) + setting.retry_for
    return _contract.get(request.id, wait).within(patience)


def answered(errand: Errand[T], request: Request) -> Flow[Request]:
    """Wait for the person, as long as the caller's patience lasts."""
    timeout = errand.terms.get("timeout")
    start = errand.setting.clock.monotonic()
    until = math.inf if timeout is None else start + timeout
    between = _refreshing(errand, start)
    try:
        request = yield from until_decided(request, errand.setting, until, between)
    except INTERRUPTS:
        yield from left(errand, request.id)
        raise
    if request.status is Status.PENDING:
        request = yield from _given_up(errand, request)
    return request


def left(errand: Errand[T], request_id: str) -> Flow[None]:
    """Withdraw on the way out, so that no person answers into an empty room."""
    if not errand.withdraws:
        return
    try:
        yield from ask(_contract.withdraw(request_id).within(PARTING))
    except ReviewappError as error:
        # The interruption matters more to the caller; the request ends by expiring.
        log.warning("could not withdraw request %s: %s", request_id, error)


def _given_up(errand: Errand[T], request: Request) -> Flow[Request]:
    """Take the request back; an answer given at the last moment still counts."""
    if not errand.withdraws:
        raise StillPending(request)
    try:
        yield from ask(_contract.withdraw(request.id))
    except Conflict:
        log.info("request %s was decided while being withdrawn", request.id)
    return (yield from ask(_contract.get(request.id)))


def _refreshing(
    errand: Errand[T], start: float
) -> Callable[[Request], Flow[None]] | None:
    """Return what keeps evidence and preconditions fresh, every `refresh_s` seconds."""
    every = errand.terms.get("refresh_s")
    if every is None:
        return None
    last = start

    def between(request: Request) -> Flow[None]:
        nonlocal last
        now = errand.setting.clock.monotonic()
        if request.status is Status.PENDING and now - last >= every:
            last = now
            yield from _refreshed(errand, request.id)

    return between


def _refreshed(errand: Errand[T], request_id: str) -> Flow[None]:
    preconditions = yield from preconditions_now(errand, errand.arguments)
    evidence = yield from evidence_now(errand)
    try:
        yield from ask(_contract.refresh(request_id, preconditions, evidence))
    except Conflict:
        log.info("request %s was decided while being refreshed", request_id)


def _sent(errand: Errand[T], entry: Entry) -> Flow[Request]:
    # The very body that was noted: with another one the key would count as reused.
    call = _contract.submit(entry.key, entry.body)
    try:
        return (yield from ask(call))
    except INTERRUPTS:
        yield from _taken_back(errand, call)
        raise
    except KeyReused as error:
        return (yield from _same_act(errand, entry, error))
    except (Problem, QueueFull):
        # Nothing was stored there, so nothing may be remembered here.
        errand.journal.forget(entry.key)
        raise


def _taken_back(errand: Errand[T], call: Call[Request]) -> Flow[None]:
    """Withdraw an ask whose answer was lost: asking again tells which request it is."""
    if not errand.withdraws:
        return
    try:
        request = yield from ask(call.within(0))
    except ReviewappError as error:
        log.warning("could not take back an interrupted ask: %s", error)
    else:
        yield from left(errand, request.id)


def _same_act(errand: Errand[T], entry: Entry, error: KeyReused) -> Flow[Request]:
    """Go on with the request the key stands for, if it asks for this very act.

    A restart without a journal words the same ask anew (later evidence, another trace):
    that is no other act. The server names the request and what it would run.
    """
    request_id = error.extra.get("request_id")
    if error.extra.get("arguments_digest") == errand.digest and request_id:
        return (yield from ask(_contract.get(str(request_id))))
    errand.journal.forget(entry.key)
    raise error
