"""Files on a mount, which may stumble over them: what is asked again, and what is wrong with the file itself."""

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import TypeVar

from .manifest import ListedFile

Result = TypeVar("Result")

_AT_ONCE = 32
_PAUSES_SECONDS = (1, 3)
_OF_THE_FILE = frozenset(
    (errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EPERM)
)


class MountError(RuntimeError):
    """The storage is in trouble, so that nobody can say anything of a file. The round is to be tried again."""


def ask_each(files: list[ListedFile], ask: Callable[[ListedFile], Result]) -> dict[ListedFile, Result | OSError]:
    """What is found in each file, or why it cannot be opened. Files over which the mount stumbles are asked again.

    Raises MountError if it goes on stumbling. A good file would be set aside otherwise, and its earlier rows be lost.
    """
    found = _asked(files, ask)
    for pause in _PAUSES_SECONDS:
        stumbles = [file for file, answer in found.items() if _is_stumble(answer)]
        if stumbles:
            sleep(pause)
            found |= _asked(stumbles, ask)
    was_any_opened = any(not isinstance(answer, OSError) for answer in found.values())
    for file, answer in found.items():
        # A mount may speak of a failing device where storage has put one file away, into its archive tier.
        is_put_away = _is_stumble(answer) and answer.errno == errno.EIO and was_any_opened
        if _is_stumble(answer) and not is_put_away:
            raise MountError(
                f"The file '{file.path}' cannot be opened: {answer.strerror}. Try again, or exclude the file."
            ) from answer
    return found


def _asked(files: list[ListedFile], ask: Callable[[ListedFile], Result]) -> dict[ListedFile, Result | OSError]:
    def answer(file: ListedFile) -> Result | OSError:
        try:
            return ask(file)
        except OSError as error:
            return error

    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(files) or 1)) as pool:
        return dict(zip(files, pool.map(answer, files), strict=True))


def _is_stumble(answer: object) -> bool:
    return isinstance(answer, OSError) and answer.errno not in _OF_THE_FILE
