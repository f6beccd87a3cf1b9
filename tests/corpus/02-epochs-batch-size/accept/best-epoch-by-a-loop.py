# The best epoch by a loop that remembers the lowest loss so far.
# %% best-epoch-function
def best_epoch(history):
    """驗證損失最低的週期，從 1 數起。"""
    best_loss = float("inf")
    best = None
    for epoch, val_loss in enumerate(history["val_loss"], start=1):
        # 找到更低的損失就更新
        if val_loss < best_loss:
            best_loss, best = val_loss, epoch
    return best
