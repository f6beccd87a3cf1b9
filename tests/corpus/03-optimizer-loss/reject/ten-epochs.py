# Ten epochs instead of five.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["epochs: expected 5, found 10"]
# ///
# %% train-models
for model in (sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model):
    model.fit(x_small[:640], y_small[:640], epochs=10, batch_size=64, verbose=0)
