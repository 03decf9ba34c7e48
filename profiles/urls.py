"""Accounts and pets under /api/v1/."""

from django.urls import path

from profiles import care_views, caretaker_views, privacy_views, push_views, views

pets = views.PetViewSet.as_view
records = views.RecordViewSet.as_view
weights = care_views.WeightViewSet.as_view
care = care_views.CareViewSet.as_view

urlpatterns = [
    path("auth/signup", views.SignUpView.as_view()),
    path("auth/confirm", views.ConfirmView.as_view()),
    path("auth/resend", views.ResendView.as_view()),
    path("auth/login", views.LoginView.as_view()),
    path("auth/refresh", views.RefreshView.as_view()),
    path("auth/logout", views.LogoutView.as_view()),
    path("auth/password/reset", views.AskResetView.as_view()),
    path("auth/password/confirm", views.ResetView.as_view()),
    path("me", views.MeView.as_view()),
    path("me/consents", views.ConsentsView.as_view()),
    path("push/key", push_views.PushKeyView.as_view()),
    path("me/devices", push_views.DevicesView.as_view()),
    path("me/devices/<uuid:pk>", push_views.DeviceView.as_view()),
    path("me/devices/<uuid:pk>/try", push_views.TryView.as_view()),
    path("me/exports", privacy_views.ExportsView.as_view()),
    path("me/exports/<uuid:pk>", privacy_views.ExportView.as_view()),
    path("erasures/<uuid:pk>", privacy_views.ErasureView.as_view()),
    path("pets", pets({"get": "list", "post": "create"})),
    path(
        "pets/<uuid:pk>", pets({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
    ),
    path("pets/<uuid:pk>/archive", pets({"post": "archive"})),
    path("pets/<uuid:pet_id>/caretakers", caretaker_views.CaretakersView.as_view()),
    path("caretakers/<uuid:pk>", caretaker_views.CaretakerView.as_view()),
    path("me/invitations", caretaker_views.InvitationsView.as_view()),
    path("me/invitations/<uuid:pk>/accept", caretaker_views.AcceptView.as_view()),
    path("pets/<uuid:pet_id>/records", records({"get": "list", "post": "create"})),
    path("pets/<uuid:pet_id>/records/<int:pk>", records({"delete": "destroy"})),
    path("pets/<uuid:pet_id>/weights", weights({"get": "list", "post": "create"})),
    path("pets/<uuid:pet_id>/weights/<int:pk>", weights({"delete": "destroy"})),
    path("pets/<uuid:pet_id>/care", care({"get": "list", "post": "create"})),
    path("pets/<uuid:pet_id>/care/proposals", care_views.ProposalsView.as_view()),
    path(
        "pets/<uuid:pet_id>/care/<uuid:pk>",
        care({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("pets/<uuid:pet_id>/care/<uuid:pk>/done", care({"post": "done"})),
    path("pets/<uuid:pet_id>/care/<uuid:pk>/skip", care({"post": "skip"})),
]
