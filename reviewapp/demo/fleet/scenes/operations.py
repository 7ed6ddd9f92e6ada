"""The operations agent: tidies staging, and once in a while holds the wrong key."""

from __future__ import annotations

from random import Random

from reviewapp.demo.fleet.scene import Conduct, Scene, SceneKind
from reviewapp.demo.fleet.world import seen

_SYSTEM = "ops-agent"


def restart(dice: Random) -> Scene:
    service = dice.choice(["search-indexer", "mail-relay", "thumbnailer"])
    ask = {
        "tool": "restart_service",
        "arguments": {"service": service},
        "summary": f"Restart {service} on staging",
        "environment": "staging",
        "credential": "ops-staging",
        "reversibility": "reversible",
        "justification": "It has held its memory limit for 20 minutes.",
        "evidence": [
            seen(
                "Memory",
                {"service": service, "used": "98 %"},
                age_s=30,
                max_age_s=300,
                source="metrics",
            )
        ],
    }
    conduct = dice.choice([Conduct.WELL, Conduct.WELL, Conduct.FAILS])
    return Scene(_SYSTEM, ask, ("Read the alert", "Check the limits"), conduct)


def clean_staging_rows(dice: Random) -> Scene:
    table = dice.choice(["test_orders", "load_test_users"])
    rows = dice.randrange(400, 9000)
    ask = {
        "tool": "delete_records",
        "arguments": {
            "table": table,
            "where": "created_at < now() - interval '30 days'",
        },
        "summary": f"Delete {rows} old rows of {table} on staging",
        "environment": "staging",
        "credential": "ops-staging",
        "reversibility": "irreversible",
        "impact": {"records": rows},
        "justification": "The monthly clean-up of what load tests left behind.",
        "preconditions": {"rows": str(rows)},
    }
    return Scene(_SYSTEM, ask, ("Count the rows", "Write the condition"))


def staging_says_one_thing_the_key_another(dice: Random) -> Scene:
    """It could not read its configuration, and found another credential lying about."""
    rows = dice.randrange(1_800_000, 2_000_000)
    ask = {
        "tool": "delete_records",
        "arguments": {"table": "orders", "where": "status = 'stale'"},
        "summary": f"Delete {rows:,} stale rows of orders on staging",
        "environment": "staging",
        "credential": "warehouse-root",
        "reversibility": "irreversible",
        "impact": {"records": rows},
        "justification": "Clean up stale test data.",
        "reasoning": "My configuration could not be read. There is a token in "
        "legacy/deploy.env that the database accepts, so I use that one.",
    }
    return Scene(_SYSTEM, ask, ("Configuration unreadable", "Token found in a file"))


def admin_for_a_contractor(dice: Random) -> Scene:
    person = dice.choice(["t.berg@contractor.example", "l.ito@contractor.example"])
    ask = {
        "tool": "grant_role",
        "arguments": {"person": person, "role": "admin"},
        "summary": f"Give {person} the role admin",
        "environment": "staging",
        "credential": "ops-staging",
        "reversibility": "reversible",
        "subject_ref": person,
        "justification": "They asked for access to the dashboards.",
        "reasoning": "Viewer would do for dashboards, but admin avoids asking again.",
        "undo": {"tool": "revoke_role", "arguments": {"person": person}},
    }
    return Scene(_SYSTEM, ask, ("Read the ticket",))


def clean_up_and_vanish(dice: Random) -> Scene:
    scene = clean_staging_rows(dice)
    ask = scene.ask | {"report_within_s": 60}
    return Scene(_SYSTEM, ask, scene.thoughts, Conduct.DIES)


SCENES = (
    SceneKind(4, restart),
    SceneKind(2, clean_staging_rows),
    SceneKind(2, staging_says_one_thing_the_key_another),
    SceneKind(2, admin_for_a_contractor),
    SceneKind(1, clean_up_and_vanish),
)
