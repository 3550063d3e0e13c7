"""Benchmarks: `make bench`. Every figure is a ratio between us and a named limit or peer, measured in one run."""
