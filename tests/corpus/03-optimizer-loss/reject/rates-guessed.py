# 0.2 is taken for one that arrives.
# /// reject
# cell = "test-descent"
# check = "Answer"
# message = ["learning rate 0.2", "larger and larger"]
# ///
# %% try-rates
what_happens = {0.001: "slow", 0.1: "arrives", 0.2: "arrives"}
