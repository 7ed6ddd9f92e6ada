"""Every address and who may pass its door, written by hand.

This is the second opinion on `@access(…)`: it is not computed from the rights table,
so a right given to the wrong role, or a rule forgotten, makes the test fail. A new
address needs a line here. "May pass" means that the door opens; what lies behind may
still be somebody else's and answer 404.
"""

from __future__ import annotations

from dataclasses import dataclass

REVIEWER = "reviewer"
LEAD = "lead"
SUPPORT = "support"
SUPPORT_LEAD = "support_lead"
ENGINEER = "engineer"
PRIVACY = "privacy_officer"
COMMANDER = "commander"
RISK_OWNER = "risk_owner"
RISK_MANAGER = "risk_manager"
AUDITOR = "auditor"
ADMIN = "admin"

# Without a role: somebody signed in, nobody signed in, an agent with all scopes.
NOBODY = "nobody"
STRANGER = "stranger"
AGENT = "agent"

ROLES = frozenset(
    {
        REVIEWER,
        LEAD,
        SUPPORT,
        SUPPORT_LEAD,
        ENGINEER,
        PRIVACY,
        COMMANDER,
        RISK_OWNER,
        RISK_MANAGER,
        AUDITOR,
        ADMIN,
    }
)
SIGNED_IN = ROLES | {NOBODY}
EVERYBODY = SIGNED_IN | {STRANGER, AGENT}
CLOSED: frozenset[str] = frozenset()

DECIDE = frozenset({REVIEWER, LEAD})
SEE_REQUESTS = DECIDE | {AUDITOR}
SEE_SYSTEMS = ROLES - {SUPPORT, SUPPORT_LEAD}
KEEP_TOOLS = frozenset({ENGINEER, ADMIN})
SEE_TRACES = ROLES - {ADMIN}
FIND_TRACES = frozenset({SUPPORT, SUPPORT_LEAD, ENGINEER, PRIVACY, COMMANDER})
CAP_WORDS = frozenset({PRIVACY, ADMIN})
ONLY_ADMIN = frozenset({ADMIN})
ONLY_LEAD = frozenset({LEAD})
ONLY_AGENTS = frozenset({AGENT})

SEE_ACCESS = frozenset({PRIVACY, AUDITOR})
BREAK_GLASS = frozenset({SUPPORT, SUPPORT_LEAD, ENGINEER, COMMANDER})
APPROVE_GLASS = frozenset({SUPPORT_LEAD, PRIVACY})
ONLY_PRIVACY = frozenset({PRIVACY})
ONLY_ENGINEER = frozenset({ENGINEER})
GIVE_FEEDBACK = DECIDE | {SUPPORT, SUPPORT_LEAD, ENGINEER, COMMANDER}
SEE_COSTS = frozenset({LEAD, ENGINEER, ADMIN})
EXPLAIN = frozenset({SUPPORT, SUPPORT_LEAD})
RELEASE = frozenset({SUPPORT_LEAD})


@dataclass(frozen=True, slots=True)
class Door:
    """Who may pass, and whether they must have signed in within five minutes."""

    passes: frozenset[str]
    fresh: bool = False
    method: str = "GET"


