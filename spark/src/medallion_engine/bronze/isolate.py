"""Finds the files that cannot be read among files that are read together."""

import re
import traceback
from collections.abc import Callable
from urllib.parse import unquote

from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession

from .. import platform
from .manifest import ListedFile

_STUMBLES = re.compile(
    r"AbfsRestOperationException|java\.net\.(?!URI)|UnknownHost|Connection re|timed out|OutOfMemory|No space left|"
    "interrupted"
)
_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_.]+)\]")
_OF_READERS = "FAILED_READ_FILE"
_NOT_FOUND = "PATH_NOT_FOUND"
_MOST_CHARACTERS = 300


def unreadable(
    spark: SparkSession, files: list[ListedFile], read: Callable[[list[ListedFile]], object]
) -> dict[ListedFile, str]:
    """The files whose reading raises, each with the reason. Found by halving, so it takes few reads.

    A query that Spark refuses, for a rule that names no column of its table, says nothing of a file: none is found.
    Raises where the storage or the engine is in trouble, so that the batch is to be tried again.
    """
    if not files:
        return {}
    try:
        read(files)
        return {}
    except platform.QUERY_ERRORS as error:
        if _STUMBLES.search(_without_paths(str(error), files)):
            raise
        if isinstance(error, AnalysisException) and _condition(error) != _NOT_FOUND:
            return {}
        if len(files) == 1:
            # An engine that cannot do anything any more finds no file readable.
            spark.range(1).collect()
            return {files[0]: f"It cannot be read: {_words(error)}"}
    half = len(files) // 2
    return {**unreadable(spark, files[:half], read), **unreadable(spark, files[half:], read)}


def _without_paths(text: str, files: list[ListedFile]) -> str:
    """What an error says, without the names of files: a sender may call one after an outage."""
    for each in files:
        text = text.replace(each.path, "")
    # Spark percent-encodes what it names.
    text = unquote(text)
    for each in files:
        text = text.replace(each.path, "")
    return text


def _words(error: Exception) -> str:
    """What a reader says of a file. Other errors may quote a value of somebody's line, and are named alone."""
    condition = _condition(error)
    if condition is not None and condition.startswith(_OF_READERS):
        return last_words(str(error))
    traceback.print_exception(error)
    name = type(error).__name__
    return f"{f'{name} [{condition}]' if condition else name}. The log of the job run has the whole error."


def _condition(error: Exception) -> str | None:
    """The condition of an error. One that comes from a task of Spark has it in its text alone, before all values."""
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    named = _CONDITION.search(str(error))
    return condition or (named[1] if named else None)


def last_words(text: str) -> str:
    """The cause at the end of a chain of errors, in one line."""
    causes = [line for line in text.splitlines() if line.startswith("Caused by: ")]
    first = next((line for line in text.splitlines() if line.strip()), "no reason was given")
    words = causes[-1].removeprefix("Caused by: ") if causes else first
    return re.sub(r"^[\w.$]+(Exception|Error): ", "", words.strip())[:_MOST_CHARACTERS]
