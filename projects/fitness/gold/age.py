"""Age bands."""

from pyspark.sql import Column
from pyspark.sql import functions as F

_BANDS = [(18, "under 18"), (25, "18-25"), (35, "25-35"), (45, "35-45"), (55, "45-55"), (65, "55-65")]
_OLDER = [(75, "65-75"), (85, "75-85"), (95, "85-95")]


def age_band(dob: Column, date: Column) -> Column:
    """The band of somebody born on `dob`, on the day `date`; a missing or future birth date is an invalid age."""
    years = F.floor(F.months_between(date, dob) / 12)
    band = F.when(dob.isNull() | (dob > date), "invalid age")
    for below, name in [*_BANDS, *_OLDER]:
        band = band.when(years < below, name)
    return band.otherwise("95+")
