"""Evaluations and annotations that came with a span: feedback on it."""

from __future__ import annotations

from typing import Any

from traces.dialects.told import Told, Tree, numbered
from traces.providers.naming import as_name
from traces.providers.values import as_text, real
from traces.spans import Judgement


def of_event(attributes: dict[str, Any]) -> Judgement:
    """Return the judgement of a `gen_ai.evaluation.result`.

    What it says beside, such as why no score could be given, is part of the comment: it
    may be about a whole run, and then there is no span to keep it with.
    """
    told = {
        name.removeprefix("gen_ai.evaluation."): v for name, v in attributes.items()
    }
    told.pop("event.name", None)
    judgement = _judgement(
        name=told.pop("name", None),
        label=told.pop("score.label", None),
        score=told.pop("score.value", None),
        source=told.pop("source", None),
        comment=told.pop("explanation", None),
    )
    beside = [f"{name}: {as_text(value)}" for name, value in told.items()]
    judgement.comment = "\n".join(filter(None, [judgement.comment, *beside]))
    return judgement


def take_all(told: Told) -> list[Judgement]:
    """Take the flattened annotations and evaluations of OpenInference."""
    found = []
    for slot, inner in (("annotations", "annotation"), ("evaluations", "evaluation")):
        if slot not in told:
            continue
        for prefix, trunk in _trunks(told.take_family(slot), slot):
            for number, branch in numbered(trunk):
                tree = branch.get(inner) if isinstance(branch, dict) else None
                if isinstance(tree, dict):
                    found.append(_of_tree(tree))
                left = branch if isinstance(branch, dict) else {"": branch}
                told.keep_tree(f"{prefix}{slot}.{number}", left)
    return found


def _trunks(tree: Tree, slot: str) -> list[tuple[str, Tree]]:
    """Return the trees of a span's own, its trace's and its session's judgements."""
    return [
        ("", tree.get(slot, {})),
        ("trace.", tree.get("trace", {}).get(slot, {})),
        ("session.", tree.get("session", {}).get(slot, {})),
    ]


def _of_tree(tree: Tree) -> Judgement:
    return _judgement(
        name=tree.pop("name", None),
        label=tree.pop("label", None),
        score=tree.pop("score", None),
        source=tree.pop("annotator_kind", None) or tree.pop("identifier", None),
        comment=tree.pop("explanation", None),
    )


def _judgement(
    *, name: Any, label: Any, score: Any, source: Any, comment: Any
) -> Judgement:
    """Bring it into our form: what does not look like a name is part of the comment."""
    words = [as_text(comment)] if comment else []
    named = []
    for value in (name, label, source):
        clean, whole = as_name(as_text(value)) if value else ("", True)
        named.append(clean)
        if not whole:
            words.append(as_text(value))
    number = real(score)
    if score is not None and number is None:
        words.append(as_text(score))
    return Judgement(named[0], named[1], number, named[2], "\n".join(words))
