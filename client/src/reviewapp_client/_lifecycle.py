"""The whole of a gated call, wherever an earlier life of the agent left it.

found in the journal     found at the server       then
-                        nothing yet               submit, wait, redeem, run, report
asked, submitted         pending                   wait, redeem, run, report
asked, submitted         approved                  redeem, run, report
redeeming                approved, redeemed        redeem (same attempt), run, report
started                  redeemed, uncertain       ask `resume`; else UncertainEffect
finished                 redeemed, uncertain       report; AlreadyDone
reported                 concluded                 AlreadyDone
- (no memory of it)      redeemed, uncertain       ask `resume`; else UncertainEffect
"""

from itertools import count
from typing import NoReturn, TypeVar

from . import _contract, _parsing
from ._acting import acknowledged, granted, not_performed, ran, refused
from ._asking import answered, refuse_another_act, submitted
from ._errand import Errand, Performed
from ._errors import Conflict
from ._flow import Flow, ask, invoke
from ._json import JsonObject, plain_object
from ._models import CONCLUDED, Outcome, Request, Status
from ._outcomes import AlreadyDone, UncertainEffect
from ._reporting import concluded, failure, reported, told
from .digests import idempotency_key
from .journal import ENTERED, Entry, Stage

T = TypeVar("T")

# Once redeemed, the server has a grant only for the attempt that redeemed it: for this
# one, if its reply was lost before the function was entered.
_REDEEMABLE = frozenset({Status.APPROVED, Status.REDEEMED, Status.UNCERTAIN})
_RECOVERED: JsonObject = {
    "status": "succeeded",
    "result": {"note": "found done by the agent's own check, after it was cut short"},
}


def carried_out(errand: Errand[T]) -> Flow[Performed[T]]:
    """Bring one intent to its end; raises what else can come of it."""
    with errand.journal.hold(idempotency_key(errand.intent)):
        for turn in count(1):
            key = idempotency_key(errand.intent, turn)
            known = errand.journal.find(key)
            if known is not None and known.stage in ENTERED:
                return (yield from _picked_up(errand, known))
            entry, request = yield from submitted(errand, key, known)
            # Left so by an earlier call, and nothing ran: ask anew, as the next turn.
            if request.end not in errand.ask_again_after:
                break
        request = yield from answered(errand, request)
        return (yield from _acted_on(errand, entry, request))


def _acted_on(errand: Errand[T], entry: Entry, request: Request) -> Flow[Performed[T]]:
    if request.status in _REDEEMABLE:
        return (yield from _redeemed_and_ran(errand, entry, request))
    if request.status in CONCLUDED:
        raise AlreadyDone(request.id, request.outcome or Outcome(request.status))
    if request.status is not Status.WITHDRAWN:
        yield from acknowledged(errand, request)
    raise not_performed(request)


def _redeemed_and_ran(
    errand: Errand[T], entry: Entry, request: Request
) -> Flow[Performed[T]]:
    try:
        grant = yield from granted(errand, entry, request)
    except Conflict as refusal:
        if refusal.code == "already_redeemed":
            return (yield from _begun_elsewhere(errand, entry, request))
        raise refused(refusal, request) from refusal
    return (yield from ran(errand, entry, request, grant))


def _picked_up(errand: Errand[T], entry: Entry) -> Flow[Performed[T]]:
    """Go on with an act that an earlier life of this agent entered."""
    refuse_another_act(errand, entry)
    request_id = entry.request_id or ""
    if entry.outcome is not None:
        if entry.stage is Stage.FINISHED:
            yield from reported(errand.journal, entry.key, request_id, entry.outcome)
        raise AlreadyDone(request_id, _parsing.outcome(entry.outcome))
    request = yield from ask(_contract.get(request_id))
    if request.status in CONCLUDED:
        raise AlreadyDone(request.id, request.outcome or Outcome(request.status))
    happened = yield from _checked(errand, request)
    if happened is None:
        yield from told(request.id, failure("cut short while it ran", "uncertain"))
        raise UncertainEffect(request.id, "the agent was cut short while it ran")
    if happened:
        yield from _recovered(errand, entry, request)
    return (yield from _run_after_all(errand, entry, request))


def _run_after_all(
    errand: Errand[T], entry: Entry, request: Request
) -> Flow[Performed[T]]:
    """Run an act that was begun and, by the check, did not happen: under its own grant.

    When that grant has run out, the act is over: reported as failed, never run.
    """
    try:
        grant = yield from granted(errand, entry, request)
    except Conflict as refusal:
        outcome = failure(f"checked: it did not happen; not run again: {refusal.code}")
        yield from concluded(errand, entry.key, request.id, outcome)
        raise refused(refusal, request) from refusal
    return (yield from ran(errand, entry, request, grant))


def _begun_elsewhere(
    errand: Errand[T], entry: Entry, request: Request
) -> Flow[NoReturn]:
    """Settle what can be settled of an act that an unknown attempt redeemed.

    It may be running at this moment, in another process: only "it happened" is safe to
    report for it, and nothing is safe to run.
    """
    happened = yield from _checked(errand, request)
    if happened:
        yield from _recovered(errand, entry, request)
    why = "another attempt has the grant, and no outcome is on record"
    raise UncertainEffect(request.id, why, happened)


def _recovered(errand: Errand[T], entry: Entry, request: Request) -> Flow[NoReturn]:
    yield from concluded(errand, entry.key, request.id, _RECOVERED)
    raise AlreadyDone(request.id, _parsing.outcome(_RECOVERED))


def _checked(errand: Errand[T], request: Request) -> Flow[bool | None]:
    """Ask the caller's check whether the act happened; None if nobody can tell."""
    check = errand.terms.get("resume")
    if check is None:
        return None
    decision = request.decision
    arguments = decision.arguments if decision and decision.arguments else None
    return (yield from invoke(check, plain_object(arguments or errand.arguments)))
