"""Finds the files that cannot be read among files that are read together."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from .manifest import ListedFile

READ_ERRORS = (PySparkException, Py4JJavaError)
"""What Spark raises when a read fails; which one it is depends on the kind of session."""

_STUMBLES = re.compile(
    r"AbfsRestOperationException|java\.net\.(?!URI)|UnknownHost|Connection re|timed out|OutOfMemory|No space left|"
    "interrupted"
)
_MOST_CHARACTERS = 300


def unreadable(
    spark: SparkSession, files: list[ListedFile], read: Callable[[list[ListedFile]], object]
) -> dict[ListedFile, str]:
    """The files whose reading raises, each with the reader's own words. Found by halving, so it takes few reads.

    Raises what is no fault of a file: the storage or the engine is in trouble then, and the batch is to be tried again.
    """
    if not files:
        return {}
    try:
        read(files)
        return {}
    except READ_ERRORS as error:
        if _STUMBLES.search(_without_paths(str(error), files)):
            raise
        if len(files) == 1:
            # An engine that cannot do anything any more finds no file readable.
            spark.range(1).collect()
            return {files[0]: f"It cannot be read: {last_words(str(error))}"}
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


def last_words(text: str) -> str:
    """The cause at the end of a chain of errors, in one line."""
    causes = [line for line in text.splitlines() if line.startswith("Caused by: ")]
    first = next((line for line in text.splitlines() if line.strip()), "no reason was given")
    words = causes[-1].removeprefix("Caused by: ") if causes else first
    return re.sub(r"^[\w.$]+(Exception|Error): ", "", words.strip())[:_MOST_CHARACTERS]
