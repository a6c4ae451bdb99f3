# Products of matrices and vectors, decompositions, solvers, norms. Mostly float64, and matrices far
# from singular: libraries sum in an order of their own.
from inputs import given, ramp
from run import Case

SQUARE = given([[4, 1, -0.5], [0.25, 3, 1], [-1, 0.5, 5]], 'float64')
SYMMETRIC = given([[4, 1, 0.5], [1, 3, -0.75], [0.5, -0.75, 5]], 'float64', grad=False)
POSITIVE = given([[4, 1, 0.5], [1, 3, -0.75], [0.5, -0.75, 5]], 'float64')
LOWER = given([[2, 0, 0], [0.5, 1.5, 0], [-1, 0.25, 3]], 'float64')
HALF_READ = 'only one triangle is read'


def double(*shape, **rest):
    return ramp(*shape, dtype='float64', **rest)


def products():
    for first, second in [
        ((2, 3), (3, 4)),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 1, 2, 3), (3, 3, 2)),
    ]:
        yield Case('matmul', ramp(*first), ramp(*second))
    yield Case('matmul', double(4, 3, permute=(1, 0)), double(4, 2))
    yield Case(
        'matmul',
        ramp(2, 3, dtype='int64', low=-5, high=5),
        ramp(3, 2, dtype='int64', low=-5, high=5),
    )
    yield Case('mm', ramp(2, 3), ramp(3, 2))
    yield Case('mm', ramp(17, 33, grad=False), ramp(33, 2, grad=False))
    yield Case(
        'mm', ramp(3, 4, dtype='bfloat16', grad=False), ramp(4, 2, dtype='bfloat16', grad=False)
    )
    yield Case('bmm', ramp(2, 2, 3), ramp(2, 3, 2))
    yield Case('mv', ramp(2, 3), ramp(3))
    for name in 'dot vdot inner'.split():
        yield Case(name, ramp(4), ramp(4))
    yield Case('inner', ramp(2, 3), ramp(2, 3))
    for name in 'outer ger'.split():
        yield Case(name, ramp(2), ramp(3))
    yield Case('addmm', ramp(4), ramp(2, 3), ramp(3, 4), beta=0.5, alpha=2)
    yield Case('addmv', ramp(2), ramp(2, 3), ramp(3), beta=0.5, alpha=2)
    yield Case('addr', ramp(2, 3), ramp(2), ramp(3), beta=0.5, alpha=2)
    yield Case('addbmm', ramp(2, 2), ramp(2, 2, 3), ramp(2, 3, 2))
    yield Case('baddbmm', ramp(2, 2, 2), ramp(2, 2, 3), ramp(2, 3, 2), beta=0, alpha=0.5)
    yield Case('linalg_multi_dot', [double(2, 3), double(3, 4), double(4, 2)])
    for equation, shapes in [
        ('ij,jk->ik', [(2, 3), (3, 2)]),
        ('bij,bij->b', [(2, 2, 2), (2, 2, 2)]),
        ('ii->i', [(3, 3)]),
        ('i,j', [(2,), (3,)]),
        ('...a->a', [(2, 2, 3)]),
    ]:
        yield Case('einsum', equation, [ramp(*shape) for shape in shapes])
    yield Case('tensordot', ramp(2, 3, 4), ramp(4, 3, 2), [1, 2], [1, 0])
    yield Case('linear', ramp(2, 3), ramp(4, 3), ramp(4))
    yield Case('linear', ramp(2, 2, 3), ramp(4, 3))
    yield Case('bilinear', ramp(2, 3), ramp(2, 2), ramp(4, 3, 2), ramp(4))
    for name in 'cross linalg_cross'.split():
        yield Case(name, ramp(2, 3), ramp(2, 3), dim=1)
    yield Case('linalg_vecdot', double(2, 3), double(2, 3))
    yield Case('linalg_matmul', double(2, 3), double(3, 2))


