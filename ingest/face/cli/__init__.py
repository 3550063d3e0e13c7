"""The terminal: `okr`. A command opens what it needs, calls it and prints what it returns."""
