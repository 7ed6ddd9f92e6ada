"""Who and what the demo has: people with their roles, systems with their tools."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reviewapp.core.permissions import Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    login: str
    name: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        return f"{self.login}@demo.local"


PEOPLE = (
    DemoPerson("reviewer", "Rosa Reyes", (Role.REVIEWER,)),
    DemoPerson("reviewer2", "Theo Lindqvist", (Role.REVIEWER,)),
    DemoPerson("lead", "Lena Okafor", (Role.LEAD,)),
    DemoPerson("support", "Sam Tanaka", (Role.SUPPORT,)),
    DemoPerson("supportlead", "Sofia Marino", (Role.SUPPORT_LEAD,)),
    DemoPerson("engineer", "Emil Novak", (Role.ENGINEER,)),
    DemoPerson("privacy", "Priya Nair", (Role.PRIVACY_OFFICER,)),
    DemoPerson("commander", "Carla Weiss", (Role.COMMANDER,)),
    DemoPerson("risk", "Ruben Aalto", (Role.RISK_OWNER,)),
    DemoPerson("riskmanager", "Rania Haddad", (Role.RISK_MANAGER,)),
    DemoPerson("auditor", "Aoife Byrne", (Role.AUDITOR,)),
    DemoPerson("admin", "Ada Silva", (Role.ADMIN,)),
)

# Queue slug → name, what it is for, who reviews in it.
QUEUES = {
    "general": (
        "General",
        "Everything no other queue is for.",
        ("reviewer", "reviewer2", "lead"),
    ),
    "money": (
        "Money",
        "Refunds, credits and payments.",
        ("reviewer", "reviewer2", "lead"),
    ),
    "operations": (
        "Operations",
        "What touches services, data and access.",
        ("reviewer", "reviewer2", "lead"),
    ),
}

ROUTES = (
    {"queue": "money", "risk_class": "money"},
    {"queue": "operations", "risk_class": "destructive"},
    {"queue": "operations", "risk_class": "access"},
)


@dataclass(frozen=True, slots=True)
class DemoTool:
    """`says`: the sentence the inventory shows. `freshness_limit_s`: seconds."""

    name: str
    effect: str
    reversibility: str
    says: str
    category: str = "data"
    freshness_limit_s: int | None = None
    # Any: a JSON Schema is JSON.
    schema: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DemoSystem:
    slug: str
    name: str
    purpose: str
    environment: str
    autonomy: str
    owner: str
    vendor: str
    tools: tuple[DemoTool, ...]
    # Credential name → its environment
    credentials: dict[str, str] = field(default_factory=dict)


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _read(
    name: str, says: str, fresh_s: int | None = None, /, **properties: dict[str, Any]
) -> DemoTool:
    """A tool that changes nothing; what it says may be believed for `fresh_s` s."""
    return DemoTool(
        name,
        "read",
        "reversible",
        says,
        freshness_limit_s=fresh_s,
        schema=_object(**properties),
    )


_TEXT = {"type": "string", "minLength": 1}
_MONEY = {"type": "string", "pattern": r"^\d+\.\d{2}$"}

SYSTEMS = (
    DemoSystem(
        "support-agent",
        "Support agent",
        "Answers customers and settles small claims.",
        "production",
        "A1",
        "lead",
        "Anthropic",
        (
            _read("get_order", "Reads an order.", 300, order=_TEXT),
            _read("get_customer", "Reads a customer's record.", 3600, email=_TEXT),
            _read("get_subscription", "Reads a subscription.", 900, email=_TEXT),
            _read("search_subscriptions", "Finds subscriptions by name.", name=_TEXT),
            _read("list_invoices", "Lists a customer's invoices.", 3600, email=_TEXT),
            _read("get_invoice", "Reads an invoice.", 3600, number=_TEXT),
            _read(
                "get_tax_rate",
                "The rate of a country for a category of goods.",
                country=_TEXT,
                category=_TEXT,
            ),
            _read("get_price", "The price of an article today.", 3600, sku=_TEXT),
            _read(
                "get_delivery_windows",
                "When a parcel can be brought to a postcode.",
                900,
                postcode=_TEXT,
                weight_kg={"type": "integer"},
            ),
            _read("read_terms", "What our terms say of a topic.", topic=_TEXT),
            DemoTool(
                "refund_order",
                "write",
                "compensable",
                "Pays money back to the customer's card.",
                category="money",
                schema=_object(order=_TEXT, amount=_MONEY, currency=_TEXT),
            ),
            DemoTool(
                "cancel_subscription",
                "write",
                "irreversible",
                "Ends a subscription at once.",
                schema=_object(subscription=_TEXT, reason=_TEXT),
            ),
            DemoTool(
                "change_address",
                "write",
                "reversible",
                "Changes a delivery address.",
                schema=_object(customer=_TEXT, street=_TEXT, city=_TEXT),
            ),
        ),
        {"support-prod": "production"},
    ),
    DemoSystem(
        "ops-agent",
        "Operations agent",
        "Keeps the staging services tidy.",
        "staging",
        "A2",
        "engineer",
        "OpenAI",
        (
            _read("get_metrics", "Figures of a service.", 60, service=_TEXT),
            _read("count_rows", "Counts the rows that match.", 300, table=_TEXT),
            _read("read_file", "Reads a file of the repository.", path=_TEXT),
            _read("read_ticket", "Reads a ticket.", ticket=_TEXT),
            DemoTool(
                "delete_records",
                "destructive",
                "irreversible",
                "Deletes the rows that match.",
            ),
            DemoTool(
                "restart_service",
                "write",
                "reversible",
                "Restarts a service.",
                schema=_object(service=_TEXT),
            ),
            DemoTool(
                "grant_role",
                "write",
                "reversible",
                "Gives somebody a role.",
                category="access",
                schema=_object(person=_TEXT, role=_TEXT),
            ),
        ),
        {"ops-staging": "staging", "warehouse-root": "production"},
    ),
    DemoSystem(
        "finance-agent",
        "Finance agent",
        "Prepares payments for the month's end.",
        "production",
        "A1",
        "risk",
        "Anthropic",
        (
            _read("get_invoice", "Reads a supplier's invoice.", 3600, invoice=_TEXT),
            _read("read_mail", "Reads the last mail on a matter.", about=_TEXT),
            _read("ask_depot", "What the depot says of a delivery.", customer=_TEXT),
            DemoTool(
                "pay_invoice",
                "write",
                "irreversible",
                "Pays a supplier.",
                category="money",
                schema=_object(
                    invoice=_TEXT, supplier=_TEXT, amount=_MONEY, currency=_TEXT
                ),
            ),
            DemoTool(
                "issue_credit_note",
                "write",
                "compensable",
                "Issues a credit note.",
                category="money",
                schema=_object(customer=_TEXT, amount=_MONEY, currency=_TEXT),
            ),
        ),
        {"erp-finance": "production"},
    ),
    DemoSystem(
        "outreach-agent",
        "Outreach agent",
        "Writes follow-ups to people who asked for a quote.",
        "production",
        "A1",
        "lead",
        "Mistral",
        (
            _read("list_contacts", "Lists of people, with how many.", list=_TEXT),
            DemoTool(
                "send_campaign",
                "broadcast",
                "irreversible",
                "Sends a mail to many.",
            ),
            DemoTool(
                "send_mail",
                "write",
                "irreversible",
                "Sends one mail.",
                schema=_object(to=_TEXT, subject=_TEXT, body=_TEXT),
            ),
        ),
        {"mailer-main": "production"},
    ),
    DemoSystem(
        "airline-support",
        "Airline support agent",
        "Changes bookings for passengers; known from recorded runs.",
        "production",
        "A1",
        "lead",
        "Anthropic",
        (
            _read("get_reservation", "Reads a booking.", 300, code=_TEXT),
            _read("get_fare_rules", "The rules of a fare.", fare_basis=_TEXT),
            DemoTool(
                "cancel_reservation",
                "write",
                "irreversible",
                "Cancels a booking; the seat is gone.",
            ),
            DemoTool(
                "book_reservation",
                "write",
                "compensable",
                "Books and charges a journey.",
                category="money",
            ),
            DemoTool(
                "update_reservation_flights",
                "write",
                "compensable",
                "Changes flights or cabin, and charges or repays the difference.",
                category="money",
            ),
            DemoTool(
                "update_reservation_passengers",
                "write",
                "reversible",
                "Changes the passengers' details.",
            ),
            DemoTool(
                "update_reservation_baggages",
                "write",
                "compensable",
                "Adds bags, and charges for those that are not free.",
                category="money",
            ),
        ),
        {},
    ),
)
