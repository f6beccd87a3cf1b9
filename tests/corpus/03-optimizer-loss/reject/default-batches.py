# The batch size is left out: 32.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["batch size: expected 64, found 32"]
# ///
# %% train-models
for model in (sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model):
    model.fit(x_small, y_small, epochs=5, verbose=0)
