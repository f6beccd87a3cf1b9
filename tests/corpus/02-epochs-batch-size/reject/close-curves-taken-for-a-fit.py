# B is said to fit, because its curves are close together.
# /// reject
# cell = "test-curves"
# check = "Answer"
# message = ["entry 2 (B)", "still high"]
# ///
# %% read-curves
verdicts = {"A": "overfits", "B": "fits", "C": "fits", "D": "overfits"}
