"""Values that span lines inside of quotes, where a contract allows them."""

import gzip
import random

import pytest
from lake import Lake
from medallion_engine.bronze.quotes import OPEN_QUOTE, count_records, find_open_quote, quoted_files
from medallion_engine.jobs import bronze
from pyspark.sql import functions as F
from senders import ADDRESS, AT, HEADER

END = f",{AT},{AT + 60}"
SPANS = (
    f'{HEADER}{ADDRESS},"Iron\nTemple"{END}\n\n{ADDRESS},"Box\r\n""Five"", North"{END}\r\n{ADDRESS},plain\x1an{END}\n'
    f'nowhere,"two\n\nlines"{END}\n{ADDRESS},last{END}'
)
OPEN = f'{HEADER}{ADDRESS},"whole"{END}\n{ADDRESS},"north{END}\n{ADDRESS},"south"{END}\n'
NEVER = f'{HEADER}{ADDRESS},"a\nb"{END}\n{ADDRESS},"c{END}\n'
TWICE_OPEN = f'{HEADER}{ADDRESS},"north{END}\n{ADDRESS},"south{END}\n'
FILES = {
    "spans.csv": SPANS,
    "open.csv": OPEN,
    "never.csv": NEVER,
    "twice.csv": TWICE_OPEN,
    "spans.csv.gz": gzip.compress(SPANS.replace("Iron", "Packed").encode()),
}
RANDOM_TEXTS = 200


@pytest.fixture
def reports(lake: Lake, deploy) -> dict[str, dict]:
    """What the report says of each file after all have landed in one round."""
    deploy(lambda content: content["landing"]["gym_logins"].update(quotedLineEnds=True))
    batch = lake.manifest(*[lake.land(f"gym_logins/{name}", content) for name, content in FILES.items()])
    bronze.main(lake.arguments(batch))
    return dict(zip(FILES, lake.report(batch, "bronze")["files"], strict=True))


def test_each_record_counts_once_in_the_place_of_its_first_line(spark, reports):
    for name in ("spans.csv", "spans.csv.gz"):
        counts = [reports[name][key] for key in ("outcome", "lines", "blank", "accepted", "quarantinedLines")]
        assert counts == ["loaded", 5, 1, 4, 1], reports[name]
        assert reports[name]["violations"] == {"mac_address_is_malformed": 1}
    rows = spark.table("landed.gym_logins").where("_path = 'gym_logins/spans.csv'").orderBy("_line_number")
    assert [(row["_line_number"], row["gym"]) for row in rows.select("_line_number", "gym_logins.gym").collect()] == [
        (1, None),
        (2, "Iron\nTemple"),
        (4, None),
        (5, 'Box\r\n"Five", North'),
        (7, "plain\x1an"),
        (8, "two\n\nlines"),
        (11, "last"),
    ]
    (line,) = rows.where("_line_number = 5").select("_line").first()
    assert line == f'{ADDRESS},"Box\r\n""Five"", North"{END}'

    for name, opened, lines in (("open.csv", 3, 3), ("never.csv", 4, 3), ("twice.csv", 2, 2)):
        counts = [reports[name][key] for key in ("outcome", "lines", "accepted", "quarantinedLines")]
        assert counts == ["quarantined", lines, 0, lines], reports[name]
        assert reports[name]["violations"] == {OPEN_QUOTE: lines}
        assert f"opens in line {opened} " in reports[name]["reason"]


def test_two_readers_agree_on_any_text(spark, tmp_path):
    letters = random.Random(1)
    texts = {f"{n}.csv": "".join(letters.choices('",\r\na\x1a', k=1 + n % 40)) for n in range(RANDOM_TEXTS)}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())
    records = quoted_files(spark, str(tmp_path), list(texts), "UTF-8", ",").groupBy("_path")
    summary = records.agg(F.count(F.lit(1)), F.max("_defect"), F.max("_row"), F.array_join(F.collect_list("_line"), ""))

    by_path = {row[0]: tuple(row)[1:] for row in summary.collect()}
    for name, text in texts.items():
        count, defect, last, joined = by_path[name]
        assert count == count_records(text, ","), repr(text)
        assert (defect is not None) == (find_open_quote(text, ",") is not None), repr(text)
        assert sorted(joined.replace("\r", "").replace("\n", "")) == sorted(text.replace("\r", "").replace("\n", ""))
        assert last < len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")), repr(text)
    assert 0 < sum(find_open_quote(text, ",") is None for text in texts.values()) < RANDOM_TEXTS
