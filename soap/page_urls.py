"""Pages of notes, and what a shared link opens."""

from django.urls import path

from soap import export_views, note_pages, shared_pages

urlpatterns = [
    path("consultations/<uuid:pk>/note", note_pages.awaited, name="note_of_consultation"),
    path("consultations/<uuid:pk>/export", export_views.export, name="consultation_export"),
    path("notes/<uuid:pk>", note_pages.note, name="note"),
    path("notes/<uuid:pk>.pdf", note_pages.file, name="note_file"),
    path("notes/<uuid:pk>/links", note_pages.share, name="note_share"),
    path("notes/<uuid:pk>/review", note_pages.ask_review, name="note_ask_review"),
    path("links/<uuid:pk>/revoke", note_pages.revoke, name="link_revoke"),
    path("s/<str:secret>.pdf", shared_pages.file, name="shared_note_file"),
    path("s/<str:secret>", shared_pages.note, name="shared_note"),
]
