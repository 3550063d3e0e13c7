"""The parts of our dashboards in the words of Grafana's own SDK: what a panel of each kind looks like here."""

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as choices
from grafana_foundation_sdk.models import dashboard as parts
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

Panel = stat.Panel | table.Panel | timeseries.Panel | bargauge.Panel | statetimeline.Panel

SOURCE = parts.DataSourceRef(type_val="prometheus", uid="${datasource}")
STATUSES = {
    "scheduled": ("scheduled", "text"),
    "learning": ("learning", "blue"),
    "no_data": ("no data", "#808080"),
    "stale": ("stale", "#808080"),
    "achieved": ("achieved", "dark-green"),
    "missed": ("missed", "dark-red"),
    "on_track": ("on track", "green"),
    "at_risk": ("at risk", "orange"),
    "off_track": ("off track", "red"),
}
"""What each status is called and its colour; what is unknown looks unknown."""
REFERENCES = string.ascii_uppercase
"""What the queries of a panel are called, in their order."""


class Query(NamedTuple):
    """An expression, and what the series of its answer are called."""

    expression: str
    legend: str = ""


def states(metric: str, selector: str) -> str:
    """The number of the status that is 1, counted from 1 in the order of STATUSES, for each key result."""
    numbered = (
        f'{metric}{{{selector},status="{status}"}} * {number}' for number, status in enumerate(STATUSES, start=1)
    )
    return f"max by (objective, key_result) ({' or '.join(numbered)})"


def words(texts: Mapping[str, tuple[str, str]]) -> list[parts.ValueMapping]:
    """Show these values as words in a colour."""
    shown = {
        value: parts.ValueMappingResult(text=text, color=colour, index=index)
        for index, (value, (text, colour)) in enumerate(texts.items())
    }
    return [parts.ValueMap(options=shown)]


STATUS_WORDS = words({str(number): shown for number, shown in enumerate(STATUSES.values(), start=1)})
UP_WORDS = words({"1": ("ok", "green"), "0": ("failing", "red")})


def steps(*bounds: tuple[float | None, str]) -> dashboard.ThresholdsConfig:
    """Colours from each bound on; the first has none."""
    built = [parts.Threshold(value=bound, color=colour) for bound, colour in bounds]
    return dashboard.ThresholdsConfig().mode(parts.ThresholdsMode.ABSOLUTE).steps(built)


def colour(name: str) -> parts.FieldColor:
    return parts.FieldColor(mode=parts.FieldColorModeId.FIXED, fixed_color=name)


def column(**properties: object) -> list[parts.DynamicConfigValue]:
    """The properties of one column or series, `__` for the dot in their ids."""
    return [parts.DynamicConfigValue(name.replace("__", "."), value) for name, value in properties.items()]


def number(title: str, *queries: Query, unit: str = "short", wide: int = 3, high: int = 4) -> stat.Panel:
    """The newest value of a thing or a few, large."""
    newest = common.ReduceDataOptions().calcs(["lastNotNull"])
    panel = (
        stat.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(wide)
        .height(high)
        .unit(unit)
        .no_value("unknown")
        .reduce_options(newest)
        .graph_mode(choices.BigValueGraphMode.NONE)
        .color_mode(choices.BigValueColorMode.VALUE)
        .thresholds(steps((None, "text")))
    )
    for reference, query in zip(REFERENCES, queries, strict=False):
        panel.with_target(_instant(query, reference))
    return panel


def name(title: str, query: Query, *, wide: int) -> stat.Panel:
    """A text from a label."""
    return (
        number(title, query, wide=wide, high=3)
        .text_mode(choices.BigValueTextMode.NAME)
        .color_mode(choices.BigValueColorMode.NONE)
    )


