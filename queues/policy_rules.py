"""A policy's rules as data, validated on the way in; pure.

Shape (seconds everywhere)::

    {"broadcast_recipients": 50,
     "default_queue": "general",
     "routes": [{"queue": "money", "risk_class": "money"}, …],
     "classes": {"money": {"decide_within_s": 3600, "execute_within_s": 900,
                           "report_within_s": 900, "approvals": 1,
                           "head_start_s": 1800, "on_timeout": "expire",
                           "automatic": ""}, …},
     "overrides": [{"risk_class": "destructive", "environment": "production",
                    "approvals": 2}, …],
     "splits": [{"of": "recipients", "per": "tool", "within_s": 3600, "at_most": 50,
                 "becomes": "broadcast"}, …]}

Without `splits` the limit for one broadcast holds for the sum of an hour as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from queues.risk import RiskClass
from queues.splitting import Split, implied_by, split_of


class BadPolicy(ValueError):
    """The rules cannot be taken; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a request of one class is to be handled."""

    decide_within_s: int
    execute_within_s: int
    report_within_s: int
    approvals: int = 1
    head_start_s: int = 0
    on_timeout: str = "expire"
    # "approve" or "reject": answered by policy at once. Empty: a person answers.
    automatic: str = ""
    # The verdicts for which a reason from the list is demanded.
    reasons_for: tuple[str, ...] = ("reject",)


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The parsed rules of one policy version."""

    default_queue: str
    broadcast_recipients: int
    routes: tuple[dict[str, str], ...]
    classes: dict[str, Terms]
    overrides: tuple[dict[str, Any], ...]
    splits: tuple[Split, ...]

    @classmethod
    def parse(cls, rules: dict[str, Any]) -> PolicyRules:
        """Raises BadPolicy when a class is missing or a term is unknown or absurd."""
        try:
            parsed = cls(
                default_queue=rules["default_queue"],
                broadcast_recipients=rules["broadcast_recipients"],
                routes=tuple(rules.get("routes", ())),
                classes={
                    name: _terms(terms) for name, terms in rules["classes"].items()
                },
                overrides=tuple(rules.get("overrides", ())),
                splits=_splits(rules),
            )
        except (KeyError, TypeError, ArithmeticError) as problem:
            raise BadPolicy(f"The rules lack or mistake {problem}.") from problem
        parsed._check()
        return parsed

    def terms_for(self, risk_class: str, environment: str, doubts: bool) -> Terms:
        """Return the terms of a class, with the overrides that match.

        A doubtful request (unknown tool or credential) is never answered by policy.
        """
        terms = self.classes[risk_class]
        for override in self.overrides:
            if _matches(override, risk_class=risk_class, environment=environment):
                terms = replace(terms, **_settings_of(override))
        return replace(terms, automatic="") if doubts else terms

    def queue_for(self, *, risk_class: str, environment: str, system: str) -> str:
        """Return the slug of the first route that matches, else the default queue."""
        facts = {
            "risk_class": risk_class,
            "environment": environment,
            "system": system,
        }
        for route in self.routes:
            if _matches(route, **facts):
                return route["queue"]
        return self.default_queue

    def _check(self) -> None:
        for place, split in enumerate(self.splits, start=1):
            if problem := split.problem():
                raise BadPolicy(f"split {place}: {problem}.")
        if not all(isinstance(route.get("queue"), str) for route in self.routes):
            raise BadPolicy("Every route names a queue.")
        missing = {risk.value for risk in RiskClass} - set(self.classes)
        if missing:
            raise BadPolicy(f"No terms for {', '.join(sorted(missing))}.")
        for name, terms in [*self.classes.items(), *self._overridden()]:
            clocks = (
                terms.decide_within_s,
                terms.execute_within_s,
                terms.report_within_s,
            )
            if min(clocks) < 1 or terms.approvals < 1:
                raise BadPolicy(f"{name}: clocks and approvals start at 1.")
            if terms.automatic not in ("", "approve", "reject"):
                raise BadPolicy(f"{name}: automatic is approve, reject or empty.")
            if terms.on_timeout not in ("reject", "expire", "escalate"):
                raise BadPolicy(f"{name}: a timeout rejects, expires or escalates.")

    def _overridden(self) -> list[tuple[str, Terms]]:
        """Every override on every class it may meet, to be checked like a class."""
        met = []
        for place, override in enumerate(self.overrides, start=1):
            wanted = override.get("risk_class")
            if wanted is not None and wanted not in self.classes:
                raise BadPolicy(f"override {place}: no class is called {wanted!r}.")
            for name, terms in self.classes.items():
                if wanted in (None, name):
                    what = f"override {place} of {name}"
                    met.append((what, _overridden(terms, override, what)))
        return met


_CONDITIONS = ("risk_class", "environment", "system")


def _terms(data: dict[str, Any]) -> Terms:
    given = dict(data)
    if "reasons_for" in given:
        given["reasons_for"] = tuple(given["reasons_for"])
    return Terms(**given)


def _splits(rules: dict[str, Any]) -> tuple[Split, ...]:
    """Said outright, or implied by the limit for a single request."""
    if "splits" in rules:
        return tuple(split_of(one) for one in rules["splits"])
    return implied_by(rules["broadcast_recipients"])


def _matches(rule: dict[str, Any], **facts: str) -> bool:
    return all(rule[name] == facts.get(name) for name in _CONDITIONS if name in rule)


def _overridden(terms: Terms, override: dict[str, Any], what: str) -> Terms:
    try:
        return replace(terms, **_settings_of(override))
    except TypeError as problem:
        raise BadPolicy(f"{what}: {problem}.") from problem


def _settings_of(override: dict[str, Any]) -> dict[str, Any]:
    given = {k: v for k, v in override.items() if k not in _CONDITIONS}
    if "reasons_for" in given:
        given["reasons_for"] = tuple(given["reasons_for"])
    return given
