"""The example package has tests of its own, which run where it is installed: see test_third_party.py."""

collect_ignore = ["example_package"]
