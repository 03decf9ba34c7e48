"""Transcriptions under /api/v1/."""

from django.urls import path

from transcription import views

urlpatterns = [
    path("consultations/<uuid:pk>/transcriptions", views.ConsultationTranscriptionsView.as_view()),
    path("transcriptions/<uuid:pk>", views.TranscriptionView.as_view()),
    path("transcriptions/<uuid:pk>/confirm", views.ConfirmView.as_view()),
    path("transcriptions/<uuid:pk>/discard", views.DiscardView.as_view()),
    path("transcriptions/<uuid:pk>/retry", views.RetryView.as_view()),
]
