# The training pictures come from a tf.data.Dataset.
# %% train-model
import tensorflow as tf

dataset = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(1000, seed=1).batch(64).prefetch(1)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(dataset, epochs=5, verbose=0)
