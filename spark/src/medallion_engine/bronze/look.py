"""A first look at each file: whether it is still what was listed, and whether it can be read as its contract says."""

import csv
import gzip
import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..contracts import Landing, landing
from ..platform import first_bytes
from .manifest import ListedFile

_AT_ONCE = 32
_LOOK_BYTES = 64 * 1024

PACKED = ".gz"
_UNREAD_CODECS = (".bz2", ".deflate", ".lz4", ".snappy", ".zst", ".zstd")
_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Look:
    """What is known of a file before its lines are read.

    A file that was changed or removed since is `superseded`; one that cannot be read is `refused`. Both are reasons.
    `header` holds the names of a CSV file's columns.
    """

    superseded: str | None = None
    refused: str | None = None
    header: tuple[str, ...] | None = None


def is_packed(path: str) -> bool:
    """Whether Spark unpacks the file."""
    return path.endswith(PACKED)


def look_at(files: list[ListedFile], root: str) -> dict[ListedFile, Look]:
    """Opens each file once. A content that came since has a manifest of its own.

    A new content of the same length cannot be told apart. It is loaded now, and again in place of itself with the
    manifest of its own.
    """
    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(files) or 1)) as pool:
        return dict(zip(files, pool.map(lambda each: _look(each, root), files), strict=True))


def _look(file: ListedFile, root: str) -> Look:
    try:
        size, start = first_bytes(f"{root}/{file.path}", _LOOK_BYTES)
    except FileNotFoundError:
        return Look(superseded="the file is no longer there")
    except OSError as error:
        return Look(refused=f"The file cannot be opened: {error.strerror}.")
    if size != file.length:
        return Look(superseded=f"listed with {file.length} bytes, found {size}")
    if size == 0:
        return Look()
    return _judge(file.path, start, landing(file.dataset))


def _judge(path: str, start: bytes, how: Landing) -> Look:
    codec = next((each for each in _UNREAD_CODECS if path.endswith(each)), None)
    if codec:
        return Look(refused=f"Files that are packed as '{codec}' are not read. Pack it with gzip, or not at all.")
    if is_packed(path):
        if not start.startswith(_GZIP):
            return Look(refused="It is called '.gz' and is no gzip file.")
        start = _unpacked(start)
    if start.startswith(_UTF_16) or b"\x00" in start:
        return Look(refused="It is UTF-16, or has zero bytes; the contract says UTF-8.")
    return _with_header(start.decode("utf-8-sig", errors="replace"), how) if how.header else Look()


def _unpacked(start: bytes) -> bytes:
    """As much as the beginning of an archive gives. That it breaks off is no news: it is only the beginning."""
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(start)).read1(_LOOK_BYTES)
    except (EOFError, OSError, zlib.error):
        return b""


def _with_header(text: str, how: Landing) -> Look:
    line = text.splitlines()[0] if text else ""
    csv.field_size_limit(_LOOK_BYTES)
    header = tuple(name.strip().lower() for name in next(csv.reader([line], delimiter=how.delimiter), []))
    expected = [source for record in how.records for column in record.columns for source in column.source]
    if any(name in expected for name in header):
        return Look(header=header)
    return Look(
        refused=f"There is no header: the first line has {len(line)} characters and names none of the columns "
        f"'{', '.join(expected)}'."
    )
