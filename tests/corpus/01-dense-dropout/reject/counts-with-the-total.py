# The total is put behind the counts.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 3 entries, found 4", "sum"]
# ///
# %% count-parameters
parameter_counts = [100480, 8256, 650, 100480 + 8256 + 650]
