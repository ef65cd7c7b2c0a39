"""Each file answers one question with a ratio measured inside one run; ``make bench`` prints them.

Ratios travel between machines, seconds do not. Nothing here fails on a number.
"""
