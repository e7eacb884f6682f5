"""What the first look at a file finds without Spark. The rest is found by reading it."""

import errno
import gzip
import os
from dataclasses import replace

import pytest
from medallion_engine.bronze import look, mount
from medallion_engine.bronze.lines import ONE_TEXT_BYTES
from medallion_engine.bronze.look import look_at, vanished
from medallion_engine.bronze.manifest import ListedFile
from medallion_engine.bronze.mount import MountError
from medallion_engine.bronze.places import lines_of
from medallion_engine.contracts import landing

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


@pytest.fixture
def stumble(monkeypatch):
    """Lets a function of the look fail some times with an error of the mount, for files whose name ends like this."""
    monkeypatch.setattr(mount, "_PAUSES_SECONDS", (0, 0))

    def patch(name: str, number: int, times: int, ending: str) -> None:
        honest, left = getattr(look, name), [number] * times

        def failing(file, *arguments, **options):
            if left and file.endswith(ending):
                code = left.pop()
                raise OSError(code, os.strerror(code))
            return honest(file, *arguments, **options)

        monkeypatch.setattr(look, name, failing)

    return patch


@pytest.mark.parametrize("number", [errno.EIO, errno.ETIMEDOUT, errno.ESTALE])
def test_a_mount_that_stumbles_is_asked_again(tmp_path, stumble, number):
    stumble("first_bytes", number, 2, "stumbled.csv")

    assert refusals(tmp_path, {"stumbled.csv": CONTENT}) == {"stumbled.csv": None}


@pytest.mark.parametrize(("number", "beside"), [(errno.EIO, {}), (errno.ETIMEDOUT, {"beside.csv": CONTENT})])
def test_a_mount_that_goes_on_stumbling_refuses_no_file(tmp_path, stumble, number, beside):
    stumble("first_bytes", number, 100, "stumbled.csv")

    with pytest.raises(MountError, match="'stumbled.csv' cannot be opened"):
        refusals(tmp_path, {"stumbled.csv": CONTENT, **beside})


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ENOTDIR])
def test_a_file_that_alone_cannot_be_opened_is_refused(tmp_path, stumble, number):
    stumble("first_bytes", number, 100, "closed.csv")

    found = refusals(tmp_path, {"closed.csv": CONTENT, "beside.csv": CONTENT})

    assert found == {"closed.csv": f"The file cannot be opened: {os.strerror(number)}.", "beside.csv": None}


def test_a_stumble_does_not_decide_on_an_encoding(tmp_path, stumble, monkeypatch):
    monkeypatch.setattr(look, "landing", lambda dataset: replace(landing(dataset), encoding="found"))
    stumble("read_chunks", errno.EIO, 1, "latin.csv")
    content = CONTENT + "4c:c5:9f:cb:13:bd,Café,1678521600,1678526100\n".encode("latin-1")
    (tmp_path / "latin.csv").write_bytes(content)

    (found,) = look_at([listed("latin.csv", content)], str(tmp_path)).values()

    assert (found.refused, found.encoding) == (None, "ISO-8859-1")


LONG_LINE = b"x" * (ONE_TEXT_BYTES + 1)


def long_files(tmp_path, dataset: str) -> dict[str, str | None]:
    """By name, why a long file of a dataset is not read."""
    files = []
    for name, content in {"one.txt": LONG_LINE, "two.txt": b"x\n" + LONG_LINE}.items():
        (tmp_path / name).write_bytes(content)
        files.append(replace(listed(name, content), dataset=dataset))
    return {file.path: found.refused for file, found in look_at(files, str(tmp_path)).items()}


def test_a_long_file_that_begins_with_an_endless_line_is_refused(tmp_path):
    reason = f"Its first line has more than {ONE_TEXT_BYTES} bytes. End each line with a line end, and send it again."

    assert long_files(tmp_path, "kafka_multiplex") == {"one.txt": reason, "two.txt": None}


def test_a_long_line_is_none_where_files_are_read_whole_or_the_contract_allows_it(tmp_path, monkeypatch):
    assert long_files(tmp_path, "bpm_export") == {"one.txt": None, "two.txt": None}

    how = landing("kafka_multiplex")
    generous = replace(how, limits=replace(how.limits, line_bytes=2 * ONE_TEXT_BYTES))
    monkeypatch.setattr(look, "landing", lambda dataset: generous)
    assert long_files(tmp_path, "kafka_multiplex") == {"one.txt": None, "two.txt": None}


def test_whether_files_are_still_there_is_asked_without_reading_them(tmp_path, monkeypatch):
    files = [listed(f"{name}.csv", CONTENT) for name in ("stays", "grown", "gone")]
    (tmp_path / "stays.csv").write_bytes(CONTENT)
    (tmp_path / "grown.csv").write_bytes(CONTENT + b"more")
    honest, asked = look.first_bytes, []
    monkeypatch.setattr(look, "first_bytes", lambda file, most: asked.append(most) or honest(file, most))

    found = {file.path: reason for file, reason in vanished(files, str(tmp_path)).items()}

    assert found == {
        "grown.csv": f"listed with {len(CONTENT)} bytes, found {len(CONTENT) + 4}",
        "gone.csv": "the file is no longer there",
    }
    assert asked == [0, 0, 0]


def test_the_lines_of_a_file_are_those_of_its_blocks():
    files = (listed("long", b""), listed("none", b""))
    places = [{"path": "long", "rows": 3}, {"path": "long", "rows": 4}]

    assert lines_of(files, places) == {files[0]: 7, files[1]: 0}
