"""The metrics of okr-ingest: their names, kinds, and what they mean. The README's table is made of these."""

from typing import Literal, NamedTuple


class Described(NamedTuple):
    name: str
    kind: Literal["gauge", "counter", "histogram"]
    labels: tuple[str, ...]
    text: str


_KEY_RESULT = ("objective", "key_result")
_SOURCE = ("source", "connector")

KEY_RESULTS = (
    Described("okr_key_result_value", "gauge", _KEY_RESULT, "The key result's value, in its own unit."),
    Described("okr_key_result_baseline", "gauge", _KEY_RESULT, "Where it started, in its own unit."),
    Described("okr_key_result_target", "gauge", _KEY_RESULT, "What its value must reach, in its own unit."),
    Described("okr_key_result_progress_ratio", "gauge", _KEY_RESULT, "The share of the way gone, from 0 to 1."),
    Described("okr_key_result_raw_progress_ratio", "gauge", _KEY_RESULT, "The share of the way gone, unclamped."),
    Described("okr_key_result_expected_ratio", "gauge", _KEY_RESULT, "The progress that should be reached by now."),
    Described(
        "okr_key_result_success_probability",
        "gauge",
        _KEY_RESULT,
        "How likely it is to be attained at the end, from 0 to 1.",
    ),
    Described(
        "okr_key_result_last_measured_timestamp_seconds",
        "gauge",
        _KEY_RESULT,
        "When its newest measurement was true.",
    ),
    Described("okr_key_result_start_timestamp_seconds", "gauge", _KEY_RESULT, "When its period begins."),
    Described("okr_key_result_deadline_timestamp_seconds", "gauge", _KEY_RESULT, "When its period ends."),
    Described("okr_key_result_status", "gauge", (*_KEY_RESULT, "status"), "1 for the status it has, 0 for the others."),
    Described(
        "okr_key_result_last_known_status",
        "gauge",
        (*_KEY_RESULT, "status"),
        "1 for the status it had when its data was last good, 0 for the others.",
    ),
    Described(
        "okr_key_result_info", "gauge", (*_KEY_RESULT, "title", "team", "party"), "Always 1; its words in labels."
    ),
)
OBJECTIVES = (
    Described("okr_objective_progress_ratio", "gauge", ("objective",), "The weighted progress of its key results."),
    Described("okr_objective_coverage_ratio", "gauge", ("objective",), "The share of its key results that are known."),
    Described("okr_objective_status", "gauge", ("objective", "status"), "1 for the status it has, 0 for the others."),
    Described("okr_objective_info", "gauge", ("objective", "title", "team", "party"), "Always 1; its words in labels."),
)
SIGNALS = (
    Described("okr_signal_value", "gauge", ("source", "signal"), "The newest reading of a level or counter."),
    Described("okr_signal_events", "gauge", ("source", "signal"), "The sum of the amounts of all events known."),
    Described(
        "okr_signal_last_measured_timestamp_seconds",
        "gauge",
        ("source", "signal"),
        "When its newest measurement was true.",
    ),
    Described("okr_signal_quarantined", "gauge", ("source", "signal"), "Implausible readings waiting for a decision."),
)
SOURCES = (
    Described("okr_source_up", "gauge", _SOURCE, "1 if its last pull succeeded, else 0."),
    Described("okr_source_last_success_timestamp_seconds", "gauge", _SOURCE, "When a pull last succeeded."),
    Described("okr_source_next_pull_timestamp_seconds", "gauge", _SOURCE, "When it is asked next."),
    Described("okr_source_interval_seconds", "gauge", _SOURCE, "The time from one pull to the next."),
    Described("okr_source_consecutive_failures", "gauge", _SOURCE, "Pulls that failed since the last success."),
    Described(
        "okr_source_credential_expiry_timestamp_seconds",
        "gauge",
        _SOURCE,
        "When its credential ends, where it is known.",
    ),
    Described("okr_source_pulls_total", "counter", ("source",), "Pulls since the start of the service."),
    Described("okr_source_pull_failures_total", "counter", ("source", "outcome"), "Pulls that failed, by how."),
    Described(
        "okr_measurements_received_total",
        "counter",
        ("source", "result"),
        "Measurements received, by what became of them.",
    ),
)
OWN = (
    Described("okr_source_pull_duration_seconds", "histogram", ("connector",), "How long pulls took."),
    Described("okr_scheduler_lateness_seconds", "histogram", (), "How long after it was due a source was handed over."),
    Described("okr_config_last_reload_successful", "gauge", (), "1 if the configuration on disk is in use, else 0."),
    Described(
        "okr_config_last_reload_success_timestamp_seconds", "gauge", (), "When the configuration in use was read."
    ),
    Described("okr_notification_failures_total", "counter", (), "Notifications that could not be delivered."),
    Described("okr_ingest_build_info", "gauge", ("version", "python"), "Always 1; the running version."),
)
ALL = (*KEY_RESULTS, *OBJECTIVES, *SIGNALS, *SOURCES, *OWN)
