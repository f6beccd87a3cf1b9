# The lesson's number is typed in.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["you report 0.8737", "the model has"]
# ///
# %% evaluate-model
test_loss, test_accuracy = 0.35, 0.8737
