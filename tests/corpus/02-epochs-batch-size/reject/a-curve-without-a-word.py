# There is no word for D.
# /// reject
# cell = "test-curves"
# check = "Answer"
# message = ["entry 4 (D)", "no answer for this one"]
# ///
# %% read-curves
verdicts = {"A": "overfits", "B": "underfits", "C": "fits"}
