"""The library as staff and vets keep it in the portal."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from inference import keeping
from inference.models import Article
from inference.tests import conftest
from inference.tests.board import vet
from inference.tests.files import FREE, blank_pdf
from inference.tests.keeping_world import (
    BODY,
    DOSE,
    brought_in,
    expire,
    keeper,
    reviewing_vet,
    written,
)
from inference.tests.rule_list import text_of

pytestmark = pytest.mark.django_db
LIST = "admin:inference_article_changelist"
ADD = "admin:inference_article_add"
UPLOAD = "admin:inference_article_upload"
GRAPE = "grape-raisin-toxicosis"


@pytest.fixture
def by():
    return keeper()


@pytest.fixture
def portal(client, by):
    client.force_login(by)
    return client


def form_data(**fields):
    return {
        "title": "귀를 자주 터는 강아지", "category": "ear", "urgency": "soon",
        "species": ["dog", "cat"], "conditions": "외이염 | otitis externa | 귓병, 귀 염증",
        "says": "귀를 긁어요\n\n귀에서 냄새나요", "body": BODY,
        "sources": "병원 | 안내서 | 2024 | https://example.org/ears\n협회 | 책",
        "licence": "직접 작성", "expires_at": timezone.localdate() + timedelta(days=300), **fields,
    }  # fmt: skip


def add(client, **fields):
    return client.post(reverse(ADD), form_data(**fields), follow=True)


def change(client, article, **fields):
    page = reverse("admin:inference_article_change", args=[article.pk])
    return client.post(page, form_data(**fields), follow=True)


def act(client, action, *articles):
    given = {"action": action, "_selected_action": [one.pk for one in articles]}
    return text_of(client.post(reverse(LIST), given, follow=True))


def shown(client, **query):
    return {one.title for one in client.get(reverse(LIST), query).context["cl"].result_list}


def errors(page):
    return page.context["adminform"].form.errors


def upload(client, name, data, **fields):
    file = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
    day = timezone.localdate() + timedelta(days=300)
    told = {"publisher": "병원", "title": "안내서", "licence": "허락받음", "expires_at": day}
    return client.post(reverse(UPLOAD), {"file": file, **told, **fields}, follow=True)


def test_an_article_is_written_in_plain_lines(portal, by):
    add(portal)

    article = Article.objects.get()
    assert (article.status, article.origin, article.added_by) == ("draft", "written", by)
    assert article.species == ["dog", "cat"]
    assert article.conditions == [
        {"ko": "외이염", "en": "otitis externa", "synonyms": ["귓병", "귀 염증"]}
    ]
    assert article.says == ["귀를 긁어요", "귀에서 냄새나요"]
    assert article.sources == [
        {"publisher": "병원", "title": "안내서", "year": 2024, "url": "https://example.org/ears"},
        {"publisher": "협회", "title": "책"},
    ]
    assert article.indexed_at is None


def test_the_form_of_a_new_article_brings_the_headings_along(portal):
    page = portal.get(reverse(ADD), {"title": "귀", "says": "귀를 긁어요", "species": "dog,cat"})

    form = page.context["adminform"].form
    assert form["body"].value().startswith("## 이런 모습이에요")
    assert form["title"].value() == "귀"
    assert form["species"].value() == ["dog", "cat"]


def test_a_stored_article_opens_as_it_was_written_and_saves_unchanged(portal):
    add(portal)
    article = Article.objects.get()
    page = portal.get(reverse("admin:inference_article_change", args=[article.pk]))
    form = page.context["adminform"].form
    told = {name: form[name].value() for name in ("conditions", "says", "sources")}
    keeping.review_article(article=article, by=reviewing_vet())

    change(portal, article, **told)

    article.refresh_from_db()
    assert article.status == "vet_reviewed"
    assert told["conditions"] == "외이염 | otitis externa | 귓병, 귀 염증"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", DOSE, "보호자에게 보일 수 없는 문장"),
        ("title", "가" * 120, "110자까지"),
        ("body", f"## 지금 할 일\n\n- {DOSE}", "보호자에게 보일 수 없는 문장"),
        ("body", "## 지금 할 일\n\nhttps://a.kr 에서 보세요.", "보호자에게 보일 수 없는 문장"),
        ("body", "제목 없이 쓴 글이에요.", "첫 줄은"),
        ("body", "## 엉뚱한 제목\n\n글이에요.", "쓸 수 없는 제목이에요: 엉뚱한 제목"),
        ("body", "## 지금 할 일\n\n## 병원에서는\n\n글이에요.", "내용이 비어 있어요: 지금 할 일"),
        ("body", "## 병원에서는\n\n글.\n\n## 병원에서는\n\n글.", "두 번"),
        ("sources", "병원", "발행처와 제목"),
        ("sources", "", "꼭 필요"),
        ("sources", "병원 | 책 | 이천년", "연도가 아니에요"),
        ("sources", "병원 | 책 | 2024 | javascript:alert(1)", "주소가 아니에요"),
        ("conditions", "| otitis", "한글 이름이 없어요"),
        ("licence", "", "꼭 필요"),
        ("species", [], "꼭 필요"),
        ("species", ["dragon"], "dragon"),
        ("category", "nothing", "nothing"),
        ("expires_at", "2020-01-01", "내일부터 3년"),
        ("expires_at", "2099-01-01", "내일부터 3년"),
    ],
)
def test_what_is_wrong_is_refused_in_korean(portal, field, value, said):
    page = add(portal, **{field: value})

    assert list(errors(page)) == [field]
    assert said in errors(page)[field][0]
    assert not Article.objects.exists()


def test_an_edit_takes_the_review_away(portal):
    article = keeping.review_article(article=written(keeper()), by=reviewing_vet())

    change(portal, article, title="고친 제목")

    article.refresh_from_db()
    assert (article.title, article.status, article.reviewed_by) == ("고친 제목", "draft", None)


def test_a_free_document_that_was_brought_in_keeps_its_own_headings(portal):
    brought_in()
    article = Article.objects.get()

    change(portal, article, body=article.body.replace("냄새", "악취"))

    article.refresh_from_db()
    assert "악취" in article.body
    assert article.origin == "written"


def test_a_shipped_article_is_read_and_only_its_term_is_changed(portal):
    article = conftest.store(GRAPE)
    day = timezone.localdate() + timedelta(days=33)

    page = change(portal, article, expires_at=day, body="## 지금 할 일\n\n다른 글")

    article.refresh_from_db()
    assert page.status_code == 200
    assert article.expires_at == day
    assert article.body == conftest.draft(GRAPE).body
    opened = portal.get(reverse("admin:inference_article_change", args=[article.pk]))
    assert list(opened.context["adminform"].form.fields) == ["expires_at"]
    assert "건포도 중독" in text_of(opened)


def test_a_shipped_article_offers_no_deletion(portal):
    shipped, own = conftest.store(GRAPE), written(keeper())

    for article, status in ((shipped, 403), (own, 302)):
        page = reverse("admin:inference_article_delete", args=[article.pk])
        assert portal.post(page, {"post": "yes"}).status_code == status
    assert list(Article.objects.all()) == [shipped]


def test_staff_check_extend_and_withdraw_from_the_list(portal, by):
    article = expire(written(by))
    assert "만료" in text_of(portal.get(reverse(LIST)))

    assert "만료일을 먼저 늘려" in act(portal, "check_sources", article)
    assert "만료일을 늘렸어요" in act(portal, "extend_a_year", article)
    assert "1개 문서의 출처를 확인했어요" in act(portal, "check_sources", article)
    today = timezone.localdate()
    assert f"출처 확인 · {today:%Y.%m.%d}" in text_of(portal.get(reverse(LIST)))
    assert "1개 문서를 내렸어요" in act(portal, "withdraw", article)

    article.refresh_from_db()
    assert (article.status, article.expires_at) == ("draft", today + timedelta(days=365))
    assert LogEntry.objects.filter(user=by, object_id=article.pk).count() == 3


def test_a_vet_approves_and_staff_cannot(client, by):
    article, doctor = written(by), reviewing_vet()
    client.force_login(by)
    act(client, "review", article)
    article.refresh_from_db()
    assert article.status == "draft"

    client.force_login(doctor)
    assert "1개 문서를 승인했어요" in act(client, "review", article)

    article.refresh_from_db()
    assert (article.status, article.reviewed_by) == ("vet_reviewed", doctor)
    assert "수의사 검토 · 김수의 ·" in text_of(client.get(reverse(LIST)))


def test_the_list_is_filtered_and_searched(portal, by):
    ears = written(by)
    eyes = written(by, title="눈곱", category="eye", species=["cat"], urgency="home",
                   conditions=[{"ko": "결막염", "en": ""}])  # fmt: skip
    expire(eyes)
    brought_in(FREE.replace("귀를 자주 터는 강아지", "귀 안내"))
    keeping.check_article(article=ears, by=by)

    assert shown(portal, q="결막염") == {"눈곱"}
    assert shown(portal, q="불빛") == {ears.title, "눈곱"}
    assert shown(portal, expired="yes") == {"눈곱"}
    assert shown(portal, expired="no") == {ears.title, "귀 안내"}
    assert shown(portal, expired="soon") == set()
    assert shown(portal, origin__exact="imported") == {"귀 안내"}
    assert shown(portal, category="eye") == {"눈곱"}
    assert shown(portal, urgency__exact="home") == {"눈곱"}
    assert shown(portal, status__exact="source_checked") == {ears.title}
    assert shown(portal, animal="bird") == {"귀 안내"}


def test_a_draft_is_seen_as_owners_would_see_it_by_staff_only(client, by, owner):
    article = written(by)
    page = reverse("admin:inference_article_preview", args=[article.pk])
    client.force_login(by)
    words = text_of(client.get(page))
    assert "미리보기예요" in words
    assert "아직 초안이라" in words
    assert "고개가 기울면" in words
    assert client.get(f"/articles/{article.slug}").status_code == 404

    for user in (owner, vet("view_triagerule")):
        client.force_login(user)
        assert client.get(page).status_code in (302, 403)


def test_a_file_is_brought_in_as_a_draft(portal, by):
    page = upload(portal, "귀.md", FREE, species=["dog"], urgency="soon")

    article = Article.objects.get()
    assert "새 문서 1개" in text_of(page)
    assert (article.status, article.origin, article.species) == ("draft", "imported", ["dog"])
    assert article.added_by == by
    assert article.expires_at == timezone.localdate() + timedelta(days=300)


@pytest.mark.parametrize(
    ("name", "data", "fields", "said"),
    [
        ("a.pdf", blank_pdf(), {}, "그림만 있는 PDF"),
        ("a.pdf", blank_pdf(1, "secret"), {}, "암호가 걸린 PDF"),
        ("a.exe", b"MZ", {}, "읽을 수 없는 종류"),
        ("a.md", FREE, {"publisher": ""}, "출처가 모자라요"),
        ("a.md", FREE, {"licence": ""}, "이용 조건이 없어요"),
        ("a.csv", "title,body\n,글\n", {}, "2번째 행: 제목이 없어요"),
        ("a.md", FREE, {"expires_at": "2020-01-01"}, "내일부터 3년"),
        ("a.md", FREE, {"url": "javascript:alert(1)"}, "인터넷 주소를 다시 확인"),
    ],
)
def test_a_file_that_cannot_come_in_is_refused_in_korean(portal, name, data, fields, said):
    words = text_of(upload(portal, name, data, **fields))

    assert said in words
    assert not Article.objects.exists()


def test_files_are_brought_in_by_those_who_may(client):
    client.force_login(vet("view_article", "change_article"))

    assert client.get(reverse(UPLOAD)).status_code == 403
    assert upload(client, "a.md", FREE).status_code == 403
    assert not Article.objects.exists()


def test_markup_in_an_article_stays_text(portal, by):
    article = written(by, body="## 지금 할 일\n\n- 1 < 2 & 3")
    Article.objects.update(title="<img src=x>귀")
    page = reverse("admin:inference_article_preview", args=[article.pk])

    shown_page = portal.get(page).content.decode()

    assert "<img src=x>" not in shown_page
    assert "1 &lt; 2 &amp; 3" in shown_page
