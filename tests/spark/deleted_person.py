"""A person with lines in every dataset, beside another one who stays, and what names the person in a lake."""

from generated.lines import change, enveloped, press, reading, registration
from lake import Lake
from medallion_engine.contracts import tables_of
from medallion_engine.jobs import gold, maintenance, silver
from pyspark.sql import functions as F

START = 1_710_000_000
PERSON, DEVICE, MAC, NAME = "u-77001", "d-77001", "aa:bb:cc:77:00:01", "Quagmire"
OTHER, OTHER_MAC, SHARED, SHARED_MAC = "u-2", "aa:bb:cc:00:00:02", "d-shared", "aa:bb:cc:00:00:99"
SIGNS = (PERSON, DEVICE, MAC, MAC.upper(), NAME)
LAYERS = ("bronze", "silver", "gold", "ops")


def person(last_name: str) -> dict:
    home = {"street_address": f"1 {last_name} Road", "city": f"{last_name}ville", "state": "CA", "zip": 90001}
    return {
        "dob": "02/03/1990",
        "sex": "F",
        "gender": "F",
        "first_name": "Zoe",
        "last_name": last_name,
        "address": home,
    }


def stream() -> str:
    lines = [
        change(PERSON, "new", START, person(NAME)),
        change(OTHER, "new", START, person("Keeper")),
        enveloped("user_info", PERSON, f'{{"user_id": "{PERSON}", "last_name": "{NAME}", "addr', START),
        enveloped("bpm", DEVICE, f'{{"device_id": "{DEVICE}", "time": "x", "heartrate": 1}}', START),
        enveloped("nobody_knows", OTHER, f'{{"a": {{"user_id": "{OTHER}"}}, "user_id": "{PERSON}"}}', START),
    ]
    for user, device in ((PERSON, DEVICE), (OTHER, "d-2"), (OTHER, SHARED)):
        session = user, f"w-{device}", "s"
        lines += [press(session, "start", START + 60), press(session, "stop", START + 600)]
        lines += [reading(device, START + 100, 80), reading(device, START + 200, 90)]
    return "".join(f"{line.text}\n" for line in lines)


def registrations() -> str:
    rows = [(PERSON, DEVICE, MAC), (OTHER, "d-2", OTHER_MAC), (PERSON, SHARED, SHARED_MAC), (OTHER, SHARED, SHARED_MAC)]
    lines = [registration(*row, START).text for row in rows]
    broken = f"{PERSON},{DEVICE},{MAC.upper()},never,more"
    return "\n".join(["user_id,device_id,mac_address,registration_timestamp", *lines, broken, ""])


def visits() -> str:
    lines = [f"{mac},5,{START},{START + 4000}" for mac in (MAC, OTHER_MAC, SHARED_MAC)]
    return "\n".join(["mac_address,gym,login,logout", *lines, f"{MAC},5,never,{START}", ""])


def text_of(spark, name: str) -> str:
    return "\n".join(row[0] for row in spark.table(name).select(F.to_json(F.struct("*"))).collect())


def signs_in(spark) -> dict[str, list[str]]:
    """By table, the signs of the person that any of its columns has."""
    answers = {}
    for each in [table for layer in LAYERS for table in tables_of(layer)]:
        for name in filter(None, [each.physical, each.changes]):
            text = text_of(spark, name)
            if named := [sign for sign in SIGNS if sign in text]:
                answers[name] = named
    return answers


def is_named_in_files(lake: Lake) -> list[str]:
    """Texts of control and reports that name the person."""
    files = [file for folder in (lake.control, lake.records) for file in folder.rglob("*") if file.is_file()]
    return [str(file) for file in files if any(sign in file.read_text(errors="replace") for sign in SIGNS)]


def maintain(lake: Lake, night: str) -> dict:
    maintenance.main([f"--batch={night}", f"--records={lake.records}", "--engine=local"])
    return lake.report(night, "maintenance")


def compute(lake: Lake) -> None:
    for layer in (silver, gold):
        layer.main(lake.arguments(f"batch-{lake.batches:03}", "--attempt=2"))
