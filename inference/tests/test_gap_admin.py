"""What the library lacks, as staff meets it in the portal."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from inference.knowledge import gap_rows, gaps
from inference.models import Article, KnowledgeGap
from inference.tests.board import vet
from inference.tests.gaps import QUILLS, WEAK, WEEK, ask, talk, vector_of

pytestmark = pytest.mark.django_db

LIST = "admin:inference_knowledgegap_changelist"
INSURANCE = "보험은 어떤 게 좋은지 궁금해요"
LOOSE = "가시가 빠지는 고슴도치 때문에 걱정이에요"


@pytest.fixture
def by():
    return vet("view_knowledgegap", "change_knowledgegap", "add_article", "view_article")


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def gap(monkeypatch):
    """Two owners' questions about one subject; another gap beside it."""
    monkeypatch.setattr("inference.knowledge.embed.embed_query", vector_of)
    ask(talk(), INSURANCE, helpful=False)
    ask(talk(), QUILLS)
    ask(talk(species="hamster"), LOOSE, evidence=WEAK)
    return gap_rows.store(week=WEEK, found=gaps.find(WEEK))[0]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def step(client, gap, name, **more):
    return client.post(reverse("admin:inference_knowledgegap_step", args=[gap.pk, name]), **more)


def detail(client, gap):
    return client.get(reverse("admin:inference_knowledgegap_change", args=[gap.pk]))


def test_the_largest_gap_comes_first_with_its_reasons(portal, gap):
    page = portal.get(reverse(LIST))

    rows = list(page.context["cl"].result_list)
    assert [row.size for row in rows] == [2, 1]
    assert rows[0] == gap
    words = text_of(page)
    for shown in (QUILLS, LOOSE, "근거 없음 1, 근거 약함 1", "도움 안 됨 1", "열림"):
        assert shown in words


def test_every_masked_question_is_read_with_its_reasons(portal, gap):
    words = text_of(detail(portal, gap))

    assert re.search(rf"{QUILLS} \(강아지\)\s+근거 없음", words)
    assert re.search(rf"{LOOSE} \([^)]+\)\s+근거 약함", words)


def test_owners_words_are_shown_as_words(portal, monkeypatch):
    monkeypatch.setattr("inference.knowledge.embed.embed_query", vector_of)
    ask(talk(), "<script>alert(1)</script> 가시가 빠지는데 괜찮나요")
    (gap,) = gap_rows.store(week=WEEK, found=gaps.find(WEEK))

    for page in (portal.get(reverse(LIST)), detail(portal, gap)):
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert" in page.content.decode()


def test_one_click_opens_the_form_of_an_article_with_what_was_asked(portal, gap):
    page = step(portal, gap, "start")

    gap.refresh_from_db()
    address = urlsplit(page["Location"])
    given = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path == reverse("admin:inference_article_add")
    assert given["title"] == gap.title
    assert given["says"].splitlines() == [QUILLS, LOOSE]
    assert given["species"].split(",") == gap.species
    assert given["gap"] == str(gap.pk)
    assert gap.status == "started"

    form = portal.get(page["Location"]).content.decode()
    assert gap.title in form
    assert LOOSE in form
    boxes = re.findall(r'<input[^>]*name="species"[^>]*>', form)
    ticked = [box for box in boxes if re.search(r"\schecked(?=[\s>=])", box)]
    on = {re.search(r'value="(\w+)"', box).group(1) for box in ticked}
    assert on == set(gap.species)


def test_the_article_that_is_saved_is_linked_to_its_gap(portal, gap):
    address = step(portal, gap, "start")["Location"]
    posted = {
        "title": "고슴도치의 가시 빠짐", "category": "skin", "urgency": "soon", "species": gap.species,
        "conditions": "가시 빠짐 | quill loss", "says": QUILLS, "licence": "직접 작성",
        "sources": "농림축산식품부 | 고슴도치 돌보기 | 2024",
        "body": "## 이런 모습이에요\n\n- 가시가 자주 빠져요.",
        "expires_at": _in_a_year(),
    }  # fmt: skip
    form = portal.get(address)
    posted["category"] = form.context["adminform"].form.fields["category"].choices[-1][0]

    saved = portal.post(address, posted, follow=True)

    errors = getattr(saved.context.get("adminform"), "errors", None)
    gap.refresh_from_db()
    assert gap.article is not None, errors
    assert (gap.article.title, gap.status) == ("고슴도치의 가시 빠짐", "started")
    listed = portal.get(reverse(LIST)).content.decode()
    assert reverse("admin:inference_article_change", args=[gap.article_id]) in listed


def test_a_long_list_of_long_questions_still_fits_an_address(portal, gap):
    many = [{**gap.questions[0], "text": f"{number} " + "가시가" * 90} for number in range(40)]
    KnowledgeGap.objects.filter(pk=gap.pk).update(questions=many, title="가" * 200, size=40)

    address = step(portal, gap, "start")["Location"]

    assert len(address) < 8000
    assert portal.get(address).status_code == 200


def test_it_is_closed_and_opened_again(portal, gap):
    closed = step(portal, gap, "close", follow=True)
    gap.refresh_from_db()
    status = gap.status
    opened = step(portal, gap, "reopen", follow=True)

    gap.refresh_from_db()
    assert (status, gap.status) == ("closed", "open")
    assert f"“{gap.title}” 공백을 닫았어요." in text_of(closed)
    assert "다시 열었어요" in text_of(opened)


def test_a_gap_outlives_its_article(portal, gap, library):
    article = Article.objects.get(slug="bad-breath")
    KnowledgeGap.objects.filter(pk=gap.pk).update(article=article, status="started")
    article.delete()

    gap.refresh_from_db()
    assert gap.article is None
    assert detail(portal, gap).status_code == 200


def test_a_link_and_an_unknown_step_change_nothing(portal, gap):
    address = reverse("admin:inference_knowledgegap_step", args=[gap.pk, "close"])

    assert portal.get(address).status_code == 405
    assert step(portal, gap, "burn").status_code == 404
    gap.refresh_from_db()
    assert gap.status == "open"


def test_who_may_only_read_sees_no_buttons_and_changes_nothing(client, gap):
    client.force_login(vet("view_knowledgegap"))

    pages = [client.get(reverse(LIST)), detail(client, gap)]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("formaction" not in page.content.decode() for page in pages)
    assert [step(client, gap, name).status_code for name in ("start", "close")] == [403, 403]
    gap.refresh_from_db()
    assert gap.status == "open"


def test_writing_needs_the_right_to_add_articles(client, gap):
    client.force_login(vet("view_knowledgegap", "change_knowledgegap"))

    assert step(client, gap, "start").status_code == 403
    gap.refresh_from_db()
    assert gap.status == "open"


def test_staff_without_permission_sees_nothing(client, gap):
    client.force_login(vet())

    assert client.get(reverse(LIST)).status_code == 403
    assert detail(client, gap).status_code == 403


def test_what_was_just_erased_is_not_shown(portal, gap):
    from chat.models import Message

    Message.objects.get(text=LOOSE).consultation.owner.delete()

    assert LOOSE not in text_of(portal.get(reverse(LIST)))
    Message.objects.get(text=QUILLS).consultation.owner.delete()
    assert QUILLS not in text_of(detail(portal, gap))


def _in_a_year():
    from datetime import timedelta

    from django.utils import timezone

    return timezone.localdate() + timedelta(days=365)
