"""Structured logs: JSON in production, readable while developing; never words.

The logs of Django, Celery and uvicorn go through the same formatter, so one line of
output is one record with its request id and actor. Left out: bodies, query strings
(they may carry references to people), secrets in addresses, local variables, and in
production the texts of exceptions (a database error quotes the row it refused).
"""

from __future__ import annotations

import logging.config
import re
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

# Whoever holds what stands behind these sets a password, or confirms an address.
_SECRET_ADDRESS = re.compile(
    r"(/accounts/(?:password/reset/key|confirm-email)/)[^/\s]+"
)
# What Celery says of a task that failed, beside the exception itself.
_TASK_WORDS = dict.fromkeys(("args", "kwargs", "traceback"), "…")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def without_secrets(text: str) -> str:
    """Mask what in an address is as good as a password."""
    return _SECRET_ADDRESS.sub(r"\1…", text)


def _cut_queries(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Cut query strings out of what others write ("Not Found: /find?ref=…")."""
    text = event.get("event")
    if not isinstance(text, str):
        return event
    if "?" in text:
        words = text.split(" ")
        text = " ".join(
            word.partition("?")[0] if "/" in word else word for word in words
        )
    event["event"] = without_secrets(text)
    return event


def _mute_arguments(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Word a message anew where an exception was put into it, with its type alone."""
    arguments = event.pop("positional_args", None)
    if isinstance(arguments, Mapping) and "exc" in arguments:
        kind = _kind_of(arguments["exc"])
        event["event"] = event["_record"].msg % {
            **arguments,
            **_TASK_WORDS,
            "exc": kind,
        }
    elif isinstance(arguments, tuple) and any(map(_is_exception, arguments)):
        event["event"] = event["_record"].msg % tuple(
            _kind_of(part) if _is_exception(part) else part for part in arguments
        )
    return event


# Any, twice: what others put into their messages.
def _is_exception(part: Any) -> bool:
    return isinstance(part, BaseException)


def _kind_of(exception: Any) -> str:
    """Return the type's name, of an exception or of how Celery writes one out."""
    if _is_exception(exception):
        return type(exception).__qualname__
    head, bracket, _ = str(exception).partition("(")
    return head if bracket and head.isidentifier() else "an exception"


def _mute_exceptions(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Keep an exception's type and place, not its text."""
    exc_info: _ExcInfo | bool | None = event.pop("exc_info", None)
    if not isinstance(exc_info, tuple) or exc_info[1] is None:
        return event
    chain: list[str] = []
    problem: BaseException | None = exc_info[1]
    while problem is not None and len(chain) < 5:
        chain.append(f"{type(problem).__module__}.{type(problem).__qualname__}")
        problem = problem.__cause__ or problem.__context__
    event["exception"] = chain
    event["at"] = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(exc_info[2])
    ]
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _formatter(*, json: bool) -> dict[str, Any]:
    render: list[Processor] = (
        [_mute_exceptions, structlog.processors.JSONRenderer()]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    muted: list[Processor] = [_mute_arguments] if json else []
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "pass_foreign_args": json,
        "foreign_pre_chain": [*_SHARED, *muted, _cut_queries],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *render,
        ],
    }


def configure_logging(*, json: bool) -> None:
    """Route structlog and the standard library's logging to standard error."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": _formatter(json=json)},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "structured",
                }
            },
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                # uvicorn brings a formatter of its own; what it says is ours to word.
                "uvicorn": {"handlers": [], "propagate": True},
                "uvicorn.error": {"handlers": [], "propagate": True},
                # Its access log carries full URLs; RequestIdMiddleware writes ours.
                "uvicorn.access": {"handlers": [], "level": "WARNING"},
                "httpx": {"level": "WARNING"},
                # Sweeps run every two seconds; only what fails is worth a line.
                "celery.app.trace": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
            },
        }
    )
