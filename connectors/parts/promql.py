"""What Prometheus answers to a query."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, FiniteFloat

from connectors.parts.scalar import number_of
from ingest.connector import Broken, Unavailable

Pair = tuple[FiniteFloat, str]
"""Seconds since 1970, and a number as text."""
_NO_NUMBER = {"NaN", "+Inf", "-Inf", "Inf"}
_START = datetime(1970, 1, 1, tzinfo=UTC)


class Sample(BaseModel):
    value: Pair | None = None
    histogram: Any = None


class Series(BaseModel):
    values: list[Pair] | None = None
    histograms: Any = None


class Vector(BaseModel):
    kind: Literal["vector"] = Field(alias="resultType")
    result: list[Sample]


class Matrix(BaseModel):
    kind: Literal["matrix"] = Field(alias="resultType")
    result: list[Series]


class Single(BaseModel):
    kind: Literal["scalar", "string"] = Field(alias="resultType")
    result: Pair


class Answered(BaseModel):
    """The answer to both kinds of query."""

    status: Literal["success"]
    data: Annotated[Vector | Matrix | Single, Field(discriminator="kind")]
    warnings: list[str] = []

    def checked(self) -> "Answered":
        """Itself, if it is complete. Remarks on the query itself are none of our business."""
        if any(not warning.startswith("PromQL") for warning in self.warnings):
            raise Unavailable("it warns that its answer may not be complete")
        return self

    @property
    def is_empty(self) -> bool:
        return not self.data.result

    def now(self, query: str) -> float | None:
        """The number of an instant query; None where there is none: no series, NaN, an infinity."""
        if isinstance(self.data, Single) and self.data.kind == "scalar":
            return _number(self.data.result[1], query)
        if not isinstance(self.data, Vector):
            raise Broken("is no number: for one over a time write a function around it, as rate(…) does", query)
        _refuse_many(len(self.data.result), query)
        for sample in self.data.result:
            if sample.value is None:
                raise Broken(_HISTOGRAM, query)
            return _number(sample.value[1], query)
        return None

    def history(self, query: str) -> Iterator[tuple[datetime, float]]:
        """The numbers of a range query with their times."""
        if not isinstance(self.data, Matrix):
            raise Broken("was asked for over a time, and the answer has none", query)
        _refuse_many(len(self.data.result), query)
        for series in self.data.result:
            if series.values is None or series.histograms is not None:
                raise Broken(_HISTOGRAM, query)
            for seconds, text in series.values:
                number = _number(text, query)
                if number is not None:
                    yield _START + timedelta(seconds=seconds), number


_HISTOGRAM = "is a native histogram and no number: write histogram_quantile(0.9, …) or histogram_count(…) around it"


def _refuse_many(series: int, query: str) -> None:
    if series > 1:
        raise Broken(
            f"has {series} series, and a signal is one number: write sum(…), max(…) or avg(…) around it", query
        )


def _number(text: str, query: str) -> float | None:
    if text in _NO_NUMBER:
        return None
    try:
        return number_of(text)
    except ValueError as error:
        raise Broken(str(error), query) from None
