"""What the first look at a file finds without Spark. The rest is found by reading it."""

import gzip

import pytest
from medallion_engine.bronze import look
from medallion_engine.bronze.look import look_at
from medallion_engine.bronze.manifest import ListedFile

CONTENT = b"mac_address,gym,login,logout\n" + b"4c:c5:9f:cb:13:bd,1,1678521600,1678526100\n" * 5000
WHOLE = gzip.compress(CONTENT)


def listed(path: str, content: bytes) -> ListedFile:
    return ListedFile("batch", path, "gym_logins", path, len(content), "2026-01-01T00:00:00Z", None)


def refusals(tmp_path, files: dict[str, bytes]) -> dict[str, str | None]:
    """By name, why a file is not read."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    looks = look_at([listed(name, content) for name, content in files.items()], str(tmp_path))
    return {file.path: found.refused for file, found in looks.items()}


@pytest.mark.parametrize("length", [20, len(WHOLE) // 2, len(WHOLE) - 1])
def test_an_archive_that_breaks_off_is_found_by_itself(tmp_path, length):
    found = refusals(tmp_path, {"whole.csv.gz": WHOLE, "cut.csv.gz": WHOLE[:length]})

    assert found["whole.csv.gz"] is None
    assert found["cut.csv.gz"].startswith("It cannot be read: ")


def test_what_follows_an_archive_is_left_to_its_reader(tmp_path):
    files = {"two.csv.gz": WHOLE + WHOLE, "more.csv.gz": WHOLE + b"more"}

    assert refusals(tmp_path, files) == {"two.csv.gz": None, "more.csv.gz": None}


def test_of_a_very_long_content_only_the_beginning_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "_MOST_UNPACKED_CHUNKS", 2)

    assert refusals(tmp_path, {"long.csv.gz": WHOLE[:-1]}) == {"long.csv.gz": None}
