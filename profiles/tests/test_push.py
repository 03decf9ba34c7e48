"""Notifications: to whom, of what, in which words, and what becomes of devices that are gone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inference.followups import asking
from inference.models import FollowUp
from profiles import caring_together, push, reminding
from profiles.models import Care, Device, Notification
from profiles.push import devices, gateway, sending
from profiles.tests.push_service import PushService
from soap import telling
from soap.tests.notes import make_note

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/devices"
SICK = ("토", "설사", "응급", "경련", "출혈", "심장사상충", "백신", "투약", "증상", "아파")


@pytest.fixture
def service(settings):
    running = PushService()
    settings.PUSH_EXTRA_ORIGINS = [running.origin]
    yield running
    running.stop()


@pytest.fixture
def phone(service, owner):
    """The owner's phone, which is told everything."""
    return register(owner, service.browser())


def register(user, browser, **facts):
    given = browser.subscription
    return devices.register(user=user, endpoint=given["endpoint"], **given["keys"], **facts)


def test_a_device_is_told_what_was_promised_once(service, phone, owner, dog):
    for _ in range(2):
        push.promise(user=owner, kind="care", pet=dog, path="/pets/1", cause="today")

    assert sending.send_waiting() == 1
    assert sending.send_waiting() == 0

    ((_path, told, headers),) = service.received
    assert told == {"text": "보리, 곧 챙길 일이 있어요.", "path": "/pets/1", "tag": "care:today"}
    assert 0 < int(headers["ttl"]) <= 86_400
    assert headers["sub"] == "mailto:no-reply@drmaum.local"
    assert not Notification.objects.exists()
    phone.refresh_from_db()
    assert phone.told_at is not None


@pytest.mark.parametrize("kind", Device.Kind.values)
def test_a_locked_screen_tells_nothing_of_the_illness(kind, dog):
    sentence = push.promising.told_of(kind, dog.name)

    assert "보리" in sentence
    assert [word for word in SICK if word in sentence] == []


def test_only_the_kinds_that_were_chosen_are_told(service, phone, owner, dog):
    devices.change(device=phone, kinds=["review"])

    assert push.promise(user=owner, kind="care", pet=dog, path="/", cause="1") == 0
    assert push.promise(user=owner, kind="review", pet=dog, path="/", cause="1") == 1


@pytest.mark.parametrize("status", [404, 410, 400, 403])
def test_a_device_that_is_gone_is_forgotten(service, phone, owner, dog, status):
    service.status = status
    push.promise(user=owner, kind="care", pet=dog, path="/", cause="1")

    assert sending.send_waiting() == 0
    assert not Device.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again_and_given_up_at_last(
    service, phone, owner, dog, status, time_machine
):
    service.status = status
    now = timezone.now()
    push.promise(user=owner, kind="review", pet=dog, path="/", cause="1")
    for _ in range(6):
        sending.send_waiting()
        now += timedelta(hours=1)
        time_machine.move_to(now)

    assert service.tries == 1 + len(sending.PAUSES)
    assert Device.objects.exists()
    assert not Notification.objects.exists()


def test_what_could_not_be_sent_is_sent_later(service, phone, owner, dog, time_machine):
    service.status = 503
    push.promise(user=owner, kind="review", pet=dog, path="/", cause="1")
    sending.send_waiting()
    assert sending.send_waiting() == 0  # not at once

    service.status = 201
    time_machine.move_to(timezone.now() + timedelta(minutes=1))

    assert sending.send_waiting() == 1


def test_news_that_are_old_are_none(service, phone, owner, dog, time_machine):
    push.promise(user=owner, kind="check_in", pet=dog, path="/", cause="1")
    time_machine.move_to(timezone.now() + timedelta(hours=4))

    assert sending.send_waiting() == 0
    assert service.tries == 0


def test_nobody_is_led_elsewhere_by_a_service(service, phone, owner, dog):
    service.status, service.headers = 302, {"Location": f"{service.origin}/one"}
    push.promise(user=owner, kind="care", pet=dog, path="/", cause="1")

    sending.send_waiting()

    assert service.tries == 1
    assert service.received == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com.example/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "https://[::1]/x",
        "https://metadata.google.internal/x",
        "ftp://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:port/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_nothing_but_push_services_is_ever_asked(endpoint):
    assert gateway.is_service(endpoint) is False


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/QABC",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
    ],
)
def test_browsers_services_are_known(endpoint):
    assert gateway.is_service(endpoint) is True


