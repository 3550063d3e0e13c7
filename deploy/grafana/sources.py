"""The dashboard of the sources: whether the numbers come in."""

from grafana_foundation_sdk.models import common as choices
from grafana_foundation_sdk.models import dashboard as parts

from deploy.grafana.board import MILLISECONDS, SOURCES, board, coloured, variable
from deploy.grafana.panels import UP_WORDS, Panel, Query, column, lines, name, number, rows, steps, times, words


def sources() -> parts.Dashboard:
    """Whether the numbers come in."""
    mine = 'job="$job",source=~"$source"'
    waiting = Query('sum(okr_signal_quarantined{job="$job"})')
    untold = Query('sum(increase(okr_notification_failures_total{job="$job"}[1d]))')
    late = 'sum by (le) (rate(okr_scheduler_lateness_seconds_bucket{job="$job"}[1h]))'
    long = 'sum by (connector, le) (rate(okr_source_pull_duration_seconds_bucket{job="$job"}[1h]))'
    in_use = words({"1": ("in use", "green"), "0": ("refused", "red")})
    alarming = steps((None, "green"), (1, "red"))
    return board(
        SOURCES,
        "OKRs: sources",
        [variable("source", "okr_source_pulls_total", "source", 'job="$job"', several=True)],
        [
            number("Failing", Query(f"count(okr_source_up{{{mine}}} == 0) or vector(0)"), wide=4).thresholds(alarming),
            number("Readings in quarantine", waiting, wide=4).thresholds(alarming),
            number("Undelivered notifications (1 day)", untold, wide=4).decimals(0).thresholds(alarming),
            number("okr.yaml on disk", Query('min(okr_config_last_reload_successful{job="$job"})'), wide=4).mappings(
                in_use
            ),
            number(
                "Read",
                Query(f'max(okr_config_last_reload_success_timestamp_seconds{{job="$job"}}){MILLISECONDS}'),
                unit="dateTimeFromNow",
                wide=4,
            ),
            name(
                "Version", Query('max by (version) (okr_ingest_build_info{job="$job"})', "{{version}}"), wide=4
            ).height(4),
            _health(mine),
            times(
                "How the pulls ended",
                Query(f"min by (source) (okr_source_up{{{mine}}})", "{{source}}"),
                mappings=UP_WORDS,
            ),
            lines(
                "Failed pulls",
                Query(
                    f"sum by (source, outcome) (increase(okr_source_pull_failures_total{{{mine}}}[$__rate_interval]))",
                    "{{source}}: {{outcome}}",
                ),
            ).draw_style(choices.GraphDrawStyle.BARS),
            lines(
                "Measurements received",
                Query(
                    f"sum by (result) (increase(okr_measurements_received_total{{{mine}}}[$__rate_interval]))",
                    "{{result}}",
                ),
            ).draw_style(choices.GraphDrawStyle.BARS),
            lines(
                "How long pulls take (95 of 100)",
                Query(f"histogram_quantile(0.95, {long})", "{{connector}}"),
                unit="s",
            ),
            lines("How late sources are asked (99 of 100)", Query(f"histogram_quantile(0.99, {late})"), unit="s"),
            _signals(mine),
        ],
    )


def _health(mine: str) -> Panel:
    def of(metric: str, factor: str = "") -> str:
        return f"max by (source, connector) (okr_source_{metric}{{{mine}}}){factor}"

    asked = {
        of("up"): "last pull",
        of("consecutive_failures"): "failures in a row",
        of("last_success_timestamp_seconds", MILLISECONDS): "last success",
        of("next_pull_timestamp_seconds", MILLISECONDS): "next pull",
        of("interval_seconds"): "every",
        of("credential_expiry_timestamp_seconds", MILLISECONDS): "credential ends",
    }
    return (
        rows("Sources", asked, ["source", "connector", *asked.values()], high=10)
        .override_by_name("last pull", column(mappings=UP_WORDS, custom__cellOptions=coloured()))
        .override_by_name("every", column(unit="dtdurations"))
        .override_by_regexp("last success|next pull|credential ends", column(unit="dateTimeFromNow"))
    )


def _signals(mine: str) -> Panel:
    def of(metric: str, factor: str = "") -> str:
        return f"max by (source, signal) (okr_signal_{metric}{{{mine}}}){factor}"

    asked = {
        of("value"): "value",
        of("events"): "sum of all events",
        of("last_measured_timestamp_seconds", MILLISECONDS): "measured",
        of("quarantined"): "in quarantine",
    }
    return rows("Signals", asked, ["source", "signal", *asked.values()], high=12).override_by_name(
        "measured", column(unit="dateTimeFromNow")
    )
