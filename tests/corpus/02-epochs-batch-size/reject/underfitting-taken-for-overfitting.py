# B is said to overfit, because its validation loss is the higher one.
# /// reject
# cell = "test-curves"
# check = "Answer"
# message = ["entry 2 (B)", "validation loss never rises again"]
# ///
# %% read-curves
verdicts = {"A": "overfits", "B": "overfits", "C": "fits", "D": "overfits"}
