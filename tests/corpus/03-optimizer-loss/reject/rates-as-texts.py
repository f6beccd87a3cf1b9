# The keys are texts.
# /// reject
# cell = "test-descent"
# check = "Answer"
# message = ["learning rate 0.001", "no answer for this one"]
# ///
# %% try-rates
what_happens = {"0.001": "slow", "0.1": "arrives", "0.2": "diverges"}
