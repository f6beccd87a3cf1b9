# A class of the student's keeps shape and counts while the layers are gone through.
# %% fill-table
class Shape:
    def __init__(self, shape):
        self.shape, self.log, self.params = tuple(shape), [], []

    def conv(self, f, k, pad):
        h, w, c = self.shape
        self.params.append((k * k * c + 1) * f)
        self.shape = (h, w, f) if pad == "same" else (h - k + 1, w - k + 1, f)

    def pool(self, p):
        h, w, c = self.shape
        self.shape = (h // p, w // p, c)

    def flatten(self):
        h, w, c = self.shape
        self.shape = (h * w * c,)

    def dense(self, n):
        self.params.append((self.shape[0] + 1) * n)
        self.shape = (n,)


s = Shape(my_cnn["input_shape"])
(_, l1), (_, l2), (_, l3), _, (_, l5), (_, l6) = my_cnn["layers"]
s.conv(l1["filters"], l1["kernel_size"], l1["padding"]); s.log.append(s.shape)
s.conv(l2["filters"], l2["kernel_size"], l2["padding"]); s.log.append(s.shape)
s.pool(l3["pool_size"]); s.log.append(s.shape)
s.flatten(); s.log.append(s.shape)
s.dense(l5["units"]); s.log.append(s.shape)
s.dense(l6["units"]); s.log.append(s.shape)
my_shapes, my_counts = s.log, s.params
