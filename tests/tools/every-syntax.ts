/** Python in which versions have differed, or might: what their parsers cut up, count or name in ways of their own. */
export const everySyntax = String.raw`
from __future__ import annotations

import os.path as where
from dataclasses import dataclass, field

NUMBERS = (0, -1, 1_000_000_000_000_000_000_000, 0x1F, 0.1, 1e300, 2j, True, None, ...)
TEXTS = ("it's", 'a "quote"', u"old", b"\x00\xff", "Zürich \N{SNOWMAN} \U0001F3CB", "one" "two", r"\d", "\ud800")


@dataclass(frozen=True)
class Row:
    """A row."""

    name: str
    parts: list[int] = field(default_factory=list)
    """What it is made of."""


def texts_of(row, /, width=3, *rest, sep, end="", **more):
    plain = f"{row.name}" f" and {{braces}} {width!r:>{width}}" "tail" f""
    debug = f"{width=} {width = :.2f} {row.parts[0]:{width}.{width}}"
    return plain + debug + f"only text" + f'{more["key"]}' + f"""{
        rest
    } ü \n"""


def shapes(row, keys: dict[str, int] = {}):
    merged = {**keys, "a": 1, **{"b": 2}}
    first, *others = [*row.parts, *merged.values()]
    if (count := len(others)) > 1 and not first < count <= 9:
        del merged["a"]
    match row:
        case Row(name="x" | "y" as name, parts=[1, *_]) if name:
            return lambda *, deep=None, wide: (deep, wide)
        case {"k": -1, **left}:
            return left
        case _:
            pass
    try:
        assert first, "message"
    except* (ValueError, TypeError) as group:
        raise RuntimeError from group
    else:
        global NUMBERS
    with open(where.sep) as one, open("b") as two:
        yield from (a for pair in zip(one, two) if pair for a in pair)
    while True:
        break
    return row.parts[1:2, ::3], {x for x in others}, {k: v for k, v in merged.items()}


async def later(rows):
    async with rows as held:
        return [await row async for row in held if row]
`;
