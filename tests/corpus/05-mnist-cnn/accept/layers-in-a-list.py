# The layers are a list that grows, and Sequential takes it.
# %% build-model
from keras.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D

layer_list = [Input((28, 28, 1))]
layer_list += [Conv2D(n, (3, 3), activation="relu") for n in (32, 64)]
layer_list.append(MaxPooling2D())
layer_list.append(Dropout(0.25))
layer_list.extend([Flatten(), Dense(128, activation="relu"), Dropout(0.5), Dense(10, activation="softmax")])
model = keras.Sequential(layer_list)
for number, one in enumerate(model.layers, 1):
    print(number, one.name, one.output.shape)