# By URL name; a list where the methods of one address differ.
DOORS: dict[str, Door | list[Door]] = {
    # Signing in and one's own account
    "account_login": Door(EVERYBODY),
    "account_logout": Door(EVERYBODY),
    "account_inactive": Door(EVERYBODY),
    "account_reset_password": Door(EVERYBODY),
    "account_reset_password_done": Door(EVERYBODY),
    "account_reset_password_from_key": Door(EVERYBODY),
    "account_reset_password_from_key_done": Door(EVERYBODY),
    "mfa_authenticate": Door(EVERYBODY),
    "openid_connect_login": Door(EVERYBODY),
    "openid_connect_callback": Door(EVERYBODY),
    "socialaccount_login_cancelled": Door(EVERYBODY),
    "socialaccount_login_error": Door(EVERYBODY),
    "account_reauthenticate": Door(SIGNED_IN),
    "account_change_password": Door(SIGNED_IN),
    "account_set_password": Door(SIGNED_IN),
    "mfa_index": Door(SIGNED_IN),
    "mfa_reauthenticate": Door(SIGNED_IN),
    "mfa_activate_totp": Door(SIGNED_IN, fresh=True),
    "mfa_deactivate_totp": Door(SIGNED_IN),
    "mfa_view_recovery_codes": Door(SIGNED_IN),
    "mfa_generate_recovery_codes": Door(SIGNED_IN, fresh=True),
    "mfa_download_recovery_codes": Door(SIGNED_IN),
    "account_signup": Door(CLOSED),
    "account_email": Door(CLOSED),
    "account_email_verification_sent": Door(CLOSED),
    "account_confirm_email": Door(CLOSED),
    "account_confirm_login_code": Door(CLOSED),
    "socialaccount_signup": Door(CLOSED),
    "socialaccount_connections": Door(CLOSED),
    # The contract
    "schema": Door(EVERYBODY),
    "docs": Door(EVERYBODY),
    # For machines; the metrics are open because the tests call from this machine.
    "healthz": Door(EVERYBODY),
    "readyz": Door(EVERYBODY),
    "metrics": Door(EVERYBODY),
    # core
    "live": Door(SIGNED_IN),
    "home": Door(SIGNED_IN),
    "set_theme": Door(EVERYBODY),
    "ui_gallery": Door(ONLY_ADMIN),
    "profile": Door(SIGNED_IN),
    "issue_token": Door(SIGNED_IN, fresh=True),
    "revoke_token": Door(SIGNED_IN),
    "log": Door(frozenset({AUDITOR})),
    "export_log": Door(frozenset({AUDITOR}), method="POST"),
    "people": Door(ONLY_ADMIN),
    "add_person": Door(ONLY_ADMIN, fresh=True),
    "show_person": Door(ONLY_ADMIN),
    "set_roles": Door(ONLY_ADMIN, fresh=True),
    "invite_person": Door(ONLY_ADMIN, fresh=True),
    "deactivate_person": Door(ONLY_ADMIN, fresh=True),
    "reactivate_person": Door(ONLY_ADMIN, fresh=True),
    # notifications
    "notices": Door(SIGNED_IN),
    "unseen_notices": Door(SIGNED_IN),
    "see_all_notices": Door(SIGNED_IN),
    "notice": Door(SIGNED_IN),
    "reach": Door(SIGNED_IN),
    "wishes": Door(SIGNED_IN),
    # systems
    "list_systems": Door(SEE_SYSTEMS),
    "show_system": Door(SEE_SYSTEMS),
    "list_versions": Door(SEE_SYSTEMS),
    "compare_versions": Door(SEE_SYSTEMS),
    "register_system": Door(ONLY_ADMIN),
    "change_system": Door(ONLY_ADMIN),
    "retire_system": Door(ONLY_ADMIN),
    "cap_words": Door(CAP_WORDS),
    "register_tool": Door(KEEP_TOOLS),
    "change_tool": Door(KEEP_TOOLS),
    "register_credential": Door(ONLY_ADMIN),
    "retire_credential": Door(ONLY_ADMIN),
    "list_queues": Door(ONLY_LEAD),
    "open_queue": Door(ONLY_LEAD),
    "show_queue": Door(ONLY_LEAD),
    "queue_health": Door(ONLY_LEAD),
    "change_queue": Door(ONLY_LEAD),
    "add_member": Door(ONLY_LEAD),
    "remove_member": Door(ONLY_LEAD),
    "plan_shift": Door(ONLY_LEAD),
    "cancel_shift": Door(ONLY_LEAD),
    "sign_off_system": Door(SEE_SYSTEMS),
    "callback_secret": Door(ONLY_ADMIN, fresh=True),
    "rotate_callback_secret": Door(ONLY_ADMIN, fresh=True),
    "issue_key": Door(ONLY_ADMIN, fresh=True),
    "rotate_key": Door(ONLY_ADMIN, fresh=True),
    "revoke_key": Door(ONLY_ADMIN, fresh=True),
    "api_events": Door(ONLY_AGENTS),
    "api_record_heartbeat": Door(ONLY_AGENTS, method="POST"),
    # traces: API
    "api_import_traces": Door(ONLY_AGENTS, method="POST"),
    "otlp_traces": Door(ONLY_AGENTS, method="POST"),
    "otlp_logs": Door(ONLY_AGENTS, method="POST"),
    "otlp_metrics": Door(ONLY_AGENTS, method="POST"),
    "api_traces": Door(SEE_TRACES),
    "api_trace": Door(SEE_TRACES),
    "otlp_nothing": Door(EVERYBODY, method="POST"),
    # traces: pages
    "list_traces": Door(SEE_TRACES),
    "find": Door(FIND_TRACES),
    "show_trace": Door(SEE_TRACES),
    "show_steps": Door(SEE_TRACES),
    "show_tree": Door(SEE_TRACES),
    "show_span": Door(SEE_TRACES),
    "show_definition": Door(SEE_TRACES),
    "trace_panel": Door(SEE_TRACES),
    "system_completeness": Door(SEE_TRACES),
    "system_times": Door(SEE_TRACES),
    "name_support_reference": Door(SEE_TRACES, method="POST"),
    "label_trace": Door(CAP_WORDS, method="POST"),
    # queues: pages
    "queue": Door(SEE_REQUESTS),
    "queue_count": Door(SEE_REQUESTS),
    "request": Door(SEE_REQUESTS),
    "request_news": Door(SEE_REQUESTS),
    "request_trace": Door(SEE_REQUESTS),
    "requests_of_trace": Door(SEE_REQUESTS),
    "next": Door(DECIDE, method="POST"),
    "claim": Door(DECIDE, method="POST"),
    "keep_claim": Door(DECIDE, method="POST"),
    "release": Door(DECIDE, method="POST"),
    "take_over": Door(ONLY_LEAD, method="POST"),
    "decide": Door(DECIDE, method="POST"),
    "defer": Door(DECIDE, method="POST"),
    "escalate": Door(DECIDE, method="POST"),
    "revoke": Door(DECIDE, method="POST"),
    "settle": Door(DECIDE, method="POST"),
    "compensate": Door(DECIDE, method="POST"),
    "write_note": Door(DECIDE, method="POST"),
    "merge": Door(DECIDE, method="POST"),
    # queues: API
    "api_requests": [Door(SEE_REQUESTS), Door(ONLY_AGENTS, method="POST")],
    "api_request": Door(SEE_REQUESTS | ONLY_AGENTS),
    "api_withdraw": Door(ONLY_AGENTS, method="POST"),
    "api_refresh": Door(ONLY_AGENTS, method="POST"),
    "api_redeem": Door(ONLY_AGENTS, method="POST"),
    "api_report_outcome": Door(ONLY_AGENTS, method="POST"),
    "api_acknowledge": Door(ONLY_AGENTS, method="POST"),
    "api_take_next": Door(DECIDE, method="POST"),
    "api_claim": Door(DECIDE, method="POST"),
    "api_release": Door(DECIDE, method="POST"),
    "api_take_over": Door(ONLY_LEAD, method="POST"),
    "api_defer": Door(DECIDE, method="POST"),
    "api_escalate": Door(DECIDE, method="POST"),
    "api_decide": Door(DECIDE, method="POST"),
    "api_revoke": Door(DECIDE, method="POST"),
    "api_write_note": Door(DECIDE, method="POST"),
    "api_merge": Door(DECIDE, method="POST"),
    "api_settle": Door(DECIDE, method="POST"),
    "api_compensate": Door(DECIDE, method="POST"),
    # traces: what a customer is told
    "list_explanations": Door(EXPLAIN),
    "count_explanations": Door(EXPLAIN),
    "explain_trace": Door(EXPLAIN),
    "draft_explanation": Door(EXPLAIN, method="POST"),
    "show_explanation": Door(EXPLAIN),
    "save_explanation": Door(EXPLAIN, method="POST"),
    "withdraw_explanation": Door(EXPLAIN, method="POST"),
    "discard_explanation": Door(EXPLAIN, method="POST"),
    "release_explanation": Door(RELEASE, method="POST"),
    "send_back_explanation": Door(RELEASE, method="POST"),
    "copy_explanation": Door(EXPLAIN, method="POST"),
    # traces: who is let beyond their tier, who saw what, how long it is kept
    "list_openings": Door(SEE_ACCESS | APPROVE_GLASS | BREAK_GLASS),
    "look_up_ticket": Door(SEE_ACCESS, method="POST"),
    "count_openings": Door(SEE_ACCESS | APPROVE_GLASS),
    "show_opening": Door(SEE_ACCESS | APPROVE_GLASS | BREAK_GLASS),
    "break_glass": Door(BREAK_GLASS, fresh=True),
    "approve_opening": Door(APPROVE_GLASS, fresh=True, method="POST"),
    "refuse_opening": Door(APPROVE_GLASS, method="POST"),
    "end_opening": Door(BREAK_GLASS | ONLY_PRIVACY, method="POST"),
    "review_opening": Door(ONLY_PRIVACY, method="POST"),
    "who_saw": Door(SEE_ACCESS),
    "look_up_seen": Door(SEE_ACCESS, method="POST"),
    "retention": Door(SEE_ACCESS),
    "set_retention": Door(ONLY_PRIVACY, fresh=True),
    "set_keep_share": Door(ONLY_PRIVACY, fresh=True),
    "destroy_words": Door(ONLY_PRIVACY, fresh=True),
    "preservations": Door(SEE_ACCESS),
    "place_preservation": Door(ONLY_PRIVACY),
    "lift_preservation": Door(ONLY_PRIVACY, fresh=True),
    # traces: what they cost
    "show_costs": Door(SEE_COSTS),
    "list_prices": Door(SEE_COSTS),
    "set_model_price": Door(ONLY_ADMIN),
    "set_storage_price": Door(ONLY_ADMIN),
    # traces: feedback
    "show_feedback": Door(SEE_TRACES),
    "give_feedback": Door(GIVE_FEEDBACK, method="POST"),
    "api_feedback": Door(ONLY_AGENTS, method="POST"),
    # traces: what could not be digested
    "list_dead_letters": Door(ONLY_ENGINEER),
    "replay_dead_letters": Door(ONLY_ENGINEER, method="POST"),
    "drop_dead_letters": Door(ONLY_ENGINEER, method="POST"),
}
