# tf.keras from the data to the last layer, activations from tf.nn, tf.newaxis for the channel.
# %% prepare-data
import tensorflow as tf

mnist_data = tf.keras.datasets.mnist
(x_train, y_train), (x_test, y_test) = mnist_data.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
x_train = x_train[..., tf.newaxis].astype("float32")
x_test = x_test[..., tf.newaxis].astype("float32")
y_train = tf.keras.utils.to_categorical(y_train)
y_test = tf.keras.utils.to_categorical(y_test)
# %% build-model
model = tf.keras.models.Sequential([
    tf.keras.layers.Conv2D(32, 3, activation=tf.nn.relu, input_shape=(28, 28, 1)),
    tf.keras.layers.Conv2D(64, 3, activation=tf.nn.relu),
    tf.keras.layers.MaxPooling2D(),
    tf.keras.layers.Dropout(0.25),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(128, activation=tf.nn.relu),
    tf.keras.layers.Dropout(0.5),
    tf.keras.layers.Dense(10, activation=tf.nn.softmax),
])
# %% compile-model
model.compile(
    optimizer=tf.keras.optimizers.Adadelta(1.0),
    loss=tf.keras.losses.CategoricalCrossentropy(),
    metrics=["accuracy"],
)
# %% build-mlp
mlp = tf.keras.Sequential([
    tf.keras.layers.Flatten(input_shape=(28, 28, 1)),
    tf.keras.layers.Dense(256, activation="relu"),
    tf.keras.layers.Dropout(0.4),
    tf.keras.layers.Dense(128, activation="relu"),
    tf.keras.layers.Dropout(0.3),
    tf.keras.layers.Dense(10, activation="softmax"),
])
mlp.compile(tf.keras.optimizers.RMSprop(), "categorical_crossentropy", metrics=["accuracy"])
mlp_history = mlp.fit(x_train, y_train, batch_size=128, epochs=3, validation_split=0.2, verbose=2)
