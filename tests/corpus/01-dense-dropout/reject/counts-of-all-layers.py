# The list has every layer of model.layers, with zeros for Flatten and Dropout.
# /// reject
# cell = "test-counts"
# check = "Answer"
# message = ["expected 3 entries, found 5", "zeros"]
# ///
# %% count-parameters
parameter_counts = [layer_.count_params() for layer_ in model.layers]
