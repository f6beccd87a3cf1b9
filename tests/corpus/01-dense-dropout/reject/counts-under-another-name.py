# The counts are kept under a name of the student's own.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["parameter_counts"]
# ///
# %% count-parameters
params = [100480, 8256, 650]
