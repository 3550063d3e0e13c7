"""The runtime layer: pull sources when they are due, keep what they say, and work out the scores."""
