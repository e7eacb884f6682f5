"""One try to bring a table up to date. A table that cannot be computed holds up only what is made of it."""

import traceback
from dataclasses import dataclass

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from .compute import Outcome, Work, compute


@dataclass(frozen=True)
class Failure:
    """Why a table could not be computed, and the error itself."""

    reason: str
    error: Exception


Tried = Outcome | Failure


def attempt(spark: SparkSession, work: Work) -> Tried:
    """Computes the table, and answers with the failure if that raises. The log of the run has the whole error."""
    try:
        return compute(spark, work)
    except Exception as error:  # noqa: BLE001 - a function of a project may raise anything
        traceback.print_exception(error)
        return Failure(f"{_name(error)}. The log of the job run has the whole error.", error)


def require_some(tried: list[Tried], *, is_first: bool) -> None:
    """Raises the first error where another try may help: in the first attempt, and where every table has failed."""
    failures = [each for each in tried if isinstance(each, Failure)]
    if failures and (is_first or len(failures) == len(tried)):
        raise failures[0].error


def _name(error: Exception) -> str:
    """The class of the error, without its message: that may hold a value of somebody's row."""
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    return f"{type(error).__name__} [{condition}]" if condition else type(error).__name__
