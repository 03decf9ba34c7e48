"""S44: no lock holds a release that is known to be unsafe."""

import re

import pytest
from packaging.version import Version

from drmaum.stack.places import DOCKER

# The first releases without what was found in those before: the request queue of daphne, host and
# upload handling of Django, chunked bodies in h11, decoders of Pillow, key confusion in PyJWT,
# redirects that carry credentials in requests and urllib3.
FLOORS = {
    "django": "5.2.14",
    "daphne": "4.2.2",
    "h11": "0.16.0",
    "pillow": "11.3.0",
    "pyjwt": "2.10.1",
    "requests": "2.32.4",
    "urllib3": "2.5.0",
    "twisted": "24.7.0",
    "cryptography": "44.0.1",
}
LOCKS = ("requirements.lock", "image.lock")
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", re.MULTILINE)


def pinned(lock: str) -> dict[str, Version]:
    text = (DOCKER / lock).read_text(encoding="utf-8")
    return {name: Version(version) for name, version in PINNED.findall(text)}


@pytest.mark.parametrize("lock", LOCKS)
def test_s44_nothing_is_below_its_safe_floor(lock):
    held = pinned(lock)

    assert len(held) > 60
    low = {name: str(held[name]) for name in FLOORS if held[name] < Version(FLOORS[name])}
    assert low == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_s44_whatever_is_locked_is_one_release(lock):
    text = (DOCKER / lock).read_text(encoding="utf-8")
    loose = [
        line
        for line in text.splitlines()
        if line and not line.startswith((" ", "#", "\t")) and "==" not in line
    ]
    assert loose == []
