"""One file a source; what is longer has its parts in `parts`. They import `ingest.connector`, nothing else of ours."""
