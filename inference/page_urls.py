"""Pages of the library."""

from django.urls import path

from inference import pages

urlpatterns = [path("articles/<slug:slug>", pages.article, name="article")]
