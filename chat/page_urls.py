"""Pages of consultations."""

from django.urls import path

from chat import pages

urlpatterns = [
    path("home", pages.home, name="home"),
    path("consultations", pages.consultation_new, name="consultation_new"),
    path("consultations/<uuid:pk>", pages.consultation, name="consultation"),
]
