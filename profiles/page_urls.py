"""Pages of accounts and pets."""

from django.urls import path

from profiles import care_pages, caretaker_pages, consent_pages, pages, privacy_pages

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("terms", pages.terms, name="terms"),
    path("signup", pages.SignUpPage.as_view(), name="sign_up"),
    path("confirm", pages.ConfirmPage.as_view(), name="confirm"),
    path("confirm/resend", pages.resend, name="resend"),
    path("login", pages.LoginPage.as_view(), name="login"),
    path("logout", pages.log_out, name="logout"),
    path("password", pages.AskResetPage.as_view(), name="reset_ask"),
    path("password/new", pages.ResetPage.as_view(), name="reset"),
    path("me", consent_pages.me, name="me"),
    path("me/consents/<slug:kind>", consent_pages.change, name="consent_change"),
    path("me/erase", privacy_pages.AccountErasePage.as_view(), name="account_erase"),
    path("me/exports", privacy_pages.export_new, name="export_new"),
    path("me/exports/<uuid:pk>/file", privacy_pages.export_file, name="export_file"),
    path("erasures/<uuid:pk>", privacy_pages.erasure, name="erasure"),
    path("pets/<uuid:pk>/erase", privacy_pages.pet_erase, name="pet_erase"),
    path("pets", pages.pets, name="pets"),
    path("pets/new", pages.pet_new, name="pet_new"),
    path("pets/<uuid:pk>", pages.pet_edit, name="pet_edit"),
    path("pets/<uuid:pk>/records", pages.record_new, name="record_new"),
    path("pets/<uuid:pk>/weights", care_pages.weigh, name="weigh"),
    path(
        "pets/<uuid:pk>/weights/<int:weight>/remove", care_pages.weight_remove, name="weight_remove"
    ),
    path("pets/<uuid:pk>/caretakers", caretaker_pages.invite, name="caretaker_invite"),
    path("caretakers/<uuid:pk>/end", caretaker_pages.end, name="caretaker_end"),
    path("invitations/<uuid:pk>/accept", caretaker_pages.accept, name="invitation_accept"),
    path("pets/<uuid:pk>/care", care_pages.care_new, name="care_new"),
    path("pets/<uuid:pk>/care/accept", care_pages.care_accept, name="care_accept"),
    path("pets/<uuid:pk>/care/<uuid:care_id>", care_pages.care_change, name="care_change"),
    path("pets/<uuid:pk>/care/<uuid:care_id>/done", care_pages.care_done, name="care_done"),
    path("pets/<uuid:pk>/care/<uuid:care_id>/skip", care_pages.care_skip, name="care_skip"),
    path("pets/<uuid:pk>/care/<uuid:care_id>/remove", care_pages.care_remove, name="care_remove"),
]
