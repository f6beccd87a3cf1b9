# The rates are tried in a loop with a plot; the dictionary is filled one by one.
# %% try-rates
what_happens = {}
for rate in [0.001, 0.1, 0.2]:
    path = np.array(descend(0.0, 0.0, x_points, y_points, rate, 50))
    loss = np.mean((path[:, :1] * x_points + path[:, 1:] - y_points) ** 2, axis=1)
    plt.plot(loss, label=rate)
    print(rate, path[-1], loss[-1])
plt.yscale("log")
plt.legend()
plt.show()
what_happens[0.001] = "slow"
what_happens[0.1] = "arrives"
what_happens[0.2] = "diverges"
