# Comments, names and printed texts in Chinese.
# %% build-model
# 建立模型：先攤平，再接兩個隱藏層，最後輸出十個類別的機率
類別數 = 10
model = keras.Sequential([
    keras.Input(shape=(28, 28)),          # 輸入：28×28 的灰階圖片
    keras.layers.Flatten(),               # 攤平成 784 個數字
    keras.layers.Dense(128, activation="relu"),  # 第一個隱藏層
    keras.layers.Dense(64, activation="relu"),   # 第二個隱藏層
    keras.layers.Dropout(0.3),            # 隨機丟棄三成
    keras.layers.Dense(類別數, activation="softmax"),
])
# %% count-parameters
# 每個單元：輸入個數 + 1 個偏差
輸入, 單元 = [784, 128, 64], [128, 64, 10]
parameter_counts = [(前 + 1) * 後 for 前, 後 in zip(輸入, 單元)]
print(f"參數總數：{sum(parameter_counts):,}")
