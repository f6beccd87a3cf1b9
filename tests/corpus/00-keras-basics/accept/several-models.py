# The student tries other models in cells of their own, before and after.
# %% +before build-model
other = keras.Sequential([keras.Input(shape=(28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
other.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
other.fit(x_train[:500], y_train[:500], epochs=1, verbose=0)
print(other.evaluate(x_test[:500], y_test[:500], verbose=0))
# %% +after evaluate-model
del other
wrong = np.flatnonzero(model.predict(x_test[:200], verbose=0).argmax(axis=1) != y_test[:200])
print(len(wrong), "wrong of 200")
