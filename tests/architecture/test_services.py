"""Writes look alike: atomic, an explicit actor, an event."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import (
    APPS,
    functions_of,
    python_files,
    told,
    tree_of,
)

# Public functions of services that act for nobody, each with its reason.
NO_ACTOR = {
    "sweep_queues": "a sweep acts as itself",
    "send_due_webhooks": "a sweep acts as itself",
    "make_due_calls": "a sweep acts as itself",
    "read_log": "a reader of the log acts as itself",
    "call_people": "a reader of the log acts as itself",
    "end_hold": "a step of a write that records its own event",
    "keep_for_hold": "a lease tick is a bulk fact, no event",
    "keep_claim": "a lease tick is a bulk fact, no event",
    "lock_ask": "takes a lock, changes nothing",
    "lock_for_reviewer": "takes a lock, changes nothing",
    "facts_of": "composes what events carry",
    "require_pending": "a check",
    "require_own_or_free": "a check",
    "require_not_requester": "a check",
    "reasons_demanded": "a read of the policy",
    "move_ask": "a step of a write that records its own event",
    "end_claim": "a step of a write that records its own event",
    "family_of": "takes locks, changes nothing",
    "compare_preconditions": "a step of a write that records its own event",
    "note_key_use": "a bulk fact, no event",
    "record_heartbeat": "a bulk fact; the first one records an event as itself",
    "forget_instances": "a sweep acts as itself",
    "insert_row": "a step of a write that records its own event",
    "update_row": "a step of a write that records its own event",
    "lock_row": "takes a lock, changes nothing",
    "check_in_service": "a check",
    "sweep_break_glass": "a sweep acts as itself",
    "require_approver": "a check",
    "sweep_retention": "a sweep acts as itself",
    "expire_words": "a round of a sweep, which acts as itself",
    "expire_explanations": "a round of a sweep, which acts as itself",
    "expire_references": "a round of a sweep, which acts as itself",
    "sweep_sampling": "a sweep acts as itself",
    "destroy_gone_keys": "a sweep acts as itself",
    "record_judgements": "came with spans, which are bulk facts and no events",
    "empty_comments": "the end of what an event has said",
    "delete_feedback": "the end of what an event has said",
    "expire_comments": "a round of a sweep, which acts as itself",
    "expire_feedback": "a round of a sweep, which acts as itself",
    "read_costs": "readings are bulk figures, no event",
    "read_spend": "readings are bulk figures, no event",
    "read_runs": "readings are bulk figures, no event",
    "read_storage": "readings are bulk figures, no event",
    "read_times": "readings are bulk figures, no event",
    "read_time": "readings are bulk figures, no event",
    "lock_preservations": "takes a lock, changes nothing",
    "begin_erasing": "a step of a write that records its own event",
    "finish_erasing": "the end of what an event has said",
    "finish_what_was_begun": "the end of what an event has said",
    "empty_dead_letters": "the end of what an event has said",
    "finish_dead_letters": "the end of what an event has said",
    "keep_batch": "a bulk fact, no event",
    "open_batch": "a read",
    "put_back": "a step of a write that records its own event",
    "keyring_of": "a read",
    "destroy_ingest_keys": "a sweep acts as itself",
    "note_versions": "the digest acts as itself",
    "digest_batches": "the digest acts as itself",
    "digest_together": "the digest acts as itself",
    "set_aside": "the digest acts as itself",
    "open_quarantined": "a read",
    "settle_traces": "a sweep; what it counts are bulk facts and no events",
    "settle_trace": "a sweep; what it counts are bulk facts and no events",
    "prepare_spans": "reads, and makes keys",
    "write_prepared": "spans are bulk facts and no events",
    "set_references": "a step of what writes spans",
    "add_references": "a step of what writes spans",
    "told_by": "a read",
    "earlier": "decides between tellings, changes nothing",
    "open_references": "a read",
    "keys_for": "makes keys",
    "take_batches": "a lease, no event",
    "give_back": "a lease, no event",
    "put_off": "a lease, no event",
    "halve_batch": "the digest acts as itself",
    "raws_of": "a read",
    "end_batches": "a step of what writes spans",
    "tool_call": "composes a row",
    "write_calls": "spans are bulk facts and no events",
    "sent_arguments": "a read",
    "digest_of": "composes a digest",
}


def _services() -> list[Path]:
    return [
        path
        for path in python_files("reviewapp/core", "reviewapp/notifications", *APPS)
        if "services" in path.parts and path.name != "__init__.py"
    ]


def _public(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_every_public_write_names_its_actor_by_keyword():
    wrong = [
        f"{told(path)}: {function.name}"
        for path in _services()
        for function in _public(path)
        if function.name not in NO_ACTOR
        and "actor" not in {arg.arg for arg in function.args.kwonlyargs}
        and not _is_seal_or_epoch(path)
    ]
    assert wrong == []


def _is_seal_or_epoch(path: Path) -> bool:
    """Sealing and counting epochs are about the log itself."""
    return path.stem in ("seals", "epochs")


def test_the_exceptions_are_not_stale():
    names = {function.name for path in _services() for function in _public(path)}
    assert sorted(set(NO_ACTOR) - names) == []


def test_every_module_of_writes_records_events():
    """Directly, or through the service that does: none writes in silence."""
    quiet = [
        told(path)
        for path in _services()
        if not _is_seal_or_epoch(path)
        and "record_event" not in path.read_text()
        and any(f.name not in NO_ACTOR for f in _public(path))
        and not _calls_another_service(path)
    ]
    assert quiet == []


def _calls_another_service(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and ".services." in f"{node.module}."
        for node in ast.walk(tree_of(path))
    )


def test_public_functions_of_services_say_what_they_do():
    mute = [
        f"{told(path)}: {function.name}"
        for path in _services()
        for function in _public(path)
        if not ast.get_docstring(function) and len(function.body) > 3
    ]
    assert mute == []


def test_no_error_is_swallowed():
    """`except …: pass` needs its reason in the same line or the one below."""
    silent = []
    for path in python_files():
        lines = path.read_text().splitlines()
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            if len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
                place = lines[node.lineno - 1 : node.body[0].lineno + 1]
                if not any("#" in line for line in place):
                    silent.append(f"{told(path)}:{node.lineno}")
    assert silent == []


def test_no_function_is_a_house_of_its_own():
    """Length is a smell, not a crime; beyond this it needs a second look."""
    long = [
        f"{told(path)}: {function.name}"
        for path in python_files()
        for function in functions_of(path)
        if (function.end_lineno or 0) - function.lineno > 60
        and function.name not in LONG_FOR_A_REASON
    ]
    assert long == []


LONG_FOR_A_REASON = {
    "_insert": "one row of many columns, each named once",
    "_rows": "sample data of the gallery",
}
