"""Helpers of the casebook on relations between Iran and Azerbaijan.

Import the module you need (``from helpers import tables, evidence``); nothing heavy is imported here.

================  ==================================================================
`tables`          reads and validates ``data/``
`schemas`         says what every table holds
`evidence`        sources, corroboration, cut-off dates, who tells what
`add`             adds rows from the command line, with a check and a preview
`cards`           evidence as cards, for lists and on hover
`events`          event scales, dyad series
`regimes`         change points and their uncertainty on short series
`reciprocity`     who answers whom
`balance`         signed networks: balance, exact frustration index
`corridors`       the transport network on a date: ways, costs, closures, criticality
`transit_game`    leverage from transit, by the Shapley value
`forecasts`       words to probabilities, scores, baselines
`reliability`     agreement of coders
`machine_events`  GDELT event files of any size, by `machine_store`: needs an extra
`memo`            long computations, done once
`numbers`         every figure that prose quotes
`exhibits`        figures with caption, alt text, data and provenance
`charts`          the drawing functions the chapters share
`explore`         explorers: one drawing function over a grid of controls
================  ==================================================================
"""
