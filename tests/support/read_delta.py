"""Reads a Delta table in a loop, without Spark, as engines do that know no views: read_delta.py FOLDER.

Each line that it prints is what it saw, if it saw it for the first time. It ends when its input ends.
"""

import sys
import threading

import duckdb
from deltalake import DeltaTable

# Without a pause it would keep a core busy, and what it watches would take twice as long.
PAUSE_SECONDS = 0.1
QUERY = "SELECT count(*), coalesce(round(sum(minutes_in_gym), 6), 0) FROM read_parquet(?)"


def main() -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    seen = set()
    while not ended.wait(PAUSE_SECONDS):
        files = DeltaTable(sys.argv[1]).file_uris()
        rows = duckdb.execute(QUERY, [files]).fetchone() if files else (0, 0)
        text = f"{rows[0]} {float(rows[1]):.6f}"
        if text not in seen:
            seen.add(text)
            print(text, flush=True)


main()
