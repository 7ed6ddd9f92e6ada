"""The body of `POST /api/v1/requests`, and the Submission made of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from queues.api import fields
from queues.models import ActionRequest, Verdict
from queues.schemas import check_arguments
from queues.submissions import EvidenceItem, Fingerprint, Json, Submission
from reviewapp.core.api import StrictSerializer
from reviewapp.core.digests import canonical_json
from reviewapp.core.problems import Invalid
from systems.models import Environment, Reversibility, System
from systems.schemas import SCHEMA_LIMIT_BYTES, schema_fault

ARGUMENTS_LIMIT = 256 * 1024
LONGEST_KEY = 200
LONGEST_REASONING = 100_000
MOST_ITEMS = 50
MOST_CHANGES = 200
_VERDICTS = tuple(Verdict.values)


class Change(StrictSerializer):
    """One line of a before/after comparison, for the reviewer to see."""

    path = fields.Text(500)
    before = fields.Json(required=False, allow_null=True)
    after = fields.Json(required=False, allow_null=True)


class Action(StrictSerializer):
    """What would run."""

    tool = fields.Name()
    arguments = fields.JsonObject(limit=ARGUMENTS_LIMIT)
    summary = fields.Text(500, default="")
    schema = fields.JsonObject(limit=SCHEMA_LIMIT_BYTES, required=False)
    diff = serializers.ListField(
        child=Change(), max_length=MOST_CHANGES, default=list, required=False
    )

    def validate_schema(self, schema: Json) -> Json:
        if (fault := schema_fault(schema)) is not None:
            raise serializers.ValidationError(fault)
        return schema
