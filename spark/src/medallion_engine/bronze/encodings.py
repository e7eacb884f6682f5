"""How the letters of a file are written as bytes."""

import codecs
import gzip
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pyspark.sql import Column
from pyspark.sql import functions as F

UTF_8 = "UTF-8"
UTF_16 = "UTF-16"
LATIN_1 = "ISO-8859-1"
WINDOWS = "windows-1252"
FOUND = "found"
"""What a contract says of files that may be in any of them."""

_LITTLE = "UTF-16LE"
BIG = "UTF-16BE"
_MARKS = {b"\xff\xfe": _LITTLE, b"\xfe\xff": BIG, b"\xef\xbb\xbf": UTF_8}
_MARK = "\ufeff"
_FEW_ZEROS = 4
"""UTF-16 without a mark shows by its zero bytes: every second one in a plain text. One in four is more than a stray."""

_CONTROLS = bytes(range(0x80, 0xA0))
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
_DEFINED = bytes(byte for byte in _CONTROLS if byte not in _UNDEFINED)
_WELL_FORMED = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CHUNK_BYTES = 1024 * 1024
_MAX_CHUNKS = 64


def decoded(value: Column, encoding: str) -> Column:
    """A text of bytes in another encoding. Spark hands the bytes of a line on as they are, and knows no Windows."""
    if encoding == UTF_8:
        return value
    if encoding != WINDOWS:
        return F.decode(value.cast("binary"), encoding)
    return F.translate(F.decode(value.cast("binary"), LATIN_1), _DEFINED.decode(LATIN_1), _DEFINED.decode(WINDOWS))


def to_text(content: bytes, encoding: str) -> str:
    """The same without Spark, for a beginning that may end inside a letter."""
    return content.decode(encoding, errors="replace").removeprefix(_MARK)


def is_wide(encoding: str) -> bool:
    """Whether a line end is more than one byte, so that nobody can look for it in bytes."""
    return encoding.startswith(UTF_16)


def find_wide(start: bytes) -> str | None:
    """Which UTF-16 a file is, if it is any, from its beginning."""
    mark = next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None)
    if mark:
        return mark if is_wide(mark) else None
    if start.count(0) * _FEW_ZEROS <= len(start):
        return None
    return _LITTLE if start[1::2].count(0) >= start[::2].count(0) else BIG


def is_utf8(start: bytes) -> bool:
    """Whether all letters of a beginning are UTF-8; its last one may be cut."""
    try:
        codecs.getincrementaldecoder(UTF_8)().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def is_surely_utf8(start: bytes) -> bool:
    """Whether there are letters which nobody would have written by accident."""
    return is_utf8(start) and _WELL_FORMED.search(start) is not None


def find_encoding(chunks: Iterable[bytes]) -> str | None:
    """The encoding in which all bytes are letters. None if there is none, or if some letters are UTF-8 and some not."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    is_valid = True
    is_mixed = False
    controls: set[int] = set()
    for number, chunk in enumerate(chunks):
        wide = find_wide(chunk) if number == 0 else None
        if wide:
            return wide
        is_valid = is_valid and _is_valid(decoder, chunk)
        is_mixed = is_mixed or _WELL_FORMED.search(chunk) is not None
        controls.update(set(chunk) & set(_CONTROLS))
    if is_valid and _is_valid(decoder, b"", final=True):
        return UTF_8
    if is_mixed or controls & set(_UNDEFINED):
        return None
    return WINDOWS if controls else LATIN_1


def _is_valid(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def read_chunks(file: str, *, packed: bool) -> Iterator[bytes]:
    """A file in pieces, unpacked: all that a look at its letters needs."""
    with gzip.open(file) if packed else open(file, "rb") as opened:
        yield from islice(iter(lambda: opened.read(_CHUNK_BYTES), b""), _MAX_CHUNKS)
