"""Pages of consultations."""

from django.urls import path

from chat import erasing_pages, history_pages, pages, timeline_pages

urlpatterns = [
    path("pets/<uuid:pk>/timeline", timeline_pages.pet_timeline, name="pet_timeline"),
    path("home", pages.home, name="home"),
    path("consultations", pages.consultation_new, name="consultation_new"),
    path("history", history_pages.history, name="history"),
    path("consultations/<uuid:pk>/pin", history_pages.pin, name="consultation_pin"),
    path("consultations/<uuid:pk>/erase", erasing_pages.erase, name="consultation_erase"),
    path("consultations/<uuid:pk>", pages.consultation, name="consultation"),
]