def decompositions():
    yield Case('linalg_cholesky', POSITIVE).differences_apart(HALF_READ)
    yield Case('linalg_cholesky_ex', POSITIVE).differences_apart(HALF_READ)
    yield Case('cholesky_solve', double(3, 2), LOWER).differences_apart(HALF_READ)
    yield Case('cholesky_inverse', LOWER).differences_apart(HALF_READ)
    yield Case('linalg_qr', double(4, 3))
    yield Case('linalg_qr', double(3, 3, grad=False), 'r')
    yield Case('geqrf', double(3, 2, grad=False))
    yield Case('linalg_householder_product', double(4, 2), double(2))
    yield Case('orgqr', double(4, 2), double(2))
    yield Case('linalg_svdvals', double(4, 3))
    yield Case('linalg_svd', double(3, 3, grad=False), False)
    yield Case('linalg_eigvalsh', POSITIVE).differences_apart(HALF_READ)
    yield Case('linalg_eigh', SYMMETRIC)
    yield Case('linalg_eigvals', given([[2, 1], [-3, 1]], 'float64', grad=False))
    yield Case('linalg_eig', given([[2, 1], [-3, 1]], 'float64', grad=False))
    yield Case('linalg_lu', SQUARE)
    yield Case('linalg_lu_factor', SQUARE)
    yield Case('linalg_lu_factor_ex', SQUARE)
    yield Case('linalg_lu_solve', LOWER, given([1, 2, 3], 'int32'), double(3, 2))
    yield Case('lu_unpack', LOWER, given([1, 2, 3], 'int32'))
    yield Case('linalg_ldl_factor', SYMMETRIC)
    yield Case('linalg_matrix_exp', SQUARE)
    yield Case('matrix_exp', double(2, 2))
    yield Case('linalg_matrix_power', SQUARE, 3)
    yield Case('matrix_power', SQUARE, -2)


def solvers():
    for (
        name
    ) in 'linalg_inv inverse linalg_inv_ex linalg_det det slogdet linalg_slogdet logdet'.split():
        yield Case(name, SQUARE)
    yield Case('linalg_det', ramp(2, 2, 2))
    yield Case('linalg_solve', SQUARE, double(3, 2))
    yield Case('linalg_solve', SQUARE, double(3))
    yield Case('linalg_solve', given([[3, 1], [1, 2]]), ramp(2, 2), left=False)
    yield Case('linalg_solve_ex', SQUARE, double(3))
    yield Case('linalg_solve_triangular', LOWER, double(3, 2), upper=False)
    yield Case('linalg_lstsq', double(4, 2), double(4, 1), driver='gelsy')
    yield Case('linalg_pinv', double(4, 3))
    yield Case('pinverse', double(3, 2))
    yield Case('linalg_tensorinv', given([[3, 1], [1, 2]], 'float64'), 1)
    yield Case('linalg_tensorsolve', SQUARE, double(3))
    yield Case('linalg_matrix_rank', given([[1, 2], [2, 4]], 'float64'))
    yield Case('linalg_matrix_rank', SQUARE)


def norms():
    for order in (0.5, 1, 2, 3, float('inf')):
        yield Case('linalg_vector_norm', double(2, 3), order, [1], True)
    yield Case('linalg_vector_norm', ramp(2, 3))
    yield Case('linalg_vector_norm', ramp(70, grad=False))
    for order in ('fro', 'nuc'):
        yield Case('linalg_matrix_norm', double(3, 2), order)
        yield Case('linalg_norm', double(3, 2), order, [0, 1])
    for order in (1, -1, 2, -2, float('inf')):
        yield Case('linalg_matrix_norm', double(3, 2), order)
    yield Case('linalg_norm', double(4))
    yield Case('linalg_cond', SQUARE)
    yield Case('linalg_cond', SYMMETRIC, 'fro')
    yield Case('linalg_vander', double(3), N=4)
    yield Case('vander', double(3, grad=False), 3, True)
    yield Case('cdist', ramp(2, 3), ramp(3, 3))
    yield Case('cdist', double(2, 3), double(3, 3), 1.0)
    yield Case('pdist', double(4, 3), 2)
    yield Case('pairwise_distance', ramp(2, 3), ramp(2, 3))
    yield Case('cosine_similarity', ramp(2, 3), ramp(2, 3), 1)
    yield Case('linalg_diagonal', double(2, 3, 3), offset=1)


def cases():
    yield from products()
    yield from decompositions()
    yield from solvers()
    yield from norms()
