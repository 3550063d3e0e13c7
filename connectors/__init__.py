"""One file a source; each holds one connector. They import `ingest.connector` and nothing else of the house."""
