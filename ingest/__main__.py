"""`python -m ingest` is `okr`."""

from ingest.root import main

if __name__ == "__main__":
    main()
