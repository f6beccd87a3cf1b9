# Trained on the first 64 images instead of all 4,000.
# /// reject
# cell = "test-training"
# check = "Trained"
# message = ["training images: expected 4000, found 64"]
# ///
# %% train-models
for model in (sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model):
    model.fit(x_small[:64], y_small[:64], epochs=5, batch_size=64, verbose=0)
