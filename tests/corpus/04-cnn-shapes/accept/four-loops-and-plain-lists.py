# Four loops over plain Python lists, with comments in Chinese.
# %% write-convolve
def convolve(image, kernel):
    # 輸出的大小
    高 = len(image) - len(kernel) + 1
    寬 = len(image[0]) - len(kernel[0]) + 1
    輸出 = []
    for r in range(高):
        一列 = []
        for c in range(寬):
            總和 = 0
            for i in range(len(kernel)):
                for j in range(len(kernel[0])):
                    總和 += image[r + i][c + j] * kernel[i][j]
            一列.append(總和)
        輸出.append(一列)
    return np.array(輸出)
# %% write-max-pool
def max_pool(image, size):
    輸出 = []
    # 最後湊不滿一塊的不要
    for r in range(0, len(image) - size + 1, size):
        一列 = []
        for c in range(0, len(image[0]) - size + 1, size):
            最大 = image[r][c]
            for i in range(size):
                for j in range(size):
                    if image[r + i][c + j] > 最大:
                        最大 = image[r + i][c + j]
            一列.append(最大)
        輸出.append(一列)
    return np.array(輸出)
