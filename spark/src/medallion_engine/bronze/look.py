"""A first look at each file: whether it is still what was listed, and whether it can be read as its contract says."""

import gzip
import io
import re
import zlib
from dataclasses import dataclass

from ..contracts import Landing, landing
from ..platform import first_bytes
from .encodings import (
    BIG,
    FOUND,
    UTF_8,
    UTF_16,
    find_encoding,
    find_wide,
    is_surely_utf8,
    is_utf8,
    is_wide,
    read_chunks,
    to_text,
)
from .header import judged_header
from .lines import ONE_TEXT_BYTES
from .manifest import ListedFile
from .mount import ask_each
from .quotes import count_records

_LOOK_BYTES = 64 * 1024
_MOST_UNPACKED_CHUNKS = 1024

PACKED = ".gz"
_UNREAD_CODECS = (
    *(".7z", ".br", ".bz2", ".deflate", ".lz4", ".rar", ".snappy", ".tar", ".tgz", ".xz", ".z", ".zip", ".zst"),
    ".zstd",
)
_LINE_END = re.compile(rb"[\r\n]")
_GZIP = b"\x1f\x8b"
_OTHER_CODECS = {b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ": "xz", b"BZh": "bzip2"}


@dataclass(frozen=True)
class Look:
    """What is known of a file before its lines are read.

    A file that was changed or removed since is `superseded`; one that cannot be read is `refused`. Both are reasons.
    `header` holds the names of a CSV file's columns, from line `header_line` if not 0. With a `defect` the lines are
    read, and none of them counts; `reason` says why. `lines` is how many lines the file has, where they were counted.
    """

    superseded: str | None = None
    refused: str | None = None
    encoding: str = UTF_8
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
    found = ask_each(files, lambda each: _look(each, root))
    return {file: _unopened(file, look) if isinstance(look, OSError) else look for file, look in found.items()}


def vanished(files: list[ListedFile], root: str) -> dict[ListedFile, str]:
    """The files that are no longer what was listed, each with the reason. Nothing is read of them."""
    found = ask_each(files, lambda each: first_bytes(f"{root}/{each.path}", 0)[0])
    reasons = {file: _moved(file, size) for file, size in found.items()}
    return {file: reason for file, reason in reasons.items() if reason}


def _moved(file: ListedFile, found: int | OSError) -> str | None:
    """Why a file is no longer what was listed. What else keeps it from being opened is for its reader to say."""
    if isinstance(found, FileNotFoundError):
        return "the file is no longer there"
    if isinstance(found, OSError) or found == file.length:
        return None
    return f"listed with {file.length} bytes, found {found}"


def _unopened(file: ListedFile, error: OSError) -> Look:
    moved = _moved(file, error)
    return Look(superseded=moved) if moved else Look(refused=f"The file cannot be opened: {error.strerror}.")


def _look(file: ListedFile, root: str) -> Look:
    """Raises OSError where the mount does."""
    how = landing(file.dataset)
    is_small = file.length <= ONE_TEXT_BYTES
    is_counted = is_small and not is_packed(file.path) and how.format != "json-array"
    is_in_blocks = not is_small and not is_packed(file.path) and not how.is_read_whole
    address = f"{root}/{file.path}"
    size, start = first_bytes(address, ONE_TEXT_BYTES if is_small or is_in_blocks else _LOOK_BYTES)
    moved = _moved(file, size)
    if moved:
        return Look(superseded=moved)
    if size == 0:
        return Look()
    refusal = _too_large(file, how) or _packed_otherwise(file.path, start)
    if is_small and is_packed(file.path):
        refusal = refusal or _broken_off(start)
    if refusal:
        return Look(refused=refusal)
    unpacked = _unpacked(start) if is_packed(file.path) else start
    encoding, refusal = _encoding(address, unpacked, how)
    if is_wide(encoding):
        refusal = refusal or _too_large_as_text(file, how)
    elif is_in_blocks:
        refusal = refusal or _without_line_end(start, how)
    if refusal:
        return Look(refused=refusal)
    header, header_line, defect, reason = judged_header(to_text(unpacked[:_LOOK_BYTES], encoding), how)
    lines = _count_lines(start, how, encoding) if is_counted else None
    return Look(None, None, encoding, header, header_line, defect, reason, lines)


def _too_large(file: ListedFile, how: Landing) -> str | None:
    limits = how.limits
    packed = _above(file, "packedBytes", limits.packed_bytes) if is_packed(file.path) else None
    text = _too_large_as_text(file, how) if how.is_read_whole else None
    return _above(file, "fileBytes", limits.file_bytes) or packed or text


def _too_large_as_text(file: ListedFile, how: Landing) -> str | None:
    return _above(file, "arrayBytes", how.limits.array_bytes)


def _above(file: ListedFile, name: str, limit: int) -> str | None:
    if file.length <= limit:
        return None
    return f"It has {file.length} bytes; the contract allows {limit} ('{name}'). Send it in parts."


def _without_line_end(start: bytes, how: Landing) -> str | None:
    """Each reader of a block goes on to the end of its line: of one long line each would read all that is left."""
    if len(start) <= how.limits.line_bytes or _LINE_END.search(start):
        return None
    return f"Its first line has more than {len(start)} bytes. End each line with a line end, and send it again."


def _packed_otherwise(path: str, start: bytes) -> str | None:
    codec = next((each for each in _UNREAD_CODECS if path.lower().endswith(each)), None)
    if codec:
        return f"Files that are packed as '{codec}' are not read. Pack it with gzip, or not at all."
    packed_as = next((name for magic, name in _OTHER_CODECS.items() if start.startswith(magic)), None)
    if packed_as:
        return f"Its content is packed with {packed_as}. Pack it with gzip, or not at all."
    if is_packed(path) and not start.startswith(_GZIP):
        return "It is called '.gz' and is no gzip file."
    if not is_packed(path) and start.startswith(_GZIP):
        return "It is a gzip file and its name does not end in '.gz'."
    return None


def _encoding(address: str, start: bytes, how: Landing) -> tuple[str, str | None]:
    """How the file is read, and why it cannot be, if so. A wrong name would bring wrong letters, and no error."""
    if how.encoding == FOUND:
        return _find_own_encoding(address)
    wide = find_wide(start[:_LOOK_BYTES])
    if how.encoding == UTF_16:
        is_other = wide is None and 0 not in start and is_utf8(start)
        return wide or BIG, _misnamed("UTF-8", how) if is_other else None
    if wide:
        return wide, f"It is UTF-16, or has zero bytes; the contract says {how.encoding}."
    is_other = how.encoding != UTF_8 and is_surely_utf8(start)
    return how.encoding, _misnamed("UTF-8", how) if is_other else None


def _find_own_encoding(address: str) -> tuple[str, str | None]:
    try:
        encoding = find_encoding(read_chunks(address, packed=is_packed(address)))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        # Its reader has better words for an archive that is broken.
        return UTF_8, None
    if encoding is None:
        return UTF_8, "Nobody can tell its encoding: no one has letters for all of its bytes. Send it as UTF-8."
    return encoding, None


def _misnamed(encoding: str, how: Landing) -> str:
    return f"It is {encoding}; the contract says {how.encoding}. Correct 'encoding', or send it as the contract says."


def _unpacked(start: bytes) -> bytes:
    """As much as the beginning of an archive gives. That it breaks off is no news: it is only the beginning."""
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(start)).read1(_LOOK_BYTES)
    except (EOFError, OSError, zlib.error):
        return b""


