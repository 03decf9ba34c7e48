"""What is kept of an owner, why, and for how long: as it is told, from the settings that hold."""

from dataclasses import dataclass

from django.conf import settings

from profiles.exports import KEPT


@dataclass(frozen=True)
class Kept:
    """One line of the table that owners read."""

    what: str
    why: str
    how_long: str


@dataclass(frozen=True)
class Processor:
    """Who abroad gets words, and only with the consent."""

    name: str
    country: str
    when: str


UNTIL_ERASED = "지우실 때까지"
PROCESSORS = (
    Processor("Anthropic PBC (Claude)", "미국", "답변, 상담 요약을 쓸 때"),
    Processor("OpenAI OpCo, LLC (GPT)", "미국", "앞의 모델이 답하지 못해 대신 쓸 때"),
)


def kept() -> list[Kept]:
    day = 24 * 3600
    answers = settings.ANSWER_CACHE_SECONDS // day
    return [
        Kept("이메일, 비밀번호(알아볼 수 없게 바꿔서), 이름, 동의한 기록", "로그인과 동의 확인",
             "계정을 지우실 때까지"),
        Kept("로그인한 기기", "로그인 유지",
             f"앱은 {settings.REFRESH_TOKEN_DAYS}일, 웹은 {settings.SESSION_COOKIE_AGE // day}일"),
        Kept("알림을 받는 기기의 주소", "이 기기로 알리기. 알림의 글은 기기에서만 풀려요",
             "알림을 끄거나 로그아웃하실 때까지"),
        Kept("반려동물 정보, 의료 기록, 몸무게, 돌봄 일정", "답변에 반영하고 일정을 알리기",
             UNTIL_ERASED),
        Kept("상담에서 나눈 말, 긴급도, 평가", "답변, 지난 상담 보기, 답변의 질 살피기", UNTIL_ERASED),
        Kept("함께 돌보는 분을 초대한 이메일", "초대 보내기, 같이 보고 적기",
             "끝내신 다음 날까지 (받지 않은 초대는 2주)"),
        Kept("사진, 진료 서류", "상담과 기록에 보여 드리기", UNTIL_ERASED),
        Kept("녹음", "글로 바꾸기",
             f"{settings.MEDIA_AUDIO_DAYS}일 (‘계속 보관’을 고르시면 {UNTIL_ERASED})"),
        Kept("녹음을 글로 바꾼 것", "답변, 지난 상담 찾기", UNTIL_ERASED),
        Kept("올리다 만 파일", "다시 올리기", f"{settings.MEDIA_UNFINISHED_HOURS}시간"),
        Kept("상담 요약(K-SOAP 노트)과 공유 링크", "병원에 보여 주기, 수의사 확인", UNTIL_ERASED),
        Kept("다시 쓰려고 남겨 둔 답변", "같은 질문에 빨리 답하기",
             f"{answers}일 (상담을 지우시면 함께)"),
        Kept("답하지 못한 질문(이름·연락처를 가린 글)", "지식 문서 보태기",
             "상담을 지우실 때까지"),
        Kept("내려받기용으로 모은 파일", "내 자료 내려받기", f"{KEPT.days}일"),
        Kept("수의사가 요약을 열어 본 기록", "누가 언제 봤는지 확인하기",
             "지우신 뒤에도 남아요. 상담의 내용은 들어 있지 않아요"),
        Kept("AI 이용량 장부", "비용 관리",
             "지우신 뒤에도 남아요. 누구의 것인지와 내용은 남지 않아요"),
        Kept("서버 로그", "장애를 찾기", "서버를 운영하는 설정에 따라요. 나눈 말은 적지 않아요"),
    ]  # fmt: skip
