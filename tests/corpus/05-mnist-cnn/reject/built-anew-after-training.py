# The network is built anew after it was trained.
# /// reject
# cell = "test-accuracy"
# check = "TestAccuracy"
# message = ["not trained", "model.fit"]
# ///
# %% evaluate-model
model = keras.models.clone_model(model)
model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
