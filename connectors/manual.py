"""Numbers that somebody records."""

from ingest.connector import Received, SignalSettings


class Manual(Received[SignalSettings]):
    """Numbers that somebody records with `okr record`, `okr import` or `POST /api/v1/measurements`.

    It is never asked and never stale: from `since` on, what is not recorded did not happen.
    """

    proven = "by hand, from files and over the API, on the store of each test"
