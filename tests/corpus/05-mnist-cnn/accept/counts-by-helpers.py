# Helper functions work out shapes and counts, step by step.
# %% count-parameters
def conv(shape, k, f):
    h, w, c = shape
    return (h - k + 1, w - k + 1, f), (k * k * c + 1) * f


s0 = (28, 28, 1)
s1, n1 = conv(s0, 3, 32)
s2, n2 = conv(s1, 3, 64)
s3 = (s2[0] // 2, s2[1] // 2, s2[2])
flat = s3[0] * s3[1] * s3[2]
n3 = flat * 128 + 128
n4 = 128 * 10 + 10
output_shapes = [s1, s2, s3, s3, (flat,), (128,), (128,), (10,)]
parameter_counts = [n1, n2, n3, n4]
print(sum(parameter_counts), model.count_params())
