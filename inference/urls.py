"""Passages, retries and clinics under /api/v1/."""

from django.urls import path

from inference import clinic_views, follow_up_views, views

urlpatterns = [
    path("clinics", clinic_views.ClinicsView.as_view()),
    path("consultations/<uuid:pk>/summary", views.SummaryView.as_view()),
    path("follow-ups", follow_up_views.FollowUpsView.as_view()),
    path("follow-ups/<uuid:pk>/answer", follow_up_views.AnswerView.as_view()),
    path("passages/<int:pk>", views.PassageView.as_view()),
    path("messages/<uuid:reply>/basis", views.BasisView.as_view()),
    path("messages/<uuid:pk>/regenerate", views.RegenerateView.as_view()),
    path("messages/<uuid:pk>/retry", views.RetryView.as_view()),
]
