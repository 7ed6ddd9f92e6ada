"""What traces cost."""

from django.urls import path

from traces.views import costs

urlpatterns = [
    path("costs/", costs.show_costs, name="show_costs"),
    path("costs/prices/", costs.list_prices, name="list_prices"),
    path("costs/prices/model", costs.set_model_price, name="set_model_price"),
    path("costs/prices/storage", costs.set_storage_price, name="set_storage_price"),
]
