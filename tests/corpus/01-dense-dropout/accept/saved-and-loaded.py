# The trained model is saved and loaded again.
# %% +after train-model
import tempfile, pathlib
path = pathlib.Path(tempfile.mkdtemp()) / "model.keras"
model.save(path)
model = keras.models.load_model(path)
print(model.evaluate(x_test, y_test, verbose=0))
