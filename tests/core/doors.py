"""Doors that exist only in tests: one for each way in which a view can end."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import InternalError, OperationalError, connection
from django.http import Http404, HttpResponse
from django.urls import path
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    InFailedSqlTransaction,
)
from rest_framework import serializers
from rest_framework.response import Response

from reviewapp.core.access import PUBLIC, SIGNED_IN, access, rule
from reviewapp.core.api import ApiView, QuerySerializer, StrictSerializer
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Overloaded
from reviewapp.core.words import WordsGone
from reviewapp.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
)
from reviewapp.urls import (
    urlpatterns as real,
)


class Part(StrictSerializer):
    word = serializers.CharField(max_length=5)


class Body(StrictSerializer):
    text = serializers.CharField(max_length=20, required=False)
    number = serializers.IntegerField(required=False, max_value=1000)
    share = serializers.FloatField(required=False)
    amount = serializers.DecimalField(max_digits=6, decimal_places=2, required=False)
    flag = serializers.BooleanField(required=False)
    choice = serializers.ChoiceField(["a", "1"], required=False)
    moment = serializers.DateTimeField(required=False)
    ident = serializers.UUIDField(required=False)
    anything = serializers.JSONField(required=False)
    numbers = serializers.ListField(
        child=serializers.IntegerField(), max_length=3, required=False
    )
    part = Part(required=False)
    parts = Part(many=True, required=False, max_length=3)
    made = serializers.CharField(max_length=5, read_only=True)


class Query(QuerySerializer):
    limit = serializers.IntegerField(max_value=100, default=50)


class Echo(ApiView):
    access = rule(Right.REQUEST_SEE)

    def post(self, request):
        return Response(self.taken(Body))

    def get(self, request):
        return Response({**self.asked(Query), "actor": self.actor.name})


class Fresh(ApiView):
    access = rule(Right.REQUEST_SEE, fresh=True)

    def post(self, request):
        return Response({})


class Undeclared(ApiView):
    def get(self, request):
        return Response({"secret": "everything"})


class Ending(ApiView):
    """Ends as the address says."""

    access = PUBLIC

    def get(self, request, how):
        end(how)


def end(how: str) -> None:
    endings = {
        "conflict": Conflict("taken", "Somebody holds it."),
        "full": Overloaded("queue_full", "Too much.", retry_after_s=30),
        "gone": Http404("a secret of the inside"),
        "denied": PermissionDenied("a secret of the inside"),
        "wordless": WordsGone("a secret of the inside"),
        "deadlock": _caused_by(OperationalError(), DeadlockDetected()),
        "idle": _caused_by(InternalError(), IdleInTransactionSessionTimeout()),
        "broken_transaction": _caused_by(InternalError(), InFailedSqlTransaction()),
        "bug": ValueError("a secret of the inside"),
    }
    if how == "data":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'a secret of the inside'::integer")
    raise endings[how]


def _caused_by(exc: Exception, cause: Exception) -> Exception:
    exc.__cause__ = cause
    return exc


@access(PUBLIC)
def ending(request, how):
    end(how)


@access(SIGNED_IN)
def signed_in(request):
    return HttpResponse("inside")


@access(Right.LOG_READ, Right.PEOPLE_MANAGE)
def any_of_two(request):
    return HttpResponse("inside")


@access(Right.PEOPLE_MANAGE, fresh=True)
def fresh(request):
    return HttpResponse("inside")


def undeclared(request):
    return HttpResponse("everything")


urlpatterns = [
    *real,
    path("api/test/echo", Echo.as_view()),
    path("api/test/fresh", Fresh.as_view()),
    path("api/test/undeclared", Undeclared.as_view()),
    path("api/test/ends/<str:how>", Ending.as_view()),
    path("test/ends/<str:how>", ending),
    path("test/signed-in", signed_in),
    path("test/any-of-two", any_of_two),
    path("test/fresh", fresh),
    path("test/undeclared", undeclared),
]
