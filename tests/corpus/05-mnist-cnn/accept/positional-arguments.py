# Positional arguments wherever they are possible.
# %% build-model
from keras.layers import *

model = keras.Sequential([
    Input((28, 28, 1)),
    Conv2D(32, (3, 3), (1, 1), "valid", activation="relu"),
    Conv2D(64, (3, 3), (1, 1), "valid", activation="relu"),
    MaxPooling2D((2, 2), (2, 2), "valid"),
    Dropout(0.25),
    Flatten(),
    Dense(128, "relu"),
    Dropout(0.5),
    Dense(10, "softmax"),
])
# %% compile-model
model.compile(keras.optimizers.Adadelta(1.0), "categorical_crossentropy", metrics=["accuracy"])
# %% train-model
history = model.fit(x_train, y_train, 128, 3, 2, None, 0.2)
# %% evaluate-model
test_loss, test_accuracy = model.evaluate(x_test, y_test, 128, 0)
