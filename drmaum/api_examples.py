"""One realistic body for every request of the API, by the name of its schema in the document."""

from typing import Any

PET = "3f0b7c52-6f0e-4d3b-9a44-0c7a5d1f2b61"
CONSULTATION = "b4a1c9d6-27f3-4e58-8c1d-5e9f6a70d342"

EXAMPLES: dict[str, dict[str, Any]] = {
    "SignUpRequest": {
        "email": "bori@example.com",
        "password": "따뜻한-물-한-그릇-7",
        "name": "보리 보호자",
        "consents": {"terms": True, "privacy": True, "overseas_ai": False, "vet_review": True},
    },
    "EmailRequest": {"email": "bori@example.com"},
    "ConfirmEmailRequest": {
        "email": "bori@example.com",
        "code": "482915",
        "password": "따뜻한-물-한-그릇-7",
    },
    "LoginRequest": {"email": "bori@example.com", "password": "따뜻한-물-한-그릇-7"},
    "RefreshRequest": {"refresh": "r4nL2xWq8Zt0bVd6uKc1YpHs"},
    "ResetRequest": {
        "email": "bori@example.com",
        "code": "482915",
        "password": "시원한-바람-두-줄기-8",
    },
    "PasswordRequest": {"password": "따뜻한-물-한-그릇-7"},
    "ConsentRequest": {"kind": "vet_review", "is_granted": True},
    "PetRequest": {
        "name": "보리",
        "species": "dog",
        "breed": "말티즈",
        "birth_date": "2019-04-12",
        "sex": "female",
        "is_neutered": True,
        "weight_kg": "4.20",
        "allergies": ["닭고기"],
        "conditions": ["슬개골 탈구 2기"],
    },
    "PatchedPetRequest": {"weight_kg": "4.35", "medicines": ["심장사상충 예방약"]},
    "MedicalRecordRequest": {
        "kind": "surgery",
        "title": "슬개골 탈구 수술",
        "notes": "왼쪽 뒷다리. 두 달 뒤 재검진에서 이상이 없었어요.",
        "happened_on": "2024-09-03",
    },
    "WeightRequest": {"kg": "4.20", "measured_on": "2026-03-05"},
    "CareRequest": {
        "kind": "parasite",
        "title": "심장사상충 예방",
        "due_on": "2026-04-01",
        "every_days": 30,
        "remind_days": 3,
        "is_reminded": True,
    },
    "PatchedCareChangeRequest": {"due_on": "2026-04-05", "remind_days": 1},
    "DoneRequest": {"done_on": "2026-04-01"},
    "InviteRequest": {"email": "family@example.com"},
    "OpenConsultationRequest": {"pet": PET},
    "PinRequest": {"is_pinned": True},
    "SendRequest": {
        "consultation": CONSULTATION,
        "text": "어제저녁부터 노란 거품을 세 번 토했어요. 물은 조금씩 마셔요.",
        "idempotency_key": "bori-20260305-0930",
    },
    "RateRequest": {"is_helpful": False, "reasons": ["too_long"], "comment": "조금 길었어요."},
    "RateConsultationRequest": {
        "stars": 5,
        "reasons": ["quick", "calming"],
        "comment": "새벽에 많이 놀랐는데 덕분에 마음이 놓였어요.",
    },
    "AnswerRequest": {"choice": "better", "text": "아침에는 사료를 반쯤 먹었어요."},
    "ShareRequest": {"days": 7},
    "AskRequest": {
        "consultation": CONSULTATION,
        "kind": "photo",
        "name": "보리-귀.jpg",
        "content_type": "image/jpeg",
        "size": 842113,
        "body_part": "ear",
    },
    "FileRequest": {
        "token": "1wPq3c:7Zb0uJr5mXk2",
        "key": "incoming/photo/3f0b7c52.jpg",
        "Content-Type": "image/jpeg",
        "file": "(보리-귀.jpg의 내용)",
    },
    "KeepRequest": {"is_kept": True},
    "ConfirmRequest": {"text": "어제부터 밥을 안 먹고, 오늘 아침에 두 번 토했어요."},
    "SubscriptionRequest": {
        "endpoint": "https://push.example.com/send/9fK2mQ",
        "keys": {
            "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA",
            "auth": "tBHItJI5svbpez7KI4CCXg",
        },
        "label": "보리 보호자의 휴대폰",
        "kinds": ["care", "check_in"],
    },
    "PatchedKindsRequest": {"kinds": ["care", "check_in", "review"]},
}
