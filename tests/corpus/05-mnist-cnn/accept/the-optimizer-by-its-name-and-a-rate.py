# The optimizer is made of a dict, and the metric has its long name.
# %% compile-model
opt = keras.optimizers.get({"class_name": "Adadelta", "config": {"learning_rate": 1.0}})
model.compile(optimizer=opt, loss="categorical_crossentropy", metrics=["categorical_accuracy"])
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
