"""From a decision to an outcome: refuse, or redeem and run."""

import logging
from typing import TypeVar

from . import _contract
from ._asking import PARTING
from ._context import running_under
from ._errand import Errand, Performed, preconditions_now
from ._errors import Conflict, ReviewappError
from ._flow import INTERRUPTS, Flow, ask, invoke
from ._json import JsonObject, plain_object
from ._models import Grant, Request
from ._outcomes import (
    Answered,
    Changed,
    Contained,
    DigestMismatch,
    Expired,
    Lapsed,
    NotPerformed,
    Rejected,
    UncertainEffect,
    UnusableArguments,
    Voided,
    Withdrawn,
)
from ._reporting import concluded, failure, success, told
from ._terms import DEFAULT_UNCERTAIN_ON
from .digests import arguments_digest
from .journal import Entry

T = TypeVar("T")
log = logging.getLogger("reviewapp_client")

_ENDS: dict[str, type[NotPerformed]] = {
    "rejected": Rejected,
    "answered": Answered,
    "expired": Expired,
    "withdrawn": Withdrawn,
    "voided": Voided,
    "lapsed": Lapsed,
    "changed": Changed,
    "contained": Contained,
    "digest_mismatch": DigestMismatch,
    "already_redeemed": Lapsed,  # by our own attempt, and its time has run out
}


def not_performed(request: Request) -> NotPerformed:
    """Return the error for a request that ended without the act."""
    message = request.decision.message if request.decision else ""
    return _ENDS[request.end](request, message, request.reason_code)


def refused(refusal: Conflict, request: Request) -> ReviewappError:
    """Return the error for a refused redeem."""
    kind = _ENDS.get(refusal.code)
    return refusal if kind is None else kind(request, refusal.detail, refusal.code)


def acknowledged(errand: Errand[T], request: Request) -> Flow[None]:
    """Tell the server that its answer arrived; a courtesy no act depends on."""
    call = _contract.acknowledge(request.id, errand.setting.instance)
    try:
        yield from ask(call.within(PARTING))
    except ReviewappError as error:  # servers may lack this call (404)
        log.info("request %s: not acknowledged: %s", request.id, error)


def approved_arguments(errand: Errand[T], request: Request) -> JsonObject:
    """Return what was approved; raises DigestMismatch if it does not hold together."""
    decision = request.decision
    if decision is None:
        raise DigestMismatch(request, "an approval without a decision")
    arguments = decision.arguments
    if arguments is None:
        arguments = errand.arguments
    found = arguments_digest(errand.tool, arguments)
    if decision.arguments_digest not in (None, found):
        raise DigestMismatch(request, "the decision's arguments and digest differ")
    editable = "edit" in errand.terms.get("allowed", ("edit",))
    if found != errand.digest and not (decision.verdict == "edit" and editable):
        raise DigestMismatch(request, "changed without an edit that was allowed")
    return arguments


def granted(errand: Errand[T], entry: Entry, request: Request) -> Flow[Grant]:
    """Ask leave to run; raises Conflict without it, DigestMismatch if altered."""
    arguments = approved_arguments(errand, request)
    approved = arguments_digest(errand.tool, arguments)
    preconditions = yield from preconditions_now(errand, arguments)
    errand.journal.redeeming(entry.key)
    grant = yield from ask(
        _contract.redeem(request.id, entry.attempt, approved, preconditions)
    )
    if arguments_digest(errand.tool, grant.arguments) != approved:
        why = "the granted arguments are not the approved ones"
        yield from told(request.id, failure(why))
        raise DigestMismatch(request, why)
    return grant


def ran(
    errand: Errand[T], entry: Entry, request: Request, grant: Grant
) -> Flow[Performed[T]]:
    """Run the function with the granted arguments, once, and report what came of it."""
    yield from _admitted(errand, entry, request, grant)
    errand.journal.started(entry.key)
    try:
        with running_under(request.id):
            value = yield from invoke(errand.run, plain_object(grant.arguments))
    except GeneratorExit:
        raise
    except BaseException as error:
        yield from _failed(errand, entry, request, error)
        raise
    outcome = success(errand.terms, value)
    accepted = yield from concluded(errand, entry.key, request.id, outcome)
    return Performed(value, request, errand.arguments, grant.arguments, accepted)


def _admitted(
    errand: Errand[T], entry: Entry, request: Request, grant: Grant
) -> Flow[None]:
    try:
        errand.admit(grant.arguments)
    except TypeError as error:
        yield from concluded(errand, entry.key, request.id, failure(error))
        raise UnusableArguments(request, str(error)) from error


def _failed(
    errand: Errand[T], entry: Entry, request: Request, error: BaseException
) -> Flow[None]:
    """Report an act that raised: as failed, unless it may have happened all the same.

    An uncertain act stays "started" in the journal: only a check, or a person, can say
    more, and until then it is not run again.
    """
    interrupted = not isinstance(error, Exception)
    unsure = errand.terms.get("uncertain_on", DEFAULT_UNCERTAIN_ON)
    patience = PARTING if isinstance(error, INTERRUPTS) else None
    if interrupted or isinstance(error, (UncertainEffect, *unsure)):
        yield from told(request.id, failure(error, "uncertain"), patience)
    else:
        yield from concluded(errand, entry.key, request.id, failure(error))
