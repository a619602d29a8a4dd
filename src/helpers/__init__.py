"""Helpers of the casebook on relations between Iran and Azerbaijan.

Import the module you need (``from helpers import tables, evidence``); nothing heavy is imported here.

==============  ==================================================================
`tables`        reads and validates ``data/``
`schemas`       says what every table holds
`evidence`      sources, corroboration, cut-off dates, who tells what
`events`        event scales, dyad series
`numbers`       every figure that prose quotes
`exhibits`      figures with caption, alt text, data and provenance
`charts`        the drawing functions the chapters share
`explore`       explorers: one drawing function over a grid of controls
==============  ==================================================================
"""
