"""The one table of chips: what a value is called, its icon and its tone.

A tone is a CSS modifier of `.chip` (static/css/marks.css). No tone stands alone: every
look has a word and an icon, so nothing is told by colour only.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    word: str
    icon: str
    tone: str = ""
    meaning: str = ""


ENVIRONMENTS = {
    "production": Look("Production", "globe-alt", "loud", "Real people and data"),
    "staging": Look("Staging", "beaker", "", "Not real, but often wired to it"),
    "development": Look("Development", "wrench", "plain", "A developer's own"),
    "test": Look("Test", "beaker", "plain", "Made up"),
}

RISK_CLASSES = {
    "read": Look("Reads", "eye", "plain", "Changes nothing"),
    "reversible_write": Look(
        "Writes, reversible", "arrow-uturn-left", "", "Can be undone"
    ),
    "irreversible_write": Look(
        "Writes, irreversible", "lock-closed", "warn", "Cannot be undone"
    ),
    "money": Look("Moves money", "banknotes", "warn", "Pays, refunds or charges"),
    "destructive": Look("Destroys", "trash", "danger", "Deletes or overwrites"),
    "broadcast": Look("Broadcasts", "megaphone", "info", "Reaches many people"),
    "access": Look("Grants access", "key", "guard", "Changes who may do what"),
}

REVERSIBILITIES = {
    "reversible": Look("Reversible", "arrow-uturn-left", "good", "Can be undone"),
    "compensable": Look(
        "Can be made good", "arrow-path", "", "Not undone, but compensated"
    ),
    "irreversible": Look("Irreversible", "lock-closed", "danger", "Cannot be undone"),
}

EFFECTS = {
    "read": RISK_CLASSES["read"],
    "write": Look("Writes", "pencil", "", "Changes data"),
    "destructive": RISK_CLASSES["destructive"],
    "broadcast": RISK_CLASSES["broadcast"],
}

# The life of a request, as the API names it (docs/api.md), and of the work around it.
STATUSES = {
    "pending": Look("Waiting for a decision", "clock", "info"),
    "deferred": Look("Deferred", "bell-snooze", ""),
    "escalated": Look("Escalated", "arrow-trending-up", "warn"),
    "approved": Look("Approved", "check-circle", "good", "Not yet run"),
    "rejected": Look("Rejected", "x-circle", "danger"),
    "answered": Look("Answered", "chat-bubble-left", "guard"),
    "expired": Look("Expired", "clock", "", "Nobody decided in time"),
    "withdrawn": Look("Withdrawn", "arrow-uturn-left", "", "By the agent"),
    "voided": Look("Voided", "no-symbol", "warn", "The leave was taken back"),
    "redeemed": Look("Running", "play-circle", "info", "The agent took its leave"),
    "succeeded": Look("Done", "check-badge", "good"),
    "failed": Look("Failed", "exclamation-circle", "danger"),
    "uncertain": Look("Outcome unknown", "question-mark-circle", "warn"),
    "settled": Look("Settled by a person", "scale", ""),
    "lapsed": Look("Lapsed", "clock", "", "Approved, but not run in time"),
}

VERDICTS = {
    "approve": Look("Approved", "check-circle", "good"),
    "edit": Look("Approved, edited", "pencil-square", "good"),
    "reject": Look("Rejected", "x-circle", "danger"),
    "answer": Look("Answered", "chat-bubble-left", "guard"),
}

# Single facts on a row or a card.
FLAGS = {
    "changed": Look(
        "Changed since asked", "arrows-right-left", "danger", "The world moved on"
    ),
    "synthetic": Look(
        "Synthetic", "beaker", "dashed", "Imported or simulated; in no live figure"
    ),
    "mismatch": Look(
        "Credential of another environment", "exclamation-triangle", "danger"
    ),
    "unknown_credential": Look("Unknown credential", "exclamation-triangle", "warn"),
    "second": Look("Second approval", "users", "info", "One has approved already"),
    "two": Look("Two approvals", "users", "", "Two people must approve"),
    "mine": Look("Yours", "user", "info", "You hold it"),
    "held": Look("Held by", "user", "", "Somebody holds it"),
    "stale": Look("Stale evidence", "clock", "danger", "Older than its limit"),
    "fresh": Look("Fresh evidence", "check", "", "Within its limit"),
    "undo": Look("Can be undone", "arrow-uturn-left", ""),
    "no_undo": Look("No way back", "lock-closed", "warn"),
}

PRIORITIES = {
    "now": Look("Now", "fire", "danger"),
    "soon": Look("Soon", "arrow-up", "warn"),
}

AUTONOMIES = {
    "a0": Look("A0 · advises", "chat-bubble-left-right", "plain", "People act"),
    "a1": Look("A1 · proposes", "hand-raised", "", "Acts once a person has approved"),
    "a2": Look("A2 · within limits", "shield-check", "info", "Acts in enforced limits"),
    "a3": Look("A3 · freely", "bolt", "warn", "Acts without asking"),
}

LIFECYCLES = {
    "proposed": Look("Proposed", "light-bulb", "dashed", "Not in service yet"),
    "live": Look("Live", "signal", "good", "In service"),
    "paused": Look("Paused", "pause-circle", "warn", "Kept, but should not act now"),
    "retired": Look("Retired", "archive-box", "plain", "Out of service for good"),
}

CATEGORIES = {
    "data": Look("Data", "circle-stack", "plain"),
    "money": RISK_CLASSES["money"],
    "access": RISK_CLASSES["access"],
}

KEY_STATES = {
    "valid": Look("Works", "check-circle", "good"),
    "expired": Look("Expired", "clock", "plain"),
    "revoked": Look("Revoked", "no-symbol", "plain"),
}

# How much of a trace's words a person may see (docs/access.md).
TIERS = {
    "0": Look("Tier 0: shape", "eye-slash", "", "No words: tree, times and figures"),
    "1": Look(
        "Tier 1: conversation",
        "chat-bubble-left-right",
        "",
        "What was said and done, masked; no reasoning",
    ),
    "2": Look(
        "Tier 2: explanation",
        "light-bulb",
        "info",
        "What was said, done and reasoned, masked",
    ),
    "3": Look(
        "Tier 3: investigation",
        "magnifying-glass",
        "guard",
        "What was said and done in clear, reasoning masked",
    ),
    "4": Look("Tier 4: full", "eye", "warn", "All words in clear"),
}

# How much of a run has come, and why it stopped (traces/stop_classes.py).
RUN_STATES = {
    "open": Look("Still coming", "arrow-path", "info", "More spans may follow"),
    "partial": Look(
        "Partial", "puzzle-piece", "warn", "Something is missing: see what on its page"
    ),
    "complete": Look("Complete", "check-circle", "plain", "Nothing is missing"),
}
STOPS = {
    "completed": Look("Completed", "check-circle", "good"),
    "stop_sequence": Look("Stop sequence", "check-circle", "plain"),
    "tool_handoff": Look("At a call of a tool", "wrench", "", "Its last word"),
    "output_limit": Look("Cut: output limit", "scissors", "warn"),
    "context_limit": Look("Context full", "archive-box-x-mark", "warn"),
    "paused": Look("Paused", "pause-circle", ""),
    "compacted": Look("Compacted", "archive-box-arrow-down", ""),
    "refused": Look("Refused", "hand-raised", "warn", "The model declined"),
    "filtered": Look("Filtered", "funnel", "warn", "The provider held it back"),
    "malformed": Look("Malformed", "exclamation-triangle", "danger"),
    "budget": Look("Budget spent", "banknotes", "warn", "A limit of turns or calls"),
    "steered": Look("Steered", "arrow-uturn-right", ""),
    "cancelled": Look("Cancelled", "no-symbol", ""),
    "timeout": Look("Timed out", "clock", "danger"),
    "rate_limited": Look("Rate limited", "hand-raised", "danger"),
    "provider_error": Look("Provider error", "exclamation-circle", "danger"),
    "lost": Look("Lost", "question-mark-circle", "warn", "No end was told"),
    "dangling_tool_call": Look(
        "Call without result", "link-slash", "warn", "It called a tool and stopped"
    ),
    "phantom_handoff": Look(
        "Handed over to no tool", "link-slash", "warn", "It said so, and called none"
    ),
    "reasoning_exhausted": Look(
        "Ran out while reasoning", "battery-0", "warn", "No room was left to answer"
    ),
    "empty_completion": Look("Ended without a word", "chat-bubble-oval-left", "warn"),
}
# What a span did, and what its reasoning text is (traces/spans.py, traces/fidelity.py).
SPANS = {
    "llm": Look("Model", "sparkles", "guard"),
    "tool": Look("Tool", "wrench", "info"),
    "agent": Look("Agent", "cpu-chip", ""),
    "workflow": Look("Workflow", "queue-list", ""),
    "planning": Look("Planning", "map", ""),
    "retrieval": Look("Retrieval", "magnifying-glass", "info"),
    "embedding": Look("Embedding", "cube", "plain"),
    "memory": Look("Memory", "circle-stack", "info"),
    "guardrail": Look("Guardrail", "shield-check", ""),
    "evaluation": Look("Evaluation", "scale", ""),
    "other": Look("Other", "ellipsis-horizontal-circle", "plain"),
}
FIDELITIES = {
    "raw": Look("Raw reasoning", "document-text", "", "As the model wrote it"),
    "summary": Look("Summary", "document-minus", "info", "By the provider"),
    "omitted": Look("Omitted", "eye-slash", "warn", "The provider returned no text"),
    "encrypted": Look("Encrypted", "lock-closed", "warn", "By the provider"),
    "provider_redacted": Look("Redacted", "no-symbol", "warn", "By the provider"),
    "stripped_by_instrumentation": Look(
        "Lost on the way", "link-slash", "warn", "Reasoned, but the text did not come"
    ),
    "truncated": Look("Cut off", "scissors", "warn", "Only a part of it came"),
    "masked_by_source": Look("Hidden by the agent's side", "eye-slash", "warn"),
    "none": Look("No reasoning", "minus-circle", "plain", "The model did none"),
    "unknown": Look("Reasoning not told", "question-mark-circle", "plain"),
}

# Break-glass: where an opening stands, and what its review said (traces/glass.py).
GLASSES = {
    "waiting": Look(
        "Open, reasoning masked", "clock", "warn", "A second person has not approved"
    ),
    "approved": Look("Open in full", "lock-open", "danger", "Reasoning in clear too"),
    "closed": Look("Closed by hand", "lock-closed", "plain"),
    "lapsed": Look("Time ran out", "lock-closed", "plain", "It ended by itself"),
    "refused": Look("Refused", "x-circle", "danger", "By a second person"),
}
REVIEWS = {
    "to_review": Look("To review", "magnifying-glass", "info"),
    "overdue": Look("Review overdue", "exclamation-triangle", "danger"),
    "justified": Look("Justified", "check-circle", "good"),
    "too_wide": Look("Too wide", "arrows-pointing-out", "warn"),
    "unjustified": Look("Not justified", "x-circle", "danger"),
}

# What a customer is told of a run (traces/models/explanations.py).
EXPLANATIONS = {
    "draft": Look("Draft", "pencil-square", ""),
    "submitted": Look("Waits for release", "clock", "info", "By a support lead"),
    "released": Look("Released", "check-circle", "good", "It may be copied out"),
    "sent_back": Look("Sent back", "arrow-uturn-left", "warn", "To be changed"),
    "discarded": Look("Given up", "trash", "", "By its author"),
}

# What a system is made of, and what became of it between two dates.
MADE_OF = {
    "model": Look("Model", "sparkles", "guard", "The one that answered"),
    "model_asked": Look("Asked for", "sparkles", "", "The model that was asked for"),
    "provider": Look("Provider", "building-office", ""),
    "prompt": Look("Prompt", "document-text", "", "A fingerprint of its instructions"),
    "release": Look("Release", "tag", ""),
    "index": Look("Index", "magnifying-glass", "", "What it looks things up in"),
    "tool": Look("Tool", "wrench", "info", "As the model was shown it"),
}
FATES = {
    "same": Look("Same", "equals", "plain"),
    "changed": Look("Changed", "arrow-path", "warn"),
    "new": Look("New", "plus", "info"),
    "gone": Look("Gone", "minus", "danger"),
}

KINDS: dict[str, dict[str, Look]] = {
    "explanation": EXPLANATIONS,
    "made_of": MADE_OF,
    "fate": FATES,
    "environment": ENVIRONMENTS,
    "risk": RISK_CLASSES,
    "reversibility": REVERSIBILITIES,
    "effect": EFFECTS,
    "status": STATUSES,
    "verdict": VERDICTS,
    "flag": FLAGS,
    "priority": PRIORITIES,
    "autonomy": AUTONOMIES,
    "lifecycle": LIFECYCLES,
    "category": CATEGORIES,
    "key": KEY_STATES,
    "tier": TIERS,
    "glass": GLASSES,
    "review": REVIEWS,
    "run": RUN_STATES,
    "stop": STOPS,
    "span": SPANS,
    "fidelity": FIDELITIES,
}


def look_of(kind: str, value: str) -> Look:
    """Return how `value` looks among its kind; what is not listed is said plainly.

    Raises KeyError for a kind that does not exist: that is a mistake in a template.
    """
    looks = KINDS[kind]
    known = looks.get(value.lower())
    return known or Look(value.replace("_", " ") or "unknown", "question-mark-circle")
