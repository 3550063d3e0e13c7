"""The page in a real browser. A package of its own: its browser ends with it, since one that runs holds the loop."""
