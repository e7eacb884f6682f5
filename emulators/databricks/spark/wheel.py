"""Entry points of a job's wheel, imported from a folder named after the wheel's content."""

import hashlib
import importlib
import importlib.metadata
import inspect
import os
import sys
import threading
import zipfile

GROUPS = ("console_scripts", "databricks")


class Wheels:
    """One version of a wheel at a time: a changed wheel is unpacked beside the old, whose modules are forgotten."""

    def __init__(self, home):
        self.folder, self.lock, self.current = os.path.join(home, "wheels"), threading.Lock(), {}

    def entry_point(self, wheel, package, name):
        with self.lock:
            place = self._unpacked(wheel)
            point = self._point(place, wheel, package, name)
            return point.load()

    def _unpacked(self, wheel):
        with open(wheel, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        place = os.path.join(self.folder, digest)
        if not os.path.isdir(place):
            aside = f"{place}.{os.getpid()}"
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(aside)
            os.rename(aside, place)
        before = self.current.get(wheel)
        if before != place:
            self._forget(before)
            sys.path.insert(0, place)
            importlib.invalidate_caches()
            self.current[wheel] = place
        return place

    def _forget(self, place):
        if place is None:
            return
        sys.path.remove(place)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(place + os.sep):
                del sys.modules[name]

    def _point(self, place, wheel, package, name):
        wanted = package.replace("-", "_").lower()
        for distribution in importlib.metadata.distributions(path=[place]):
            if distribution.metadata["Name"].replace("-", "_").lower() != wanted:
                continue
            for point in distribution.entry_points:
                if point.group in GROUPS and point.name == name:
                    return point
        raise LookupError(
            f"Wheel '{os.path.basename(wheel)}' has no entry point '{name}' of package '{package}'. "
            "Declare it under [project.scripts]."
        )


def takes_arguments(function):
    return any(
        p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        for p in inspect.signature(function).parameters.values()
    )
