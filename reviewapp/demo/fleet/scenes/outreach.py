"""The outreach agent: a mail to one, and now and then a mail to everyone."""

from __future__ import annotations

from random import Random

from reviewapp.demo.fleet.scene import Ask, Scene, SceneKind
from reviewapp.demo.fleet.world import some_order
from reviewapp.demo.runs.script import Call, Turn


def _lists(wanted: str, thought: str, **lists: int) -> Turn:
    return Turn(thought, calls=(Call("list_contacts", {"list": wanted}, lists),))


_SYSTEM = "outreach-agent"


def follow_up(dice: Random) -> Scene:
    order = some_order(dice)
    ask: Ask = {
        "tool": "send_mail",
        "arguments": {
            "to": order.email,
            "subject": f"Your question about the {order.goods}",
            "body": f"Dear {order.customer},\n\nyou asked for a quote last week. The "
            f"{order.goods} is in stock, and we can deliver by Friday.\n\nKind regards",
        },
        "summary": f"Send {order.customer} the follow-up about the {order.goods}",
        "environment": "production",
        "credential": "mailer-main",
        "reversibility": "irreversible",
        "subject_ref": order.email,
        "impact": {"recipients": 1},
        "justification": "They asked for a quote eight days ago and heard nothing.",
    }
    looks = _lists("open-quotes", "Who asked for a quote and heard nothing?", open=7)
    return Scene(_SYSTEM, ask, "Follow up on open quotes.", (looks,))


def mail_to_everyone(dice: Random) -> Scene:
    """Eighty thousand people, from the main domain, at four in the morning."""
    many = dice.randrange(60_000, 90_000)
    ask: Ask = {
        "tool": "send_campaign",
        "arguments": {
            "list": "all-contacts",
            "template": "follow-up-3",
            "from": "hello@shop.example",
            "at": "04:00",
        },
        "summary": f"Send follow-up 3 to {many:,} contacts from the main domain",
        "environment": "production",
        "credential": "mailer-main",
        "reversibility": "irreversible",
        "impact": {"recipients": many},
        "justification": "The quarter ends on Friday.",
        "reasoning": "The list of people who asked is short, so I take all contacts.",
    }
    looks = _lists("quotes", "Which lists are there?", quotes=41, all_contacts=many)
    return Scene(_SYSTEM, ask, "Send follow-up 3 before the quarter ends.", (looks,))


SCENES = (SceneKind(4, follow_up), SceneKind(2, mail_to_everyone))
