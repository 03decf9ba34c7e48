"""The app shell without a browser: manifest, worker, and the pages that stand without a network."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from drmaum import shell
from drmaum.first_aid import all_cards

SUBJECTS = {
    "cpr": "심폐소생술",
    "choking": "질식",
    "breathing": "호흡 곤란",
    "bleeding": "출혈",
    "seizure": "경련",
    "poisoning": "중독",
    "heatstroke": "열사병",
    "accident": "떨어졌어요",
    "cat-urine": "소변을 못",
    "birth": "난산",
    "eye": "눈을",
    "burn": "화상",
    "bites-and-stings": "벌에",
    "drowning": "익수",
}
DOSE = re.compile(r"\d\s*(mg|ml|mL|cc|g|밀리|알을|정을|방울)\b|1회|하루 \d번 먹")
GIVES = re.compile(r"(먹이|발라|뿌려|주사해|투여해)\s?(세요|주세요)")
VOMITING = re.compile(r"토하게 (하세요|해 주세요)|구토를 (유도하세요|시키세요)")


def head(answer) -> dict:
    """What the server has written above the worker's code."""
    first, _, _ = answer.content.decode().partition("\n")
    return json.loads(first.removeprefix("const SHELL = ").removesuffix(";"))


def test_the_manifest_tells_a_phone_how_to_install_the_app(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"].startswith("application/manifest+json")
    told = answer.json()
    assert (told["name"], told["lang"], told["display"]) == ("Dr. 마음", "ko", "standalone")
    assert told["scope"] == "/"
    sizes = {(icon["sizes"], icon.get("purpose")) for icon in told["icons"]}
    assert sizes >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_each_icon_is_a_picture_of_the_size_that_it_claims(client):
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        file = finders.find(icon["src"].removeprefix("/static/"))
        assert file, icon
        if icon["type"] == "image/png":
            with Image.open(file) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.django_db
def test_a_page_names_manifest_touch_icon_and_both_theme_colours(client):
    page = client.get("/").content.decode()
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    assert 'rel="apple-touch-icon"' in page
    assert page.count('name="theme-color"') == 2
    assert "(prefers-color-scheme: dark)" in page


def test_the_worker_rules_the_whole_site_and_is_asked_for_every_time(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_all_that_the_worker_keeps_is_there(client):
    told = head(client.get("/sw.js"))
    assert told["pages"][0] == "/offline"
    assert set(told["pages"][1:]) == {"/first-aid", *(f"/first-aid/{slug}" for slug in SUBJECTS)}
    for path in told["assets"]:
        assert finders.find(path.removeprefix("/static/")), path


@pytest.mark.django_db
def test_a_kept_page_is_the_same_for_an_owner_and_for_everybody(client, owner):
    paths = head(client.get("/sw.js"))["pages"]
    before = [client.get(path) for path in paths]
    assert {answer.status_code for answer in before} == {200}
    client.force_login(owner)
    for path, answer in zip(paths, before, strict=True):
        assert without_nonce(client.get(path)) == without_nonce(answer), path
        assert "account" not in answer.content.decode()


def without_nonce(answer) -> str:
    return re.sub(r'nonce="[^"]*"', "", answer.content.decode())


@pytest.mark.django_db
def test_other_pages_tell_the_worker_whose_they_are(client, owner):
    assert '<meta name="account" content="" />' in client.get("/login").content.decode()
    client.force_login(owner)
    assert f'content="{owner.pk}"' in client.get("/home").content.decode()


def test_another_file_is_another_version(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "_shipped", lambda: [tmp_path / "style.css"])
    settings.BASE_DIR = tmp_path
    found = set()
    for text in ("a { color: red }", "a { color: blue }"):
        (tmp_path / "style.css").write_text(text)
        shell.version.cache_clear()
        found.add(shell.version())
    shell.version.cache_clear()
    assert len(found) == 2


def test_the_version_covers_every_file_that_is_shipped_to_a_browser():
    shipped = {str(file) for file in shell._shipped()}
    for name in ("drmaum/worker.js", "drmaum/style.css", "chat/page.js", "chat/media.css"):
        assert finders.find(name) in shipped
    assert any(file.endswith("templates/base.html") for file in shipped)
    assert str(shell.CARDS) in shipped
    assert not any("site-packages" in file for file in shipped)


def test_there_is_a_card_for_each_subject():
    assert list(all_cards()) == list(dict.fromkeys(all_cards()))
    assert {slug: name for slug, name in SUBJECTS.items() if name in all_cards()[slug].title} == (
        SUBJECTS
    )


@pytest.mark.parametrize("slug", SUBJECTS)
def test_a_card_is_short_sourced_and_gives_nothing(slug):
    card = all_cards()[slug]
    assert 3 <= len(card.now) <= 8
    assert 3 <= len(card.avoid) <= 5
    assert 1 <= len(card.go) <= 5
    assert card.sources
    assert all(1980 < source.year <= 2026 for source in card.sources)
    lines = [*card.now, *card.avoid, *card.go]
    for line in lines:
        assert not DOSE.search(line), line
        assert not VOMITING.search(line), line
        assert re.search(r"[요다][.]?$|[.]$", line), line
    for line in (*card.now, *card.go):
        assert not GIVES.search(line), line
    assert any(re.search("병원|심폐소생술|출발|진료|가세요", line) for line in card.go)


def test_a_card_shows_its_three_parts_and_where_it_is_from(client):
    page = client.get("/first-aid/cpr").content.decode()
    at = [page.index(f"<h2>{part}</h2>") for part in ("지금 할 일", "하지 말 일", "바로 병원에")]
    assert at == sorted(at)
    assert "RECOVER Initiative" in page
    assert "(2024)" in page
    assert "100~120번" in page


@pytest.mark.django_db
def test_an_unknown_card_is_a_korean_sentence(client):
    answer = client.get("/first-aid/nowhere")
    assert answer.status_code == 404
    assert "찾을 수 없어요" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/clinics", "/terms", "/offline"])
def test_the_cards_are_one_tap_away(client, path):
    assert 'href="/first-aid' in client.get(path).content.decode()


def test_the_worker_leaves_alone_what_must_never_be_kept():
    code = Path(shell.WORKER).read_text()
    (left,) = re.findall(r"LEFT_ALONE = /(.+)/;", code)
    pattern = re.compile(left.replace("\\/", "/"))
    for path in ("/api/v1/pets", "/admin/", "/media/a.jpg", "/notes/1.pdf", "/s/secret.pdf"):
        assert pattern.search(path), path
    assert not pattern.search("/consultations/1")
    # The only places that are written to.
    assert len(re.findall(r"\.(?:put|addAll|add)\(", code.replace("fromDevice.add(", ""))) == 2
