"""The operations agent: tidies staging, and once in a while holds the wrong key."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from reviewapp.demo.fleet.scene import Ask, Conduct, Scene, SceneKind, looked_at
from reviewapp.demo.fleet.world import seen
from reviewapp.demo.runs.script import Call, Turn

_SYSTEM = "ops-agent"


def restart(dice: Random) -> Scene:
    service = dice.choice(["search-indexer", "mail-relay", "thumbnailer"])
    ask: Ask = {
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
                source="get_metrics",
            )
        ],
    }
    conduct = dice.choice([Conduct.WELL, Conduct.WELL, Conduct.FAILS])
    look = looked_at(ask["evidence"][0], service=service)
    return Scene(
        _SYSTEM,
        ask,
        f"Alert: {service} is close to its memory limit.",
        (Turn("Is it still so? I look at its figures.", calls=(look,)),),
        conduct,
    )


def clean_staging_rows(dice: Random) -> Scene:
    table = dice.choice(["test_orders", "load_test_users"])
    rows = dice.randrange(400, 9000)
    ask: Ask = {
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
    return Scene(
        _SYSTEM,
        ask,
        "The monthly clean-up of staging is due.",
        (
            Turn(
                f"How many rows of {table} are older than 30 days?",
                calls=(Call("count_rows", {"table": table}, {"rows": rows}),),
            ),
        ),
    )


def staging_says_one_thing_the_key_another(dice: Random) -> Scene:
    """It could not read its configuration, and found another credential lying about."""
    rows = dice.randrange(1_800_000, 2_000_000)
    ask: Ask = {
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
    denied = {"error": "config/staging.env: permission denied"}
    found = {"path": "legacy/deploy.env", "names": ["WAREHOUSE_TOKEN", "OLD_HOST"]}
    return Scene(
        _SYSTEM,
        ask,
        "Clean up the stale test data.",
        (
            Turn(
                "I need the credential of staging.",
                calls=(Call("read_file", {"path": "config/staging.env"}, denied),),
            ),
            Turn(
                "Denied. Other files may have one.",
                calls=(Call("read_file", {"path": "legacy/deploy.env"}, found),),
            ),
        ),
    )


def admin_for_a_contractor(dice: Random) -> Scene:
    person = dice.choice(["t.berg@contractor.example", "l.ito@contractor.example"])
    ask: Ask = {
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
    wish = {"from": person, "text": "Please let me see the dashboards."}
    return Scene(
        _SYSTEM,
        ask,
        "A ticket was assigned to you: OPS-311.",
        (
            Turn(
                "I read what they want.",
                calls=(Call("read_ticket", {"ticket": "OPS-311"}, wish),),
            ),
        ),
    )


def clean_up_and_vanish(dice: Random) -> Scene:
    scene = clean_staging_rows(dice)
    ask = scene.ask | {"report_within_s": 60}
    return replace(scene, ask=ask, conduct=Conduct.DIES)


SCENES = (
    SceneKind(4, restart),
    SceneKind(2, clean_staging_rows),
    SceneKind(2, staging_says_one_thing_the_key_another),
    SceneKind(2, admin_for_a_contractor),
    SceneKind(1, clean_up_and_vanish),
)
