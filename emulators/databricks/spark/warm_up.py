"""Runs the kinds of statement a first job will run, so that their classes are loaded before it comes."""

import json
import os
import shutil
import tempfile

from .active import act_as


def warm_up(root, scratch):
    """Works on a temporary folder by path only, so that no table of the workspace is touched."""
    os.makedirs(scratch, exist_ok=True)
    place = tempfile.mkdtemp(prefix="warm-up-", dir=scratch)
    session = root.newSession()
    act_as(session)
    session.sparkContext.setJobGroup("warm-up", "warm-up", True)
    try:
        rehearse(session, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def rehearse(session, place):
    table, landed = f"delta.`{place}/table`", os.path.join(place, "landed")
    os.makedirs(landed)
    with open(os.path.join(landed, "rows.json"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": n, "at": "2026-01-01T00:00:00Z", "value": n / 3}) + "\n" for n in range(20))
    session.sql(
        f"create table {table} (id bigint, at timestamp, value double) using delta "
        "cluster by (id) tblproperties (delta.enableChangeDataFeed = true)"
    )

    def merge(frame, _batch):
        frame.createOrReplaceTempView("arrived")
        frame.sparkSession.sql(
            f"merge into {table} t using (select id, max(at) at, max(value) value from arrived group by id) s "
            "on t.id = s.id when matched then update set * when not matched then insert * "
            "when not matched by source and t.id < 0 then delete"
        )

    rows = session.readStream.schema("id bigint, at timestamp, value double").json(landed)
    stream = rows.writeStream.foreachBatch(merge).option("checkpointLocation", f"{place}/checkpoint")
    stream.trigger(availableNow=True).start().awaitTermination()
    session.read.format("delta").load(f"{place}/table").write.format("delta").mode("append").save(f"{place}/table")
    session.sql(
        f"select count(*), sum(value) over (partition by id order by at) v from {table} group by id, at, value"
    ).toArrow()
