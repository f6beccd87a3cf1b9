# One bias for the whole layer instead of one for each unit.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["entry 1 (Dense)", "100,353", "bias is not one for the layer: each unit has one"]
# ///
# %% count-parameters
parameter_counts = [784 * 128 + 1, 128 * 64 + 1, 64 * 10 + 1]
