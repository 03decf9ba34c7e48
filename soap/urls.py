"""Summaries under /api/v1/."""

from django.urls import path

from soap import export_views, views

urlpatterns = [
    path("consultations/<uuid:pk>/note", views.AwaitedNoteView.as_view()),
    path("consultations/<uuid:pk>/export", export_views.ExportView.as_view()),
    path("search/notes", views.NoteSearchView.as_view()),
    path("notes/<uuid:pk>", views.NoteView.as_view()),
    path("notes/<uuid:pk>/links", views.LinksView.as_view()),
    path("notes/<uuid:pk>/review-request", views.ReviewRequestView.as_view()),
    path("links/<uuid:pk>", views.LinkView.as_view()),
]
