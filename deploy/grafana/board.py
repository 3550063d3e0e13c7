"""What the dashboards share: their frame, their variables, their links to each other."""

from collections.abc import Iterable

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import common as choices
from grafana_foundation_sdk.models import dashboard as parts

from deploy.grafana.panels import SOURCE, Panel

TAG = "okr-ingest"
OBJECTIVES, KEY_RESULT, SOURCES = "okr-objectives", "okr-key-result", "okr-sources"
"""What the dashboards are called in addresses."""
CARRIED = "${datasource:queryparam}&${job:queryparam}&${__url_time_range}"
"""What a link takes along."""
MILLISECONDS = " * 1000"
"""Grafana's times are in milliseconds."""


def board(
    uid: str, title: str, variables: Iterable[dashboard.QueryVariable], panels: Iterable[Panel]
) -> parts.Dashboard:
    made = (
        dashboard.Dashboard(title)
        .uid(uid)
        .tags([TAG])
        .timezone("browser")
        .time("now-30d", "now")
        .refresh("1m")
        .tooltip(parts.DashboardCursorSync.CROSSHAIR)
        .editable()
        .link(
            dashboard.DashboardLink("OKRs")
            .type(parts.DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .as_dropdown(False)
            .include_vars(True)
            .keep_time(True)
        )
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .with_variable(variable("job", "okr_ingest_build_info", "job", ""))
    )
    for one in variables:
        made.with_variable(one)
    for place, panel in enumerate(panels, start=1):
        made.with_panel(panel.id(place))
    return made.build()


def variable(name: str, metric: str, label: str, selector: str, *, several: bool = False) -> dashboard.QueryVariable:
    """The values of a label; `several`: any of them, all at first."""
    asked = f"label_values({metric}{{{selector}}}, {label})" if selector else f"label_values({metric}, {label})"
    built = (
        dashboard.QueryVariable(name)
        .label(name.replace("_", " "))
        .datasource(SOURCE)
        .query({"query": asked, "refId": name})
        .refresh(parts.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(parts.VariableSort.ALPHABETICAL_ASC)
    )
    if several:  # `.*` also finds what has no such label
        everything = parts.VariableOption(selected=True, text="All", value="$__all")
        built = built.multi(True).include_all(True).all_value(".*").current(everything)
    return built


def coloured() -> choices.TableColoredBackgroundCellOptions:
    return choices.TableColoredBackgroundCellOptions(mode=choices.TableCellBackgroundDisplayMode.BASIC)


def gauge() -> choices.TableBarGaugeCellOptions:
    return choices.TableBarGaugeCellOptions(
        mode=choices.BarGaugeDisplayMode.BASIC, value_display_mode=choices.BarGaugeValueMode.TEXT
    )
