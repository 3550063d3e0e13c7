"""One file a source; what is longer has its parts in `parts`. They import `ingest.connector` and nothing else of ours."""
