# NumPy rounds up, and the answer is an array.
# %% count-steps
batches = np.array([60000 / 128, 60000 * 0.8 / 128, 60000 * 0.8 / 512])
steps_by_hand = np.ceil(batches).astype(int)
steps_by_hand = np.append(steps_by_hand, steps_by_hand[-1] * 10)
print(steps_by_hand)
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    used = np.floor(images * (1 - validation_split))
    return int(np.ceil(used / batch_size))
