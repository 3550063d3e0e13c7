"""A module that takes the whole process with it, if it is let."""

raise SystemExit("the library behind this connector is too old")
