# The numbers belong to another student's name.
# /// reject
# cell = "test-sizes"
# check = "Answer"
# message = ["network of “student-02”", "filed under “student-01”"]
# ///
# %% write-name
my_name = "student-02"
# %% work-out-sizes
my_sizes = [48, 16, 12, 6]
