# compile is forgotten.
# /// reject
# cell = "test-model"
# check = "Compiled"
# message = ["not compiled", "model.compile"]
# ///
# %% compile-model
pass
