# Takes batch after batch away until no image is left, with comments in Chinese.
# %% count-steps
# 60000 / 128 = 468.75 → 進位 469
# 留下 20% 做驗證：60000 * 0.8 = 48000，48000 / 128 = 375（整除）
# 48000 / 512 = 93.75 → 94；10 個週期就是 940
steps_by_hand = [469, 375, 94, 94 * 10]
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    """計算一個週期的步數"""
    剩下 = int(images * (1 - validation_split))  # 驗證集不參與訓練
    步數 = 0
    while 剩下 > 0:
        剩下 -= batch_size  # 每一步用掉一批
        步數 += 1
    return 步數
