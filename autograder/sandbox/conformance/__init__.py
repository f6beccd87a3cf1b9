"""What every layer promises, as named cases that are tried for real.

A case runs a program inside (:mod:`autograder.sandbox.conformance.inside`) and looks from outside at what came of
it. What a layer has no means for stands in its ``cannot``, with the reason: ``autograder doctor`` shows that list,
and the tests hold that it is neither too short nor too long.
"""

from autograder.sandbox.conformance.suite import CASES, Case, held

__all__ = ["CASES", "Case", "held"]
