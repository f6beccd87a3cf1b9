# Magics around the training, and curves of it afterwards.
# %% train-model
%matplotlib inline
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
%time history = model.fit(x_train, y_train, epochs=5, batch_size=32, validation_split=0.2, verbose=2)
# %% +after train-model
import os
!ls
!pwd
plt.figure(figsize=(8, 3))
plt.plot(history.history["accuracy"], label="train")
plt.plot(history.history["val_accuracy"], label="validation")
plt.legend()
plt.title("accuracy")
plt.show()
%who
