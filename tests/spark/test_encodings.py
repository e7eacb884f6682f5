"""Files in the encoding that a contract names, or in the one that they are found to have."""

import gzip

import pytest
from lake import Lake
from medallion_engine.bronze.encodings import find_encoding
from medallion_engine.jobs import bronze
from senders import HEADER, visit

FRENCH = "Café"
QUOTED = "Café – “5 €”"
TEXTS = {
    "UTF-8": QUOTED,
    "utf-8-sig": QUOTED,
    "ISO-8859-1": FRENCH,
    "windows-1252": QUOTED,
    "UTF-16": QUOTED,
    "UTF-16LE": QUOTED,
    "UTF-16BE": QUOTED,
}


def content(text: str, encoding: str) -> bytes:
    return (HEADER + visit(text) * 3).encode(encoding)


MIXED = content(FRENCH, "UTF-8") + visit(FRENCH).encode("ISO-8859-1")


@pytest.fixture
def load(lake: Lake, deploy):
    """Loads files of gym visits by a contract that names this encoding."""

    def run(encoding: str, files: dict[str, bytes]) -> dict[str, dict]:
        deploy(lambda contracts: contracts["landing"]["gym_logins"].update(encoding=encoding))
        batch = lake.manifest(*[lake.land(f"gym_logins/{name}", sent) for name, sent in files.items()])
        bronze.main(lake.arguments(batch))
        return dict(zip(files, lake.report(batch, "bronze")["files"], strict=True))

    return run


def gyms(spark, name: str) -> set[str]:
    rows = spark.table("landed.gym_logins").where(f"_path = 'gym_logins/{name}' AND gym_logins IS NOT NULL")
    return {row[0] for row in rows.select("gym_logins.gym").collect() if row[0]}


def test_each_file_is_read_as_it_is_found(spark, load):
    files = {f"{encoding}.csv": content(text, encoding) for encoding, text in TEXTS.items()}
    files["packed.csv.gz"] = gzip.compress(content(QUOTED, "windows-1252"))

    reports = load("found", files | {"mixed.csv": MIXED})

    for name in files:
        assert (reports[name]["outcome"], reports[name]["accepted"], reports[name]["reason"]) == ("loaded", 3, ""), name
    for encoding, text in TEXTS.items():
        assert gyms(spark, f"{encoding}.csv") == {text}
    assert gyms(spark, "packed.csv.gz") == {QUOTED}
    assert reports["mixed.csv"]["outcome"] == "quarantined"
    assert "Nobody can tell its encoding" in reports["mixed.csv"]["reason"]


def test_a_file_in_another_encoding_than_its_contract_names_is_told_of(spark, load):
    reports = load(
        "windows-1252", {"windows.csv": content(QUOTED, "windows-1252"), "new.csv": content(QUOTED, "UTF-8")}
    )

    assert (reports["windows.csv"]["outcome"], gyms(spark, "windows.csv")) == ("loaded", {QUOTED})
    assert (reports["new.csv"]["outcome"], reports["new.csv"]["accepted"]) == ("quarantined", 0)
    assert "It is UTF-8; the contract says windows-1252." in reports["new.csv"]["reason"]

    reports = load("UTF-16", {"other.csv": content(FRENCH, "UTF-8"), "wide.csv": content(FRENCH, "UTF-16LE")})

    assert "It is UTF-8; the contract says UTF-16." in reports["other.csv"]["reason"]
    assert (reports["wide.csv"]["outcome"], gyms(spark, "wide.csv")) == ("loaded", {FRENCH})

    reports = load("UTF-8", {"old.csv": content(QUOTED, "windows-1252"), "mixed.csv": MIXED})

    assert "It fits windows-1252" in reports["old.csv"]["reason"]
    assert reports["old.csv"]["violations"] == {"line_is_not_utf8": 3}
    assert "no other encoding has letters for all" in reports["mixed.csv"]["reason"]
    assert reports["mixed.csv"]["accepted"] == 3


def test_what_fits_is_found_from_all_bytes_in_pieces_of_any_length():
    euro = QUOTED.encode()
    for at in range(1, len(euro)):
        assert find_encoding([euro[:at], euro[at:]]) == "UTF-8"
    assert find_encoding([b"a" * 10, "é".encode()[:1]]) == "ISO-8859-1"
    assert find_encoding([b"a", b"\x81"]) is None