def _broken_off(packed: bytes) -> str | None:
    """Why a whole archive cannot be unpacked. Its reader would say so, too, but not of which of many files.

    Of a very long content only the beginning is unpacked, and what else is wrong with an archive is left to the reader.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as opened:
            for _ in range(_MOST_UNPACKED_CHUNKS):
                if not opened.read(_LOOK_BYTES):
                    break
    except (EOFError, zlib.error) as error:
        return f"It cannot be read: {error}."
    except OSError:
        return None
    return None


def beginning(root: str, path: str) -> bytes:
    """How a file begins, unpacked. Raises OSError where the mount does."""
    _, start = first_bytes(f"{root}/{path}", _LOOK_BYTES)
    return _unpacked(start) if is_packed(path) else start


def read_text(root: str, path: str, encoding: str) -> str:
    """All of a file, as text."""
    with open(f"{root}/{path}", "rb") as opened:
        content = opened.read()
    return to_text(gzip.decompress(content) if is_packed(path) else content, encoding)


def _count_lines(content: bytes, how: Landing, encoding: str) -> int:
    """As many as any reader has to find: what follows the last line end is no line when it is empty."""
    if how.quoted_line_ends:
        return count_records(to_text(content, encoding), how.delimiter)
    if is_wide(encoding):
        content = to_text(content, encoding).encode()
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    return ends + (0 if re.search(rb"[\r\n]\Z", content) else 1)
