"""The OpenAPI document and the page that explains it.

Both are public: the contract is in the repository, and an agent's developer reads it
before they have a key.
"""

from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from reviewapp.core.access import PUBLIC


class Schema(SpectacularJSONAPIView):
    access = PUBLIC
    authentication_classes = ()


class Docs(SpectacularSwaggerSplitView):
    """Its script comes apart from the page, as the content security policy wants."""

    template_name = "core/docs.html"
    access = PUBLIC
    authentication_classes = ()
