"""A backup is whole or refused; what was erased after it was made does not come back."""

import json
import os
import subprocess
import sys
import tarfile

import pytest

from drmaum.backups import archive
from drmaum.stack.places import ROOT

SERVERS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMBEDDED", "DATABASE_POOL")
ERASE_ONE = """
from profiles import erasing
from profiles.models import Pet, User
erasing.erase_pet(pet=Pet.objects.get(name="보리"))
User.objects.create_user("later@example.com", "a-long-passphrase-9", name="나중")
"""
COUNT = """
import json
from profiles.models import Erasure, Pet, User
print(json.dumps({
    "pets": sorted(Pet.objects.values_list("name", flat=True)),
    "later": User.objects.filter(email="later@example.com").count(),
    "receipts": [str(pk) for pk in Erasure.objects.values_list("pk", flat=True)],
}))
"""


@pytest.fixture
def made(tmp_path):
    """A backup of two files, and where it lies."""
    media = tmp_path / "media"
    (media / "photos").mkdir(parents=True)
    (media / "photos" / "보리.jpg").write_bytes(b"a photo")
    dump = tmp_path / "dump"
    dump.write_bytes(b"rows")
    target = tmp_path / "backup.tar"
    archive.write(target, dump, media, lambda *_: None)
    return target


def unpack(source, folder):
    return archive.unpack(source, folder, lambda *_: None)


def test_a_backup_gives_back_every_file(made, tmp_path):
    unpack(made, tmp_path / "out")

    assert (tmp_path / "out" / archive.DUMP).read_bytes() == b"rows"
    assert (tmp_path / "out" / "media" / "photos" / "보리.jpg").read_bytes() == b"a photo"


def test_a_backup_is_readable_for_its_owner_alone(made):
    assert made.stat().st_mode & 0o077 == 0


def test_a_failing_backup_leaves_the_earlier_one(made, tmp_path):
    before = made.read_bytes()

    with pytest.raises(FileNotFoundError):
        archive.write(made, tmp_path / "dump", tmp_path / "media", _break_off)

    assert made.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


def _break_off(done, of):
    raise FileNotFoundError


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_one_that_broke_off_is_refused(made, tmp_path, share):
    data = made.read_bytes().rstrip(b"\0")  # a tar ends in zeros that nobody misses
    made.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(archive.BrokenArchiveError):
        unpack(made, tmp_path / "out")


def test_one_that_was_changed_is_refused(made, tmp_path):
    made.write_bytes(made.read_bytes().replace(b"a photo", b"a virus"))

    with pytest.raises(archive.BrokenArchiveError, match="not what was backed up"):
        unpack(made, tmp_path / "out")


def test_one_that_reaches_out_of_its_folder_is_refused(tmp_path):
    hostile = tmp_path / "hostile.tar"
    manifest = {"format": 1, "made_at": "", "has_media": True, "checksums": {"../out.txt": "x"}}
    with tarfile.open(hostile, "w") as tar:
        for name, data in (("../out.txt", b"x"), (archive.MANIFEST, json.dumps(manifest).encode())):
            file = tmp_path / "member"
            file.write_bytes(data)
            tar.add(file, arcname=name)

    with pytest.raises(archive.BrokenArchiveError):
        unpack(hostile, tmp_path / "deep" / "folder")
    assert not (tmp_path / "deep" / "out.txt").exists()


@pytest.mark.parametrize("text", ["", "text", "PK\x03\x04"])
def test_what_is_no_backup_is_refused(tmp_path, text):
    other = tmp_path / "other"
    other.write_text(text)

    with pytest.raises(archive.BrokenArchiveError):
        unpack(other, tmp_path / "out")


@pytest.fixture
def manage(tmp_path_factory):
    """Run one command of a product of its own, with servers of its own."""
    folder = tmp_path_factory.mktemp("var")
    folder.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in SERVERS}

    def run(*arguments, script=""):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**kept, "DRMAUM_VAR": str(folder)},
            input=script,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    run.folder = folder
    assert run("migrate", "-v", "0").returncode == 0
    assert run("demo").returncode == 0
    return run


@pytest.mark.long
@pytest.mark.stack
def test_a_restore_brings_all_back_but_what_was_erased_since(manage, tmp_path):
    photo = manage.folder / "media" / "one.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"a photo")
    backup = tmp_path / "backup.tar"
    assert manage("backup", str(backup)).returncode == 0
    manage("shell", "-v", "0", script=ERASE_ONE)
    photo.unlink()
    receipts = json.loads(manage("shell", "-v", "0", script=COUNT).stdout)["receipts"]

    hasty = manage("restore", str(backup))
    broken = tmp_path / "broken.tar"
    broken.write_bytes(backup.read_bytes()[:4000])
    refused = manage("restore", str(broken), "--replace")

    assert (hasty.returncode, refused.returncode) == (1, 1)
    assert "Traceback" not in hasty.stderr + refused.stderr
    assert json.loads(manage("shell", "-v", "0", script=COUNT).stdout)["later"] == 1

    restored = manage("restore", str(backup), "--replace", "--json")

    assert json.loads(restored.stdout)["erased_again"] == 1
    found = json.loads(manage("shell", "-v", "0", script=COUNT).stdout)
    assert found == {"pets": ["나비"], "later": 0, "receipts": receipts}
    assert len(receipts) == 1
    assert photo.read_bytes() == b"a photo"
    assert list(manage.folder.glob(".restoring-*")) == []
