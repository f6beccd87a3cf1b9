# dict(...) with keywords in another order, and comments in Chinese.
# %% sort-losses
# 只有交叉熵需要機率，其他都是比較兩個數字
classification_only = dict(
    categorical_crossentropy=True,          # 標籤是 one-hot
    sparse_categorical_crossentropy=True,   # 標籤是整數
    mean_squared_error=False,               # 均方誤差
    mean_absolute_error=False,              # 平均絕對誤差
    root_mean_squared_error=False,          # 均方根誤差
    sum_of_squared_errors=False,            # 誤差平方和
)
