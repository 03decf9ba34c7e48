"""Consultations under /api/v1/."""

from django.urls import path

from chat import history_views, rating_views, upload_views, views

urlpatterns = [
    path("consultations", views.ConsultationsView.as_view()),
    path("consultations/<uuid:pk>", views.ConsultationView.as_view()),
    path("consultations/<uuid:pk>/end", views.EndView.as_view()),
    path("consultations/<uuid:pk>/messages", views.MessagesView.as_view()),
    path("consultations/<uuid:pk>/events", views.EventsView.as_view()),
    path("consultations/<uuid:pk>/stop", views.StopView.as_view()),
    path("consultations/<uuid:pk>/pin", history_views.PinView.as_view()),
    path("search", history_views.SearchView.as_view()),
    path("consultations/<uuid:pk>/rating", rating_views.RatingView.as_view()),
    path("messages/<uuid:pk>/feedback", views.FeedbackView.as_view()),
    path("consultations/<uuid:pk>/uploads", upload_views.ConsultationUploadsView.as_view()),
    path("uploads", upload_views.UploadsView.as_view()),
    path("uploads/<uuid:pk>", upload_views.UploadView.as_view()),
    path("uploads/<uuid:pk>/file", upload_views.FileView.as_view()),
    path("uploads/<uuid:pk>/confirm", upload_views.ConfirmView.as_view()),
    path("uploads/<uuid:pk>/keep", upload_views.KeepView.as_view()),
    path("uploads/<uuid:pk>/content", upload_views.ContentView.as_view()),
    path("chat/send", views.SendView.as_view()),
    path("chat/ticket", views.TicketView.as_view()),
]
