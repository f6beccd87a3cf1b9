# tf.keras, input_dim, and activations from tf.nn.
# %% build-mnist-model
import tensorflow as tf

mnist_model = tf.keras.models.Sequential([
    tf.keras.layers.Dense(units=256, activation=tf.nn.relu, input_dim=784),
    tf.keras.layers.Dropout(rate=0.4),
    tf.keras.layers.Dense(units=128, activation=tf.nn.relu),
    tf.keras.layers.Dropout(rate=0.3),
    tf.keras.layers.Dense(units=10, activation=tf.nn.softmax),
])
# %% build-model
model = tf.keras.models.Sequential([
    tf.keras.layers.Flatten(input_shape=(28, 28)),
    tf.keras.layers.Dense(128, activation=tf.nn.relu),
    tf.keras.layers.Dense(10, activation=tf.nn.softmax),
])
# %% compile-model
model.compile(
    optimizer=tf.keras.optimizers.Adam(),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(),
    metrics=[tf.keras.metrics.SparseCategoricalAccuracy()],
)
