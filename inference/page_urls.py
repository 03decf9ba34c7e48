"""Pages of the library, of the clinics and of check-ins."""

from django.urls import path

from inference import follow_up_pages, pages

urlpatterns = [
    path("articles/<slug:slug>", pages.article, name="article"),
    path("follow-ups/<uuid:pk>/answer", follow_up_pages.answer, name="follow_up_answer"),
    path("clinics", pages.clinics, name="clinics"),
]
