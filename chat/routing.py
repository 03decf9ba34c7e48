"""Sockets."""

from django.urls import path

from chat.consumers import ConsultationConsumer

websocket_urlpatterns = [
    path("ws/v1/consultations/<uuid:consultation_id>/", ConsultationConsumer.as_asgi()),
]
