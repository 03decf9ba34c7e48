"""The document of the whole API: its sections in Korean, an example of every body, and how one call
leads to the next.
"""

from collections.abc import Iterator
from typing import Any

from drmaum.api_examples import EXAMPLES

VERBS = {"get", "post", "put", "patch", "delete"}
PREFIX = "/api/v1/"
SCHEMAS = "#/components/schemas/"
Document = dict[str, Any]

# The first rule whose words stand in an address names its section.
SECTIONS: list[tuple[str, tuple[str, ...], str]] = [
    ("함께 돌보기", ("caretakers", "invitations"), "다른 분을 초대해 한 아이를 함께 돌봅니다."),
    ("기기 알림", ("push", "devices"), "휴대폰과 브라우저로 받는 알림."),
    ("돌봄 일정", ("care",), "예방접종, 구충, 검진, 약의 일정과 알림."),
    ("계정", ("auth",), "가입, 로그인, 비밀번호. 로그인하지 않고 씁니다."),
    ("내 정보", ("me", "erasures"), "동의, 내 자료 받기, 탈퇴와 삭제 확인서."),
    ("사진과 음성", ("uploads",), "올릴 주소를 받고, 올리고, 확인을 부탁합니다."),
    ("음성 받아쓰기", ("transcriptions",), "녹음에서 들은 글을 보호자가 확인하고 보냅니다."),
    ("상담 요약", ("note", "notes", "links"), "쉬운 말로 쓴 요약, 수의사 확인, 공유 링크."),
    ("안부 확인", ("follow-ups",), "위험했던 일 뒤에 보내는 질문과 답."),
    ("동물병원", ("clinics", "summary"), "가까운 동물병원과, 병원에 보여 줄 요약."),
    ("근거", ("passages", "basis"), "답변이 인용한 글과, 답변에 쓴 정보."),
    ("반려동물", ("pets",), "프로필, 의료 기록, 몸무게."),
    ("상담", ("consultations", "messages", "chat", "search"), "상담과 메시지, 답변, 별점, 검색."),
]

# What is made or found, where in the answer its id stands, and by what name other calls ask for it.
LEADS: list[tuple[str, str, str, str]] = [
    (
        "pets_create",
        "id",
        "id",
        "pets_retrieve pets_partial_update pets_archive_create pets_destroy",
    ),
    (
        "pets_create",
        "id",
        "pet_id",
        "pets_weights_create pets_weights_list pets_records_create pets_records_list"
        " pets_care_create pets_care_list pets_care_proposals_list pets_caretakers_create"
        " pets_caretakers_list",
    ),
    ("pets_caretakers_create", "id", "id", "caretakers_destroy"),
    (
        "consultations_create",
        "id",
        "id",
        "consultations_retrieve consultations_messages_list consultations_events_retrieve"
        " consultations_pin_create consultations_rating_update consultations_rating_retrieve"
        " consultations_rating_destroy consultations_end_create consultations_note_retrieve"
        " consultations_export_retrieve consultations_destroy",
    ),
    (
        "consultations_list",
        "results/0/id",
        "id",
        "consultations_rating_update consultations_note_retrieve consultations_summary_retrieve",
    ),
    (
        "consultations_note_retrieve",
        "note/id",
        "id",
        "notes_retrieve notes_links_create notes_review_request_create",
    ),
    ("consultations_destroy", "id", "id", "erasures_retrieve"),
    ("pets_destroy", "id", "id", "erasures_retrieve"),
    ("chat_send_create", "message/id", "id", "messages_retry_create"),
    (
        "consultations_messages_list",
        "results/0/id",
        "id",
        "messages_feedback_update messages_feedback_destroy messages_regenerate_create",
    ),
    ("consultations_messages_list", "results/0/id", "reply", "messages_basis_retrieve"),
    ("uploads_create", "id", "id", "uploads_retrieve uploads_confirm_create uploads_destroy"),
    ("notes_links_create", "link/id", "id", "links_destroy"),
    ("follow_ups_list", "results/0/id", "id", "follow_ups_answer_create"),
    ("me_exports_create", "id", "id", "me_exports_retrieve"),
    ("me_invitations_list", "0/id", "id", "me_invitations_accept_create"),
]
# The same, where the next call asks for the id in its body.
BODY_LEADS: list[tuple[str, str, str, str]] = [
    ("pets_create", "id", "pet", "consultations_create"),
    ("consultations_create", "id", "consultation", "chat_send_create"),
    ("consultations_create", "id", "consultation", "uploads_create"),
]


def with_sections(result: Document, **_: Any) -> Document:
    """A postprocessing hook: every operation stands in a section with a Korean name."""
    for path, operation in _operations(result):
        words = set(path.removeprefix(PREFIX).split("/"))
        section = next(name for name, told_by, _ in SECTIONS if words & set(told_by))
        operation["tags"] = [section]
    result["tags"] = [{"name": name, "description": told} for name, _, told in SECTIONS]
    return result


def with_examples(result: Document, **_: Any) -> Document:
    """A postprocessing hook: every body of a request has its example."""
    for _path, operation in _operations(result):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = _name_of(content["schema"])
            if name in EXAMPLES:  # a test tells of those that are missing
                content["example"] = EXAMPLES[name]
    return result


def with_links(result: Document, **_: Any) -> Document:
    """A postprocessing hook: what an answer holds, other calls can go on with."""
    known = {operation["operationId"]: operation for _path, operation in _operations(result)}
    for source, pointer, name, targets in LEADS:
        for target in targets.split():
            given = {"parameters": {name: f"$response.body#/{pointer}"}}
            _lead(known[source], target, given)
    for source, pointer, name, target in BODY_LEADS:
        content = known[target]["requestBody"]["content"]["application/json"]
        body = {**content["example"], name: f"$response.body#/{pointer}"}
        _lead(known[source], target, {"requestBody": body})
    return result


def _lead(source: Document, target: str, given: Document) -> None:
    for status, response in source["responses"].items():
        if status.startswith("2"):
            response.setdefault("links", {})[target] = {"operationId": target, **given}


def _operations(result: Document) -> Iterator[tuple[str, Document]]:
    for path, operations in result["paths"].items():
        for verb in operations.keys() & VERBS:
            yield path, operations[verb]


def _name_of(schema: Document) -> str:
    """A body without a serializer is that of a file."""
    return str(schema.get("$ref", f"{SCHEMAS}FileRequest")).removeprefix(SCHEMAS)