def bars(title: str, query: Query, *, wide: int, high: int) -> bargauge.Panel:
    """Shares from 0 to 1, one bar each."""
    return (
        bargauge.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(wide)
        .height(high)
        .unit("percentunit")
        .min(0)
        .max(1)
        .orientation(choices.VizOrientation.HORIZONTAL)
        .display_mode(choices.BarGaugeDisplayMode.BASIC)
        .value_mode(choices.BarGaugeValueMode.TEXT)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(steps((None, "blue")))
        .with_target(_instant(query, "A"))
    )


def lines(title: str, *queries: Query, unit: str = "short", wide: int = 12, high: int = 9) -> timeseries.Panel:
    """How it went."""
    legend = common.VizLegendOptions().display_mode(choices.LegendDisplayMode.LIST)
    panel = (
        timeseries.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(wide)
        .height(high)
        .unit(unit)
        .line_width(2)
        .show_points(choices.VisibilityMode.NEVER)
        .thresholds(steps((None, "text")))
        .legend(legend.placement(choices.LegendPlacement.BOTTOM).show_legend(True).calcs([]))
        .tooltip(common.VizTooltipOptions().mode(choices.TooltipDisplayMode.MULTI).sort(choices.SortOrder.DESCENDING))
    )
    for reference, query in zip(REFERENCES, queries, strict=False):
        panel.with_target(_range(query, reference))
    return panel


def times(
    title: str, *queries: Query, mappings: list[parts.ValueMapping], wide: int = 24, high: int = 9
) -> statetimeline.Panel:
    """Which state each thing was in, and when."""
    panel = (
        statetimeline.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(wide)
        .height(high)
        .mappings(mappings)
        .merge_values(True)
        .show_value(choices.VisibilityMode.AUTO)
        .row_height(0.9)
        .fill_opacity(80)
        .thresholds(steps((None, "text")))
        .legend(
            common.VizLegendOptions()
            .display_mode(choices.LegendDisplayMode.LIST)
            .placement(choices.LegendPlacement.BOTTOM)
            .show_legend(False)
            .calcs([])
        )
    )
    for reference, query in zip(REFERENCES, queries, strict=False):
        panel.with_target(_range(query, reference))
    return panel


def rows(title: str, columns: Mapping[str, str], order: Sequence[str], *, wide: int = 24, high: int) -> table.Panel:
    """One row for each set of labels; `columns`: what each expression's value is called, in the order of the queries.

    An expression without a heading (the empty text) brings labels only.
    """
    panel = (
        table.Panel()
        .title(title)
        .datasource(SOURCE)
        .span(wide)
        .height(high)
        .thresholds(steps((None, "text")))
        .filterable(True)
    )
    renamed, hidden = {}, {"Time": True}
    for reference, (expression, heading) in zip(REFERENCES, columns.items(), strict=False):
        panel.with_target(_instant(Query(expression), reference).format(PromQueryFormat.TABLE))
        if heading:
            renamed[f"Value #{reference}"] = heading
        else:
            hidden[f"Value #{reference}"] = True
    places = {found: place for place, found in enumerate(_found(order, renamed))}
    arrangement = {"excludeByName": hidden, "renameByName": renamed, "indexByName": places}
    return panel.with_transformation(parts.DataTransformerConfig("merge", options={})).with_transformation(
        parts.DataTransformerConfig("organize", options=arrangement)
    )


def _found(order: Sequence[str], renamed: Mapping[str, str]) -> list[str]:
    """The names of columns before they are renamed."""
    before = {after: name for name, after in renamed.items()}
    return [before.get(heading, heading) for heading in order]


def _instant(query: Query, reference: str) -> prometheus.Dataquery:
    return _query(query, reference).instant()


def _range(query: Query, reference: str) -> prometheus.Dataquery:
    return _query(query, reference).range()


def _query(query: Query, reference: str) -> prometheus.Dataquery:
    return (
        prometheus.Dataquery()
        .expr(query.expression)
        .legend_format(query.legend or "__auto")
        .ref_id(reference)
        .datasource(SOURCE)
    )
