"""Erlang C, where nothing ever runs out: what Erlang A is held against."""

from __future__ import annotations

from math import exp

from queues.staffing import Forecast, Load


def erlang_c(load: Load, reviewers: int) -> Forecast | None:
    """Return the forecast where nothing ever runs out; None where the queue only grows.

    Source: Erlang (1917).
    """
    offered = load.offered
    if offered >= reviewers:
        return None
    term = total = 1.0
    for servers in range(1, reviewers):
        term *= offered / servers
        total += term
    last = term * offered / reviewers * reviewers / (reviewers - offered)
    waiting = last / (total + last)
    wait_s = waiting / (reviewers / load.review_s - load.arrivals)
    return Forecast(reviewers, waiting, 0.0, wait_s)


def answered_within(load: Load, reviewers: int, seconds: float) -> float:
    """Return the share taken up within so long, by Erlang C; 0 where it only grows."""
    forecast = erlang_c(load, reviewers)
    if forecast is None:
        return 0.0
    spare = reviewers / load.review_s - load.arrivals
    return 1 - forecast.waiting * exp(-spare * seconds)
