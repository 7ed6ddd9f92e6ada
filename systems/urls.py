"""The pages of the inventory."""

from django.urls import path

from systems.views import callbacks, credentials, keys, systems, tools, versions

urlpatterns = [
    path("", systems.list_systems, name="list_systems"),
    path("new", systems.register_system, name="register_system"),
    path("<slug:slug>/", systems.show_system, name="show_system"),
    path("<slug:slug>/change", systems.change_system, name="change_system"),
    path("<slug:slug>/sign-off", systems.sign_off_system, name="sign_off_system"),
    path("<slug:slug>/words", systems.cap_words, name="cap_words"),
    path("<slug:slug>/retire", systems.retire_system, name="retire_system"),
    path("<slug:slug>/tools/new", tools.register_tool, name="register_tool"),
    path("<slug:slug>/tools/<int:tool_id>", tools.change_tool, name="change_tool"),
    path(
        "<slug:slug>/credentials/new",
        credentials.register_credential,
        name="register_credential",
    ),
    path(
        "<slug:slug>/credentials/<int:credential_id>/retire",
        credentials.retire_credential,
        name="retire_credential",
    ),
    path("<slug:slug>/versions/", versions.list_versions, name="list_versions"),
    path(
        "<slug:slug>/versions/compare",
        versions.compare_versions,
        name="compare_versions",
    ),
    path("<slug:slug>/callbacks", callbacks.show_secret, name="callback_secret"),
    path(
        "<slug:slug>/callbacks/rotate",
        callbacks.rotate_secret,
        name="rotate_callback_secret",
    ),
    path("<slug:slug>/keys/new", keys.issue_key, name="issue_key"),
    path("<slug:slug>/keys/<uuid:key_id>/rotate", keys.rotate_key, name="rotate_key"),
    path("<slug:slug>/keys/<uuid:key_id>/revoke", keys.revoke_key, name="revoke_key"),
]
