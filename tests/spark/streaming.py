"""The jobs as always-on streams, each in a thread as a workspace on one machine runs them."""

import threading
import time
from collections.abc import Callable

from lake import Lake
from medallion_engine.jobs import bronze, gold, silver
from medallion_engine.platform import read_json

LAYERS = {"bronze": bronze, "silver": silver, "gold": gold}


class Streams:
    """All three layers, up until they are drained. What a job raised is raised to whoever waits for it."""

    def __init__(self, lake: Lake, life: str) -> None:
        self.lake, self.life, self.failed = lake, life, []
        self.threads = [threading.Thread(target=self._run, args=(layer,), daemon=True) for layer in LAYERS]
        for each in self.threads:
            each.start()

    def _run(self, layer: str) -> None:
        try:
            LAYERS[layer].main(self.lake.arguments(f"{self.life}-{layer}", "--mode=continuous"))
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            self.failed.append(error)

    def drain(self) -> None:
        for layer in LAYERS:
            ask_to_drain(self.lake, f"{self.life}-{layer}")
        for each in self.threads:
            each.join(60)
        assert not any(each.is_alive() for each in self.threads), "a stream did not drain"
        self._raise_what_failed()

    def until_covered(self, batch: str) -> None:
        """Waits until gold is made of all that a batch has brought."""
        until(lambda: self.failed or self._is_covered(batch))
        self._raise_what_failed()

    def _raise_what_failed(self) -> None:
        if self.failed:
            raise self.failed[0]

    def _is_covered(self, batch: str) -> bool:
        if batch not in [each for entry in entries(self.lake, "bronze") for each in entry["batches"]]:
            return False
        loaded = {each["table"]: each["version"] for each in self.lake.report(batch, "bronze")["tables"]}
        below = reaching(entries(self.lake, "silver"), loaded)
        return below is not None and reaching(entries(self.lake, "gold"), below["versions"]) is not None


def reaching(some: list[dict], versions: dict[str, int]) -> dict | None:
    return next((each for each in some if all(v >= versions[t] for t, v in each["read"].items())), None)


def entries(lake: Lake, layer: str) -> list[dict]:
    return (read_json(lake.records / "progress" / layer) or {"entries": []})["entries"]


def ask_to_drain(lake: Lake, stream: str) -> None:
    folder = lake.control / "drain-requests"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stream}.json").write_text("{}")


def until(is_so: Callable[[], object], seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.1)
