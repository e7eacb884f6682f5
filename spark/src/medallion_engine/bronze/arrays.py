"""Where a file stops to be one JSON array."""

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")


def array_flaw(text: str) -> str:
    """Says in words where the array of a file breaks off, or where something follows it."""
    try:
        at = _end_of_array(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or not text[error.pos :].strip():
            return f"It is not one array: it breaks off at {_place(text, len(text))}."
        return f"It is not one array: {error.msg} at {_place(text, error.pos)}."
    except RecursionError:
        # A file of nothing but opening brackets is enough for that, and it is its sender's to mend.
        return "It is not one array: its values are nested too deeply. Send values that are nested less deeply."
    return f"It is not one array: more text follows the array at {_place(text, at)}."


def _end_of_array(text: str) -> int:
    """The place of the first text behind the array. Raises JSONDecodeError where the array breaks off."""
    decoder = json.JSONDecoder()
    at = _skipped(text, 0)
    if text[at : at + 1] != "[":
        raise json.JSONDecodeError("an array begins with '[', and there is none", text, at)
    at = _skipped(text, at + 1)
    if text[at : at + 1] == "]":
        return _skipped(text, at + 1)
    while True:
        _, at = decoder.raw_decode(text, at)
        at = _skipped(text, at)
        if text[at : at + 1] == "]":
            return _skipped(text, at + 1)
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("a comma is missing", text, at)
        at = _skipped(text, at + 1)


def _skipped(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"
