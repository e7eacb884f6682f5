"""A first look at each file: whether it is still what was listed, and whether it can be read as its contract says."""

import gzip
import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..contracts import Landing, landing
from ..platform import first_bytes
from .header import judged_header
from .lines import ONE_TEXT_BYTES
from .manifest import ListedFile

_AT_ONCE = 32
_LOOK_BYTES = 64 * 1024

PACKED = ".gz"
_UNREAD_CODECS = (
    *(".7z", ".br", ".bz2", ".deflate", ".lz4", ".rar", ".snappy", ".tar", ".tgz", ".xz", ".z", ".zip", ".zst"),
    ".zstd",
)
_GZIP = b"\x1f\x8b"
_OTHER_CODECS = {b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ": "xz", b"BZh": "bzip2"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FEW_ZEROS = 4
"""UTF-16 without a mark shows by its zero bytes: every second one in a plain text. One in four is more than a stray."""


@dataclass(frozen=True)
class Look:
    """What is known of a file before its lines are read.

    A file that was changed or removed since is `superseded`; one that cannot be read is `refused`. Both are reasons.
    `header` holds the names of a CSV file's columns, from line `header_line` if not 0. With a `defect` the lines are
    read, and none of them counts; `reason` says why. `lines` is how many lines the file has, where they were counted.
    """

    superseded: str | None = None
    refused: str | None = None
    header: tuple[str, ...] | None = None
    header_line: int = 0
    defect: str | None = None
    reason: str | None = None
    lines: int | None = None


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
    how = landing(file.dataset)
    is_counted = file.length <= ONE_TEXT_BYTES and not is_packed(file.path) and how.format != "json-array"
    try:
        size, start = first_bytes(f"{root}/{file.path}", ONE_TEXT_BYTES if is_counted else _LOOK_BYTES)
    except FileNotFoundError:
        return Look(superseded="the file is no longer there")
    except OSError as error:
        return Look(refused=f"The file cannot be opened: {error.strerror}.")
    if size != file.length:
        return Look(superseded=f"listed with {file.length} bytes, found {size}")
    if size == 0:
        return Look()
    refusal = _too_large(file, how) or _unreadable(file.path, start[:_LOOK_BYTES], how)
    if refusal:
        return Look(refused=refusal)
    start_text = _decoded(_unpacked(start) if is_packed(file.path) else start[:_LOOK_BYTES], how)
    header, header_line, defect, reason = judged_header(start_text, how)
    return Look(None, None, header, header_line, defect, reason, _count_lines(start, how) if is_counted else None)


def _too_large(file: ListedFile, how: Landing) -> str | None:
    limits = how.limits
    found = [("fileBytes", limits.file_bytes)]
    found += [("packedBytes", limits.packed_bytes)] if is_packed(file.path) else []
    found += [("arrayBytes", limits.array_bytes)] if how.format == "json-array" or how.encoding == "UTF-16" else []
    for name, limit in found:
        if file.length > limit:
            return f"It has {file.length} bytes; the contract allows {limit} ('{name}'). Send it in parts."
    return None


def _unreadable(path: str, start: bytes, how: Landing) -> str | None:
    codec = next((each for each in _UNREAD_CODECS if path.lower().endswith(each)), None)
    if codec:
        return f"Files that are packed as '{codec}' are not read. Pack it with gzip, or not at all."
    packed_as = next((name for magic, name in _OTHER_CODECS.items() if start.startswith(magic)), None)
    if packed_as:
        return f"Its content is packed with {packed_as}. Pack it with gzip, or not at all."
    if is_packed(path):
        if not start.startswith(_GZIP):
            return "It is called '.gz' and is no gzip file."
        start = _unpacked(start)
    elif start.startswith(_GZIP):
        return "It is a gzip file and its name does not end in '.gz'."
    if how.encoding != "UTF-16" and (start.startswith(_UTF_16) or start.count(0) * _FEW_ZEROS > len(start)):
        return f"It is UTF-16, or has zero bytes; the contract says {how.encoding}."
    return None


def _unpacked(start: bytes) -> bytes:
    """As much as the beginning of an archive gives. That it breaks off is no news: it is only the beginning."""
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(start)).read1(_LOOK_BYTES)
    except (EOFError, OSError, zlib.error):
        return b""


def _decoded(start: bytes, how: Landing) -> str:
    codec = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16" if start.startswith(_UTF_16) else "utf-16-be"}
    return start.decode(codec.get(how.encoding, how.encoding), errors="replace")


def _count_lines(content: bytes, how: Landing) -> int:
    """As many as any reader has to find: what follows the last line end is no line when it is empty."""
    if how.encoding == "UTF-16":
        content = _decoded(content, how).encode()
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    return ends + (0 if re.search(rb"[\r\n]\Z", content) else 1)
