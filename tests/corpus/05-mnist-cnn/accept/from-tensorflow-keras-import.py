# Imports from tensorflow.keras, layers added one by one, labels by TensorFlow's one_hot.
# %% prepare-data
import tensorflow as tf
from tensorflow.keras import layers, models
from tensorflow.keras.utils import to_categorical

(train_images, train_labels), (test_images, test_labels) = mnist.load_data()
x_train = np.expand_dims(train_images, axis=3).astype("float32") / 255
x_test = np.expand_dims(test_images, axis=3).astype("float32") / 255
y_train = tf.one_hot(train_labels, 10).numpy()
y_test = tf.one_hot(test_labels, depth=10).numpy()
# %% build-model
model = models.Sequential()
model.add(layers.Input(shape=(28, 28, 1)))
model.add(layers.Conv2D(32, (3, 3), activation="relu"))
model.add(layers.Conv2D(64, (3, 3), activation="relu"))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Dropout(0.25))
model.add(layers.Flatten())
model.add(layers.Dense(128, activation="relu"))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(10, activation="softmax"))
model.summary()
