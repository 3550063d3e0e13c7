"""Whether a tactic changed anything: the rate of a key result before it and during it."""
