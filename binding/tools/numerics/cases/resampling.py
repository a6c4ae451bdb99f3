# Interpolation and sampling on grids.
from inputs import ramp
from run import Case


def cases():
    spaces = {1: (5,), 2: (3, 4), 3: (2, 3, 2)}
    linear = {1: 'linear', 2: 'bilinear', 3: 'trilinear'}
    for n, space in spaces.items():
        larger = [size + 2 for size in space]
        yield Case(f'upsample_nearest{n}d', ramp(1, 1, *space), larger)
        yield Case(f'_upsample_nearest_exact{n}d', ramp(1, 1, *space), larger)
        for align_corners in (False, True):
            yield Case(f'upsample_{linear[n]}{n}d', ramp(1, 1, *space), larger, align_corners)
        yield Case(
            f'upsample_{linear[n]}{n}d',
            ramp(1, 1, *space),
            None,
            False,
            [0.5 if n == 1 else 1.5] * n,
        )
    for align_corners in (False, True):
        yield Case('upsample_bicubic2d', ramp(1, 1, 3, 4), [5, 6], align_corners)
    yield Case('upsample_bilinear2d', ramp(1, 2, 4, 4, dtype='float64'), [2, 3], False)
    yield Case('_upsample_bilinear2d_aa', ramp(1, 1, 6, 6), [3, 4], False)
    yield Case('_upsample_bicubic2d_aa', ramp(1, 1, 6, 6), [3, 4], False)
    for mode in (0, 1, 2):
        for padding in (0, 1, 2):
            grid = ramp(1, 2, 3, 2, low=-1.25, high=1.25)
            yield Case('grid_sampler', ramp(1, 1, 3, 4), grid, mode, padding, False)
    yield Case('grid_sampler_2d', ramp(1, 1, 3, 4), ramp(1, 2, 2, 2, low=-1, high=1), 0, 0, True)
    yield Case(
        'grid_sampler_3d', ramp(1, 1, 2, 3, 2), ramp(1, 1, 2, 2, 3, low=-1, high=1), 0, 0, False
    )
    yield Case('affine_grid_generator', ramp(1, 2, 3), [1, 1, 2, 3], False)
    yield Case('affine_grid_generator', ramp(1, 3, 4), [1, 1, 2, 2, 2], True)
