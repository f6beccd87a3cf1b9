# Both tasks ask Keras, whose History says the steps.
# %% count-steps
steps_by_hand = [
    count_with_keras(60_000, 128),
    count_with_keras(60_000, 128, 0.2),
    count_with_keras(60_000, 512, 0.2),
]
steps_by_hand.append(10 * steps_by_hand[2])
# %% steps-function
def steps_per_epoch(images, batch_size, validation_split=0.0):
    return count_with_keras(images, batch_size, validation_split)
