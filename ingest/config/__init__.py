"""The edge where okr.yaml is read: once, into frozen objects, or every problem in it."""
