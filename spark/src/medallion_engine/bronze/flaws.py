"""What is wrong with a file as one text, in words and with the place.

Its sender may take it away at any moment, after its lines were read. Then nobody can say where.
"""

import zlib

from ..contracts import landing
from .arrays import array_flaw
from .encodings import find_encoding, read_chunks
from .look import is_packed, read_text
from .manifest import ListedFile
from .quotes import find_open_quote

_GONE = (OSError, EOFError, zlib.error)


def flaw_in_words(root: str, file: ListedFile, encoding: str) -> str:
    """The reason to set a file aside in which a reader has found a flaw."""
    how = landing(file.dataset)
    try:
        text = read_text(root, file.path, encoding)
    except _GONE:
        return "Its reader has found a flaw in it. Where that was cannot be said, as the file is gone."
    if how.format == "json-array":
        return array_flaw(text)
    line = find_open_quote(text, how.delimiter)
    return f"The quote that opens in line {line} is not closed where its value ends. Close it, or double it."


def fitting_in_words(root: str, file: ListedFile) -> str:
    """Which encoding a file has that is not UTF-8."""
    try:
        encoding = find_encoding(read_chunks(f"{root}/{file.path}", packed=is_packed(file.path)))
    except _GONE:
        return "Some of its letters are not UTF-8."
    if encoding is None:
        return "Some of its letters are not UTF-8, and no other encoding has letters for all of its bytes."
    return f"Some of its letters are not UTF-8. It fits {encoding}: name it as 'encoding', or send UTF-8."
