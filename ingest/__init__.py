"""okr-ingest: key results connected to live data. The rooms are listed in README.md, "The house"."""
