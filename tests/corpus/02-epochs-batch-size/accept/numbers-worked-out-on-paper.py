# Every number was worked out on paper.
# %% count-steps
steps_by_hand = [469, 375, 94, 940]
