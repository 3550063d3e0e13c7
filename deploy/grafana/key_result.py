"""The dashboard of one key result."""

from grafana_foundation_sdk.models import dashboard as parts

from deploy.grafana.board import KEY_RESULT, MILLISECONDS, board, variable
from deploy.grafana.panels import STATUS_WORDS, Query, colour, column, lines, name, number, states, times


def key_result() -> parts.Dashboard:
    """All that is known of one."""
    selector = 'job="$job",objective="$objective",key_result="$key_result"'

    def of(metric: str, factor: str = "", legend: str = "") -> Query:
        return Query(f"max(okr_key_result_{metric}{{{selector}}}){factor}", legend)

    goal = column(color=colour("text"), custom__lineStyle={"fill": "dash", "dash": [10, 10]})
    info = f"(okr_key_result_info{{{selector}}})"
    return board(
        KEY_RESULT,
        "OKRs: one key result",
        [
            variable("objective", "okr_key_result_info", "objective", 'job="$job"'),
            variable("key_result", "okr_key_result_info", "key_result", 'job="$job",objective="$objective"'),
        ],
        [
            name("What is to be reached", Query(f"max by (title) {info}", "{{title}}"), wide=14),
            name("Whose behaviour it measures", Query(f"max by (party) {info}", "{{party}}"), wide=5),
            name("Whose it is", Query(f"max by (team) {info}", "{{team}}"), wide=5),
            number("Status", Query(f"max({states('okr_key_result_status', selector)})")).mappings(STATUS_WORDS),
            number("Value", of("value")),
            number("Target", of("target")),
            number("Progress", of("progress_ratio"), unit="percentunit"),
            number("Expected by now", of("expected_ratio"), unit="percentunit"),
            number("Probability to get there", of("success_probability"), unit="percentunit"),
            number("Ends", of("deadline_timestamp_seconds", MILLISECONDS), unit="dateTimeFromNow"),
            number("Measured", of("last_measured_timestamp_seconds", MILLISECONDS), unit="dateTimeFromNow"),
            lines(
                "From where, to where",
                of("value", legend="value"),
                of("target", legend="target"),
                of("baseline", legend="baseline"),
            )
            .override_by_name("target", goal)
            .override_by_name("baseline", goal),
            lines(
                "Progress",
                of("progress_ratio", legend="progress"),
                of("expected_ratio", legend="expected"),
                unit="percentunit",
            )
            .min(0)
            .override_by_name("expected", goal),
            times(
                "Status",
                Query(f"max({states('okr_key_result_status', selector)})", "status"),
                Query(f"max({states('okr_key_result_last_known_status', selector)}) > 0", "last known"),
                mappings=STATUS_WORDS,
                wide=12,
                high=7,
            ),
            lines(
                "Probability to get there",
                of("success_probability", legend="probability"),
                unit="percentunit",
                high=7,
            )
            .min(0)
            .max(1),
        ],
    )
