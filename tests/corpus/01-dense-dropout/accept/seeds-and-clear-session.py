# The session is cleared and every seed is set, as in many tutorials.
# %% build-model
import random
import tensorflow as tf

tf.keras.backend.clear_session()
np.random.seed(42)
tf.random.set_seed(42)
random.seed(42)

with tf.device("/CPU:0"):
    model = tf.keras.models.Sequential(name="mlp")
    model.add(tf.keras.Input(shape=(28, 28)))
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(128, activation="relu"))
    model.add(tf.keras.layers.Dense(64, activation="relu"))
    model.add(tf.keras.layers.Dropout(0.3, seed=42))
    model.add(tf.keras.layers.Dense(10, activation="softmax"))
