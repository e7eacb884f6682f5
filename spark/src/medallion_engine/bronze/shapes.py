"""The shape of JSON lines: a pattern which only lines match that are one clear object with known keys.

The lines of a sender differ in little but their texts and numbers. One that has the shape of an earlier line is taken
apart by that pattern, which takes a fraction of the time that parsing needs. Any other line is parsed, to the same end.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

from ..contracts import Column, Landing, Record
from ..delta.history import quoted

_MAX_SHAPES = 6
_MAX_SAMPLES = 500
_MAX_LETTERS = 2048
"""Of a line that gives a shape. Java goes one step deeper for each part of a pattern, and its stack is limited."""
_SEPARATOR = "\x01"
"""No text of JSON has it."""
_MARK = quoted(_SEPARATOR)

_TOKEN = re.compile(r'[ \t]+|[{}:,]|"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null')
_LETTERS = r'[^"\\\x00-\x1f]*+'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,99}+)(?:\.[0-9]{1,99}+)?(?:[eE][+-]?[0-9]{1,9}+)?"
_NO_QUOTE = re.compile(r'\\[^"]')

_Piece = Callable[[str, str], str | None]
"""The pattern for a scalar at a path, or None if there is none."""


@dataclass(frozen=True)
class Shape:
    """Lines of a record type that match `pattern`, whose groups hold the fields with the paths `found`."""

    record: str
    pattern: str
    found: tuple[str, ...]


def shapes_of(samples: list[str], how: Landing) -> list[Shape]:
    """The shapes that most of some lines have."""
    known: dict[Shape, re.Pattern] = {}
    counts: Counter[Shape] = Counter()
    for line in [each for each in samples[:_MAX_SAMPLES] if len(each) <= _MAX_LETTERS]:
        shape = next((each for each, pattern in known.items() if pattern.fullmatch(line)), None) or _shape(line, how)
        if shape:
            known.setdefault(shape, re.compile(shape.pattern))
            counts[shape] += 1
    return [shape for shape, _ in counts.most_common(_MAX_SHAPES)]


def _shape(line: str, how: Landing) -> Shape | None:
    if how.envelope is None:
        return _shape_of_value(line, '"', how.records[0])
    topic = (_fields(line) or {}).get("topic")
    names = [route.record for route in how.routes if route.topic == topic]
    inner: list[Shape | None] = []

    def piece(path: str, token: str) -> str | None:
        if path == "topic":
            return re.escape(token)
        if path != "value":
            return _scalar(token, '"')
        if not token.startswith('"') or _NO_QUOTE.search(token):
            return None
        record = next(of for of in how.records if of.name == names[0])
        inner.append(_shape_of_value(token[1:-1].replace('\\"', '"'), r'\\"', record))
        return f'"{inner[0].pattern}"' if inner[0] else None

    pattern = _pattern(line, '"', piece) if names else None
    return Shape(names[0], pattern, inner[0].found) if pattern and inner else None


def _shape_of_value(text: str, quote: str, of: Record) -> Shape | None:
    """`quote` is a pattern for the quotes that stand in the line."""
    paths, found = {path for column in of.columns for path in column.source}, []

    def piece(path: str, token: str) -> str | None:
        if path not in paths:
            return None
        if token == "null":
            return token
        found.append(path)
        return _scalar(token, quote, "(", ")")

    pattern = _pattern(text, quote, piece) if _fields(text) is not None else None
    return Shape(of.name, pattern, tuple(found)) if pattern else None


def _scalar(token: str, quote: str, begin: str = "", end: str = "") -> str:
    """Any scalar of the kind of this one. What is between `begin` and `end` is what it says."""
    if token.startswith('"'):
        return f"{quote}{begin}{_LETTERS}{end}{quote}"
    return f"{begin}{token if token.isalpha() else _NUMBER}{end}"


def _fields(text: str) -> dict | None:
    """The fields of an object without arrays in which no key stands twice, or None of anything else."""
    # First, because arrays may lie deeper in each other than Python can go.
    if "".join(_TOKEN.findall(text)) != text:
        return None
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _once(pairs: list[tuple]) -> dict:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("A key stands twice.")
    return dict(pairs)


def _pattern(text: str, quote: str, piece: _Piece) -> str | None:
    """The pattern of a text that has `_fields`, from the pieces for its scalars."""
    tokens = _TOKEN.findall(text)
    parts: list[str | None] = []
    objects: list[str] = []
    key = ""
    for number, token in enumerate(tokens):
        if token == "{":
            objects.append(key)
        elif token == "}":
            key = objects.pop()
        if token in "{}:," or token.isspace():
            parts.append(re.escape(token))
        elif _is_key(tokens, number):
            key = token[1:-1]
            parts.append(f"{quote}{re.escape(key)}{quote}" if re.fullmatch(r"[^.\\]+", key) else None)
        else:
            parts.append(piece(".".join([*objects[1:], key]), token))
    return None if None in parts else "".join(parts)


def _is_key(tokens: list[str], number: int) -> bool:
    return next((each for each in tokens[number + 1 :] if not each.isspace()), "") == ":"


def taken_apart(lines: DataFrame, text: str, shapes: list[Shape], how: Landing) -> DataFrame:
    """Adds `_parts`: the record type and the text of each of its columns, each behind a mark. Null without a shape."""
    if not shapes:
        return lines.selectExpr("*", "CAST(NULL AS STRING) AS _parts")
    records = {of.name: of for of in how.records}
    replaced = f"CASE WHEN NOT startswith({text}, {_MARK}) THEN {text} END"
    for shape in shapes:
        columns = [_group(shape, column) for column in records[shape.record].columns]
        pattern, marked = rf"\A{shape.pattern}\z", "".join(_SEPARATOR + each for each in [shape.record, *columns])
        replaced = f"regexp_replace({replaced}, {quoted(pattern)}, {quoted(marked)})"
    marked = lines.selectExpr("*", f"{replaced} AS _replaced")
    return marked.selectExpr(*lines.columns, f"CASE WHEN startswith(_replaced, {_MARK}) THEN _replaced END AS _parts")


def _group(shape: Shape, column: Column) -> str:
    """The group that holds a column; one that is not there is as good as empty."""
    return next((f"${shape.found.index(path) + 1}" for path in column.source if path in shape.found), "")


def record_of_parts(how: Landing) -> str:
    """The record type of a line that is taken apart."""
    marks = {of.name: quoted(f"{_SEPARATOR}{of.name}{_SEPARATOR}") for of in how.records}
    whens = " ".join(f"WHEN startswith(_parts, {mark}) THEN '{name}'" for name, mark in marks.items())
    return f"CASE {whens} END"


def column_texts(of: Record, parsed: dict[str, list[str]]) -> str:
    """The texts of the columns of a record type, behind two others: from its parts, or from where parsing has them."""
    texts = [f"coalesce({', '.join(places)})" if places else "NULL" for places in parsed.values()]
    parts = f"coalesce(split(_parts, {_MARK}), array('', '', {', '.join(texts)}))"
    return f"CASE WHEN _record = '{of.name}' THEN {parts} END"
