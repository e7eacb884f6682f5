"""A job's wheel, unpacked into a folder: after the wheel's content, or in the strict mode after its file name."""

import hashlib
import importlib
import os
import sys
import threading
import uuid
import zipfile

from .entry_point import find_entry_point


class Wheels:
    """One version of a wheel at a time: a changed wheel is unpacked beside the old, whose modules are forgotten.

    Serverless compute keeps what it has installed by the wheel's name: with `by_name` a second content is not served.
    """

    def __init__(self, home, by_name=False):
        self.folder, self.lock, self.imported = os.path.join(home, "wheels"), threading.Lock(), {}
        self.by_name = by_name

    def load_entry_point(self, wheel, package, name):
        """For tasks of this process, which all share its modules."""
        with self.lock:
            place = self._unpack(wheel)
            before = self.imported.get(wheel)
            if before != place:
                self._forget(before)
                sys.path.insert(0, place)
                importlib.invalidate_caches()
                self.imported[wheel] = place
            return find_entry_point(place, wheel, package, name).load()

    def make_current(self, wheel):
        """For tasks with a process of their own: answers the folder. Workers of Spark find it as `current`."""
        with self.lock:
            place = self._unpack(wheel)
            current = os.path.join(self.folder, "current")
            if os.path.realpath(current) != os.path.realpath(place):
                aside = f"{current}.{uuid.uuid4().hex}"
                os.symlink(place, aside)
                os.replace(aside, current)
            return place

    def _unpack(self, wheel):
        place = os.path.join(self.folder, os.path.basename(wheel) if self.by_name else digest_of(wheel))
        if not os.path.isdir(place):
            aside = f"{place}.{os.getpid()}"
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(aside)
            os.rename(aside, place)
        return place

    def _forget(self, place):
        if place is None:
            return
        sys.path.remove(place)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(place + os.sep):
                del sys.modules[name]


def digest_of(wheel):
    with open(wheel, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
