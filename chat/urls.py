"""Consultations under /api/v1/."""

from django.urls import path

from chat import views

urlpatterns = [
    path("consultations", views.ConsultationsView.as_view()),
    path("consultations/<uuid:pk>", views.ConsultationView.as_view()),
    path("consultations/<uuid:pk>/end", views.EndView.as_view()),
    path("consultations/<uuid:pk>/messages", views.MessagesView.as_view()),
    path("consultations/<uuid:pk>/events", views.EventsView.as_view()),
    path("consultations/<uuid:pk>/stop", views.StopView.as_view()),
    path("messages/<uuid:pk>/feedback", views.FeedbackView.as_view()),
    path("chat/send", views.SendView.as_view()),
    path("chat/ticket", views.TicketView.as_view()),
]
