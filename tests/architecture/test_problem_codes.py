"""docs/api.md names every code that a caller of the API may get, and no other."""

import ast
import re

from reviewapp.core import problems, refusals
from tests.architecture.source import ROOT, python_files, tree_of

# Refusals of acts that have pages only; whoever gives one an API writes it down.
PAGES_ONLY = {
    "already_open",
    "claim_lost",
    "inactive",
    "key_not_valid",
    "last_admin",
    "masks_left",
    "may_not_draft",
    "may_not_release",
    "not_released",
    "not_the_author",
    "own_explanation",
    "tier_too_low",
    "last_member",
    "may_not_approve_glass",
    "may_not_break_glass",
    "may_not_give_feedback",
    "may_not_publish",
    "may_not_review_glass",
    "name_taken",
    "not_the_owner",
    "not_your_glass",
    "own_account",
    "own_glass",
    "preserved",
    "reauthentication_required",
    "still_open",
    "too_many_tokens",
    "unknown_person",
}
# systems/authentication.py makes these of the key's state.
_OF_KEYS = {"key_expired", "key_revoked"}
# Said by a server that was started as none of deploy/ does.
_NEVER_DEPLOYED = {"needs_asgi"}
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def _problem_names():
    return {
        name
        for module in (problems, refusals)
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, problems.Problem)
    }


def _name_of(call):
    """The class called; `super().__init__(…)` in a class of problems is one too."""
    called = call.func
    if isinstance(called, ast.Attribute) and called.attr == "__init__":
        return "Problem"
    return getattr(called, "id", getattr(called, "attr", ""))


def _codes_of(call):
    given = call.args[:1] + [one.value for one in call.keywords if one.arg == "code"]
    for node in given:
        # One code, or one of two: `"late" if late else "early"`.
        choices = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
        for choice in choices:
            value = getattr(choice, "value", None)
            if isinstance(value, str) and _CODE.fullmatch(value):
                yield value


def raised():
    names = _problem_names()
    codes = {code for code, _ in refusals._DRF_CODES.values()} | {"invalid"}
    for path in python_files("reviewapp", "systems", "traces", "queues"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and _name_of(node) in names:
                codes |= set(_codes_of(node))
    return codes


def written():
    page = (ROOT / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| (`.+?) \| \d{3}(?:, \d{3})* \|", page, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)}


def test_every_code_that_callers_get_is_written_down():
    assert raised() - written() == PAGES_ONLY | _NEVER_DEPLOYED


def test_no_code_is_written_down_that_nobody_gets():
    """Some are chosen before they are raised, so any mention in the source counts."""
    files = python_files("reviewapp", "systems", "traces", "queues")
    source = "".join(path.read_text() for path in files)
    assert {code for code in written() if f'"{code}"' not in source} == _OF_KEYS
