"""Warped images against scipy.ndimage, which computes them in another way."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from scipy import ndimage, optimize

from nnlib.datasets import Compose, Elastic, Rotation, Shift, Warp

ALL = [Shift(2), Rotation(15), Elastic(), Compose([Shift(1), Rotation(10), Elastic(20, 5)])]
NAMES = ["shift", "rotation", "elastic", "compose"]


def generator(seed=0):
    return np.random.default_rng(seed)


def images(n, height=28, width=28, dtype=np.float64, seed=0):
    """Smooth random blots with values from 0 to 255, none of them the same when turned or moved."""
    noise = generator(seed).random((n, height, width))
    smooth = ndimage.gaussian_filter(noise, (0, 1.5, 1.5))
    smooth -= smooth.min()
    return (smooth * (255 / smooth.max())).astype(dtype)


class Arrows(Warp):
    """Test double: each image gets an arrow field of its own, given beforehand."""

    def __init__(self, down, right):
        self.fields = np.concatenate([down, right]).reshape(2 * len(down), -1)

    def patterns(self, height, width):
        return self.fields

    def weights(self, n, height, width, *, rng):
        down, right = np.eye(2 * n).reshape(2, n, 2 * n)
        return down, right


@pytest.mark.parametrize("height, width", [(28, 28), (9, 14)])
@pytest.mark.parametrize("size", [0.3, 3.0, 30.0])
@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-11), (np.float32, 2e-2)])
def test_any_warp_fetches_as_scipy_does(height, width, size, dtype, tolerance):
    X = images(7, height, width, dtype)
    down, right = generator(1).normal(scale=size, size=(2, *X.shape))
    warped = Arrows(down, right)(X, rng=generator())
    grid = np.indices((height, width))
    for k in range(len(X)):
        expected = ndimage.map_coordinates(
            X[k].astype(float), grid + [down[k], right[k]], order=1, mode="grid-constant"
        )
        # float32 places have an error of 2e-6 pixels, and neighbours differ by up to 255
        np.testing.assert_allclose(warped[k], expected, atol=tolerance)


def test_each_shift_is_one_of_scipys_and_all_are_equally_frequent():
    image = images(1)[0]
    shifted = Shift(2)(np.repeat(image[None], 5000, axis=0), rng=generator())
    counts = []
    for down in range(-2, 3):
        for right in range(-2, 3):
            expected = ndimage.shift(image, (down, right), order=0)
            counts.append((shifted == expected).all(axis=(1, 2)).sum())
    assert sum(counts) == 5000, "some image is no whole shift by up to 2 pixels"
    assert abs(np.array(counts) - 200).max() < 5 * 14  # 5 standard deviations


def turn_between(image, turned):
    """The angle by which scipy turns `image` to get nearest to `turned`, and how near that is."""

    def distance(degrees):
        ours = ndimage.rotate(image, degrees, reshape=False, order=1, mode="grid-constant")
        return abs(ours - turned).max()

    start = min(np.arange(-20, 21), key=distance)
    bounds = start - 1, start + 1
    best = optimize.minimize_scalar(
        distance, bounds=bounds, method="bounded", options={"xatol": 1e-9}
    )
    return best.x, best.fun


def test_each_rotation_is_one_of_scipys():
    X = images(12)
    turned = Rotation(15)(X, rng=generator(3))
    angles = []
    for image, ours in zip(X, turned, strict=True):
        angle, distance = turn_between(image, ours)
        assert distance < 1e-5  # of 255; the search ends 1e-9 degrees from the angle
        angles.append(angle)
    assert np.abs(angles).max() <= 15 and min(angles) < -3 < 3 < max(angles)


def ramps(n, side=28):
    """Images whose ink is the row, and images whose ink is the column: they show where it went."""
    grid = np.indices((side, side)).astype(float) + 1
    return np.repeat(grid[:, None], n, axis=1)


def arrows_of(warp, n, seed):
    """The arrows a warp has used, read off two ramps: (2, n, side, side), right away from edges."""
    rows, columns = ramps(n)
    found = [warp(ramp, rng=generator(seed)) - ramp for ramp in (rows, columns)]
    return np.array(found)


def test_rotation_angles_are_uniform():
    corner = arrows_of(Rotation(10), 4000, seed=0)[:, :, 14, 14]  # half a pixel from the center
    angle = np.degrees(np.arctan2(corner[1] + 0.5, corner[0] + 0.5)) - 45
    assert np.abs(angle).max() <= 10
    assert abs(angle.mean()) < 5 * 5.77 / 4000**0.5  # standard deviation 20 / sqrt(12)
    np.testing.assert_allclose(angle.std(), 20 / 12**0.5, rtol=0.04)


@pytest.mark.parametrize("sigma", [3.0, 4.0, 6.0])
def test_elastic_patterns_have_the_covariance_of_scipys_smoothed_noise(sigma):
    height, width, alpha = 12, 15, 34.0
    impulses = np.eye(height * width).reshape(-1, height, width)
    smooth = ndimage.gaussian_filter(
        impulses, (0, sigma, sigma), mode="constant", truncate=8
    ).reshape(len(impulses), -1)
    expected = alpha**2 / 3 * smooth.T @ smooth
    patterns = Elastic(alpha, sigma).patterns(height, width)
    ours = patterns.T @ patterns
    assert abs(np.trace(ours) / np.trace(expected) - 1) < 1.01e-4  # 99.99 % is kept
    assert abs(ours - expected).max() < 5e-3 * expected.max()


def test_elastic_arrows_are_as_long_and_as_smooth_as_it_says():
    arrows = arrows_of(Elastic(alpha=20, sigma=4), 6000, seed=0)
    center = arrows[:, :, 14, 14]
    expected = 20 / (4 * np.sqrt(12 * np.pi))
    np.testing.assert_allclose(center.std(axis=1), expected, rtol=0.05)  # 5 standard errors
    assert np.abs(center.mean(axis=1)).max() < 5 * expected / 6000**0.5
    assert abs(np.corrcoef(center)[0, 1]) < 5 / 6000**0.5  # down and right are independent
    for distance in 2, 4, 8:  # smoothing by sigma correlates over sigma * sqrt(2)
        correlation = np.corrcoef(arrows[0, :, 14, 14], arrows[0, :, 14, 14 - distance])[0, 1]
        assert abs(correlation - np.exp(-(distance**2) / (4 * 4**2))) < 0.05


def test_composed_warps_add_their_arrows():
    parts = [Shift(1), Rotation(5), Elastic(10, 5)]
    together = arrows_of(Compose(parts), 40, seed=7)
    rng_rows, rng_columns = generator(7), generator(7)
    rows, columns = ramps(40)
    total = sum(
        np.array([part(rows, rng=rng_rows) - rows, part(columns, rng=rng_columns) - columns])
        for part in parts
    )
    inside = np.s_[:, :, 9:19, 9:19]  # no arrow from here reaches the edge
    np.testing.assert_allclose(together[inside], total[inside], atol=1e-11)


def test_a_composed_warp_of_one_is_that_warp():
    X = images(5)
    for warp in ALL:
        one = Compose([warp])(X, rng=generator(2))
        np.testing.assert_array_equal(one, warp(X, rng=generator(2)))


@pytest.mark.parametrize("warp", ALL, ids=NAMES)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 64, 130])
def test_shape_dtype_and_input_stay(warp, dtype, n):
    X = images(n, dtype=dtype).reshape(n, 784)
    before = X.copy()
    X.flags.writeable = False
    warped = warp(X, rng=generator())
    assert warped.shape == X.shape and warped.dtype == dtype and warped.flags.writeable
    assert not np.shares_memory(warped, X) and (before == X).all()
    assert warped.min() >= 0 and warped.max() <= X.max() + 1e-4  # float32 rounds at 1.5e-5 of 255
    for form in ((n, 28, 28), (n, 1, 28, 28)):
        square = warp(X.reshape(form), rng=generator())
        assert square.shape == form
        np.testing.assert_array_equal(square.reshape(n, 784), warped)
    fortran = np.asfortranarray(X)
    np.testing.assert_array_equal(warp(fortran, rng=generator()), warped)


@pytest.mark.parametrize("warp", ALL, ids=NAMES)
def test_bytes_are_the_nearest_to_the_floats(warp):
    X = images(20, dtype=np.uint8)
    in_bytes = warp(X, rng=generator()).astype(float)
    in_floats = warp(X.astype(np.float64), rng=generator())
    assert abs(in_bytes - in_floats).max() < 0.5 + 1e-3


@pytest.mark.parametrize("warp", ALL, ids=NAMES)
def test_the_generator_alone_decides(warp):
    X = images(70)
    first = warp(X, rng=generator(1))
    other = warp(X, rng=generator(2))
    assert (first != other).any()
    warp(images(3, 9, 9), rng=generator(3))  # another size in between, and other ink
    warp(images(70, dtype=np.float32, seed=5), rng=generator(4))
    np.testing.assert_array_equal(warp(X, rng=generator(1)), first)
    np.testing.assert_array_equal(copy.deepcopy(warp)(X, rng=generator(1)), first)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(warp))(X, rng=generator(1)), first)
    assert len(pickle.dumps(warp)) < 2000, "scratch arrays were pickled"


def test_an_option_that_is_changed_takes_effect():
    X = images(5)
    shift, rotation, elastic = Shift(1), Rotation(5), Elastic(10, 4)
    parts = [shift, elastic]
    together = Compose(parts)
    for warp in shift, rotation, elastic, together:
        warp(X, rng=generator())
    shift.pixels, rotation.degrees, elastic.alpha, elastic.sigma = 3, 20.0, 30.0, 5.0
    together.warps.append(rotation)
    new = Shift(3), Rotation(20), Elastic(30, 5)
    pairs = [*zip((shift, rotation, elastic), new), (together, Compose([new[0], new[2], new[1]]))]
    for changed, made in pairs:
        np.testing.assert_array_equal(changed(X, rng=generator(1)), made(X, rng=generator(1)))
    assert len(parts) == 2, "the caller's list was changed"


def test_images_of_a_minibatch_are_warped_each_in_its_own_way():
    X = np.repeat(images(1), 6, axis=0)
    for warp in Rotation(15), Elastic():
        warped = warp(X, rng=generator())
        for a in range(6):
            for b in range(a):
                assert abs(warped[a] - warped[b]).max() > 1


@pytest.mark.parametrize("warp", ALL, ids=NAMES)
def test_a_warm_call_into_out_allocates_little(warp):
    X = images(64, dtype=np.float32).reshape(64, 784)
    out = np.empty_like(X)
    rng = generator()
    assert warp(X, rng=rng, out=out) is out
    tracemalloc.start()
    warp(X, rng=rng, out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.9 * X.nbytes, "an array of the images' size was allocated"


@pytest.mark.parametrize(
    "X, error, words",
    [
        (np.zeros((3, 783)), ValueError, r"shape \(3, 783\)"),
        (np.zeros(784), ValueError, r"shape \(784,\)"),
        (np.zeros((2, 3, 28, 28)), ValueError, "shape"),
        (np.zeros((0, 784)), ValueError, "at least one"),
        (np.zeros((2, 0, 28)), ValueError, "at least one"),
        (np.zeros((2, 784), int), TypeError, "int64"),
        (np.zeros((2, 784), bool), TypeError, "bool"),
        (np.full((2, 784), np.nan), ValueError, r"X\[0, 0\] is nan"),
        ("digits", TypeError, "uint8, float32 or float64"),
    ],
)
def test_what_is_no_image_is_refused(X, error, words):
    with pytest.raises(error, match=words):
        Shift()(X, rng=generator())


def test_bad_options_are_refused():
    for make, error in (
        (lambda: Shift(0), ValueError),
        (lambda: Shift(1.5), TypeError),
        (lambda: Rotation(0), ValueError),
        (lambda: Rotation(200), ValueError),
        (lambda: Rotation("10"), TypeError),
        (lambda: Elastic(alpha=-1), ValueError),
        (lambda: Elastic(sigma=0.1), ValueError),
        (lambda: Elastic(sigma=float("inf")), ValueError),
        (lambda: Compose([]), TypeError),
        (lambda: Compose([Shift]), TypeError),
    ):
        with pytest.raises(error):
            make()
    with pytest.raises(TypeError, match="Compose expects a list .*, got a value of type Shift"):
        Compose(Shift(2))
    with pytest.raises(TypeError, match="default_rng"):
        Shift()(images(1), rng=0)
    X = images(2)
    for out in (
        np.empty((2, 784)),
        np.empty(X.shape, np.float32),
        X,
        np.empty((2, 28, 56))[..., ::2],
    ):
        with pytest.raises(ValueError, match="out expects"):
            Shift()(X, rng=generator(), out=out)


def test_an_option_is_seen_in_the_repr():
    assert repr(ALL[3]) == (
        "Compose([Shift(pixels=1), Rotation(degrees=10), Elastic(alpha=20, sigma=5)])"
    )
