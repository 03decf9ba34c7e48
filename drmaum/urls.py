"""Addresses: the API under /api/v1/, the portal, the web app, health."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from drmaum import shell, views
from profiles.doors import portal_login

urlpatterns = [
    path("readyz", views.readyz),
    path("admin/login/", portal_login),
    path("admin/", admin.site.urls),
    path("api/v1/", include("profiles.urls")),
    path("api/v1/", include("chat.urls")),
    path("api/v1/", include("inference.urls")),
    path("api/v1/", include("soap.urls")),
    path("api/v1/", include("transcription.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("sw.js", shell.worker, name="worker"),
    path("offline", shell.offline, name="offline"),
    path("first-aid", shell.first_aid, name="first_aid"),
    path("first-aid/<slug:slug>", shell.first_aid_card, name="first_aid_card"),
    path("", include("profiles.page_urls")),
    path("", include("chat.page_urls")),
    path("", include("inference.page_urls")),
    path("", include("soap.page_urls")),
]

handler404 = "drmaum.views.not_found"
handler500 = "drmaum.views.server_error"
handler400 = "drmaum.views.bad_request"
