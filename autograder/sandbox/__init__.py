"""Where a student's code runs: the layer of isolation around its kernel.

Only one layer stands so far: a process of its own, in an empty working directory, with an environment
that holds nothing of the grader's. It keeps student code and what judges it apart; it does not yet keep
hostile code from the network or from files that the user can read. Stronger layers take its place
behind the same :class:`Layer`.
"""

from autograder.sandbox.layers import Layer, SeparateProcess, strongest_layer

__all__ = ["Layer", "SeparateProcess", "strongest_layer"]
