"""How often a tactic that changes nothing is called working, and how often one that changes something is."""
