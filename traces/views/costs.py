"""What traces cost, and the prices that say so."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.permissions import Right
from traces.cost_forms import ModelPriceForm, StoragePriceForm
from traces.models import ModelPrice, StoragePrice
from traces.months import months_up_to
from traces.retention import Kept
from traces.selectors.costs import costs_of
from traces.services import prices as services
from traces.services.prices import TokenPrices


@access(Right.COST_SEE)
@require_safe
def show_costs(request: HttpRequest) -> HttpResponse:
    today = timezone.now().date()
    months = months_up_to(today)
    wanted = request.GET.get("month", "")
    month = next((one for one in months if one.key == wanted), months[0])
    context = {
        "costs": costs_of(month, today),
        "months": months,
        "kinds": list(Kept),
    }
    return render_page(request, "traces/costs.html", context)


@access(Right.COST_SEE)
@require_safe
def list_prices(request: HttpRequest) -> HttpResponse:
    context = {
        "models": ModelPrice.objects.select_related("set_by"),
        "storage": StoragePrice.objects.select_related("set_by"),
    }
    return render_page(request, "traces/prices.html", context)


@access(Right.PRICE_MANAGE)
@require_http_methods(["GET", "POST"])
def set_model_price(request: HttpRequest) -> HttpResponse:
    form = ModelPriceForm(
        posted(request), initial={"pattern": request.GET.get("model", "")}
    )
    saved = save_form(
        form,
        lambda data: services.set_model_price(
            data["pattern"],
            TokenPrices(**form.tokens),
            from_date=data["from_date"],
            person=person_of(request),
            actor=actor_of(request),
        ),
    )
    if saved is None:
        return _render_form(request, form, "What a model costs")
    messages.success(request, f"Saved: {saved}.")
    return redirect("list_prices")


@access(Right.PRICE_MANAGE)
@require_http_methods(["GET", "POST"])
def set_storage_price(request: HttpRequest) -> HttpResponse:
    form = StoragePriceForm(posted(request))
    saved = save_form(
        form,
        lambda data: services.set_storage_price(
            person=person_of(request), actor=actor_of(request), **data
        ),
    )
    if saved is None:
        return _render_form(request, form, "What storage costs")
    messages.success(request, "Saved.")
    return redirect("list_prices")


def _render_form(request: HttpRequest, form: forms.Form, title: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "title": title}
    return render_page(request, "traces/price_form.html", context, status=status)
