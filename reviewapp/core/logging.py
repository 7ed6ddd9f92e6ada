"""Structured logs: JSON in production, readable while developing; never words.

The logs of Django, Celery and uvicorn go through the same formatter, so one line of
output is one record with its request id and actor. Left out: bodies, query strings
(they may carry references to people), local variables, and in production the texts of
exceptions (a database error quotes the row it refused).
"""

from __future__ import annotations

import logging.config
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def _cut_queries(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Cut query strings out of what others write ("Not Found: /find?ref=…")."""
    text = event.get("event")
    if isinstance(text, str) and "?" in text:
        words = text.split(" ")
        event["event"] = " ".join(
            word.partition("?")[0] if "/" in word else word for word in words
        )
    return event


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
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_SHARED, _cut_queries],
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
