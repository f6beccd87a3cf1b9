# The rise of the validation loss in A is not seen.
# /// reject
# cell = "test-curves"
# check = "Answer"
# message = ["entry 1 (A)", "validation loss", "rises"]
# ///
# %% read-curves
verdicts = {"A": "fits", "B": "underfits", "C": "fits", "D": "overfits"}
