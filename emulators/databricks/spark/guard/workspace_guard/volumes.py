"""A volume is no disk: files are written once and whole, they keep their name, and their times are not exact."""

import builtins
import errno
import io
import os
import uuid

from . import wrap
from .task import guard, is_below, to_absolute

READ, WRITE = "READ_VOLUME", "WRITE_VOLUME"
_replace, _stat = os.replace, os.stat


def guard_volumes():
    for name in ("rename", "replace", "link", "symlink"):
        wrap(os, name, _refuse)
    for name in ("stat", "lstat"):
        wrap(os, name, _lie)
    for name in ("listdir", "scandir"):
        wrap(os, name, _admit(READ))
    for name in ("remove", "unlink", "mkdir", "rmdir"):
        wrap(os, name, _admit(WRITE))
    wrap(os, "open", _guard_descriptor)
    # Two names of one function: what `pathlib` uses, and everybody else.
    wrap(builtins, "open", _guard_open)
    io.open = builtins.open


def _is_in_volume(path):
    return is_below(path, guard.volumes)


def _refuse(original):
    def call(source, target, *arguments, **named):
        if _is_in_volume(source) or _is_in_volume(target):
            guard.count("file")
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), os.fspath(source), None, os.fspath(target))
        return original(source, target, *arguments, **named)

    return call


def _admit(privilege):
    def guard_call(original):
        def call(path=".", *arguments, **named):
            if _is_in_volume(path):
                guard.count("file")
                guard.require(privilege, path)
            return original(path, *arguments, **named)

        return call

    return guard_call


def _lie(original):
    def stat(path, *arguments, **named):
        if not _is_in_volume(path):
            return original(path, *arguments, **named)
        guard.count("file")
        guard.require(READ, path)
        status = original(path, *arguments, **named)
        times = {"st_mtime": status.st_mtime + guard.lie_seconds}
        times["st_mtime_ns"] = status.st_mtime_ns + int(guard.lie_seconds * 1_000_000_000)
        whole = [*status[:8], int(times["st_mtime"]), status[9]]
        return os.stat_result(whole, {"st_atime": status.st_atime, "st_ctime": status.st_ctime, **times})

    return stat


def _guard_descriptor(original):
    def open_(path, flags, *arguments, **named):
        if _is_in_volume(path):
            guard.count("file")
            if flags & (os.O_APPEND | os.O_RDWR):
                raise _not_supported(path)
            guard.require(WRITE if flags & (os.O_WRONLY | os.O_CREAT | os.O_TRUNC) else READ, path)
        return original(path, flags, *arguments, **named)

    return open_


def _guard_open(original):
    def open_(file, mode="r", *arguments, **named):
        if not _is_in_volume(file):
            return original(file, mode, *arguments, **named)
        guard.count("file")
        if "a" in mode or "+" in mode:
            raise _not_supported(file)
        guard.require(WRITE if "w" in mode or "x" in mode else READ, file)
        if "w" not in mode and "x" not in mode:
            return original(file, mode, *arguments, **named)
        if "x" in mode and os.path.exists(file):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(file))
        return _open_new(file, mode, *arguments, **named)

    return open_


def _not_supported(path):
    return OSError(errno.EOPNOTSUPP, "A file of a volume can only be written anew and whole", os.fspath(path))


def _open_new(file, mode, buffering=-1, encoding=None, errors=None, newline=None):
    raw = NewFile(to_absolute(file))
    if buffering == 0:
        return raw
    buffered = io.BufferedWriter(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class NewFile(io.FileIO):
    """Is in its place when it is closed. Without a close it never was there."""

    def __init__(self, target):
        _stat(os.path.dirname(target))
        self.target, self.aside = target, os.path.join(guard.scratch, f"{uuid.uuid4().hex}.volume")
        super().__init__(self.aside, "w")

    def close(self):
        if self.closed:
            return
        super().close()
        _replace(self.aside, self.target)
