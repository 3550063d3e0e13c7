"""The tests. A package of their own, since another distribution may bring one of this name."""
