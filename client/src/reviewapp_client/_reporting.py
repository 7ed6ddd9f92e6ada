"""What came of an act: in words, in the journal, and to the server."""

import logging
from collections.abc import Mapping
from typing import Literal, TypeVar

from . import _contract
from ._errand import Errand
from ._errors import Conflict, NotFound, NotJson, ReviewappError
from ._flow import Flow, ask
from ._json import JsonObject, plain_object
from ._terms import Terms
from .digests import canonical, digest
from .journal import Journal

T = TypeVar("T")
log = logging.getLogger("reviewapp_client")

SUMMARY = 500  # characters of a result or an error that are reported


def success(terms: Terms, value: object) -> JsonObject:
    """Return the outcome of an act that gave `value`.

    A fault in the caller's own `result`, `effects` or `usage` must not turn an act that
    happened into one that failed: it is logged, and the outcome says so.
    """
    try:
        return plain_object(
            _contract.outcome_body(
                "succeeded",
                terms["result"](value) if "result" in terms else summary_of(value),
                terms["effects"](value) if "effects" in terms else (),
                terms["usage"](value) if "usage" in terms else None,
            )
        )
    except Exception as error:
        log.exception("the act succeeded, but its result could not be described")
        note = f"result could not be described: {_words(error)}"
        return plain_object(_contract.outcome_body("succeeded", {"note": note}))


def failure(
    why: BaseException | str, status: Literal["failed", "uncertain"] = "failed"
) -> JsonObject:
    """Return the outcome of an act that failed, or may have."""
    return plain_object(_contract.outcome_body(status, {"error": _words(why)}))


def summary_of(value: object) -> JsonObject:
    """Return the digest of a value, as far as it is JSON, and how it begins."""
    try:
        text = value if isinstance(value, str) else canonical(value).decode()
        return {"digest": digest(value), "summary": text[:SUMMARY]}
    except NotJson:
        return {"summary": repr(value)[:SUMMARY]}


def concluded(
    errand: Errand[T],
    key: str,
    request_id: str,
    outcome: JsonObject,
    patience: float | None = None,
) -> Flow[bool]:
    """Note an outcome, then report it; false while the server does not have it."""
    errand.journal.finished(key, outcome)
    return (yield from reported(errand.journal, key, request_id, outcome, patience))


def reported(
    journal: Journal,
    key: str,
    request_id: str,
    outcome: JsonObject,
    patience: float | None = None,
) -> Flow[bool]:
    """Report a noted outcome. What fails now is tried again from the journal."""
    accepted, final = yield from told(request_id, outcome, patience)
    if final:
        journal.reported(key)
    return accepted


def told(
    request_id: str, outcome: Mapping[str, object], patience: float | None = None
) -> Flow[tuple[bool, bool]]:
    """Tell the server an outcome; return whether it took it, and whether that is final.

    Never raises for a server that refuses or is away: the act is over, and the caller
    needs its value more than this error.
    """
    try:
        yield from ask(_contract.outcome(request_id, outcome).within(patience))
    except (Conflict, NotFound) as error:
        log.error("request %s: the outcome came too late: %s", request_id, error)
        return False, True
    except ReviewappError as error:
        log.error("request %s: the outcome is not reported yet: %s", request_id, error)
        return False, False
    return True, True


def report_outstanding(journal: Journal) -> Flow[int]:
    """Report what earlier runs could not; return how many outcomes were taken."""
    count = 0
    for entry in journal.unreported():
        count += yield from reported(
            journal, entry.key, entry.request_id or "", entry.outcome or {}
        )
    return count


def _words(why: BaseException | str) -> str:
    text = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return text[:SUMMARY].encode("utf-8", "replace").decode()