def test_a_foreign_address_is_refused_in_words(api, service):
    given = service.browser().subscription | {"endpoint": "https://10.0.0.5/x"}

    answer = api.post(URL, given, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "device_unfit")
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "keys", [{"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": "가", "auth": "나"}]
)
def test_keys_of_no_possible_form_are_refused(api, service, keys):
    answer = api.post(URL, service.browser().subscription | {"keys": keys}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, "device_unfit")


def test_an_owner_registers_chooses_and_turns_off(api, service):
    given = service.browser().subscription | {"label": "Android 휴대전화"}
    made = api.post(URL, given, format="json")
    assert made.status_code == 201
    assert made.json()["kinds"] == ["care", "check_in", "review"]
    one = f"{URL}/{made.json()['id']}"

    assert api.patch(one, {"kinds": ["review"]}, format="json").json()["kinds"] == ["review"]
    again = api.post(URL, given, format="json").json()  # the next visit changes nothing
    assert (again["id"], again["kinds"]) == (made.json()["id"], ["review"])
    assert [found["label"] for found in api.get(URL).json()] == ["Android 휴대전화"]
    assert "endpoint" not in api.get(URL).json()[0]

    assert api.delete(one).status_code == 204
    assert api.get(URL).json() == []


def test_a_device_can_be_tried(api, service, phone):
    assert api.post(f"{URL}/{phone.pk}/try").status_code == 204

    sending.send_waiting()

    assert service.received[0][1]["text"] == "알림이 잘 도착했어요. 이 기기로 알려 드릴게요."


def test_nobody_sees_or_touches_anothers_device(phone, stranger, sign_in):
    theirs = sign_in(stranger)

    assert theirs.get(URL).json() == []
    for answer in (
        theirs.delete(f"{URL}/{phone.pk}"),
        theirs.post(f"{URL}/{phone.pk}/try"),
        theirs.patch(f"{URL}/{phone.pk}", {"kinds": []}, format="json"),
    ):
        assert answer.status_code == 404


def test_a_browser_belongs_to_who_signed_in_last(service, phone, stranger, owner, dog):
    register(stranger, service.browsers["/one"])

    assert push.promise(user=owner, kind="care", pet=dog, path="/", cause="1") == 0
    assert Device.objects.get().user == stranger


def test_signing_out_of_a_browser_ends_its_notifications(owner, service):
    browser = Client()
    browser.force_login(owner)
    given = service.browser().subscription
    assert browser.post(URL, given, content_type="application/json").status_code == 201
    register(owner, service.browser("another"))

    browser.post("/logout")

    assert [device.endpoint for device in Device.objects.all()] == [f"{service.origin}/another"]


def test_there_is_a_most_of_devices(owner, service):
    for number in range(devices.MOST_DEVICES):
        register(owner, service.browser(str(number)))

    with pytest.raises(devices.TooManyDevices):
        register(owner, service.browser("more"))
    register(owner, service.browsers["/3"])  # one that is known already


def test_the_key_is_the_same_until_the_secret_changes(settings):
    first = gateway.public_key()
    assert gateway.public_key() == first

    settings.SECRET_KEY = "another-secret-key-of-this-test-that-is-long-enough"
    assert gateway.public_key() != first


def test_whoever_cares_is_told_of_what_is_due(service, phone, owner, dog, stranger, time_machine):
    caring = caring_together.invite(pet=dog, email=stranger.email)
    caring_together.accept(invitation=caring, user=stranger)
    register(stranger, service.browser("two"))
    time_machine.move_to("2026-11-23T10:00:00+09:00")
    Care.objects.create(pet=dog, kind="other", title="목욕", due_on="2026-11-25")

    assert reminding.remind() == 1
    assert sending.send_waiting() == 2

    assert {path for path, _told, _headers in service.received} == {"/one", "/two"}
    assert service.received[0][1]["path"] == f"/pets/{dog.pk}/timeline"


def test_a_vets_signature_is_told(service, phone, consultation):
    note = make_note(consultation)

    telling.promise(note=note)
    telling.promise(note=note)

    assert sending.send_waiting() == 1
    (_path, told, _headers) = service.received[0]
    assert told["text"] == "수의사가 보리의 상담 요약을 확인했어요."
    assert told["path"] == f"/notes/{note.pk}"


def test_a_check_in_is_told(service, phone, consultation, time_machine):
    from chat import services as chat_services

    chat_services.send_message(
        consultation=consultation, author=consultation.owner, text="강아지가 포도를 먹었어요"
    )
    due = FollowUp.objects.earliest("due_at").due_at
    time_machine.move_to(due + timedelta(minutes=1))

    assert asking.ask_due() == 1
    assert sending.send_waiting() == 1

    (_path, told, _headers) = service.received[0]
    assert told["text"] == "보리의 안부를 여쭤봐요."
    assert told["path"] == f"/consultations/{consultation.pk}"
