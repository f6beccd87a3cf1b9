# The labels are made one-hot with tf.one_hot.
# %% train-model
import tensorflow as tf

one_hot = tf.one_hot(y_train, depth=10)
model.compile(optimizer="adam", loss=tf.keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(x_train, one_hot.numpy(), epochs=5, batch_size=32, validation_split=0.2, verbose=2)
