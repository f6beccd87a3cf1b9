# Variables and comments in Chinese, and names for the layers.
# %% prepare-data
# 載入資料並正規化
(訓練圖, 訓練標籤), (測試圖, 測試標籤) = mnist.load_data()


def 準備(圖):
    圖 = 圖.astype("float32") / 255  # 0 到 1
    return 圖[:, :, :, np.newaxis]  # 加上通道


x_train, x_test = 準備(訓練圖), 準備(測試圖)
y_train = np.eye(10)[訓練標籤]
y_test = np.eye(10)[測試標籤]
# %% build-model
# 兩層卷積 → 池化 → 全連接
層 = keras.layers
model = keras.Sequential(name="手寫數字")
model.add(層.Input((28, 28, 1)))
model.add(層.Conv2D(32, 3, activation="relu", name="conv_1"))
model.add(層.Conv2D(64, 3, activation="relu", name="conv_2"))
model.add(層.MaxPooling2D(2, name="pool"))
model.add(層.Dropout(0.25))
model.add(層.Flatten())
model.add(層.Dense(128, activation="relu"))
model.add(層.Dropout(0.5))  # 丟掉一半
model.add(層.Dense(10, activation="softmax", name="機率"))
# %% compare-networks
# 比較兩個網路
測試 = lambda 網路: float(網路.evaluate(x_test, y_test, verbose=0)[1])
comparison = {名稱: {"parameters": 網路.count_params(), "accuracy": 測試(網路)} for 名稱, 網路 in (("CNN", model), ("MLP", mlp))}
