# The numbers are the lesson's.
# /// reject
# cell = "test-accuracy"
# check = "Reported"
# message = ["the model has"]
# ///
# %% evaluate-model
test_loss, test_accuracy = 0.0279, 0.9909
