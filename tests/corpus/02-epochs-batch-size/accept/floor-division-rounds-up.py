# Rounds up with // alone, as the other notebook shows.
# %% count-steps
N = 60000
N_train = N * 8 // 10
steps_by_hand = (-(-N // 128), -(-N_train // 128), -(-N_train // 512), 10 * -(-N_train // 512))
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    trained_on = int(images * (1 - validation_split))
    return (trained_on + batch_size - 1) // batch_size
