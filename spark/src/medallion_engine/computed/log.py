"""The change log: one row per layer and round, appended after the data."""

import json
from dataclasses import asdict, dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import clock, platform
from ..contracts import table
from ..delta.inline import from_json

TABLE = "ops.changes"

# Delta's own name for: another commit has the same number.
_REFUSED = "DELTA_CONCURRENT_TRANSACTION"

# What a layer above has not read yet is seldom more. It is told of all versions and batches in any case.
MOST_ROUNDS = 100


@dataclass(frozen=True)
class TableRound:
    """What a round did to a table. `read` has the versions below that it has read to their end, by table.

    `whole` says why the table was computed whole, if it was. Of bronze lines are counted, else rows. `records` are the
    types of the lines that a table of bronze got, if nothing but those was written.
    """

    name: str
    definition: str
    before: int
    after: int
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    read: dict[str, int] = field(default_factory=dict)
    whole: str | None = None
    records: list[str] | None = None

    @property
    def has_moved(self) -> bool:
        return self.after != self.before

    @property
    def rows(self) -> int:
        return self.inserted + self.updated + self.deleted


@dataclass(frozen=True)
class Round:
    """One round of a layer; `follows` is the last round below that it has read. It has every table of the layer."""

    layer: str
    round: int
    batches: list[str]
    attempt: int
    follows: int
    tables: list[TableRound]

    @property
    def versions(self) -> dict[str, int]:
        """Where the layer's tables are after it."""
        return {each.name: each.after for each in self.tables}

    def of(self, name: str) -> TableRound | None:
        """What is known of a table, if it was there."""
        return next((each for each in self.tables if each.name == name), None)


class OvertakenError(RuntimeError):
    """A round was not written to the log, since another job has written there meanwhile."""

    def __init__(self, each: Round) -> None:
        super().__init__(f"Round '{each.round}' of layer '{each.layer}' was overtaken by another job. Tell it again.")


def latest(spark: SparkSession, layer: str) -> Round | None:
    """The last round of a layer, if there is one."""
    rounds = recent(spark, [layer], 1)[layer]
    return rounds[0] if rounds else None


def batches_among(spark: SparkSession, layer: str, batches: set[str]) -> set[str]:
    """Those of the batches that a round of the layer has ended with."""
    if not batches:
        return set()
    ended = spark.table(TABLE).where(F.col("layer") == layer).select(F.explode("batches").alias("batch"))
    rows = ended.where(F.col("batch").between(min(batches), max(batches))).distinct().collect()
    return batches & {row["batch"] for row in rows}


def newest_batch(spark: SparkSession, layer: str) -> str | None:
    """The batch with the latest name among those that the layer has; rounds of maintenance have none."""
    rounds = spark.table(TABLE).where(F.col("layer") == layer)
    return rounds.agg(F.max(F.array_max("batches")).alias("batch")).first()["batch"]


def recent(spark: SparkSession, layers: list[str], most: int = MOST_ROUNDS) -> dict[str, list[Round]]:
    """The latest rounds of each layer, newest first.

    Numbers tell Delta which files it may leave out. To sort the log it would read all of it.
    """
    rounds = spark.table(TABLE)
    newest = rounds.where(F.col("layer").isin(layers)).groupBy("layer").agg(F.max("round").alias("round")).collect()
    is_recent = [f"(layer = '{row['layer']}' AND round > {row['round'] - most})" for row in newest]
    rows = rounds.where(" OR ".join(is_recent) or "false").drop("at")
    found = [json.loads(row["row"]) for row in rows.select(F.to_json(F.struct("*")).alias("row")).collect()]
    found.sort(key=lambda each: each["round"], reverse=True)
    return {layer: [_round(each) for each in found if each["layer"] == layer] for layer in layers}


def _round(row: dict) -> Round:
    return Round(**{**row, "tables": [TableRound(**each) for each in row["tables"]]})


def append(spark: SparkSession, each: Round) -> None:
    """Ends a round of a layer with one writer: what is not in the log has still to be done or said."""
    _row(spark, each).write.format("delta").mode("append").saveAsTable(TABLE)


def append_beside_others(spark: SparkSession, each: Round) -> None:
    """The same for a layer with several writers. Raises OvertakenError if another one has ended a round meanwhile.

    Each append carries its number. Of two with the same one Delta refuses the later, or leaves it out and says nothing.
    Appends of other layers pass it.
    """
    number = {"txnAppId": f"{TABLE}/{each.layer}", "txnVersion": str(each.round)}
    try:
        _row(spark, each).write.format("delta").options(**number).mode("append").saveAsTable(TABLE)
    except platform.QUERY_ERRORS as error:
        if _REFUSED not in str(error):
            raise
        raise OvertakenError(each) from error
    rows = spark.table(TABLE).where((F.col("layer") == each.layer) & (F.col("round") == each.round))
    written = rows.select("batches").first()
    if written is None:
        # Somebody has set the log back: Delta knows the number, and its row is gone.
        append(spark, each)
    elif written["batches"] != each.batches:
        raise OvertakenError(each)


def _row(spark: SparkSession, each: Round) -> DataFrame:
    rows = from_json(spark, [json.dumps({**asdict(each), "at": clock.now()})], _schema(spark))
    return rows.select(*table(TABLE).names)


def _schema(spark: SparkSession) -> str:
    return spark.table(TABLE).select(*table(TABLE).names).schema.simpleString()


def stream(spark: SparkSession, layer: str) -> DataFrame:
    """The rounds of a layer as they are appended. Rows that maintenance has removed are no news."""
    return spark.readStream.option("skipChangeCommits", "true").table(TABLE).where(F.col("layer") == layer)
