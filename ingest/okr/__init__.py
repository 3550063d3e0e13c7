"""The pure layer: periods, targets, expressions, series and scores. Functions of their arguments, time included."""
