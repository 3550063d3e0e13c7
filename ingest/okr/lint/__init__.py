"""The quality of objectives and key results: what they lack, why that matters, how to mend it. Pure.

words    classes of English words that the rules of titles are made of
title    what the words of a title say
rule     the table of all rules
shape    rules of what is written: customer, period, number of key results
trend    rules of baseline, target and forecast
lint     all rules over all objectives
"""
