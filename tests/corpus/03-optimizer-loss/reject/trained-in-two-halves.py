# Three epochs and then two: the last training had two.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected 5, found 2"]
# ///
# %% train-models
for model in (sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model):
    model.fit(x_small, y_small, epochs=3, batch_size=64, verbose=0)
    model.fit(x_small, y_small, epochs=2, batch_size=64, verbose=0)
