# The batch axis comes from np.expand_dims; the prediction from predict with a batch size.
# %% take-one
img = x_test[0]
print(img.shape)
one_image = np.expand_dims(img, axis=0)
# %% predict-one
one_prediction = model.predict(one_image, batch_size=1)
print(one_prediction, class_names[one_prediction.argmax()])
