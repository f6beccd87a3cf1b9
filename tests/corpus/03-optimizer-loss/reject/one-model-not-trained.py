# The slow Adadelta is not trained.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["not trained", "model.fit"]
# ///
# %% train-models
for model in (sgd_model, rmsprop_model, adam_model, adadelta_model):
    model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
