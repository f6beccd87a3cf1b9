# Comments and names in Chinese.
# %% build-model
# 建立辨識服飾的網路：先攤平，再接 128 個單元，最後 10 個類別
類別數 = len(class_names)
model = keras.Sequential([
    keras.Input(shape=(28, 28)),
    keras.layers.Flatten(),  # 攤平
    keras.layers.Dense(128, activation="relu"),  # 隱藏層
    keras.layers.Dense(類別數, activation="softmax"),  # 機率
])
# %% write-title
def title_and_color(predicted, true):
    # 猜對用綠色，猜錯用紅色
    顏色 = "#008800" if predicted == true else "#bb0000"
    文字 = f"{class_names[predicted]} ({class_names[true]})"
    return 文字, 顏色
