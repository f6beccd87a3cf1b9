# The words are not those that were asked for.
# /// reject
# cell = "test-curves"
# check = "Answer"
# message = ["fits, underfits, overfits"]
# ///
# %% read-curves
verdicts = {"A": "過度擬合", "B": "擬合不足", "C": "擬合得好", "D": "過度擬合"}
