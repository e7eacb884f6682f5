"""From lines to records: what is wrong with a line before it is parsed, and of which record type it is."""

from pyspark.sql import DataFrame

from ..contracts import Landing
from ..delta.history import quoted
from ..erasing.lines import ERASED
from .shapes import record_of_parts

HEADER = "_header"
BLANK = "_blank"
NO_LINES = (HEADER, BLANK, ERASED)
"""What stands in the place of a record type where a row is no line of data."""

TOMBSTONE = "value_is_a_tombstone"
"""Of a line that says nothing but that its key is gone. It is no sign of a broken file."""

TEXT_FOLLOWS = "text_follows_value"
DOUBLED_KEY = "key_is_doubled"
NO_VIOLATIONS = "CAST(array() AS ARRAY<STRING>)"
_ENVELOPES = "array<map<string,string>>"


def refused(how: Landing, defect: str | None) -> str:
    """The name of what is wrong with the text of a line before anybody parses it, or null.

    `defect` is what is wrong with its whole file.
    """
    if defect:
        return f"CASE WHEN _kind IS NULL THEN '{defect}' END"
    limits = how.limits
    delimiters = f"length(_line) - length(replace(_line, {quoted(how.delimiter)}, ''))"
    is_wide = f"octet_length(_line) > {limits.columns} AND {delimiters} >= {limits.columns}"
    of_csv = f"WHEN {is_wide} THEN 'line_has_wrong_columns' WHEN contains(_line, '\\0') THEN 'line_has_null_characters'"
    return (
        "CASE WHEN _defect IS NOT NULL THEN _defect "
        f"WHEN octet_length(_line) > {limits.line_bytes} THEN 'line_is_too_long' "
        f"{of_csv if how.format == 'csv' else ''} END"
    )


def kept_text(how: Landing) -> str:
    """The line as it is kept: of one that nobody can use, no more than what tells it from others."""
    return (
        f"CASE WHEN octet_length(_line) > {how.limits.line_bytes} "
        "THEN concat(octet_length(_line), ' bytes, SHA-256 ', sha2(_line, 256)) "
        "WHEN _refusal IS NOT NULL THEN make_valid_utf8(_line) ELSE _line END"
    )


DATA = "CASE WHEN _refusal IS NULL AND _kind IS NULL THEN _line END"
"""The text of a line that nothing speaks against so far."""


def json_end(text: str) -> str:
    """The text of a JSON value with an end behind it: who reads up to the end has read all of the value."""
    return f"""concat('{{"v":', {text}, ',"end":1}}')"""


def routed(lines: DataFrame, how: Landing) -> DataFrame:
    """Adds `_record`, `_value` (the text of the record), and `_astray`, what is wrong with a line of no record type.

    `lines` has `_line`, `_refusal` and `_kind`, which says of a row that it is no line of data. A line that is taken
    apart already, into `_parts`, has no `_value`.
    """
    text = f"CASE WHEN _parts IS NULL THEN {DATA} END"
    if how.envelope is None:
        record = f"coalesce(_kind, '{how.routes[0].record}')"
        return lines.selectExpr("*", f"{record} AS _record", f"{text} AS _value", "CAST(NULL AS STRING) AS _astray")
    # Two values in an array: the line, and an end that only a line of one value leaves in the second place.
    ended = f"""concat('[', {text}, ',{{"end":"1"}}]')"""
    opened = lines.selectExpr("*", f"from_json({ended}, '{_ENVELOPES}') AS _envelopes")
    opened = opened.selectExpr("*", "map_keys(_envelopes[0]) AS _keys")
    is_whole = "size(_envelopes) = 2 AND element_at(_envelopes, 2)['end'] = '1'"
    is_clear = "size(array_distinct(_keys)) = size(_keys)"
    defect = (
        f"CASE WHEN _parts IS NOT NULL OR ({is_whole} AND {is_clear}) THEN NULL "
        f"WHEN {is_whole} AND _keys IS NOT NULL THEN '{DOUBLED_KEY}' "
        f"WHEN json_object_keys(_line) IS NOT NULL THEN '{TEXT_FOLLOWS}' ELSE 'envelope_is_not_json' END"
    )
    # Joined to nothing, so that Spark looks the topic up once, and not for each route.
    topic = "concat(_envelopes[0]['topic'])"
    judged_lines = opened.selectExpr("*", f"{topic} AS _topic", f"{defect} AS _envelope_defect")
    records = " ".join(f"WHEN '{route.topic}' THEN '{route.record}'" for route in how.routes)
    record = f"CASE WHEN _envelope_defect IS NULL THEN CASE _topic {records} END END"
    astray = "coalesce(_envelope_defect, CASE WHEN _topic IS NULL THEN 'topic_missing' ELSE 'topic_unknown' END)"
    return judged_lines.selectExpr(
        *lines.columns,
        f"coalesce(_kind, {record_of_parts(how)}, {record}) AS _record",
        "_envelopes[0]['value'] AS _value",
        f"{astray} AS _astray",
    )


def judged(lines: DataFrame, how: Landing) -> DataFrame:
    """Adds `_violations` and `_violation_count`; what is no line of data breaks nothing.

    A delete that names its subject is carried out whatever else is wrong with its line: its violations do not count.
    """
    own = [f"_of_{record.name}" for record in how.records]
    violations = (
        f"CASE WHEN _kind IS NOT NULL THEN {NO_VIOLATIONS} "
        "WHEN _refusal IS NOT NULL THEN array(_refusal) "
        f"WHEN _record IS NULL THEN array(_astray) ELSE coalesce({', '.join(own)}) END"
    )
    spared = " OR ".join(["false", *[f"_spared_{record.name}" for record in how.records if record.deletes]])
    named = lines.selectExpr("*", f"{violations} AS _violations")
    count = f"CASE WHEN coalesce({spared}, false) THEN 0 ELSE size(_violations) END"
    return named.selectExpr("*", f"{count} AS _violation_count")
