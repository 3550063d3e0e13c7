"""The dashboard of all objectives and their key results."""

from grafana_foundation_sdk.models import dashboard as parts

from deploy.grafana.board import CARRIED, KEY_RESULT, MILLISECONDS, OBJECTIVES, board, coloured, gauge, variable
from deploy.grafana.panels import (
    STATUS_WORDS,
    STATUSES,
    Panel,
    Query,
    bars,
    colour,
    column,
    lines,
    number,
    rows,
    states,
    times,
)

PAIR = "objective, key_result"
EVERY_STATUS = states("okr_key_result_status", 'job="$job"')


def objectives() -> parts.Dashboard:
    """How all of them go."""
    team = 'job="$job",team=~"$team"'
    ours = f"and on ({PAIR}) okr_key_result_info{{{team}}}"
    titles = f"on (objective) group_left (title) max by (objective, title) (okr_objective_info{{{team}}})"
    progress = Query(f'max by (objective) (okr_objective_progress_ratio{{job="$job"}}) * {titles}', "{{title}}")

    shown = list(reversed(STATUSES.items()))
    counted = [
        Query(f'sum(okr_key_result_status{{job="$job",status="{status}"}} {ours})', word) for status, (word, _) in shown
    ]
    counts = number("Key results", *counted, wide=24)
    for _, (word, shade) in shown:
        counts.override_by_name(word, column(color=colour(shade)))

    return board(
        OBJECTIVES,
        "OKRs: objectives",
        [variable("team", "okr_objective_info", "team", 'job="$job"', several=True)],
        [
            counts,
            bars("Progress of the objectives", progress, wide=10, high=9),
            lines("How the objectives went", progress, unit="percentunit", wide=14).min(0).max(1),
            _key_results(ours),
            times(
                "How the key results went",
                Query(f"{EVERY_STATUS} {ours}", "{{objective}}.{{key_result}}"),
                mappings=STATUS_WORDS,
                high=12,
            ),
        ],
    )


def _key_results(ours: str) -> Panel:
    def of(metric: str, factor: str = "") -> str:
        return f'max by ({PAIR}) (okr_key_result_{metric}{{job="$job"}}){factor} {ours}'

    asked = {
        f'max by ({PAIR}, title, team) (okr_key_result_info{{job="$job",team=~"$team"}})': "",
        f"{EVERY_STATUS} {ours}": "status",
        of("value"): "value",
        of("target"): "target",
        of("progress_ratio"): "progress",
        of("expected_ratio"): "expected",
        of("deadline_timestamp_seconds", MILLISECONDS): "ends",
        of("last_measured_timestamp_seconds", MILLISECONDS): "measured",
    }
    order = ["title", "status", "value", "target", "progress", "expected", "ends", "measured", "team", "objective"]
    there = (
        f"/d/{KEY_RESULT}/?{CARRIED}&var-objective=${{__data.fields.objective}}"
        "&var-key_result=${__data.fields.key_result}"
    )
    link = {"title": "This key result", "url": there}
    return (
        rows("Key results", asked, [*order, "key_result"], high=12)
        .override_by_name("title", column(links=[link], custom__minWidth=280))
        .override_by_name("status", column(mappings=STATUS_WORDS, custom__cellOptions=coloured()))
        .override_by_name("progress", column(unit="percentunit", min=0, max=1, custom__cellOptions=gauge()))
        .override_by_name("expected", column(unit="percentunit"))
        .override_by_regexp("ends|measured", column(unit="dateTimeFromNow"))
    )
